"""The expansion of Cornish and Fisher: it is the normal without skew, and says where it is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from risk.tail.normal import NOT_MONOTONE, cornish_fisher, expanded, gaussian, moments, rises
from tests.risk.series import samples


def symmetric(skew=0.0):
    """A sample with the moments of a normal up to the fourth, for all that the formula sees."""
    root = np.sqrt(3)
    return [-root, root] + [0.0] * 4 if not skew else [-root, root, 0.0, 0.0, 0.0, skew]


def test_without_skew_and_excess_kurtosis_it_is_the_normal():
    drawn = [0.01 * value for value in symmetric()]
    assert moments(drawn) == pytest.approx((0, 0), abs=1e-12)
    for level in (0.95, 0.99):
        assert expanded(drawn, level) == pytest.approx(gaussian(drawn, level), rel=1e-12)


def test_a_skew_to_losses_makes_the_tail_longer():
    z = stats.norm.ppf((np.arange(400) + 0.5) / 400)
    drawn = 0.01 * (z - 0.05 * (z**2 - 1) + (z**3 - 3 * z) / 24)
    skew, kurtosis = moments(drawn)
    assert skew < 0 < kurtosis
    assert rises(skew, kurtosis)
    assert expanded(drawn, 0.99)[0] > 1.2 * gaussian(drawn, 0.99)[0]
    assert cornish_fisher(drawn, 0.99) == expanded(drawn, 0.99)


def test_one_crash_among_calm_days_is_outside_its_domain():
    crash = [0.001, -0.001] * 100 + [-0.5]
    assert cornish_fisher(crash, 0.99) == NOT_MONOTONE


@given(st.floats(-3, 3), st.floats(-2, 12))
def test_it_is_said_to_rise_where_it_does_over_four_deviations(skew, kurtosis):
    z = np.linspace(-4, 4, 2001)
    bent = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * kurtosis / 24
    bent -= (2 * z**3 - 5 * z) * skew**2 / 36
    lowest = np.diff(bent).min()
    assert lowest > -1e-9 if rises(skew, kurtosis) else lowest < 1e-4


def test_days_that_are_normal_have_a_figure_near_that_of_the_normal_distribution():
    """Half of such samples have tails a little thinner than normal, which is no fault of theirs."""
    for seed in range(40):
        drawn = np.random.default_rng(seed).normal(0.001, 0.01, 2_000).tolist()
        found = cornish_fisher(drawn, 0.95)
        assert found == pytest.approx(gaussian(drawn, 0.95), rel=0.08)


def test_where_it_falls_it_is_not_said_to_rise():
    assert not rises(0.0, -1.0)
    assert not rises(2.0, 5.0)
    assert not rises(0.0, 8.5)
    assert rises(0.0, 0.0)
    assert rises(0.3, 2.0)


@given(samples)
def test_its_shortfall_is_never_less_than_its_value_at_risk(drawn):
    found = cornish_fisher(drawn, 0.95)
    assert isinstance(found, str) or found[1] >= found[0]
