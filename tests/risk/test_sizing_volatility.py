"""The exposure at which volatility is a target: forecast, cap, and the error that a cap leaves."""

import numpy as np
import pytest

from risk.sizing.volatility import forecast, volatility_target
from tests.risk.series import random_series, series


def named(sizing):
    return {one.name: one for one in sizing.measures}


def test_exposure_is_the_target_over_the_forecast():
    given_series = random_series(1, 300)
    known = named(volatility_target(given_series, 0.1, leverage=10.0))
    yearly = forecast(np.asarray(given_series.values)) * 365**0.5
    assert known["volatility_forecast"].value == pytest.approx(yearly, rel=1e-12)
    assert known["exposure"].value == pytest.approx(0.1 / yearly, rel=1e-12)
    relative = known["exposure"].error / known["exposure"].value
    assert relative == pytest.approx((2 * 1.94 / 0.06) ** -0.5, rel=1e-9)


def test_the_forecast_of_alike_days_is_their_size_and_follows_the_newest():
    assert forecast(np.tile([0.01, -0.01], 100)) == pytest.approx(0.01, rel=1e-12)
    calm_then_wild = np.concatenate([np.tile([0.001, -0.001], 50), np.tile([0.02, -0.02], 30)])
    assert forecast(calm_then_wild) > 0.019


def test_exposure_is_capped_and_says_so():
    known = named(volatility_target(random_series(1, scale=0.0001, mean=0), 0.5))
    assert known["exposure"].value == 1
    assert ("capped", "yes") in known["exposure"].parameters
    assert known["exposure"].error < 1e-6


@pytest.mark.parametrize("times", [0.9, 0.99, 1.0, 1.05, 1.3])
def test_the_error_of_an_exposure_is_what_its_cap_leaves_of_it(times):
    days = random_series(1, 300)
    free = named(volatility_target(days, 0.1, leverage=1e6))["exposure"]
    found = named(volatility_target(days, 0.1, leverage=times * free.value))["exposure"]
    drawn = np.random.default_rng(1).normal(free.value, free.error, 200_000)
    spread = np.minimum(drawn, times * free.value).std()
    assert found.error == pytest.approx(spread, rel=0.01)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([0.01, 0.02] * 9, "18 of at least 20 days"),
        ([0.01] * 30, "the returns do not vary"),
        ([0.01] * 29 + [float("inf")], "a return is no number"),
    ],
)
def test_without_a_forecast_there_is_a_reason(values, reason):
    for one in volatility_target(series(*values), 0.1).measures:
        assert (one.value, one.reason) == (None, reason)
