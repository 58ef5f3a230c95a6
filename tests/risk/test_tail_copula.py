"""A t copula: the dependence is found again, the sum has the tail it must have, chance is named."""

import numpy as np
import pytest
from scipy import stats

from risk.tail.copula import CHUNK, Copula, errors_of_days, fitted, marginals, simulated
from risk.tail.historical import historical

CORRELATION = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.3], [0.2, 0.3, 1.0]])


def drawn(days=3_000, freedom=4.0, seed=0):
    """Days of a multivariate t distribution, of which the sum is known."""
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal((days, 3)) @ np.linalg.cholesky(CORRELATION).T
    return 0.01 * normal / np.sqrt(rng.chisquare(freedom, days) / freedom)[:, None]


def test_freedom_and_correlations_are_found_again():
    found = fitted(drawn(6_000))
    assert found.freedom == 4.0
    assert found.triangle @ found.triangle.T == pytest.approx(CORRELATION, abs=0.05)


@pytest.mark.parametrize("smooth", [False, True])
def test_the_sum_has_the_tail_of_its_distribution(smooth):
    spread = np.sqrt(CORRELATION.sum()) * 0.01
    known = Copula(4.0, np.linalg.cholesky(CORRELATION))
    found = simulated(drawn(6_000), 0.99, smooth=smooth, copula=known)
    assert found.at_risk == pytest.approx(-spread * stats.t(4).ppf(0.01), rel=0.06)


def test_parts_that_crash_together_lose_more_than_normal_ones_would():
    """Margins alike, the tie of the tails alone: 99.9 % of two parts of equal correlation."""
    heavy = Copula(2.5, np.linalg.cholesky(CORRELATION))
    light = Copula(50.0, np.linalg.cholesky(CORRELATION))
    parts = 0.01 * stats.norm.ppf((np.arange(2_000)[:, None] + 0.5) / 2_000).repeat(3, axis=1)
    tails = [simulated(parts, 0.999, copula=each).shortfall for each in (heavy, light)]
    assert tails[0] > 1.05 * tails[1]


def test_of_one_part_the_tail_is_its_own():
    one = drawn()[:, :1]
    found = simulated(one, 0.95)
    assert found.at_risk == pytest.approx(historical(one[:, 0], 0.95)[0], rel=0.03)


def test_scenarios_come_out_the_same_and_err_as_they_say():
    parts = drawn(1_000)
    first, again = simulated(parts, 0.95), simulated(parts, 0.95)
    assert first == again
    known = fitted(parts)
    others = [simulated(parts, 0.95, seed=seed, copula=known).at_risk for seed in range(12)]
    assert np.std(others, ddof=1) == pytest.approx(first.risk_error, rel=0.6)


@pytest.mark.parametrize("smooth", [False, True])
def test_figures_err_as_far_as_other_days_would_have_moved_them(smooth):
    samples = [drawn(400, freedom=5.0, seed=seed) for seed in range(30)]
    found = [simulated(each, 0.95, smooth=smooth, scenarios=2 * CHUNK) for each in samples]
    told = [errors_of_days(each, 0.95, fitted(each), smooth=smooth) for each in samples[:12]]
    spread = np.std([(one.at_risk, one.shortfall) for one in found], axis=0, ddof=1)
    assert np.mean([one for one in told if one], axis=0) == pytest.approx(spread, rel=0.35)


def test_where_a_part_stands_still_without_some_days_a_smooth_one_has_no_error():
    parts = drawn(400)
    parts[:, 0] = 0.0
    parts[5:9, 0] = 0.01
    assert errors_of_days(parts, 0.95, fitted(parts), smooth=True) is None
    assert errors_of_days(parts, 0.95, fitted(parts)) is not None


def test_the_margins_are_those_of_the_days():
    parts = drawn(500)
    tables, _ = marginals(parts, 4.0, smooth=False)
    assert tables[:, 0] == pytest.approx(parts.min(axis=0), rel=1e-5)
    assert tables[:, -1] == pytest.approx(parts.max(axis=0), rel=1e-5)
    assert (np.diff(tables, axis=1) >= 0).all()


def test_what_does_not_move_is_lost_for_sure():
    parts = np.column_stack([drawn(500)[:, 0], np.full(500, -0.01)])
    alone = simulated(parts[:, :1], 0.95)
    assert simulated(parts, 0.95).at_risk == pytest.approx(alone.at_risk + 0.01, rel=1e-6)
    assert simulated(np.full((300, 2), 0.01), 0.95)[:2] == (-0.02, -0.02)


def test_pairs_that_contradict_each_other_still_make_a_correlation():
    base = drawn(300)
    tied = np.column_stack([base[:, 0], base[:, 0], -base[:, 0] * 2, base[:, 1]])
    found = simulated(tied, 0.95, scenarios=2 * CHUNK)
    assert np.isfinite(found).all()


def test_one_batch_has_no_error_and_is_refused():
    with pytest.raises(AssertionError):
        simulated(drawn(300), 0.95, scenarios=CHUNK)
