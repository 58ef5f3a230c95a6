"""Return series → weights: the one door to riskfolio-lib, whose silences are answered here.

riskfolio answers a failed optimisation with a printed sentence and None, takes whatever iterate a
solver stopped at, gives a series that does not move all the weight in risk parity, and fails on
fewer than two series. Such series are set aside first, risk parity is solved on series scaled to
one deviation, its weights are checked against their own risk contributions, and what was used
instead is said in `fallback`.
"""

import contextlib
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from risk.model import Allocation, ReturnSeries
from risk.returns import varies

MODELS: Final = ("hrp", "risk-parity")
DAYS_NEEDED: Final = 30
#: How far a contribution to risk may be from its equal share, as a part of that share.
TOLERANCE: Final = 1e-3


def allocate(series: Sequence[ReturnSeries], model: str) -> Allocation:
    """Long-only weights that sum to one, under hierarchical or equal risk contribution.

    `hrp`: López de Prado 2016, ward linkage on the condensed correlation distance √((1 − ρ)/2);
    `risk-parity`: equal contributions to variance (Maillard, Roncalli, Teïletche 2010). The series
    cover the same days; those that do not vary get 0.
    """
    assert model in MODELS, f"{model} is none of {MODELS}"
    assert len({each.days for each in series}) <= 1, "weighed series cover the same days"
    sample = len(series[0].values) if series else 0
    moving = [at for at, each in enumerate(series) if varies(each.values)]
    if not moving:
        return Allocation(model, (), sample, "no series moves: there is nothing to weigh")
    columns = np.column_stack([series[at].values for at in moving])
    found, note = _weights(columns, model)
    weights = np.zeros(len(series))
    weights[moving] = found / found.sum()
    still = len(series) - len(moving)
    notes = [f"{still} series that do not move have weight 0"] if still else []
    notes += [note] if note else []
    named = tuple((each.name, float(weight)) for each, weight in zip(series, weights, strict=True))
    return Allocation(model, named, sample, "; ".join(notes))


def _weights(columns: np.ndarray, model: str) -> tuple[np.ndarray, str]:
    sample, count = columns.shape
    if count == 1:
        return np.ones(1), "one series moves"
    needed = max(DAYS_NEEDED, count + 1)
    if sample < needed:
        return _inverse_variance(columns), f"inverse variance: {sample} of {needed} days"
    found = _hierarchical(columns) if model == "hrp" else _equal_contributions(columns)
    if found is None:
        return _inverse_variance(columns), "inverse variance: the solver found no weights"
    return found, ""


def _hierarchical(columns: np.ndarray) -> np.ndarray | None:
    import riskfolio

    with contextlib.redirect_stdout(io.StringIO()):
        found = riskfolio.HCPortfolio(returns=_frame(columns)).optimization(
            model="HRP", codependence="pearson", rm="MV", linkage="ward", leaf_order=True
        )
    return _checked(found, columns.shape[1])


def _equal_contributions(columns: np.ndarray) -> np.ndarray | None:
    """Solved on columns of one deviation, where no solver's tolerance hides a small strategy.

    Contributions to risk do not change when a column is divided by its deviation and its weight
    multiplied by it, so the weights found are divided by the deviations.
    """
    import riskfolio

    deviations = columns.std(axis=0, ddof=1)
    scaled = columns / deviations
    portfolio = riskfolio.Portfolio(returns=_frame(scaled))
    portfolio.solvers = ["CLARABEL", "SCS"]
    with contextlib.redirect_stdout(io.StringIO()):
        portfolio.assets_stats(method_mu="hist", method_cov="hist")
        answer = portfolio.rp_optimization(model="Classic", rm="MV", b=None, hist=True)
    found = _checked(answer, columns.shape[1])
    if found is None or not _contributes_equally(found, np.cov(scaled, rowvar=False)):
        return None
    return found / deviations  # type: ignore[no-any-return]


def _frame(columns: np.ndarray) -> object:
    import pandas as pd

    return pd.DataFrame(columns, columns=[str(at) for at in range(columns.shape[1])])


def _checked(found: object, count: int) -> np.ndarray | None:
    """The answer as weights in the order of the columns; None where it is no set of weights."""
    if found is None:
        return None
    frame: Any = found
    weights = np.asarray([frame.loc[str(at)].iloc[0] for at in range(count)], dtype=np.float64)
    if not np.isfinite(weights).all() or weights.min() < 0 or abs(weights.sum() - 1) > 1e-6:
        return None
    return weights


def _contributes_equally(weights: np.ndarray, covariance: np.ndarray) -> bool:
    contributions = weights * (covariance @ weights)
    shares = contributions / contributions.sum() * len(weights)
    return bool(np.abs(shares - 1).max() < TOLERANCE)


def _inverse_variance(columns: np.ndarray) -> np.ndarray:
    inverse = 1 / columns.var(axis=0)
    return inverse / inverse.sum()  # type: ignore[no-any-return]
