"""What leaving the holdings costs: which pool tells it, how old that is, or why nothing does."""

import json
from datetime import timedelta
from decimal import Decimal
from math import exp, sin

import pytest

from api import figures
from api.exits import ELSEWHERE, IN_MONEY, NO_FEE, NO_PRICE, NOT_HEARD, Leaving, leaving_row
from api.routes.shapes_of_exposure import LeavingOut
from ledger.model.asset import Asset, erc20, native
from ledger.model.errors import BadInput
from ledger.model.position import Quote
from risk.exits import BEYOND_TICKS
from risk.pools import swap_exact_in
from tests.ledger import moves
from tests.ledger.nav.test_pool_states import POOL, USDC, WETH
from tests.ledger.pairs import Pair
from tests.ledger.written import books_of, tokens, transaction

USD = erc20(moves.NETWORK, USDC)
COIN = erc20(moves.NETWORK, WETH)
HOURS = 60
PRICED = (("A", 3), ("B", 6))
#: A pool of USDC and WETH at 2,000 dollars: √(10¹⁸ ÷ (2,000·10⁶)) as 2⁹⁶, and its tick.
ROOT, TICK = int(2**96 * (10**18 / 2_000e6) ** 0.5), 200_311
MARKET = "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67"
FACTS = (*tokens("A", "B", "C", "pair"), Asset(USD, "USDC", 6), Asset(COIN, "WETH", 18))


def history(asset, price, days=200):
    """A price a day over the days before the first transaction, and on the day of the last."""
    return tuple(
        Quote(
            asset,
            moves.START.replace(hour=0) + timedelta(days=1 - back),
            Decimal(str(round(price * exp(0.03 * sin(back * 2.7)), 8))),
            "USD",
            "list",
        )
        for back in range(days)
    )


def asked(*transactions, leaving=None, prices=PRICED, quotes=(), time=None):
    """The answer, and its holdings by symbol."""
    priced = [one for name, price in prices for one in history(moves.asset(name), price)]
    books = books_of(*transactions, assets=FACTS, quotes=(*priced, *quotes))
    row = leaving_row(figures.as_of(books, time), time, leaving or Leaving())
    LeavingOut.model_validate_json(json.dumps(row), strict=True)
    return row, {one["symbol"]: one for one in row["holdings"]}


def traded(held=10 * 10**9):
    """The fund has A, and traded some of it in a pair of 4,000 milliards A and 2,000 of B."""
    pair = Pair()
    pair.put(1, 4_000 * 10**9, 2_000 * 10**9, who="x")
    return pair, (transaction(2, f"shop > w {held + 5 * 10**9} A"), pair.swap(3, 5 * 10**9))


def of(row, name):
    return next(one for one in row["measures"] if one["name"] == name)


def test_the_depth_is_what_the_pair_said_in_the_last_trade_of_the_funds():
    pair, steps = traded(held=400 * 10**9)
    row, found = asked(*steps)
    one = found["A"]
    assert (one["kind"], one["into"], one["fee"], one["age_days"]) == (
        *("constant_product", "B", "0.003"),
        0,
    )
    assert (one["block"], one["evidence"], one["reason"]) == (3, steps[1].id, "")
    # at the prices of now, along the product
    a, b = (pair.reserves[pair.names.index(name)] for name in "AB")
    prices = [float(history(moves.asset(name), price)[0].price) for name, price in PRICED]
    x = (a * b * prices[1] / prices[0]) ** 0.5
    assert float(one["depth"]) == pytest.approx(x, rel=1e-9)
    assert float(one["share"]) == pytest.approx(4e11 / x, rel=1e-9)
    swap = swap_exact_in(4e11, x, a * b / x, 0.003)
    cost = 1 - swap.given * prices[1] / (4e11 * prices[0])
    assert float(of(one, "exit_cost")["value"]) == pytest.approx(cost, rel=1e-9)
    assert of(one, "var_with_exit_95")["sample"] == 199
    assert float(of(one, "var_with_exit_95")["value"]) > float(of(one, "exit_cost")["value"])
    assert moves.asset("A") in row["together"]


def test_a_pool_that_was_heard_long_ago_counts_as_not_heard():
    steps = traded()[1]
    late = transaction(9, "shop > w 1 A", minutes=40 * 24 * HOURS)
    more = tuple(
        Quote(moves.asset(name), moves.START + timedelta(days=40), Decimal(3), "USD", "list")
        for name in "AB"
    )
    row, found = asked(*steps, late, quotes=more)
    assert found["A"]["reason"].startswith("its pool was heard last on 2024-03-01")
    assert (found["A"]["depth"], found["A"]["kind"], row["together"]) == (None, None, [])
    _, patient = asked(*steps, late, quotes=more, leaving=Leaving(oldest=60))
    assert (patient["A"]["kind"], patient["A"]["age_days"]) == ("constant_product", 40)


def test_what_nobody_heard_of_has_the_reason_and_a_stated_depth_takes_its_place():
    came = (transaction(2, "shop > w 100 A"),)
    _, dark = asked(*came)
    assert dark["A"]["reason"] == NOT_HEARD
    assert of(dark["A"], "var_with_exit_95")["value"] is None
    assert of(dark["A"], "var_historical_95")["value"] is not None
    _, found = asked(*came, leaving=Leaving(("A=400,0.01",)))
    assert (found["A"]["kind"], found["A"]["share"], found["A"]["fee"]) == (
        "stated",
        "0.25",
        "0.01",
    )
    assert float(of(found["A"], "exit_cost")["value"]) == pytest.approx(1 - 0.99 / (1 + 0.99 / 4))


def test_what_is_stated_goes_before_what_was_heard():
    _, found = asked(*traded()[1], leaving=Leaving(("A=10000,0",)))
    assert (found["A"]["kind"], found["A"]["heard"]) == ("stated", None)
    assert found["A"]["share"] == "1000000"


def test_a_stranger_makes_no_depth():
    pair = Pair()
    put = pair.put(1, 4_000_000, 2_000_000, who="x", caller="x")
    swap = pair.swap(3, 5_000, who="x", caller="x")
    _, found = asked(put, transaction(2, "shop > w 100 A"), swap)
    assert found["A"]["reason"] == NOT_HEARD


def test_a_deposit_alone_tells_no_fee():
    pair = Pair()
    pair.put(1, 4_000_000, 2_000_000, who="x")
    steps = (transaction(2, "shop > w 500000 A; shop > w 250000 B"), pair.put(3, 400_000, 200_000))
    _, found = asked(*steps)
    assert found["A"]["reason"] == NO_FEE


def test_what_the_pool_gives_must_have_a_price():
    _, found = asked(*traded()[1], prices=(("A", 3),))
    # the trade itself prices B, which is a price too; of the day before it there is none
    assert found["A"]["kind"] == "constant_product" or found["A"]["reason"] == NO_PRICE
    assert of(found["A"], "var_with_exit_95")["value"] is None


def test_money_of_the_base_currency_is_said_to_be_so():
    pay = transaction(2, f"shop > w 5000000 {USD}")
    _, found = asked(pay, quotes=history(USD, 1))
    assert found["USDC"]["reason"] == IN_MONEY


def test_native_coin_is_sold_as_its_wrapped_token_and_a_proven_pool_tells_its_ticks():
    ether = native(moves.NETWORK)
    log = (3, POOL, MARKET, ("router", "w"), (2_000 * 10**6, 2**256 - 10**18, ROOT, 10**21, TICK))
    pay = transaction(2, f"shop > w {3 * 10**15} ETH; shop > w {10**15} {COIN}")
    text = f"w > {POOL} {2_000 * 10**6} {USD}; {POOL} > w {10**18} {COIN}"
    swap = transaction(3, text, [log])
    quotes = (*history(ether, 2_000), *history(COIN, 2_000), *history(USD, 1))
    _, found = asked(pay, swap, quotes=quotes)
    assert "ETH" not in found
    one = found["WETH"]
    assert Decimal(one["quantity"]) == pytest.approx(Decimal("1.004"))
    assert (one["kind"], one["into"], one["fee"]) == ("concentrated", "USDC", "0.0005")
    # 1.004 of 22 million: the fee, and a move of less than a tick
    assert float(of(one, "exit_cost")["value"]) == pytest.approx(0.0005, rel=1e-3)
    assert of(one, "var_with_exit_95")["reason"] == ""


def test_a_sale_beyond_the_ticks_that_a_pool_told_is_no_figure():
    log = (3, POOL, MARKET, ("router", "w"), (2_000 * 10**6, 2**256 - 10**18, ROOT, 10**15, TICK))
    text = f"w > {POOL} {2_000 * 10**6} {USD}; {POOL} > w {10**18} {COIN}"
    quotes = (*history(COIN, 2_000), *history(USD, 1))
    row, found = asked(transaction(3, text, [log]), quotes=quotes)
    assert of(found["WETH"], "exit_cost")["reason"] == BEYOND_TICKS
    assert (found["WETH"]["kind"], row["together"]) == ("concentrated", [])


@pytest.mark.parametrize(
    "text", ["", "A", "A=", "A=5", "A=0,0.1", "A=nan,0", "A=inf,0", "A=5,1", "A=5,-0.1", "=5,0.1"]
)
def test_what_is_no_depth_is_refused(text):
    with pytest.raises(BadInput):
        Leaving((text,))


@pytest.mark.parametrize("days", [0, -1, 4_000])
def test_days_that_are_none_are_refused(days):
    with pytest.raises(BadInput):
        Leaving(oldest=days)


def test_a_depth_of_nothing_that_is_held_is_refused():
    with pytest.raises(BadInput, match="nothing held"):
        asked(*traded()[1], leaving=Leaving(("XYZ=5,0.1",)))


def test_a_coin_at_a_venue_has_no_depth_until_one_is_stated(reader):
    row = reader.get("/v1/risk/leaving").json()
    reasons = {one["symbol"]: one["reason"] for one in row["holdings"]}
    assert (reasons["BTC"], reasons["USD"]) == (ELSEWHERE, IN_MONEY)
    stated = reader.get("/v1/risk/leaving?depth=BTC%3D30,0.003").json()
    (bitcoin,) = [one for one in stated["holdings"] if one["symbol"] == "BTC"]
    assert (bitcoin["kind"], bitcoin["reason"]) == ("stated", "")
    assert reader.get("/v1/risk/leaving?depth=BTC").status_code == 422
    assert reader.get("/v1/risk/leaving?oldest=0").status_code == 400
