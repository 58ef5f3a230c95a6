"""All windows at once say what each window says alone: the slow fold against the fast one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.backtest import DAYS_KEPT, backtest, backtests_at, forecasts, gathered
from risk.model import Backtest
from risk.tail import METHODS, observations_needed
from risk.tail.rolling import AT_ONCE, windows
from tests.risk.series import daily_returns, random_series, stated

#: What is fitted takes long alone, and is found as near as its likelihood is flat.
FITTED = ("student", "extreme")
EXACT = tuple(name for name in AT_ONCE if name not in FITTED)
RTOL = dict.fromkeys(FITTED, 1e-6)


def check_agreement(values, name, confidence, width):
    """The fast fold says of every day what the method says of the days before it."""
    least = observations_needed(confidence)
    sample = np.asarray(values, dtype=np.float64)
    alone = gathered(forecasts(values, METHODS[name][0], confidence, window=width))
    at_once = AT_ONCE[name](windows(sample, np.arange(least, len(sample)), width, confidence))(
        confidence
    )
    scale = float(np.abs(sample).max()) or 1.0
    for one, other in ((alone.at_risk, at_once.at_risk), (alone.shortfall, at_once.shortfall)):
        assert np.array_equal(np.isnan(one), np.isnan(other))
        np.testing.assert_allclose(other, one, rtol=RTOL.get(name, 1e-9), atol=1e-12 * scale)


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.975, 0.99])
@pytest.mark.parametrize("width", [120, 500])
def test_a_long_series_is_forecast_as_day_by_day(name, confidence, width):
    drawn = np.random.default_rng(5).standard_t(3, 700) * 0.02
    check_agreement(drawn.tolist(), name, confidence, width)


def test_a_day_that_is_not_remembered_weighs_nothing_in_any_window():
    drawn = np.random.default_rng(5).standard_t(3, 700) * 0.02
    check_agreement(drawn.tolist(), "aged", 0.95, 650)


def test_a_crash_of_long_ago_is_among_many_worst_that_weigh_little():
    random = np.random.default_rng(6)
    values = [*random.normal(0, 0.05, 90), *random.normal(0, 0.001, 450)]
    check_agreement(values, "aged", 0.95, 500)


@pytest.mark.parametrize("name", FITTED)
def test_fitted_tails_are_too(name):
    drawn = np.random.default_rng(5).standard_t(3, 520) * 0.02
    check_agreement(drawn.tolist(), name, 0.99, 440)


@pytest.mark.parametrize("name", EXACT)
def test_a_series_with_ties_stillness_and_a_crash_is_too(name):
    values = [0.01, -0.01] * 40 + [0.0] * 90 + [-0.9] + [0.001, 0.0, -0.001] * 60 + [1e-9] * 40
    check_agreement(values, name, 0.95, 100)


@pytest.mark.parametrize("name", EXACT)
@given(st.lists(daily_returns, min_size=24, max_size=60))
def test_any_series_is(name, values):
    check_agreement(values, name, 0.95, 30)


def test_the_tests_of_all_methods_are_those_of_the_days_one_by_one():
    values = random_series(2, 700, scale=0.02).values
    found = backtests_at(values, (0.95, 0.99))
    for level, methods in found.items():
        assert list(methods) == list(METHODS)
        for name, (method, _) in METHODS.items():
            kept = DAYS_KEPT.get(name, 1)
            alone = backtest(name, forecasts(values, method, level, days=kept), level)
            other = methods[name]
            if isinstance(alone, str) or isinstance(other, str):
                assert alone == other
                continue
            assert (other.days, other.exceptions) == (alone.days, alone.exceptions)
            assert other.silent == alone.silent
            assert (other.coverage, other.independence) == (alone.coverage, alone.independence)
            assert other.zone == alone.zone
            assert other.shortfall == pytest.approx(alone.shortfall, rel=1e-6)


def test_equal_losses_are_no_exceptions_whatever_their_rounding():
    found = backtests_at([0.0] * 150, (0.95,))[0.95]
    assert {each.exceptions for each in found.values() if isinstance(each, Backtest)} == {0}
    normal = backtests_at([-0.0123] * 150, (0.95,))[0.95]["gaussian"]
    assert stated(normal).exceptions == 0


@pytest.mark.parametrize("count", [0, 1, 20, 21])
def test_a_short_series_is_not_forecast_and_says_so(count):
    found = backtests_at(random_series(1, count).values, (0.95, 0.99))
    reasons = {each for methods in found.values() for each in methods.values()}
    assert all(isinstance(each, str) for each in reasons)
