"""Forecasts of tails against what came: too many, in clusters, too deep; each test can fail."""

import numpy as np
import pytest

from risk.backtest import (
    SHORTFALL_REFUTED,
    Forecast,
    acerbi_szekely,
    at_most,
    backtest,
    christoffersen,
    forecasts,
    kupiec,
    zone,
)
from risk.model import Backtest, Ratio
from risk.tail.historical import aged, filtered, historical
from risk.tail.normal import gaussian
from tests.risk.series import random_series


def outcome(given, confidence):
    """A back-test that says something, and its three tests where there is one."""
    found = backtest("m", given, confidence)
    assert isinstance(found, Backtest)
    return found


def clustered(found):
    assert found.independence is not None
    assert found.conditional is not None
    return found.independence.probability, found.conditional.probability


def said(exceptions, *, days=1_000, at_risk=0.02, shortfall=0.03, lost=0.03):
    """Forecasts of which those at these places were exceeded."""
    return [
        Forecast(at_risk, shortfall, lost if at in exceptions else 0.0) for at in range(days)
    ]  # fmt: skip


def test_as_many_exceptions_as_expected_are_no_evidence_against_a_model():
    found = kupiec(1_000, 50, 0.05)
    assert (found.statistic, found.probability) == pytest.approx((0, 1), abs=1e-12)


def test_too_many_and_too_few_are():
    assert kupiec(1_000, 80, 0.05).probability < 0.001
    assert kupiec(1_000, 25, 0.05).probability < 0.001
    assert kupiec(1_000, 0, 0.05).probability < 1e-20
    assert kupiec(250, 250, 0.01).statistic > 1_000


def test_clusters_are_found_by_what_follows_an_exception():
    dense = outcome(said({*range(100, 125), *range(700, 725)}), 0.95)
    spread = outcome(said(set(range(0, 1_000, 20))), 0.95)
    assert dense.exceptions == spread.exceptions == 50
    assert dense.coverage.probability > 0.99
    assert max(clustered(dense)) < 1e-10
    assert min(clustered(spread)) > 0.01


def test_without_any_exception_nothing_speaks_of_clusters():
    assert christoffersen([(False, False)] * 99) == Ratio(0.0, 1.0)
    assert christoffersen([]) is None


def test_days_apart_are_no_days_in_a_row():
    made = said({10, 12}, days=300)
    with_a_gap = [*made[:11], None, *made[12:]]
    found = outcome(with_a_gap, 0.99)
    assert (found.days, found.silent, found.exceptions) == (299, 1, 2)
    # the days at 10 and 12 stand side by side now, and are not taken for neighbours
    assert found.independence == christoffersen(
        [(False, False)] * 295 + [(False, True), (True, False)]
    )


@pytest.mark.parametrize(
    ("exceptions", "colour"),
    [(0, "green"), (4, "green"), (5, "yellow"), (9, "yellow"), (10, "red"), (250, "red")],
)
def test_zones_of_the_committee(exceptions, colour):
    assert zone(exceptions) == colour
    found = outcome(said(set(range(exceptions)), days=250), 0.99)
    assert found.zone == colour


def test_a_zone_is_of_250_days_at_99_per_cent_and_of_nothing_else():
    assert outcome(said(set(), days=249), 0.99).zone is None
    assert outcome(said(set(), days=250), 0.95).zone is None
    # of more days the last 250 count
    assert outcome(said(set(range(20)), days=270), 0.99).zone == "green"


def test_shortfall_as_said_is_zero_and_twice_as_deep_is_refuted():
    exceptions = set(range(0, 1_000, 20))
    assert acerbi_szekely(said(exceptions, shortfall=0.03, lost=0.03), 0.05) == pytest.approx(0)
    deep = acerbi_szekely(said(exceptions, shortfall=0.03, lost=0.06), 0.05)
    assert deep == pytest.approx(-1)
    assert -1 < SHORTFALL_REFUTED < 0
    assert acerbi_szekely(said(exceptions, shortfall=0.0), 0.05) is None


def test_few_forecasts_say_nothing():
    assert backtest("m", said(set(), days=99), 0.99) == "99 of at least 100 forecasts"


def test_a_forecast_knows_no_day_but_those_before_it():
    drawn = list(random_series(1, 200).values)
    changed = [*drawn[:150], -0.9, *drawn[151:]]
    before, after = forecasts(drawn, historical, 0.95), forecasts(changed, historical, 0.95)
    assert before[:130] == after[:130]
    assert before[130] is not None
    assert after[130] == Forecast(before[130].at_risk, before[130].shortfall, 0.9)
    assert before[131:] != after[131:]


def test_a_method_that_is_silent_on_a_day_is_not_right_on_it():
    still = [0.01, -0.01] * 20 + [0.0] * 120 + [-0.01] * 150
    given = forecasts(still, filtered, 0.95)
    found = outcome(given, 0.95)
    assert found.silent == sum(each is None for each in given) > 0
    assert found.days + found.silent == len(still) - 20


@pytest.mark.parametrize("method", [historical, aged, gaussian])
def test_methods_cover_what_they_are_made_for(method):
    drawn = random_series(12, 1_500, scale=0.02).values
    found = outcome(forecasts(drawn, method, 0.95), 0.95)
    assert found.coverage.probability > 0.01


def test_a_normal_tail_is_refuted_by_heavy_ones():
    drawn = np.random.default_rng(3).standard_t(2.5, 3_000) * 0.01
    found = outcome(forecasts(list(drawn), gaussian, 0.99), 0.99)
    assert found.coverage.probability < 0.05
    assert found.shortfall is not None
    assert found.shortfall < 0


def test_a_probability_of_exceptions_is_the_binomial():
    assert at_most(250, 250, 0.01) == pytest.approx(1)
    assert at_most(0, 10, 0.5) == 0.5**10
