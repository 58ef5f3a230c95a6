"""Columns of returns → riskfolio's weights, or None where what it answers is no set of weights.

riskfolio answers a failed optimisation with a printed sentence and None, and takes whatever iterate
a solver stopped at; its answers are checked by who asks. Columns are scaled first, since it lifts
variances that are small beside 10⁻⁶.
"""

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from risk.allocation.constraints import Polytope

#: Solvers that are installed; its own list names others.
SOLVERS: Final = ("CLARABEL", "SCS")
#: How far a contribution to risk may be from its equal share, as a part of that share.
TOLERANCE: Final = 1e-3


def hierarchical(
    columns: np.ndarray, model: Literal["HRP", "HERC", "NCO"], linkage: str = "ward"
) -> np.ndarray | None:
    """Weights by a tree on the condensed correlation distance √((1 − ρ)/2), of variances."""
    import riskfolio

    scaled = columns if model == "HRP" else columns / scale_of(columns)
    with _silent():
        try:
            found = riskfolio.HCPortfolio(returns=frame(scaled)).optimization(
                model=model,
                codependence="pearson",
                obj="MinRisk",
                rm="MV",
                linkage=linkage,
                leaf_order=True,
                max_k=min(10, columns.shape[1] - 1),
            )
        except (AttributeError, IndexError, KeyError, ValueError, ArithmeticError):
            # a failure inside is another failure than the one it names: there are no weights
            found = None
    return checked(found, columns.shape[1])


def equal_contributions(columns: np.ndarray) -> np.ndarray | None:
    """Solved on columns of one deviation, where no solver's tolerance hides a small strategy.

    Contributions to risk do not change when a column is divided by its deviation and its weight
    multiplied by it, so the weights found are divided by the deviations.
    """
    import riskfolio

    deviations = columns.std(axis=0, ddof=1)
    scaled = columns / deviations
    portfolio = riskfolio.Portfolio(returns=frame(scaled))
    portfolio.solvers = list(SOLVERS)
    with _silent():
        portfolio.assets_stats(method_mu="hist", method_cov="hist")
        answer = portfolio.rp_optimization(model="Classic", rm="MV", b=None, hist=True)
    found = checked(answer, columns.shape[1])
    if found is None or not contributes_equally(found, np.cov(scaled, rowvar=False)):
        return None
    return found / deviations  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Goal:
    """What riskfolio is to make best; with a tail it is of EVaR at it, else of variance."""

    name: Literal["MinRisk", "Sharpe", "Utility"]
    aversion: float = 2.0
    rate: float = 0.0
    entropic_tail: float | None = None


def optimised(
    columns: np.ndarray, means: np.ndarray, covariance: np.ndarray, inside: Polytope, goal: Goal
) -> np.ndarray | None:
    """Weights of the least variance, or of the least EVaR at a tail, of the best ratio or utility.

    Never asked for Kelly weights: its approximation is the arithmetic mean for most measures.
    """
    import pandas as pd
    import riskfolio

    size = scale_of(columns)
    tail = 0.05 if goal.entropic_tail is None else goal.entropic_tail
    portfolio = riskfolio.Portfolio(returns=frame(columns / size), alpha=tail)
    portfolio.solvers = list(SOLVERS)
    names = list(portfolio.assetslist)
    rows, limits = inside.rows, inside.limits
    one = np.eye(inside.count)
    portfolio.ainequality = np.vstack([rows, one, -one])
    portfolio.binequality = np.concatenate([limits, inside.highest, -inside.lowest])[:, None]
    with _silent():
        portfolio.assets_stats(method_mu="hist", method_cov="hist")
        # its own estimates lift small variances; ours are those that the answer is checked by
        portfolio.mu = pd.DataFrame(means[None, :] / size, columns=names)
        portfolio.cov = pd.DataFrame(covariance / size**2, index=names, columns=names)
        answer = portfolio.optimization(
            model="Classic",
            rm="MV" if goal.entropic_tail is None else "EVaR",
            obj=goal.name,
            rf=goal.rate / size,
            # λ/2·variance of returns is λ·size/2·variance of the scaled ones, in units of size
            l=goal.aversion * size / 2,
            hist=True,
        )
    return checked(answer, columns.shape[1])


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """What it prints and warns of is answered by what is checked."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def scale_of(columns: np.ndarray) -> float:
    """The root of the mean variance: what columns are divided by to be near one."""
    return float(np.sqrt(columns.var(axis=0, ddof=1).mean()))


def frame(columns: np.ndarray) -> object:
    """Columns as riskfolio takes them."""
    import pandas as pd

    return pd.DataFrame(columns, columns=[str(at) for at in range(columns.shape[1])])


def checked(found: object, count: int) -> np.ndarray | None:
    """The answer as weights in the order of the columns; None where it is no set of weights."""
    if found is None:
        return None
    table: Any = found
    weights = np.asarray([table.loc[str(at)].iloc[0] for at in range(count)], dtype=np.float64)
    if not np.isfinite(weights).all() or weights.min() < 0 or abs(weights.sum() - 1) > 1e-6:
        return None
    return weights


def contributes_equally(weights: np.ndarray, covariance: np.ndarray) -> bool:
    """Whether no contribution to variance is further from its equal share than is allowed."""
    contributions = weights * (covariance @ weights)
    if not contributions.sum() > 0:
        # what cancels out has no risk to share
        return False
    shares = contributions / contributions.sum() * len(weights)
    return bool(np.abs(shares - 1).max() < TOLERANCE)
