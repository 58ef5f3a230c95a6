"""The entropic bound lies between shortfall and the worst loss, and is that of riskfolio."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.drawdown import depths_at_risk, underwater
from risk.tail.entropic import entropic
from risk.tail.historical import historical
from tests.risk.series import daily_returns, random_series


@given(st.lists(daily_returns, min_size=20, max_size=80))
def test_it_lies_between_shortfall_and_the_worst(values):
    found = entropic(values, 0.95)
    assert found <= max(-v for v in values) + 1e-12
    part = 0.05 * len(values)
    exact = sorted(values)
    whole = int(part)
    shortfall = -(sum(exact[:whole]) + (part - whole) * exact[whole]) / part
    assert found >= shortfall - 1e-9


def test_of_a_normal_distribution_it_is_the_closed_form():
    """μ + σ·√(−2 ln p): Ahmadi-Javid 2012, example 1."""
    from scipy import stats

    drawn = 0.01 * stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    assert entropic(drawn, 0.95) == pytest.approx(0.01 * sqrt(-2 * log(0.05)), rel=2e-3)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_that_of_riskfolio(seed):
    from riskfolio import RiskFunctions

    drawn = random_series(seed, 250, scale=0.02).values
    expected = float(RiskFunctions.EVaR_Hist(np.asarray(drawn)[:, None], alpha=0.05)[0])
    assert entropic(drawn, 0.95) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("factor", [1e-6, 0.5, 4.0])
def test_twice_the_bet_is_twice_the_bound(factor):
    drawn = random_series(1, 200).values
    scaled = [value * factor for value in drawn]
    assert entropic(scaled, 0.99) == pytest.approx(factor * entropic(drawn, 0.99), rel=1e-9)


def test_certain_results_have_no_bound_but_themselves():
    assert entropic([-0.01] * 30, 0.95) == 0.01
    assert entropic([0.02] * 30, 0.95) == -0.02
    assert str(entropic([0.0] * 30, 0.95)) == "0.0"


@pytest.mark.parametrize("seed", range(3))
def test_depths_at_risk_are_those_of_riskfolio(seed):
    from riskfolio import RiskFunctions

    drawn = random_series(seed, 400, scale=0.02).values
    found = depths_at_risk(drawn, 0.95)
    given_ = np.asarray(drawn)[:, None]
    assert found[1] == pytest.approx(float(RiskFunctions.CDaR_Rel(given_, alpha=0.05)), rel=1e-9)
    assert found[0] == pytest.approx(float(RiskFunctions.DaR_Rel(given_, alpha=0.05)), rel=1e-9)


def test_depths_are_of_the_days_and_not_of_the_falls():
    values = [-0.5] + [0.0] * 19
    assert depths_at_risk(values, 0.95) == (0.5, 0.5)
    assert depths_at_risk([0.0] * 19 + [-0.5], 0.95) == (0.5, 0.5)
    assert depths_at_risk([0.01] * 40, 0.95) == (0.0, 0.0)
    path = underwater(random_series(1, 100).values)
    assert depths_at_risk(random_series(1, 100).values, 0.95)[1] <= -min(path)


def test_the_bound_is_above_the_historical_shortfall_of_a_fat_tail():
    drawn = (np.random.default_rng(1).standard_t(3, 1_000) * 0.01).tolist()
    assert entropic(drawn, 0.99) > historical(drawn, 0.99)[1]
