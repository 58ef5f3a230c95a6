"""Each known fault of riskfolio-lib (R1 to R15 in the list of the domain), and what we give."""

import importlib.util
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.allocation import MODELS, Terms, View, allocate, library
from risk.allocation.objectives import conditional_value
from tests.risk.series import random_series, series, with_covariance
from tests.risk.test_allocation import columns_of, no_solution, weights
from tests.risk.test_allocation_models import several

ROOT = Path(__file__).parents[2]
EARLY = [0.221, 0.230, 0.282, 0.030, 0.237]


def answering(*given):
    """Riskfolio as if its solver had stopped there."""
    frame = pd.DataFrame({"weights": given}, index=[str(at) for at in range(len(given))])
    return lambda *_, **__: frame


def least_variance(columns):
    """Weights by the definition, from a grid that closes in on the least variance."""
    covariance = np.cov(columns, rowvar=False)
    found, step = np.full(len(covariance), 1 / len(covariance)), 0.2
    generator = np.random.default_rng(1)
    while step > 1e-6:
        tried = found + step * generator.normal(size=(400, len(found)))
        tried = np.clip(tried, 0, None)
        tried /= tried.sum(axis=1, keepdims=True)
        values = ((tried @ covariance) * tried).sum(axis=1)
        if values.min() < found @ covariance @ found:
            found = tried[values.argmin()]
        else:
            step *= 0.7
    return found


def test_r1_weights_that_a_solver_stopped_at_are_replaced_by_the_right_ones(monkeypatch):
    import riskfolio

    given = several(1)
    monkeypatch.setattr(riskfolio.Portfolio, "optimization", answering(*EARLY))
    found = allocate(given, "mean-variance")
    assert weights(found) == pytest.approx(least_variance(columns_of(given)), abs=2e-3)
    assert found.fallback == ""
    for silent in ("mean-variance", "evar"):
        right = weights(allocate(given, silent))
        monkeypatch.setattr(riskfolio.Portfolio, "optimization", no_solution)
        assert weights(allocate(given, silent)) == pytest.approx(right, abs=1e-5)


def test_r1_where_no_solver_answers_what_was_used_is_said(monkeypatch):
    import scipy.optimize

    def failed(*_, **__):
        return scipy.optimize.OptimizeResult(status=4, x=None)

    given = several(1)
    expected = weights(allocate(given, "inverse-variance"))
    monkeypatch.setattr(scipy.optimize, "linprog", failed)
    found = allocate(given, "cvar")
    assert found.fallback == "inverse variance: the solver found no weights"
    assert weights(found) == pytest.approx(expected, rel=1e-12)


def test_r2_kelly_is_exact_and_grows_faster_than_the_arithmetic_mean():
    """Two that pay the same in all but deviation, and a wild one of the highest mean."""
    generator = np.random.default_rng(2)
    drawn = generator.normal([0.002, 0.002, 0.003], [0.02, 0.02, 0.09], (500, 3))
    drawn += np.asarray([0.002, 0.002, 0.003]) - drawn.mean(axis=0)
    given = [series(*column, name=f"s{at}") for at, column in enumerate(drawn.T)]
    found = weights(allocate(given, "kelly"))
    highest_mean = np.eye(3)[2]
    assert found.max() < 0.6
    grown = np.log1p(drawn @ found).mean()
    assert grown > np.log1p(drawn @ highest_mean).mean() + 1e-3


def test_r3_kelly_knows_no_views():
    with pytest.raises(AssertionError):
        allocate(several(1), "kelly", terms=Terms(views=(View({"s0": 1.0}, 0.01),)))


def test_r4_kelly_leaves_cash_where_there_is_no_edge():
    columns = np.column_stack([one.values for one in several(1)])
    without = [
        series(*(column - column.mean() - 0.001), name=f"s{at}")
        for at, column in enumerate(columns.T)
    ]
    found = allocate(without, "kelly")
    assert weights(found) == pytest.approx(np.zeros(5), abs=1e-9)
    assert found.cash == pytest.approx(1, abs=1e-9)
    thin = [series(*[0.1, -0.0998] * 50, name="thin")]
    staked = allocate(thin, "kelly")
    # of even chances the best stake is p/l − q/w
    assert staked.weights[0][1] == pytest.approx(0.5 / 0.0998 - 0.5 / 0.1, abs=1e-4)
    assert staked.cash == pytest.approx(1 - staked.weights[0][1], abs=1e-12)


@pytest.mark.parametrize("count", [11, 14, 15])
def test_kelly_all_invested_leaves_no_cash_of_rounding(count):
    few = [random_series(at, 20, name=f"s{at}") for at in range(count)]
    assert allocate(few, "kelly").cash == 0


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_r5_where_nothing_earns_more_than_cash_the_least_risk_is_taken_and_said(rate):
    columns = columns_of(several(1))
    poor = [
        series(*(column - column.mean() - 0.001), name=f"s{at}")
        for at, column in enumerate(columns.T)
    ]
    given = poor if rate == 0 else several(1)
    found = allocate(given, "mean-variance", terms=Terms(objective="sharpe", rate=rate))
    assert found.fallback == (
        "least risk: no weights earn more than the risk-free rate after costs"
    )
    assert weights(found) == pytest.approx(weights(allocate(given, "mean-variance")), abs=1e-4)


def test_r6_an_iterate_outside_the_constraints_is_no_answer(monkeypatch):
    import riskfolio

    from risk.allocation import Constraints

    given, capped = several(1), Constraints(caps={"s4": 0.2})
    right = weights(allocate(given, "mean-variance", capped))
    monkeypatch.setattr(riskfolio.Portfolio, "optimization", answering(0, 0.2, 0.2, 0, 0.6))
    assert weights(allocate(given, "mean-variance", capped)) == pytest.approx(right, abs=1e-4)
    assert right[4] <= 0.2 + 1e-9


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_r7_what_is_no_number_is_said_and_no_exception(model, bad):
    found = allocate([random_series(1), series(*[0.01] * 99, bad, name="bad")], model)
    assert (found.weights, found.fallback) == ((), "a return is no number")


@pytest.mark.parametrize("model", MODELS)
def test_r7_a_stablecoin_gets_nothing_and_never_everything(model):
    given = [random_series(at, name=f"s{at}") for at in range(4)]
    found = allocate([*given, series(*[0.0] * 100, name="stable")], model)
    assert dict(found.weights)["stable"] == 0
    assert found.fallback.startswith("1 series that do not move have weight 0")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("count", [1, 2])
def test_r8_one_and_two_series_are_weighed(model, count):
    given = [random_series(at, name=f"s{at}") for at in range(count)]
    found = allocate(given, model)
    assert weights(found).sum() + found.cash == pytest.approx(1, abs=1e-9)
    if count == 2 and model in {"herc", "nco"}:
        assert found.fallback == "inverse variance: 2 series have no clusters"


@pytest.mark.parametrize("days", [20, 40, 100, 140, 1000])
def test_r9_the_tail_of_a_confidence_is_the_fraction_as_it_is_written(days):
    """1 − 0.95 is a little more than a twentieth in floats, and one day more would count."""
    losses = np.arange(float(days))
    tail = Terms(confidence=0.95).tail
    assert conditional_value(losses, tail) == pytest.approx(losses[-days // 20 :].mean(), rel=1e-12)


def test_r10_the_solvers_that_are_named_are_installed():
    import cvxpy

    assert set(library.SOLVERS) <= set(cvxpy.installed_solvers())


def test_r11_a_misspelt_measure_is_refused_by_name():
    with pytest.raises(AssertionError, match="CVar"):
        allocate(several(1), "CVar")
    with pytest.raises(AssertionError, match="max-sharp"):
        Terms(objective="max-sharp")


@pytest.mark.parametrize("model", [name for name in MODELS if name != "equal"])
def test_r12_fewer_days_than_series_are_not_optimised(model):
    given = [random_series(at, 31, name=f"s{at}") for at in range(40)]
    found = allocate(given, model)
    wanted = "" if model == "inverse-variance" else "inverse variance: 31 of 41 days"
    assert found.fallback == wanted
    in_sample = float((columns_of(given) @ weights(found)).std())
    assert in_sample > 1e-4


def test_r13_a_drawdown_that_is_not_compounded_says_so():
    assert "uncompounded" in allocate(several(1), "cdar").definition


def test_r14_what_takes_seconds_is_not_offered():
    assert not {"rlvar", "gmd", "rldar"} & set(MODELS)


def test_r15_the_package_that_it_declares_and_never_imports_is_left_out():
    assert importlib.util.find_spec("vectorbt") is None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "vectorbt ; python_version < '0'" in project["tool"]["uv"]["override-dependencies"]
    assert "vectorbt" not in (ROOT / "requirements.lock").read_text("utf-8")


def test_small_variances_are_not_lifted():
    """Riskfolio clips eigenvalues at 10⁻⁶, a daily deviation of a thousandth."""
    scales = np.asarray([1e-5, 2e-5, 1e-3])
    found = weights(allocate(with_covariance(np.diag(scales**2)), "mean-variance"))
    inverse = 1 / scales**2
    assert found == pytest.approx(inverse / inverse.sum(), rel=1e-3)
