"""Fitted tails find the distribution that a sample was drawn from, and say where they find none."""

import numpy as np
import pytest
from scipy import stats

from risk.tail.fitted import NO_MEAN, extreme, student
from tests.risk.series import random_series


def quantiles(distribution, count=4_000):
    """A sample that is the distribution itself, at its evenly spaced quantiles."""
    return distribution.ppf((np.arange(count) + 0.5) / count)


def test_the_t_distribution_is_found_again():
    drawn = 0.001 + 0.01 * quantiles(stats.t(4))
    at_risk = -(0.001 + 0.01 * stats.t(4).ppf(0.01))
    shortfall = -(0.001 + 0.01 * stats.t(4).expect(lambda x: x, ub=stats.t(4).ppf(0.01)) / 0.01)
    assert student(drawn, 0.99) == pytest.approx((at_risk, shortfall), rel=0.02)


@pytest.mark.parametrize("freedom", [2.5, 4.0, 8.0])
def test_the_fit_is_that_of_scipy(freedom):
    drawn = (0.01 * np.random.default_rng(6).standard_t(freedom, 600)).tolist()
    fitted, location, scale = stats.t.fit(drawn)
    expected = -(location + scale * stats.t(fitted).ppf(0.01))
    assert student(drawn, 0.99)[0] == pytest.approx(expected, rel=1e-3)


def test_a_normal_sample_has_the_normal_tail():
    drawn = 0.01 * quantiles(stats.norm)
    assert student(drawn, 0.99)[0] == pytest.approx(0.01 * 2.3263479, rel=0.005)


def test_a_tail_without_a_mean_has_no_shortfall():
    assert student(quantiles(stats.t(0.8)) * 0.01, 0.99) == NO_MEAN


def test_the_pareto_beyond_the_threshold_is_found_again():
    # nine tenths of small gains, a tenth of losses over 0.02 that are generalised Pareto
    over = quantiles(stats.genpareto(0.2, scale=0.01), 400)
    drawn = [*np.linspace(-0.0199, 0.02, 3_600), *(-0.02 - over)]
    at_risk = 0.02 + 0.01 / 0.2 * (0.1**-0.2 - 1)
    shortfall = (at_risk + 0.01 - 0.2 * 0.02) / 0.8
    assert extreme(drawn, 0.99) == pytest.approx((at_risk, shortfall), rel=0.02)


def test_too_few_days_over_the_threshold_say_nothing():
    assert (
        extreme(random_series(4, 200).values, 0.99) == "20 of at least 30 days over the threshold"
    )


def test_a_confidence_short_of_the_threshold_says_nothing():
    assert extreme(random_series(4, 400).values, 0.8) == "the threshold lies beyond the confidence"


@pytest.mark.parametrize("function", [student, extreme])
@pytest.mark.parametrize("factor", [0.25, 4.0, 1e-6, 1e6])
def test_twice_the_bet_is_twice_the_tail(function, factor):
    drawn = random_series(8, 400, scale=0.02).values
    expected = [value * factor for value in function(drawn, 0.99)]
    assert function([v * factor for v in drawn], 0.99) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("function", [student, extreme])
def test_shortfall_is_beyond_value_at_risk_which_grows_with_confidence(function, seed):
    drawn = random_series(seed, 400, scale=0.03).values
    (low, beyond_low), (high, beyond_high) = function(drawn, 0.95), function(drawn, 0.99)
    assert low < high < beyond_high
    assert low < beyond_low < beyond_high
