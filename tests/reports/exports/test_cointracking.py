"""CoinTracking's import: types of its own list, the wallet as exchange, the strategy as group."""

from dataclasses import replace

import pytest

from ledger.model.event import EventFee, Leg
from reports.exports import cointracking
from tests.reports.books import BTC, DESK, ETH, USDC, event, export_figures


def rows(*events):
    made = cointracking.rows(export_figures(events=events))
    return [dict(zip(cointracking.HEADER, row, strict=True)) for row in made]


def test_a_swap_is_a_trade_of_its_wallet():
    [row] = rows(replace(event(), strategy="cross-dex arbitrage"))
    assert (row["Type"], row["Exchange"]) == ("Trade", "desk")
    assert (row["Sell Amount"].text, row["Sell Currency"]) == ("0.500021", "ETH")
    assert (row["Buy Amount"].text, row["Buy Currency"]) == ("1500.000001", "USDC")
    assert (row["Fee"].text, row["Trade-Group"]) == ("0.000021", "cross-dex arbitrage")
    assert (row["Date"], row["Tx-ID"]) == ("2025-06-30 12:00:00", "0x01")


SOLD = Leg(DESK.id, ETH, -2 * 10**18)
CAME = Leg(DESK.id, USDC, 500 * 10**6)


@pytest.mark.parametrize(
    ("legs", "fee", "expected"),
    [
        ((SOLD, CAME), USDC, [("495", "2", "5", "USDC")]),
        ((SOLD, CAME), ETH, [("500", "2.000000000005", "0.000000000005", "ETH")]),
        ((SOLD, CAME), BTC, [("500", "2", "", ""), ("", "0.000000000005", "", "")]),
        ((SOLD,), ETH, [("", "2.000000000005", "0.000000000005", "ETH")]),
        ((SOLD,), USDC, [("", "2", "", ""), ("", "5", "", "")]),
    ],
)
def test_amounts_have_their_fee_in_them_and_a_third_currency_is_another_row(legs, fee, expected):
    """CoinTracking's support, article 29000007202: the column alone moves nothing."""
    paid = Leg(DESK.id, fee, -5 * 10**6, role="fee")
    changed = replace(event(), kind="swap", legs=(*legs, paid), fee=None)
    found = rows(changed)
    columns = ("Buy Amount", "Sell Amount", "Fee")
    assert [
        (*(row[name].text if row[name] else "" for name in columns), row["Fee Currency"])
        for row in found
    ] == expected
    assert [row["Type"] for row in found[1:]] == ["Other Fee"] * (len(expected) - 1)
    assert len(list(cointracking.sources(export_figures(events=(changed,))))) == len(expected)


@pytest.mark.parametrize(
    ("kind", "role", "quantity", "type_"),
    [
        ("receive", "plain", 1, "Deposit"),
        ("send", "plain", -1, "Withdrawal"),
        ("reward", "plain", 1, "Reward / Bonus"),
        ("pool_fees", "plain", 1, "Reward / Bonus"),
        ("airdrop", "plain", 1, "Airdrop"),
        ("donation", "plain", -1, "Donation"),
        ("lend_withdraw", "interest", 1, "Interest Income"),
        ("flash_loan", "premium", -1, "Borrowing Fee"),
        ("swap", "tip", -1, "Other Fee"),
    ],
)
def test_types_are_those_of_the_list(kind, role, quantity, type_):
    leg = Leg(DESK.id, ETH, quantity, role=role)
    [row] = rows(replace(event(), kind=kind, legs=(leg,), fee=None))
    assert row["Type"] == type_


@pytest.mark.parametrize(
    ("said", "quantity", "type_"),
    [
        ("gift_sent", -1, "Gift"),
        ("stolen", -1, "Stolen"),
        ("lost", -1, "Lost"),
        ("spend", -1, "Spend"),
        ("withdrawal", -1, "Withdrawal"),
        ("mining", 1, "Mining"),
        ("gift_received", 1, "Gift / Tip"),
    ],
)
def test_what_a_statement_says_of_a_movement_is_its_type(said, quantity, type_):
    leg = Leg(DESK.id, ETH, quantity)
    kind = "send" if quantity < 0 else "receive"
    [row] = rows(replace(event(), kind=kind, legs=(leg,), fee=None, note=f"stated:{said}"))
    assert row["Type"] == type_


def test_a_fee_by_itself_is_an_other_fee():
    [row] = rows(replace(event(), kind="failed", legs=(), fee=EventFee(DESK.id, ETH, 7)))
    assert (row["Type"], row["Sell Amount"].text) == ("Other Fee", "0.000000000000000007")
