"""A purchase or sale for money is what any exchange with these legs is; nothing else is told so."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tax.history.prices import Prices
from ledger.tax.history.reading import read_rows
from ledger.tax.history.rows import TaxRow
from ledger.tax.history.settings import settings_of
from ledger.tax.history.trades import trades_for_money
from ledger.tax.history.treatment import _Treatment, history_of
from ledger.tax.history.units import Change, Units
from ledger.tax.regimes.generic import RULES
from ledger.tax.terms import Calendar
from tests.ledger.tax.asked import row

ASSETS = st.sampled_from(["USD", "X", "Y"])
SPLIT_TIME = "2024-06-01T00:00:00Z"


def both(asked, **words):
    """The event as it is told at once, and the events of the whole treatment."""
    settings = settings_of("fifo", words, RULES)
    asked = [row("z", SPLIT_TIME, "spend", sent="1 X"), asked]
    read = read_rows(asked, [], "USD", fees_count=None).rows
    (split, found) = (one for one in read if isinstance(one, TaxRow))
    if split.id != "z":
        split, found = found, split
    units = Units(18, [Change(split.place, "X", "X", Fraction(2))])
    calendar = Calendar(settings, RULES.year_starts)
    whole = _Treatment(settings, calendar, "USD", units, Prices([]))
    whole.read(found)
    at_once = trades_for_money("USD", units, fees_count=settings.money_fees_count)
    return at_once(found), whole.events


@given(
    kind=st.sampled_from(["buy", "sell", "swap", "liquidation"]),
    sent=ASSETS,
    got=ASSETS,
    fee=st.none() | ASSETS,
    month=st.integers(1, 12),
    fiat_fee=st.sampled_from(["basis", "expense"]),
    value=st.none() | st.just(7),
)
def test_what_is_told_at_once_is_what_the_whole_treatment_says(
    kind, sent, got, fee, month, fiat_fee, value
):
    told = {"sent": f"3 {sent}", "got": f"5 {got}", "wallet": "w"}
    told |= ({} if fee is None else {"fee": f"2 {fee}"}) | ({"value": value} if value else {})
    asked = row("a", f"2024-{month:02d}-02T00:00:00Z", kind, **told)
    event, events = both(asked, fiat_fee=fiat_fee)
    for_money = (sent == "USD") != (got == "USD") and fee in {None, "USD"}
    assert (event is not None) == for_money
    if event is not None:
        assert [event] == events


@pytest.mark.parametrize(
    "asked",
    [
        row("a", "2024-01-01", "buy", got="1 X", value=3),
        row("a", "2024-01-01", "sell", sent="1 X", value=3),
        row("a", "2024-01-01", "swap", sent="1 X", got="1 Y", value=3),
        row("a", "2024-01-01", "buy", sent="3 USD", got="1 X", fee="1 X"),
        row("a", "2024-01-01", "spend", sent="1 X", value=3),
        row("a", "2024-01-01", "split", sent="1 X", got="2 X"),
    ],
)
def test_what_is_no_plain_trade_is_not_told_at_once(asked):
    assert both(asked)[0] is None


@given(
    kinds=st.lists(st.sampled_from(["buy", "sell", "swap"]), min_size=1, max_size=4),
    bought=st.booleans(),
    fee=st.none() | st.sampled_from(["USD", "X"]),
    other=st.none() | st.sampled_from(["split", "transfer", "swap"]),
    fiat_fee=st.sampled_from(["basis", "expense"]),
)
def test_what_columns_tell_is_what_rows_tell(kinds, bought, fee, other, fiat_fee):
    legs = {"sent": "3.5 USD", "got": "5 X"} if bought else {"sent": "5 X", "got": "3.5 USD"}
    legs |= {} if fee is None else {"fee": f"2 {fee}"}
    asked = [
        row(f"r{number}", f"2024-0{9 - number}-02T00:00:00Z", kind, wallet="w", **legs)
        for number, kind in enumerate(kinds)
    ]
    more = {"sent": "2 X"} | ({"to_wallet": "v"} if other == "transfer" else {"got": "6 X"})
    if other == "swap":
        more["got"] = "6 Y"
    if other is not None:
        asked.append(row("other", SPLIT_TIME, other, **more))
    settings = settings_of("fifo", {"fiat_fee": fiat_fee}, RULES)
    calendar = Calendar(settings, RULES.year_starts)
    told, read = (
        read_rows(asked, [], "USD", fees_count=count) for count in (settings.money_fees_count, None)
    )
    assert any(type(one) is not TaxRow for one in told.rows) == (fee != "X")
    assert all(type(one) is TaxRow for one in read.rows)
    assert [one[0] for one in told.rows] == [one[0] for one in read.rows]
    at_once, by_row = (history_of(one, settings, calendar, "USD") for one in (told, read))
    assert at_once.events == by_row.events
    assert [*map(type, at_once.events)] == [*map(type, by_row.events)]
    assert (at_once.faults, at_once.income) == (by_row.faults, by_row.income)


@pytest.mark.parametrize(
    "change", [{"to_wallet": "v"}, {"received_asset": "USD"}, {"kind": "spend"}]
)
def test_what_is_not_a_trade_for_money_is_told_by_no_column(change):
    asked = row("a", "2024-01-01T00:00:00Z", "buy", sent="3 USD", got="5 X") | change
    rows = read_rows([asked], [], "USD", fees_count=True).rows
    assert all(type(one) is TaxRow for one in rows)
