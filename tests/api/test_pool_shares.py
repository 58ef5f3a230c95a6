"""Shares of pools that are tokens in the list of liquidity: figures, or the reason for none."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest

from api import figures
from api.exposures import exposure_of
from api.pool_risk import liquidity_rows
from api.pool_shares import NO_FORMULA, NOT_TOLD, pair_curves
from api.routes.shapes_of_exposure import PoolRiskOut
from api.stress import stress_row
from ledger.model.position import Quote
from risk.bending import Curve
from risk.liquidity import NO_RANGE, UNPRICED
from risk.pools import constant_product, impermanent_loss
from tests.ledger import moves
from tests.ledger.nav.test_pool_states import MILLION
from tests.ledger.pairs import Pair
from tests.ledger.written import books_of, tokens, transaction

SHARE = moves.asset("pair")
FACTS = tokens("A", "B", "S", "pair")


def quotes(minutes, a, b):
    time = moves.START + timedelta(minutes=minutes)
    every = {"A": a, "B": b}.items()
    return tuple(Quote(moves.asset(n), time, Decimal(str(p)), "USD", "list") for n, p in every)


def row(*transactions, later=(4, 1)):
    """The only row of books in which A cost 1 and B cost 2, and later something else."""
    funded = (transaction(1, f"shop > w {10**11} A"), transaction(2, f"shop > w {10**11} B"))
    priced = (*quotes(-60, 1, 2), *(quotes(600, *later) if later else ()))
    books = books_of(*funded, *transactions, assets=FACTS, quotes=priced)
    (one,) = liquidity_rows(books)
    PoolRiskOut.model_validate_json(json.dumps(one), strict=True)
    return one, {measure["name"]: measure for measure in one["measures"]}, books


def deposited():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    return pair, pair.put(4, 400 * MILLION, 200 * MILLION)


def test_the_loss_against_holding_is_that_of_the_closed_form():
    """The price of A in B went from a half to four: r = 8."""
    one, found, _ = row(deposited()[1])
    assert float(found["impermanent_loss"]["value"]) == pytest.approx(impermanent_loss(8), rel=1e-6)
    assert found["impermanent_loss"]["parameters"]["heard"] == one["time"]
    assert one["evidence"]
    held = 400 * MILLION * 4 + 200 * MILLION
    assert Decimal(one["value"]) == pytest.approx(Decimal(held * (1 + impermanent_loss(8))))


def test_price_delta_and_gamma_are_those_of_a_constant_product():
    pair, deposit = deposited()
    _, found, _ = row(deposit)
    price = 4.0 if pair.names[0] == "A" else 0.25
    true = constant_product(400 * MILLION * 200 * MILLION, price)
    assert float(found["price"]["value"]) == price
    assert float(found["delta"]["value"]) == pytest.approx(true.delta, rel=1e-6)
    assert float(found["gamma"]["value"]) == pytest.approx(true.gamma, rel=1e-6)
    assert found["range_low"]["reason"] == NO_RANGE


def test_what_trades_left_in_the_pair_counts_once_it_is_heard():
    """Fees of a trade raise √k of each share; a later withdrawal tells it."""
    pair, deposit = deposited()
    _, before, _ = row(deposit)
    for number in range(5, 25):
        pair.swap(number, 300 * MILLION, who="x")
    shares = pair.supply // 40
    _, after, _ = row(deposit, pair.take(30, shares))
    gained = float(after["impermanent_loss"]["value"]) - float(before["impermanent_loss"]["value"])
    assert gained > 1e-4


def test_a_pair_of_which_no_deposit_was_heard_is_listed_with_the_reason():
    pair = deposited()[0]
    came = transaction(5, "x > w 7000000 pair")
    one, found, _ = row(pair.swap(4, MILLION), came)
    assert {measure["reason"] for measure in found.values()} == {NOT_TOLD}
    assert {measure["value"] for measure in found.values()} == {None}
    assert (one["value"], one["time"], one["pair"]) == (None, None, [])


def test_shares_of_another_kind_of_pool_are_listed_with_the_reason():
    one, found, _ = row(transaction(3, "w > S 100 A; w > S 10 B; zero > w 5 S"))
    assert one["asset"] == moves.asset("S")
    assert {measure["reason"] for measure in found.values()} == {NO_FORMULA}


def test_without_a_price_of_both_there_is_no_figure():
    funded = (transaction(1, f"shop > w {10**11} A"), transaction(2, f"shop > w {10**11} B"))
    books = books_of(*funded, deposited()[1], assets=FACTS, quotes=quotes(-60, 1, 2)[:1])
    (one,) = liquidity_rows(books)
    assert {measure["reason"] for measure in one["measures"]} == {UNPRICED}
    assert one["value"] is None


def test_as_of_a_time_before_it_was_taken_out_the_earlier_state_stands():
    pair, deposit = deposited()
    _, _, books = row(deposit, pair.take(900, 10 * MILLION))
    then = moves.START + timedelta(minutes=700)
    (early,) = liquidity_rows(figures.as_of(books, then), then)
    (late,) = liquidity_rows(books)
    assert early["time"] < late["time"]
    root = sqrt(400 * MILLION * 200 * MILLION)
    assert float(early["value"]) == pytest.approx(2 * root * sqrt(4 * 1), rel=1e-6)
    assert float(late["value"]) < float(early["value"])


def scenario(books, name="2020-03-12"):
    return stress_row(books, None, name, 0.2)["scenarios"][0]


def test_a_scenario_sees_into_shares_of_a_pair_and_values_them_at_its_prices():
    """Half of the price of one asset takes 29.3 % of the shares, as of any constant product."""
    _, deposit = deposited()
    _, _, books = row(deposit)
    curve = pair_curves(books, figures.last_moment(books))[SHARE]
    assert isinstance(curve, Curve)
    assert curve.left((Fraction(-1, 2), Fraction(0))) == pytest.approx(sqrt(0.5))
    assert curve.left((Fraction(0), Fraction(-1))) == 0
    lines = exposure_of(books, None, {SHARE: list(curve.halves())}).lines
    inside = [line for line in lines if line.asset == SHARE]
    assert {line.inside for line in inside} == {moves.asset("A"), moves.asset("B")}
    assert abs(inside[0].value - inside[1].value) <= 1


def test_the_shocks_of_a_scenario_reach_the_coins_in_a_pair():
    """Ether falls by so much on that day; the other asset is a coin that it says nothing of."""
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    ether = (replace(FACTS[0], symbol="WETH"), *FACTS[1:])
    funded = (transaction(1, f"shop > w {10**11} A"), transaction(2, f"shop > w {10**11} B"))
    priced = (*quotes(-60, 1, 2), Quote(SHARE, moves.START, Decimal(2), "USD", "list"))
    steps = (*funded, pair.put(4, 400 * MILLION, 200 * MILLION))
    found = scenario(books_of(*steps, assets=ether, quotes=priced))
    hit = next(one for one in found["positions"] if one["asset"] == SHARE)
    (pool,) = [one for one in found["pools"] if one["asset"] == SHARE]
    left = 1 + float(hit["change"])
    assert left < 0.7
    value = 2 * float(hit["value"])
    lost = float(hit["loss"]) + float(pool["loss"])
    assert lost == pytest.approx(value * (1 - sqrt(left)), rel=1e-6)


def test_a_pair_of_which_nothing_is_known_is_named_where_its_own_coin_moves():
    pair = deposited()[0]
    came = transaction(5, "x > w 7000000 pair")
    _, _, books = row(pair.swap(4, MILLION), came)
    assert pair_curves(books, figures.last_moment(books))[SHARE] == NOT_TOLD
