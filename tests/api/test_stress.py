"""Scenarios of real books: prices of families by day, gas of a month, and a name that is none."""

import json
from datetime import timedelta

import pytest

from api import figures
from api.exposures import exposure_of
from api.pool_risk import curves_of
from api.routes.shapes_of_exposure import StressOut
from api.stress import DAYS, family_prices, gas_a_day, stress_row
from ledger.model.errors import BadInput
from risk.bending import Curve
from risk.liquidity import UNREAD
from risk.pools import worth_of
from tests.ledger import moves
from tests.ledger.test_accrued_fees import NFT, kept, read
from tests.ledger.test_positions_without_token import opened

A, B = moves.asset("A"), moves.asset("B")


@pytest.fixture(scope="module")
def books():
    return kept(opened(3), readings=(read(8, (0, 0)),))


def test_a_scenario_alone_is_that_of_the_whole(books):
    whole = stress_row(books, None, None, 0.2)["scenarios"]
    (alone,) = stress_row(books, None, "2020-03-12", 0.2)["scenarios"]
    assert alone in whole
    assert alone["untouched"]


def test_liquidity_that_was_read_is_valued_at_the_prices_of_the_scenario(books):
    row = stress_row(books, None, None, 0.2)
    StressOut.model_validate_json(json.dumps(row), strict=True)
    curve = curves_of(books)[NFT]
    assert isinstance(curve, Curve)
    assert curve.assets == (A, B)
    # 100 of 10 and 10 of 100 at the prices by which it was read
    shape = (curve.liquidity, curve.low, curve.high)
    assert worth_of(*shape, 10, 100) == pytest.approx(2_000, rel=1e-12)
    unread = kept(opened(3), readings=())
    assert curves_of(unread)[NFT] == UNREAD
    (without,) = stress_row(unread, None, "2020-03-12", 0.2)["scenarios"]
    assert [(one["loss"], one["reason"]) for one in without["pools"]] == [(None, UNREAD)]


def test_a_name_that_no_scenario_has_is_bad_input(books):
    with pytest.raises(BadInput, match="2020-03-12"):
        stress_row(books, None, "tomorrow", 0.2)


def test_gas_is_that_of_the_last_month_by_day(books):
    moment = figures.last_moment(books)
    paid = sum(one.gas + one.failed for one in figures.results(books))
    assert gas_a_day(books, moment) == paid // 30
    assert gas_a_day(books, moment + timedelta(days=60)) == 0


def test_a_family_has_a_price_on_days_with_a_quote_of_their_own_and_none_on_others(books):
    found = exposure_of(books)
    prices = family_prices(books, found, figures.last_moment(books))
    families = found.dimension("family")
    assert families is not None
    assert prices.keys() == {group.name for group in families.groups}
    assert {len(days) for days in prices.values()} == {DAYS + 1}
    assert all(days[0] is None for days in prices.values())
