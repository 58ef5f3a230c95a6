"""Each model gives what it says: nothing else is smaller, and libraries agree."""

import io
import warnings
from contextlib import redirect_stdout

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.allocation import MODELS, Terms, allocate, programs, with_errors
from risk.allocation.constraints import NONE, polytope
from risk.allocation.objectives import (
    Entropic,
    Growth,
    Ratio,
    Utility,
    Variance,
    conditional_value,
    uncompounded_drawdowns,
)
from tests.risk.series import random_series, series, with_covariance
from tests.risk.test_allocation import columns_of, weights

TAIL = 0.05


def several(seed, count=5, days=250):
    """Strategies with fat tails that depend on each other."""
    generator = np.random.default_rng(seed)
    drawn = generator.standard_t(4, (days, count)) @ generator.normal(size=(count, count)) * 0.004
    drawn += generator.normal(0.001, 0.0005, count)
    return [series(*column, name=f"s{at}") for at, column in enumerate(drawn.T)]


def asked_of_riskfolio(given_series, measure, goal="MinRisk"):
    """Riskfolio itself, by its most precise solver, on returns that are not too small for it."""
    import pandas as pd
    import riskfolio

    columns = columns_of(given_series)
    scaled = pd.DataFrame(columns / columns.std())
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        portfolio = riskfolio.Portfolio(returns=scaled, alpha=TAIL)
        portfolio.solvers = ["CLARABEL"]
        portfolio.assets_stats(method_mu="hist", method_cov="hist")
        found = portfolio.optimization(model="Classic", rm=measure, obj=goal, hist=True)
    return found["weights"].to_numpy()


def tail_of(columns, found):
    return conditional_value(-(columns @ found), TAIL)


def drawdown_of(columns, found):
    return conditional_value(uncompounded_drawdowns(columns @ found), TAIL)


def entropic_of(columns, found):
    return Entropic(columns, TAIL).value(found)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("model", "measure", "size"),
    [("cvar", "CVaR", tail_of), ("cdar", "CDaR", drawdown_of), ("evar", "EVaR", entropic_of)],
)
def test_tails_are_as_small_as_riskfolio_makes_them(seed, model, measure, size):
    given_series = several(seed)
    columns = columns_of(given_series)
    found = allocate(given_series, model)
    assert found.fallback == ""
    theirs = size(columns, asked_of_riskfolio(given_series, measure))
    assert size(columns, weights(found)) == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("objective", "goal"), [("min-risk", "MinRisk"), ("sharpe", "Sharpe")])
def test_mean_variance_is_that_of_riskfolio_and_of_our_own_program(seed, objective, goal):
    given_series = several(seed)
    columns = columns_of(given_series)
    found = weights(allocate(given_series, "mean-variance", terms=Terms(objective=objective)))
    assert found == pytest.approx(asked_of_riskfolio(given_series, "MV", goal), abs=1e-4)
    covariance = np.cov(columns, rowvar=False)
    nothing = np.zeros(len(given_series))
    if objective == "min-risk":
        alone = programs.smallest(Variance(covariance), _simplex(5))
    else:
        ratio = Ratio(columns.mean(axis=0), covariance, nothing)
        alone = programs.smallest(ratio, _simplex(5))
    assert found == pytest.approx(alone, abs=1e-4)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(["cvar", "cdar", "evar", "kelly", "mean-variance"]))
def test_no_other_weights_are_better(seed, model):
    given_series = several(seed, 4, 60)
    columns = columns_of(given_series)
    sizes = {
        "cvar": tail_of,
        "cdar": drawdown_of,
        "evar": entropic_of,
        "kelly": lambda columns, found: -np.log1p(columns @ found).mean(),
        "mean-variance": lambda columns, found: np.var(columns @ found, ddof=1),
    }
    found = weights(allocate(given_series, model))
    least = sizes[model](columns, found)
    for other in np.random.default_rng(seed).dirichlet(np.full(4, 0.5), 50):
        assert sizes[model](columns, other) >= least - 1e-6 * abs(least)


def test_slopes_are_those_of_the_objectives():
    columns = columns_of(several(1))
    covariance, nothing = np.cov(columns, rowvar=False), np.zeros(5)
    point = np.asarray([0.1, 0.2, 0.3, 0.15, 0.25])
    for objective in (
        Variance(covariance),
        Utility(columns.mean(axis=0), covariance, 3.0, nothing),
        Ratio(columns.mean(axis=0), covariance, nothing),
        Entropic(columns, TAIL),
        Growth(columns, 0.0001, nothing),
    ):
        slope = objective.slope(point)
        for at in range(5):
            step = np.zeros(5)
            step[at] = 1e-5
            risen = objective.value(point + step) - objective.value(point - step)
            assert risen / 2e-5 == pytest.approx(slope[at], rel=1e-4, abs=1e-9)


def test_the_conditional_value_counts_a_part_of_a_day_as_a_part():
    losses = np.arange(10.0)
    assert conditional_value(losses, 0.2) == pytest.approx(8.5)
    assert conditional_value(losses, 0.25) == pytest.approx((9 + 8 + 7 / 2) / 2.5)
    assert conditional_value(losses, 1.0) == pytest.approx(4.5)


def test_entropic_risk_lies_between_the_tail_and_the_worst():
    """Ahmadi-Javid 2012: CVaR ≤ EVaR ≤ the largest loss; of a normal it is σ√(−2 ln α) − μ."""
    columns = columns_of(several(2))
    point = np.full(5, 0.2)
    worst = float((-columns @ point).max())
    assert tail_of(columns, point) <= entropic_of(columns, point) <= worst + 1e-9
    from scipy.stats import norm

    normal = norm.ppf((np.arange(200_000) + 0.5) / 200_000)[:, None] * 0.01
    found = Entropic(normal, TAIL).value(np.ones(1))
    assert found == pytest.approx(0.01 * np.sqrt(-2 * np.log(TAIL)), rel=2e-3)


def test_a_target_return_is_earned_at_the_least_risk():
    given_series = several(3)
    columns = columns_of(given_series)
    target = float(np.sort(columns.mean(axis=0))[-2])
    for model in ("mean-variance", "cvar", "cdar", "evar"):
        aimed = Terms(objective="target-return", target=target)
        found = allocate(given_series, model, terms=aimed)
        assert found.fallback == ""
        assert float(columns.mean(axis=0) @ weights(found)) >= target * (1 - 1e-6)


def test_a_target_out_of_reach_is_said():
    given_series = several(3)
    aimed = Terms(objective="target-return", target=0.5)
    for model in ("mean-variance", "cvar"):
        found = allocate(given_series, model, terms=aimed)
        assert found.fallback == "least risk: no weights earn 0.5 a period after costs"
        assert weights(found) == pytest.approx(weights(allocate(given_series, model)), abs=1e-6)
    calm = Terms(objective="target-volatility", target=1e-9)
    found = allocate(given_series, "mean-variance", terms=calm)
    assert found.fallback == "least risk: no weights have a volatility of 1e-09"


def test_a_volatility_that_everything_is_calmer_than_gives_the_highest_return():
    given_series = several(4)
    aimed = Terms(objective="target-volatility", target=10.0)
    found = weights(allocate(given_series, "mean-variance", terms=aimed))
    assert found.argmax() == columns_of(given_series).mean(axis=0).argmax()
    assert found.max() == pytest.approx(1, abs=1e-6)


def test_clusters_that_nobody_can_overlook_are_optimised_one_by_one():
    """Two blocks of three, near one inside and near none between: NCO within, then between them."""
    rho = np.kron(np.eye(2), np.full((3, 3), 0.8)) + 0.2 * np.eye(6)
    scales = np.asarray([1.0, 1.1, 1.2, 2.0, 2.2, 2.4]) * 0.01
    covariance = rho * np.outer(scales, scales)
    found = weights(allocate(with_covariance(covariance), "nco"))
    inner: np.ndarray = np.zeros((6, 2))
    for at, part in enumerate((slice(0, 3), slice(3, 6))):
        block = Variance(covariance[part, part])
        inner[part, at] = programs.smallest(block, _simplex(3))
    between = programs.smallest(Variance(inner.T @ covariance @ inner), _simplex(2))
    assert between is not None
    assert found == pytest.approx(inner @ between, abs=1e-5)


def test_equal_risk_between_clusters_of_equal_kind():
    """HERC on two like blocks: half to each, by inverse variance inside."""
    rho = np.kron(np.eye(2), np.full((3, 3), 0.8)) + 0.2 * np.eye(6)
    scales = np.asarray([1.0, 2.0, 4.0] * 2) * 0.01
    found = weights(allocate(with_covariance(rho * np.outer(scales, scales)), "herc"))
    inverse = 1 / scales[:3] ** 2
    assert found == pytest.approx(np.tile(inverse / inverse.sum() / 2, 2), rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_says_what_it_is_and_what_it_was_over_the_sample(model):
    given_series = several(5)
    found = allocate(given_series, model)
    assert found.definition
    assert found.sample == 250
    earned = columns_of(given_series) @ weights(found)
    measures = {one.name: one for one in found.measures}
    assert measures["mean_return"].value == pytest.approx(float(earned.mean()), rel=1e-9)
    error = float(earned.std(ddof=1)) / 250**0.5
    assert measures["mean_return"].error == pytest.approx(error, rel=1e-9)
    assert all(measure.definition and measure.sample == 250 for measure in found.measures)
    assert weights(found).sum() + found.cash == pytest.approx(1, abs=1e-9)


def test_the_errors_of_weights_are_how_far_they_move_between_samples():
    """Inverse variance of two: the spread over drawn samples, beside the mean of the errors."""
    drawn, told = [], []
    for seed in range(200):
        pair = [
            random_series(2 * seed, 120, name="a"),
            random_series(2 * seed + 1, 120, 0.02, name="b"),
        ]
        found = with_errors(pair, allocate(pair, "inverse-variance"), NONE, Terms())
        drawn.append(found.weights[0][1])
        told.append(found.errors[0])
        assert found.errors[0] == pytest.approx(found.errors[1], rel=1e-6)
    assert np.mean(told) == pytest.approx(np.std(drawn), rel=0.15)
    assert allocate(pair, "inverse-variance").errors == ()


def test_every_weight_moves_with_its_series():
    given_series = several(6)
    turned = given_series[::-1]
    for model in ("equal", "inverse-variance", "mean-variance", "cvar", "evar", "kelly"):
        before = weights(allocate(given_series, model))
        assert weights(allocate(turned, model))[::-1] == pytest.approx(before, abs=2e-4)


def test_the_library_is_asked_first_where_it_can_answer(monkeypatch):
    monkeypatch.setattr(programs, "smallest", lambda *_, **__: pytest.fail("no need"))
    found = allocate([random_series(at, name=f"s{at}") for at in range(4)], "mean-variance")
    assert weights(found).sum() == pytest.approx(1, rel=1e-12)


def _simplex(count):
    return polytope([str(at) for at in range(count)], NONE, frozenset())
