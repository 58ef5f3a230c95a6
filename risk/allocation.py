"""Return series → weights: the one door to riskfolio-lib, whose silences are answered here.

riskfolio answers a failed optimisation with a printed sentence and None, gives a series that does
not move all the weight in risk parity, and fails on fewer than two series. Such series are set
aside first, weights are checked, and what was used instead is said in `fallback`.
"""

import contextlib
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from risk.model import Allocation, ReturnSeries

MODELS: Final = ("hrp", "risk-parity")
DAYS_NEEDED: Final = 30


def allocate(series: Sequence[ReturnSeries], model: str) -> Allocation:
    """Long-only weights that sum to one, under hierarchical or equal risk contribution.

    `hrp`: López de Prado 2016, ward linkage on the correlation distance; `risk-parity`: equal
    contributions to variance (Maillard, Roncalli, Teïletche 2010). Series that do not move get 0.
    """
    assert model in MODELS, f"{model} is none of {MODELS}"
    names = tuple(each.name for each in series)
    moving = [each for each in series if len(each.values) > 1 and np.std(each.values) > 0]
    sample = min((len(each.values) for each in moving), default=0)
    if not moving:
        return Allocation(model, (), sample, "no series moves: there is nothing to weigh")
    still = len(series) - len(moving)
    notes = [f"{still} series that do not move have weight 0"] if still else []
    weights, note = _weights(moving, model, sample)
    notes += [note] if note else []
    by_name = dict(zip((each.name for each in moving), weights, strict=True))
    found = tuple((name, by_name.get(name, 0.0)) for name in names)
    return Allocation(model, found, sample, "; ".join(notes))


def _weights(
    moving: Sequence[ReturnSeries], model: str, sample: int
) -> tuple[tuple[float, ...], str]:
    if len(moving) == 1:
        return (1.0,), "one series moves"
    if sample < DAYS_NEEDED:
        return _inverse_variance(moving), f"inverse variance: {sample} of {DAYS_NEEDED} days"
    answer = _ask_riskfolio(moving, model)
    if answer is None:
        return _inverse_variance(moving), "inverse variance: the solver found no weights"
    return answer, ""


def _ask_riskfolio(moving: Sequence[ReturnSeries], model: str) -> tuple[float, ...] | None:
    import pandas as pd
    import riskfolio

    columns = np.column_stack([each.values for each in moving])
    frame = pd.DataFrame(columns, columns=[str(at) for at in range(len(moving))])
    said = io.StringIO()
    found: Any
    with contextlib.redirect_stdout(said):
        if model == "hrp":
            portfolio = riskfolio.HCPortfolio(returns=frame)
            found = portfolio.optimization(
                model="HRP", codependence="pearson", rm="MV", linkage="ward", leaf_order=True
            )
        else:
            portfolio = riskfolio.Portfolio(returns=frame)
            portfolio.solvers = ["CLARABEL", "SCS"]
            portfolio.assets_stats(method_mu="hist", method_cov="hist")
            found = portfolio.rp_optimization(model="Classic", rm="MV", b=None, hist=True)
    if found is None:
        return None
    weights = np.asarray([found.loc[str(at)].iloc[0] for at in range(len(moving))], dtype=float)
    if not np.isfinite(weights).all() or weights.min() < -1e-9 or abs(weights.sum() - 1) > 1e-6:
        return None
    return tuple(float(weight) for weight in weights)


def _inverse_variance(moving: Sequence[ReturnSeries]) -> tuple[float, ...]:
    inverse = np.asarray([1 / np.var(each.values) for each in moving])
    return tuple(float(weight) for weight in inverse / inverse.sum())
