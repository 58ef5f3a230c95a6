"""Ratios agree with their short formulas, and no guess of the library behind them gets through."""

import math
import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk import ratios
from risk.ratios import ratio_measures, sharpe, sharpe_error, sortino
from tests.risk.series import random_series, samples, series


def short_sharpe(values, periods=365, rate=0.0):
    excess = [value - rate for value in values]
    mean = math.fsum(excess) / len(excess)
    variance = math.fsum((value - mean) ** 2 for value in excess) / (len(excess) - 1)
    return mean / math.sqrt(variance) * math.sqrt(periods)


def short_sortino(values, periods=365, least=0.0):
    excess = [value - least for value in values]
    below = math.fsum(min(value, 0) ** 2 for value in excess) / len(excess)
    return math.fsum(excess) / len(excess) / math.sqrt(below) * math.sqrt(periods)


def named(values, **more):
    return {found.name: found for found in ratio_measures(series(*values), **more)}


@pytest.mark.parametrize("seed", range(12))
def test_quantstats_agrees_with_the_short_formulas(seed):
    values = random_series(seed, 50 + 30 * seed, scale=0.02).values
    excess = np.asarray(values)
    assert ratios._may_pass(excess)
    assert sharpe(values) == pytest.approx(short_sharpe(values), rel=1e-12)
    assert sortino(values) == pytest.approx(short_sortino(values), rel=1e-12)
    assert sharpe(values) == pytest.approx(ratios._sharpe(excess, 365), rel=1e-12)
    assert sortino(values) == pytest.approx(ratios._sortino(excess, 365), rel=1e-12)


@pytest.mark.parametrize("rate", [-0.002, 0.0001, 0.003])
@pytest.mark.parametrize("periods", [12, 52, 252, 365, 8760])
def test_rate_and_periods_are_those_given(rate, periods):
    values = random_series(4, 90).values
    assert sharpe(values, periods, rate) == pytest.approx(
        short_sharpe(values, periods, rate), rel=1e-12
    )
    assert sortino(values, periods, rate) == pytest.approx(
        short_sortino(values, periods, rate), rel=1e-12
    )


@pytest.mark.parametrize("values", [[0, 0.2, 3, 0.1, 0.5], [-0.1, 1.5, 0.3], [0.1, 0.2, 0.3]])
def test_returns_that_look_like_prices_are_still_returns(values):
    assert not ratios._may_pass(np.asarray(values))
    assert sharpe(values) == pytest.approx(short_sharpe(values), rel=1e-12)


def test_the_smallest_of_samples_passes_the_door_right():
    assert sortino([-0.9, 0.999]) == pytest.approx(short_sortino([-0.9, 0.999]), rel=1e-12)


def test_a_year_has_365_days():
    values = random_series(1).values
    assert sharpe(values) == pytest.approx(sharpe(values, 252) * math.sqrt(365 / 252), rel=1e-12)


def test_leading_days_without_profit_count():
    values = (0.0,) * 30 + random_series(2, 60).values
    assert sharpe(values) == pytest.approx(short_sharpe(values), rel=1e-12)
    assert named(values)["sharpe"].sample == 90


@pytest.fixture
def zone():
    before = os.environ.get("TZ")

    def to(name):
        os.environ["TZ"] = name
        time.tzset()

    yield to
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_the_zone_of_the_machine_changes_nothing(zone):
    values = random_series(9).values
    found = set()
    for name in ("UTC", "Asia/Tokyo", "America/New_York"):
        zone(name)
        found.add(sharpe(values))
    assert len(found) == 1


def test_the_same_returns_in_another_order_have_the_same_ratio():
    values = random_series(5).values
    assert sharpe(values[::-1]) == pytest.approx(sharpe(values), rel=1e-12)


def test_autocorrelation_is_never_a_penalty():
    values = [0.011, -0.01] * 60
    assert sharpe(values) == pytest.approx(short_sharpe(values), rel=1e-12)


def test_a_flat_series_has_no_ratio():
    for value in (0.0, 0.01, -0.02):
        found = named([value] * 40)
        assert {m.value for m in found.values()} == {None}
        assert {m.reason for m in found.values()} == {"the returns do not vary"}
        with pytest.raises(AssertionError):
            sharpe([value] * 40)


def test_a_never_losing_strategy_has_no_sortino_and_says_so():
    found = named([0.01, 0.02] * 20)["sortino"]
    assert (found.value, found.reason) == (None, "no return below the least acceptable")
    with pytest.raises(AssertionError):
        sortino([0.01, 0.02])


@pytest.mark.parametrize("count", [0, 1, 19])
def test_too_few_days_give_a_reason_and_no_figure(count):
    for found in named(random_series(1, count).values).values():
        assert (found.value, found.sample) == (None, count)
        assert found.reason == f"{count} of at least 20 days"
        assert found.error is None


def test_the_error_is_that_of_returns_above_the_rate():
    values = random_series(8, 365).values
    shifted = [value - 0.002 for value in values]
    assert sharpe_error(values, rate=0.002) == pytest.approx(sharpe_error(shifted), rel=1e-12)
    assert named(values, rate=0.002)["sharpe"].error == sharpe_error(values, rate=0.002)


def test_the_error_of_normal_returns_is_that_of_their_number():
    values = random_series(3, 4000, mean=0.0005).values
    ratio = short_sharpe(values, 1)
    expected = math.sqrt((1 + ratio**2 / 2) / 3999)
    assert sharpe_error(values, 1) == pytest.approx(expected, rel=0.02)


def test_volatility_is_the_deviation_of_a_sample():
    found = named([0.01, -0.01] * 20, periods=1)["volatility"]
    assert found.value == pytest.approx(0.01 * math.sqrt(40 / 39), rel=1e-14)


@given(samples, st.sampled_from([0.25, 4.0]))
def test_leverage_does_not_change_a_ratio(values, factor):
    before, after = named(values), named([value * factor for value in values])
    for name in ("sharpe", "sortino"):
        first, second = before[name].value, after[name].value
        assert (first is None) == (second is None)
        assert first is None or second == pytest.approx(first, rel=1e-9, abs=1e-9)


@given(samples)
def test_every_measure_is_finite_or_says_why_not(values):
    for found in ratio_measures(series(*values)):
        assert (found.value is None) == bool(found.reason)
        assert found.value is None or math.isfinite(found.value)
