"""Positions at their quotes; what has none is a problem and never zero."""

from datetime import timedelta
from decimal import Decimal

from ledger.model.asset import Asset, AssetId
from ledger.model.fund import Policy, WalletId
from ledger.model.position import Position, Quote
from ledger.nav.valuation import mark, net_asset_value, price_problems
from ledger.prices.book import PriceBook
from tests.ledger.notation import START, asset_named

ONE = 10**18
ETH = asset_named("ETH")
DEBT = Asset(AssetId("symbol:DEBT"), "DEBT", 18, "debt", underlying=ETH)
BOOK = PriceBook([Quote(ETH, START, Decimal(2000), "USD", "file")], {DEBT.id: DEBT})
POLICY = Policy()


def position(asset, quantity, *, owed=False):
    return Position(WalletId("w"), asset, quantity, owed)


def test_a_debt_counts_negative_at_the_price_of_what_is_owed():
    marks = mark([position(ETH, 3 * ONE), position(DEBT.id, ONE, owed=True)], BOOK, START, POLICY)
    assert [one.value for one in marks] == [6000 * ONE, -2000 * ONE]
    assert net_asset_value(marks) == 4000 * ONE


def test_the_base_currency_counts_at_its_face_exactly():
    (one,) = mark([position(asset_named("USD"), 123456789)], BOOK, START, POLICY)
    assert one.value == 123456789


def test_an_unpriced_position_has_no_value_and_a_problem():
    token = asset_named("TOKEN")
    marks = mark([position(token, ONE), position(ETH, ONE)], BOOK, START, POLICY)
    assert marks[0].value is None
    assert net_asset_value(marks) == 2000 * ONE
    assert [(p.code, p.source) for p in price_problems(marks, BOOK, START, POLICY)] == [
        ("missing_price", token)
    ]


def test_a_stale_quote_has_no_value_and_says_its_age():
    later = START + timedelta(days=4)
    marks = mark([position(ETH, ONE)], BOOK, later, POLICY)
    (problem,) = price_problems(marks, BOOK, later, POLICY)
    assert (marks[0].value, problem.code) == (None, "stale_price")
    assert "2024-01-01" in problem.message


def test_a_token_of_unknown_decimals_has_no_value():
    token = AssetId("eip155:1/erc20:0x" + "2" * 40)
    book = PriceBook([Quote(token, START, Decimal(1), "USD", "file")])
    marks = mark([position(token, ONE)], book, START, POLICY)
    assert marks[0].value is None and marks[0].quote is None
    assert [p.code for p in price_problems(marks, book, START, POLICY)] == ["unknown_decimals"]
