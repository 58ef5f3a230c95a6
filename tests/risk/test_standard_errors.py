"""Standard errors: as large as what figures of other samples differ by, and none where none is."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from risk.measure import CONFIDENCES, return_measures
from risk.performance import performance_measures
from risk.ratios import ratio_measures
from risk.relative import relative_measures
from risk.standard_errors import error_of, quantile_error, with_errors
from risk.trading import trade_measures
from tests.risk.series import random_series, series, trades

DAYS, SAMPLES = 400, 250
#: figures of the days one by one, of which other samples differ by their error
TOLD = (
    *("volatility", "sortino", "omega", "gain_to_pain", "sharpe_autocorrelated", "cagr"),
    "downside_deviation",
    *("var_historical_95", "es_historical_95", "var_gaussian_95", "es_gaussian_99"),
)  # fmt: skip


def named(measures):
    return {one.name: one for one in measures}


@pytest.fixture(scope="module")
def drawn():
    """Measures of many samples of one distribution with a fat tail."""
    random = np.random.default_rng(5)
    rows = random.standard_t(6, (SAMPLES, DAYS)) * 0.01 + 0.002
    return [named(return_measures(series(*row))) for row in rows]


@pytest.mark.parametrize("name", TOLD)
def test_other_samples_differ_by_the_error_of_one(drawn, name):
    values = np.asarray([one[name].value for one in drawn])
    errors = np.asarray([one[name].error for one in drawn])
    assert np.median(errors) == pytest.approx(values.std(ddof=1), rel=0.25)


@pytest.mark.parametrize("name", ["max_drawdown", "ulcer_index", "pain_index", "cdar_95", "martin"])
def test_falls_of_other_samples_differ_as_those_of_blocks_do(drawn, name):
    values = np.asarray([one[name].value for one in drawn])
    errors = np.asarray([one[name].error for one in drawn])
    assert 0.5 < np.median(errors) / values.std(ddof=1) < 2


def test_a_strong_drift_changes_the_error_of_sortino():
    random = np.random.default_rng(6)
    rows = [series(*row) for row in random.standard_t(6, (400, DAYS)) * 0.01 + 0.012]
    found = [named(with_errors(ratio_measures(row), row, (), 365))["sortino"] for row in rows]
    values, errors = zip(*((one.value, one.error) for one in found), strict=True)
    assert np.median(errors) == pytest.approx(np.std(values, ddof=1), rel=0.2)


def test_the_error_of_a_deviation_is_that_of_the_closed_form():
    """Of a normal sample sd ÷ √(2n)."""
    found = named(return_measures(random_series(3, 20_000, scale=0.02)))["volatility"]
    assert found.error == pytest.approx(found.value / sqrt(2 * 20_000), rel=0.03)


def test_a_quantile_is_bounded_by_its_neighbours_in_order():
    ordered = np.arange(1_000.0)
    found = quantile_error(ordered, Fraction(1, 20))
    assert found == pytest.approx(sqrt(1_000 * 0.05 * 0.95), rel=1e-12)
    # of a hundred days the 99 % has no neighbour below
    assert quantile_error(ordered[:100], Fraction(1, 100)) is None


def test_what_was_earned_is_no_estimate_and_all_else_has_an_error():
    found = named(return_measures(random_series(1, 400)))
    assert found["total_return"].error is None
    for one in found.values():
        assert one.error is not None or one.value is None or one.name == "total_return", one
    assert {one.error for one in performance_measures("nothing")} == {None}


@pytest.mark.parametrize(
    "values",
    [
        (),
        (0.01,),
        (0.01,) * 30,
        (0.01, -1.0, *[0.02] * 40),
        (0.01, float("nan"), *[0.02, -0.01] * 20),
        (*[0.01] * 20, 3.0, -0.99),
        (-0.01,) * 25,
    ],
)
def test_an_error_is_a_number_or_is_not_stated(values):
    given = series(*values)
    measures = return_measures(series(*[0.01, -0.02] * 30))
    for one in with_errors(measures, given, CONFIDENCES, 365):
        assert one.error is None or np.isfinite(one.error)
        assert one.value is not None or one.error is None


def test_an_error_that_is_known_stays_and_a_reason_has_none():
    found = named(return_measures(random_series(2, 60)))
    sharpe = found["sharpe"]
    again = with_errors([sharpe], random_series(2, 60), CONFIDENCES, 365)
    assert again == (sharpe,)
    assert found["var_historical_99"].value is None
    assert found["var_historical_99"].error is None


def test_the_errors_of_trades_are_those_of_independent_ones():
    random = np.random.default_rng(8)
    rows = [np.round(random.normal(3, 10, 200), 3) for _ in range(200)]
    known = [named(trade_measures(trades(*row, stake=50))) for row in rows]
    for name in ("win_rate", "profit_factor", "payoff", "expectancy"):
        values = np.asarray([one[name].value for one in known])
        errors = np.asarray([one[name].error for one in known])
        assert np.median(errors) == pytest.approx(values.std(ddof=1), rel=0.2), name
    alone = named(trade_measures(trades(3)))
    assert {one.error for one in alone.values()} == {None}
    winning = named(trade_measures(trades(3, 4, 5)))
    assert (winning["profit_factor"].error, winning["win_rate"].error) == (None, 0)
    losing = named(trade_measures(trades(-3, -4)))
    assert losing["payoff"].error is None


def test_the_error_of_a_mean_is_its_deviation_over_the_root_of_the_count():
    values = np.asarray([1.0, 2.0, 4.0, 9.0])
    assert error_of(values) == pytest.approx(values.std(ddof=1) / 2, rel=1e-15)


def test_figures_beside_a_benchmark_differ_by_their_errors():
    random = np.random.default_rng(4)
    known = []
    for _ in range(200):
        market = random.standard_t(6, 400) * 0.01 + 0.001
        own = 0.6 * market + random.standard_t(6, 400) * 0.008
        known.append(named(relative_measures(series(*own), series(*market, name="m"))))
    for name in (
        *("correlation_with_benchmark", "tracking_error", "up_capture", "down_capture"),
        *("information_ratio", "treynor", "m2", "systematic_risk", "specific_risk"),
        *("appraisal", "beta_up", "beta_down", "ahead"),
    ):
        values = np.asarray([one[name].value for one in known])
        errors = np.asarray([one[name].error for one in known])
        assert np.median(errors) == pytest.approx(values.std(ddof=1), rel=0.2), name
    same = named(relative_measures(series(*market), series(*market, name="m")))
    assert same["up_capture"].error == pytest.approx(0, abs=1e-12)
    assert same["information_ratio"].error is None
    few = named(relative_measures(series(0.1, 0.2), series(0.1, 0.3, name="m")))
    assert {one.error for one in few.values()} == {None}
