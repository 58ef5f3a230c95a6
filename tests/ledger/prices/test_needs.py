"""What quotes the fund's trades imply."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.model.activity import microseconds
from ledger.model.amount import Money
from ledger.model.asset import Asset, debt, position
from ledger.model.event import Event, EventFee, Leg
from ledger.model.fund import Policy, WalletId
from ledger.model.position import Quote
from ledger.prices.book import PriceBook
from ledger.prices.needs import Implications
from tests.ledger.notation import START, asset_named

WALLET = WalletId("eip155:1:0x1")
ETH, TOKEN, OTHER = asset_named("ETH"), asset_named("TOKEN"), asset_named("OTHER")
ONE = 10**18
BOOK = PriceBook([Quote(ETH, START, Decimal(2000), "USD", "file")])


def event(number, *legs, kind="swap", fee=None, value=None):
    time = START + timedelta(minutes=number)
    return Event(
        id=f"e{number}",
        kind=kind,
        time=time,
        order=(microseconds(time), "eip155:1", number, 0, f"e{number}"),
        network="eip155:1",
        txid="",
        activities=(),
        legs=tuple(Leg(WALLET, asset, quantity) for asset, quantity in legs),
        fee=EventFee(WALLET, fee, 1) if fee else None,
        value=value,
    )


def prices(*events, book=BOOK):
    return [
        (quote.asset, quote.price, quote.source)
        for quote in Implications().quotes(events, book, Policy())
    ]


def test_a_token_bought_with_a_priced_asset_has_a_price():
    assert prices(event(1, (ETH, -ONE), (TOKEN, 400 * ONE))) == [(TOKEN, 5, "implied:e1")]


def test_a_token_sold_for_a_priced_asset_has_a_price():
    assert prices(event(1, (TOKEN, -400 * ONE), (ETH, ONE))) == [(TOKEN, 5, "implied:e1")]


def on_credit(of=None):
    """One TOKEN for half an ETH and a debt of half another."""
    owed = debt("eip155:1", "blend", "lien")
    one = event(1, (ETH, -ONE // 2), (TOKEN, ONE), kind="nft_trade")
    one = replace(one, legs=(*one.legs, Leg(WALLET, owed, ONE // 2, role="debt")))
    facts = {owed: Asset(owed, "ETH", 18, "debt", underlying=of)} if of else {}
    book = PriceBook([Quote(ETH, START, Decimal(2000), "USD", "file")], assets=facts)
    return prices(one, book=book)


def test_what_is_owed_for_a_thing_is_part_of_its_price():
    assert on_credit(ETH) == [(TOKEN, 2000, "implied:e1")]


def test_a_thing_bought_with_a_debt_of_nobody_knows_what_has_no_price():
    assert on_credit() == []


def test_a_token_bought_with_a_token_that_a_trade_priced_has_a_price():
    first = event(1, (ETH, -ONE), (TOKEN, 400 * ONE))
    second = event(2, (TOKEN, -10 * ONE), (OTHER, ONE))
    assert prices(second, first) == [(TOKEN, 5, "implied:e1"), (OTHER, 50, "implied:e2")]


def test_a_newer_trade_gives_a_newer_price():
    trades = [event(n, (ETH, -ONE), (TOKEN, n * 100 * ONE)) for n in (1, 2)]
    assert [price for _, price, _ in prices(*trades)] == [20, 10]


def test_two_assets_that_only_trades_price_say_nothing_new():
    trades = [event(1, (ETH, -ONE), (TOKEN, ONE)), event(2, (ETH, -ONE), (OTHER, ONE))]
    assert len(prices(*trades, event(3, (TOKEN, -ONE), (OTHER, 9 * ONE)))) == 2


def test_a_quoted_asset_gets_no_implied_price():
    book = BOOK.with_quotes([Quote(TOKEN, START, Decimal(1), "USD", "file")])
    assert not prices(event(1, (ETH, -ONE), (TOKEN, ONE)), book=book)


def test_two_unknown_assets_on_a_side_get_no_price():
    assert not prices(event(1, (ETH, -ONE), (TOKEN, ONE), (OTHER, ONE)))


def test_what_a_priced_asset_leaves_is_the_price_of_the_other():
    usd = asset_named("USD")
    trade = event(1, (ETH, -ONE), (TOKEN, ONE), (usd, 500 * ONE))
    assert prices(trade) == [(TOKEN, 1500, "implied:e1")]


def test_nothing_is_implied_when_no_side_is_known():
    assert not prices(event(1, (TOKEN, -ONE), (OTHER, ONE)))


def test_spam_implies_nothing_and_gets_no_price_by_being_sold():
    spam = event(1, (TOKEN, ONE), kind="spam")
    sold = event(2, (TOKEN, -ONE), (ETH, 100 * ONE))
    assert not prices(spam, sold)
    bought = event(2, (ETH, -ONE), (TOKEN, ONE))
    assert prices(spam, bought) == [(TOKEN, 2000, "implied:e2")]


def test_a_flash_loan_or_a_receipt_implies_nothing():
    for kind in ("flash_loan", "receive"):
        assert not prices(event(1, (ETH, -ONE), (TOKEN, ONE), kind=kind))


@pytest.mark.parametrize("place", ["pool", "vault", "lend"])
def test_a_share_is_worth_what_was_put_in_and_later_what_came_out(place):
    put_in = event(1, (ETH, -ONE), (TOKEN, 10 * ONE), kind=f"{place}_deposit")
    taken = event(2, (TOKEN, -10 * ONE), (ETH, 2 * ONE), kind=f"{place}_withdraw")
    assert prices(put_in, taken) == [(TOKEN, 200, "implied:e1"), (TOKEN, 400, "implied:e2")]


def test_a_share_prices_nothing_that_was_put_in_for_it():
    priced = event(1, (ETH, -ONE), (TOKEN, 10 * ONE), kind="pool_deposit")
    half = event(2, (OTHER, -ONE), (ETH, -ONE), (TOKEN, 20 * ONE), kind="pool_deposit")
    assert prices(priced, half) == [(TOKEN, 200, "implied:e1")]
    assert not prices(event(1, (OTHER, -ONE), (TOKEN, ONE), kind="vault_deposit"))


def test_a_position_without_a_token_is_worth_what_was_put_in():
    asset = position("eip155:1", "uniswap_v3", "0x1.7")
    book = PriceBook(BOOK.quotes, {asset: Asset(asset, "liquidity", 18, "position")})
    made = event(1, (ETH, -ONE), kind="pool_deposit")
    made = replace(made, legs=(*made.legs, Leg(WALLET, asset, 4 * ONE, role="position")))
    assert prices(made, book=book) == [(asset, 500, "implied:e1")]


def test_stated_consideration_gives_the_price():
    stated = Money(300 * ONE, "USD")
    assert prices(event(1, (TOKEN, 3 * ONE), kind="reward", value=stated)) == [
        (TOKEN, 100, "implied:e1")
    ]


def test_an_implied_price_is_too_old_after_the_policys_age():
    first = event(1, (ETH, -ONE), (TOKEN, 400 * ONE))
    later = event(10 * 24 * 60, (TOKEN, -ONE), (OTHER, ONE))
    assert [asset for asset, *_ in prices(first, later)] == [TOKEN]
