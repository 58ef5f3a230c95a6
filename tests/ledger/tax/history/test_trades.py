"""A purchase or sale for money is what any exchange with these legs is; nothing else is told so."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tax.history.prices import Prices
from ledger.tax.history.reading import read_rows
from ledger.tax.history.settings import settings_of
from ledger.tax.history.trades import trades_for_money
from ledger.tax.history.treatment import _Treatment
from ledger.tax.history.units import Change, Units
from ledger.tax.regimes.generic import RULES
from ledger.tax.terms import Calendar
from tests.ledger.tax.asked import row

ASSETS = st.sampled_from(["USD", "X", "Y"])
SPLIT_TIME = "2024-06-01T00:00:00Z"


def both(asked, **words):
    """The event as it is told at once, and the events of the whole treatment."""
    settings = settings_of("fifo", words, RULES)
    (split, found) = read_rows([row("z", SPLIT_TIME, "spend", sent="1 X"), asked], [], "USD", fees_count=None).rows
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
