"""Weights agree with short solvers of our own, and no silence of riskfolio gets through."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from risk.allocation import MODELS, REPORTED, allocate, library
from risk.model import ReturnSeries
from tests.risk.series import DAY, FIRST, daily_returns, random_series, series, with_covariance

ROOT = Path(__file__).parents[2]


def weights(found):
    return np.asarray([weight for _, weight in found.weights])


def columns_of(several):
    return np.column_stack([one.values for one in several])


def equal_contributions(covariance):
    """Weights of equal contributions to variance, by cyclical coordinate descent."""
    covariance = np.asarray(covariance)
    found = 1 / np.sqrt(np.diag(covariance))
    share = 1 / len(found)
    for _ in range(2000):
        before = found.copy()
        for at in range(len(found)):
            rest = covariance[at] @ found - covariance[at, at] * found[at]
            root = np.sqrt(rest**2 + 4 * covariance[at, at] * share)
            found[at] = (root - rest) / (2 * covariance[at, at])
        if np.abs(found / before - 1).max() < 1e-14:
            break
    return found / found.sum()


def leaves(covariance, method, optimal):
    """The order of the tree over the condensed distance √((1 − ρ)/2)."""
    deviations = np.sqrt(np.diag(covariance))
    rho = np.clip(covariance / np.outer(deviations, deviations), -1, 1)
    distance = np.sqrt((1 - rho) / 2)
    np.fill_diagonal(distance, 0)
    condensed = squareform(distance, checks=False)
    return list(leaves_list(linkage(condensed, method, optimal_ordering=optimal)))


def hierarchical(covariance, method="ward", *, optimal=True):
    """Weights by halving the leaves and splitting by the variance of each half."""
    covariance = np.asarray(covariance)
    found = np.ones(len(covariance))

    def variance(part):
        block = covariance[np.ix_(part, part)]
        inverse = 1 / np.diag(block)
        inverse /= inverse.sum()
        return inverse @ block @ inverse

    def split(part):
        if len(part) < 2:
            return
        left, right = part[: len(part) // 2], part[len(part) // 2 :]
        kept = 1 - variance(left) / (variance(left) + variance(right))
        found[left] *= kept
        found[right] *= 1 - kept
        split(left)
        split(right)

    split(leaves(covariance, method, optimal))
    return found


def no_solution(*_, **__):
    """What riskfolio answers when its solvers fail."""


def mixed(seed, count, days=150):
    """Series that depend on each other, with deviations over four orders of magnitude."""
    generator = np.random.default_rng(seed)
    scales = 10.0 ** generator.uniform(-6, -2, count)
    drawn = generator.normal(size=(days, count)) @ generator.normal(size=(count, count))
    drawn = drawn / drawn.std(axis=0) * scales
    return [series(*column, name=f"s{at}") for at, column in enumerate(drawn.T)]


@pytest.mark.parametrize("seed", range(6))
def test_risk_parity_is_that_of_an_own_solver(seed):
    several = mixed(seed, 2 + seed)
    found = weights(allocate(several, "risk-parity"))
    own = equal_contributions(np.cov(columns_of(several), rowvar=False))
    assert found == pytest.approx(own, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_every_strategy_contributes_the_same_risk_however_small_it_is(seed):
    several = mixed(seed, 5)
    covariance = np.cov(columns_of(several), rowvar=False)
    found = weights(allocate(several, "risk-parity"))
    contributions = found * (covariance @ found)
    assert contributions / contributions.sum() == pytest.approx([0.2] * 5, rel=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_hierarchical_weights_are_those_of_an_own_implementation(seed):
    several = mixed(seed, 2 + 2 * seed)
    own = hierarchical(np.cov(columns_of(several), rowvar=False))
    assert weights(allocate(several, "hrp")) == pytest.approx(own, rel=1e-9)


@pytest.mark.parametrize("model", REPORTED)
def test_what_does_not_move_gets_nothing_and_never_everything(model):
    found = allocate([random_series(1), series(*[0.0] * 100, name="cash"), random_series(2)], model)
    assert dict(found.weights)["cash"] == 0
    assert weights(found).sum() == pytest.approx(1, rel=1e-15)
    assert found.fallback == "1 series that do not move have weight 0"


@pytest.mark.parametrize("model", REPORTED)
def test_one_series_takes_all(model):
    found = allocate([random_series(1)], model)
    assert (found.weights, found.fallback) == ((("s", 1.0),), "one series moves")


@pytest.mark.parametrize("model", REPORTED)
def test_two_series_are_weighed_by_their_deviations(model):
    quiet, loud = random_series(1, scale=0.01), random_series(2, scale=0.04)
    found = weights(allocate([quiet, loud], model))
    power = 2 if model == "hrp" else 1
    ratio = (np.std(loud.values) / np.std(quiet.values)) ** power
    assert found[0] / found[1] == pytest.approx(ratio, rel=1e-4)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("days", [2, 50])
def test_nothing_moves_nothing_is_weighed(model, days):
    found = allocate([series(*[0.0] * days)], model)
    assert found.weights == ()
    assert found.fallback == "no series moves: there is nothing to weigh"


@pytest.mark.parametrize("model", MODELS)
def test_one_observation_is_too_few_to_say_what_moves(model):
    for several in ([series(0.5), series(-0.1, name="t")], [series(0.0)]):
        found = allocate(several, model)
        assert (found.weights, found.sample) == ((), 1)
        assert found.fallback == "too few observations: 1 of at least 2"
    none = allocate([series(), series(name="t")], model)
    assert none.fallback == "too few observations: 0 of at least 2"
    assert allocate([], model).fallback == "there is no series to weigh"


@pytest.mark.parametrize("model", REPORTED)
def test_a_short_history_falls_back_and_says_so(model):
    several = [random_series(seed, 20) for seed in (1, 2)]
    found = allocate(several, model)
    assert found.fallback == "inverse variance: 20 of 30 days"
    inverse = [1 / np.var(one.values) for one in several]
    assert weights(found) == pytest.approx(np.asarray(inverse) / sum(inverse), rel=1e-12)


def test_fewer_days_than_series_are_not_optimised():
    several = [random_series(seed, 35, name=f"s{seed}") for seed in range(36)]
    assert allocate(several, "hrp").fallback == "inverse variance: 35 of 37 days"


def test_an_answer_that_is_none_falls_back_and_says_so(monkeypatch):
    import riskfolio

    monkeypatch.setattr(riskfolio.Portfolio, "rp_optimization", no_solution)
    found = allocate([random_series(1), random_series(2)], "risk-parity")
    assert found.fallback == "inverse variance: the solver found no weights"
    assert weights(found).sum() == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("bad", [[0.5, 0.6], [1.5, -0.5], [float("nan"), 1.0]])
def test_what_is_no_set_of_weights_is_refused(bad):
    import pandas as pd

    assert library.checked(pd.DataFrame({"weights": bad}, index=["0", "1"]), 2) is None
    assert library.checked(None, 2) is None


def test_weights_that_a_solver_stopped_at_too_early_are_refused():
    covariance = np.diag([1.0, 4.0])
    assert library.contributes_equally(np.asarray([2 / 3, 1 / 3]), covariance)
    assert not library.contributes_equally(np.asarray([0.6, 0.4]), covariance)
    # what cancels out has no risk to share
    against = np.asarray([[1.0, -1.0], [-1.0, 1.0]])
    assert not library.contributes_equally(np.asarray([0.5, 0.5]), against)


def test_an_unknown_model_is_refused():
    with pytest.raises(AssertionError):
        allocate([random_series(1)], "mean-risk")


def test_series_of_other_days_are_refused():
    with pytest.raises(AssertionError):
        allocate([random_series(1, 40), random_series(1, 50)], "hrp")


def test_two_series_of_one_name_keep_their_own_weights():
    found = allocate([random_series(1, scale=0.01), random_series(2, scale=0.09)], "hrp")
    assert [name for name, _ in found.weights] == ["s", "s"]
    assert found.weights[0][1] > found.weights[1][1]


@pytest.mark.parametrize("model", REPORTED)
def test_two_equal_series_share(model):
    twin = random_series(1)
    found = weights(allocate([twin, twin, random_series(2)], model))
    assert found[0] == pytest.approx(found[1], rel=1e-4)


def test_nothing_is_printed(capsys):
    allocate([random_series(1), random_series(2)], "risk-parity")
    assert capsys.readouterr() == ("", "")


def test_riskfolio_is_not_imported_where_nothing_is_to_be_solved():
    script = (
        "import sys, datetime\n"
        "from risk.allocation import allocate\n"
        "from risk.model import ReturnSeries\n"
        "days = tuple(datetime.date(2024, 1, 1 + at) for at in range(31))\n"
        "flat = ReturnSeries('s', days, (0.0,) * 31)\n"
        "one = ReturnSeries('s', days, (0.0, 0.1) * 15 + (0.2,))\n"
        "allocate([flat, flat], 'hrp'); allocate([one, flat], 'risk-parity')\n"
        "print([name for name in ('riskfolio', 'pandas', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@settings(max_examples=15)
@given(
    st.integers(2, 5).flatmap(
        lambda count: st.lists(
            st.lists(daily_returns, min_size=count, max_size=count), min_size=31, max_size=40
        )
    ),
    st.sampled_from(REPORTED),
)
def test_weights_sum_to_one_and_are_never_negative(rows, model):
    days = tuple(FIRST + at * DAY for at in range(len(rows)))
    several = [ReturnSeries("s", days, column) for column in zip(*rows, strict=True)]
    found = allocate(several, model)
    if found.weights:
        assert weights(found).sum() == pytest.approx(1, rel=1e-12)
        assert weights(found).min() >= 0


@settings(max_examples=10)
@given(st.permutations(range(5)))
def test_the_order_of_strategies_does_not_change_risk_parity(order):
    several = with_covariance(np.diag([1.0, 4, 9, 16, 25]) + 0.5)
    before = weights(allocate(several, "risk-parity"))
    after = weights(allocate([several[at] for at in order], "risk-parity"))
    assert after == pytest.approx(before[list(order)], rel=1e-4)
