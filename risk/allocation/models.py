"""A model's name, columns and constraints → its weights, and what was used instead of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from risk.allocation import library, programs
from risk.allocation.constraints import Constraints, Polytope
from risk.allocation.objectives import (
    Entropic,
    Growth,
    Objective,
    Ratio,
    Utility,
    Variance,
    gap,
)
from risk.allocation.trees import bisected
from risk.allocation.views import View, equilibrium, posterior

DAYS_NEEDED: Final = 30
#: Strategies below which there are no clusters.
CLUSTERED: Final = 3

DEFINITIONS: Final = {
    "equal": "1/N",
    "inverse-variance": "weights in proportion to 1/variance",
    "hrp": "hierarchical risk parity, ward linkage on √((1 − ρ)/2), of riskfolio-lib",
    "hrp-paper": "hierarchical risk parity of López de Prado 2016: single linkage on the"
    " Euclidean distance of the columns of √((1 − ρ)/2)",
    "herc": "hierarchical equal risk contribution, Raffinot 2018, by variance",
    "nco": "nested clustered optimisation, López de Prado 2019: least variance in and of clusters",
    "risk-parity": "equal contributions to variance, Maillard, Roncalli, Teïletche 2010",
    "mean-variance": "Markowitz 1952: by the objective over sample means and covariance",
    "cvar": "least mean of the worst part of the days, Rockafellar and Uryasev 2000",
    "cdar": "least mean of the worst part of the drawdowns of uncompounded returns, Chekhlov,"
    " Uryasev, Zabarankin 2005",
    "evar": "least entropic value at risk, Ahmadi-Javid 2012",
    "kelly": "largest mean ln(1 + r + (R − r)·w) over the sample, the rest in cash at r",
    "black-litterman": "mean–variance over returns of equilibrium and views, He and Litterman 1999",
}
MODELS: Final = tuple(DEFINITIONS)
#: Models that know an objective beside the least risk.
OBJECTIVES: Final = ("min-risk", "sharpe", "utility", "target-return", "target-volatility")
#: Models of a tail, that know a confidence.
RISK_MODELS: Final = ("cvar", "cdar", "evar")
_MEAN_VARIANCE: Final = ("mean-variance", "black-litterman")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a model is told beside returns and constraints.

    `objective` is one of `OBJECTIVES` for mean–variance and Black–Litterman, `min-risk` or
    `target-return` for a tail. `target` is a return or a volatility of one period, `aversion` λ of
    μ − λ/2·σ², `rate` the risk-free return of one period, `confidence` that of a tail.
    """

    objective: str = "min-risk"
    target: float | None = None
    aversion: float = 2.0
    rate: float = 0.0
    confidence: float = 0.95
    views: tuple[View, ...] = ()

    def __post_init__(self) -> None:
        assert self.objective in OBJECTIVES, f"{self.objective} is none of {OBJECTIVES}"
        assert self.aversion > 0, "an aversion is above zero"
        assert 0.5 < self.confidence < 1, "a confidence lies between one half and one"
        aimed = self.objective in {"target-return", "target-volatility"}
        assert not aimed or self.target is not None, "a target is named"

    def parameters(self, model: str) -> tuple[tuple[str, str], ...]:
        """What of these the model depends on."""
        told: list[tuple[str, str]] = []
        if model in {*_MEAN_VARIANCE, *RISK_MODELS}:
            told.append(("objective", self.objective))
            if self.target is not None:
                told.append(("target", f"{self.target:g}"))
        if model in _MEAN_VARIANCE and self.objective == "utility":
            told.append(("aversion", f"{self.aversion:g}"))
        if model in RISK_MODELS:
            told.append(("confidence", f"{self.confidence:g}"))
        if model in {"kelly", *_MEAN_VARIANCE}:
            told.append(("risk-free rate per period", f"{self.rate:g}"))
        if model == "black-litterman":
            told.append(("views", str(len(self.views))))
        return tuple(told)

    @property
    def tail(self) -> float:
        """1 − confidence as it is written: that of 0.95 is exactly a twentieth."""
        return round(1 - self.confidence, 12)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is to be weighed: returns (T × N), those that move, and the weights that are allowed."""

    every: np.ndarray
    moving: list[int]
    names: list[str]
    inside: Polytope
    constraints: Constraints
    terms: Terms

    @property
    def columns(self) -> np.ndarray:
        """The returns of the series that move."""
        return self.every[:, self.moving]

    @property
    def plain(self) -> bool:
        """Whether nothing but the sum bounds the weights, and costs count nowhere."""
        return self.constraints.free and not self.constraints.costs

    def spread(self, found: np.ndarray) -> np.ndarray:
        """Weights of those that move as weights of all."""
        weights = np.zeros(len(self.names))
        weights[self.moving] = found
        return weights


def weighed(problem: Problem, model: str) -> tuple[np.ndarray, list[str]]:
    """The weights of every series under a model, and what is to be said of them."""
    found, notes = _wanted(problem, model)
    if problem.constraints.free:
        return found, notes
    kept = programs.nearest(found, problem.inside)
    if kept is None:
        # the middle of what is allowed always exists: that there are weights was seen before
        middle = programs.between_corners(problem.inside)
        assert middle is not None, "weights that hold the constraints exist"
        kept = middle[: problem.inside.count]
        notes.append("the middle of what is allowed: no nearer weights were found")
    elif not np.array_equal(kept, found):
        notes.append("moved to the nearest weights that hold the constraints")
    return kept, notes


def _wanted(problem: Problem, model: str) -> tuple[np.ndarray, list[str]]:
    """What the model gives; constraints are held already where it is a program over weights."""
    columns = problem.columns
    sample, count = columns.shape
    if count == 1 and problem.constraints.free and model != "kelly":
        return problem.spread(np.ones(1)), ["one series moves"]
    if model == "equal":
        return problem.spread(np.full(count, 1 / count)), []
    if model == "inverse-variance":
        return problem.spread(inverse_variance(columns)), []
    needed = max(DAYS_NEEDED, count + 1)
    if sample < needed:
        why = f"inverse variance: {sample} of {needed} days"
        return problem.spread(inverse_variance(columns)), [why]
    own = _OWN_CONSTRAINTS.get(model)
    if own is not None:
        found, notes = own(problem)
    else:
        part, notes = _by_structure(columns, model)
        found = None if part is None else problem.spread(part / part.sum())
    if found is None:
        why = "inverse variance: the solver found no weights"
        return problem.spread(inverse_variance(columns)), [*notes, why]
    return found, notes


def _by_structure(columns: np.ndarray, model: str) -> tuple[np.ndarray | None, list[str]]:
    """Models of a tree or of contributions, which know no constraints."""
    count = columns.shape[1]
    if count == 1:
        return np.ones(1), []
    if model == "risk-parity":
        return library.equal_contributions(columns), []
    if model == "hrp-paper":
        return bisected(np.cov(columns, rowvar=False)), []
    if model == "hrp":
        return library.hierarchical(columns, "HRP"), []
    if count < CLUSTERED:
        why = f"inverse variance: {count} series have no clusters"
        return inverse_variance(columns), [why]
    return library.hierarchical(columns, "HERC" if model == "herc" else "NCO"), []


def inverse_variance(columns: np.ndarray) -> np.ndarray:
    """1/variance of each column, as weights."""
    inverse = 1 / columns.var(axis=0)
    return inverse / inverse.sum()  # type: ignore[no-any-return]


Found = tuple[np.ndarray | None, list[str]]


def _mean_variance(problem: Problem) -> Found:
    covariance = np.cov(problem.every, rowvar=False, ddof=1).reshape(len(problem.names), -1)
    return _by_objective(problem, problem.every.mean(axis=0), covariance)


def _black_litterman(problem: Problem) -> Found:
    """Mean–variance over the returns that the weights of now and the views say."""
    names, terms = problem.names, problem.terms
    covariance = np.cov(problem.every, rowvar=False, ddof=1).reshape(len(names), -1)
    held = problem.constraints.current
    current = np.asarray([(held or {}).get(name, 0.0) for name in names])
    notes = []
    if current.sum() <= 0:
        current = problem.spread(np.full(len(problem.moving), 1 / len(problem.moving)))
        notes.append("equal weights stand for those of now")
    prior = equilibrium(covariance, current / current.sum(), terms.aversion, terms.rate)
    means, _ = posterior(covariance, prior, names, terms.views)
    found, more = _by_objective(problem, means, covariance)
    return found, notes + more


def _by_objective(problem: Problem, means: np.ndarray, covariance: np.ndarray) -> Found:
    terms, inside = problem.terms, problem.inside
    excess, goal = means - terms.rate, terms.objective
    notes: list[str] = []
    if goal == "sharpe":
        best = inside.cheapest(_beside(-excess, inside) + inside.prices)
        if best is None or float(excess @ best[: len(means)] - inside.prices @ best) <= 0:
            notes = ["least risk: no weights earn more than the risk-free rate after costs"]
            goal = "min-risk"
        else:
            ratio = Ratio(excess, covariance, inside.prices)
            middle = programs.between_corners(inside)
            start = best if middle is None or ratio.value(middle) >= 0 else middle
            return _solved(problem, ratio, means, covariance, "Sharpe", start), notes
    if goal == "target-return":
        assert terms.target is not None, "a target is named"
        inside = inside.also(_beside(-means, inside) + inside.prices, -terms.target)
        if inside.cheapest(np.zeros(inside.size)) is None:
            notes = [f"least risk: no weights earn {terms.target:g} a period after costs"]
            inside = problem.inside
    if goal == "target-volatility":
        return _at_volatility(problem, means, covariance)
    if goal == "utility":
        utility = Utility(means, covariance, terms.aversion, inside.prices)
        return _solved(problem, utility, means, covariance, "Utility"), notes
    least = Variance(covariance)
    return _solved(problem, least, means, covariance, "MinRisk", inside=inside), notes


def _at_volatility(problem: Problem, means: np.ndarray, covariance: np.ndarray) -> Found:
    """The highest return whose least volatility is the target: a root of what grows with it."""
    from scipy.optimize import brentq

    terms, inside, variance = problem.terms, problem.inside, Variance(covariance)
    assert terms.target is not None, "a target is named"
    calmest = programs.smallest(variance, inside)
    row = _beside(-means, inside) + inside.prices
    richest = inside.cheapest(row)
    if calmest is None or richest is None:
        return None, []
    wanted = terms.target**2
    if variance.value(calmest) >= wanted:
        return calmest, [f"least risk: no weights have a volatility of {terms.target:g}"]
    if variance.value(richest) <= wanted:
        return programs.settled(richest[: inside.count], inside), []
    low, high = float(-row @ inside.whole(calmest)), float(-row @ richest)

    def calm(earned: float) -> np.ndarray | None:
        return programs.smallest(variance, inside.also(row, -earned))

    def beyond(earned: float) -> float:
        """How far the least variance at a return is above what is wanted; at the top it is."""
        found = calm(earned) if earned < high else None
        return variance.value(richest if found is None else found) / wanted - 1

    return calm(float(brentq(beyond, low, high, xtol=1e-14, rtol=1e-13))), []


def _solved(
    problem: Problem,
    objective: Objective,
    means: np.ndarray,
    covariance: np.ndarray,
    goal: Literal["MinRisk", "Sharpe", "Utility"],
    start: np.ndarray | None = None,
    inside: Polytope | None = None,
) -> np.ndarray | None:
    """Riskfolio's weights where nothing beats them by more than a millionth, else our own."""
    allowed = problem.inside if inside is None else inside
    if allowed.size == allowed.count and not _pinned(allowed):
        terms, moving = problem.terms, problem.moving
        part = library.optimised(
            problem.columns,
            means[moving],
            covariance[np.ix_(moving, moving)],
            _part(allowed, moving),
            library.Goal(
                goal,
                terms.aversion,
                terms.rate,
                terms.tail if isinstance(objective, Entropic) else None,
            ),
        )
        found = None if part is None else programs.settled(problem.spread(part), allowed)
        if found is not None and gap(objective, allowed, found) <= programs.TOLERANCE:
            return found
    return programs.smallest(objective, allowed, start=start)


def _pinned(inside: Polytope) -> bool:
    """Whether a series that does not move has a floor: the library would divide all of one."""
    fixed = inside.lowest[: inside.count] == inside.highest[: inside.count]
    return bool((inside.lowest[: inside.count][fixed] > 0).any())


def _part(inside: Polytope, at: list[int]) -> Polytope:
    """The same weights, of some series alone: the others have none."""
    return Polytope(
        len(at),
        inside.rows[:, at],
        inside.limits,
        inside.lowest[at],
        inside.highest[at],
        inside.least,
        inside.most,
        inside.prices[at],
        inside.current[at],
    )


def _tail(
    least: Callable[[np.ndarray, float, Polytope], np.ndarray | None],
) -> Callable[[Problem], Found]:
    def solved(problem: Problem) -> Found:
        inside, notes = _with_target(problem)
        return least(problem.every, problem.terms.tail, inside), notes

    return solved


def _entropic(problem: Problem) -> Found:
    inside, notes = _with_target(problem)
    every = problem.every
    covariance = np.cov(every, rowvar=False, ddof=1).reshape(len(problem.names), -1)
    found = _solved(
        problem,
        Entropic(every, problem.terms.tail),
        every.mean(axis=0),
        covariance,
        "MinRisk",
        inside=inside,
    )
    return found, notes


def _with_target(problem: Problem) -> tuple[Polytope, list[str]]:
    """The weights that earn the target, where one is asked for."""
    terms, inside = problem.terms, problem.inside
    if terms.objective != "target-return" or terms.target is None:
        return inside, []
    row = _beside(-problem.every.mean(axis=0), inside) + inside.prices
    narrower = inside.also(row, -terms.target)
    if narrower.cheapest(np.zeros(inside.size)) is None:
        return inside, [f"least risk: no weights earn {terms.target:g} a period after costs"]
    return narrower, []


def _kelly(problem: Problem) -> Found:
    """Own solver: riskfolio never leaves cash, and its approximation is another model."""
    growth = Growth(problem.every, problem.terms.rate, problem.inside.prices)
    return programs.smallest(growth, problem.inside), []


def _beside(weights: np.ndarray, inside: Polytope) -> np.ndarray:
    return np.concatenate([weights, np.zeros(inside.size - len(weights))])


_OWN_CONSTRAINTS: Final[dict[str, Callable[[Problem], Found]]] = {
    "mean-variance": _mean_variance,
    "black-litterman": _black_litterman,
    "cvar": _tail(programs.least_tail),
    "cdar": _tail(programs.least_drawdown),
    "evar": _entropic,
    "kelly": _kelly,
}
