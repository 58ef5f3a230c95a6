"""Results of parts, side by side → what each adds to value at risk and expected shortfall.

A part is a strategy or an asset, its column what it added to the return of the whole each day, so
that the columns sum to the whole. Three questions, three answers:

component    w·∂VaR/∂w: components sum to the total (Euler; Tasche 1999)
marginal     ∂VaR/∂w, the component of one unit of weight
incremental  the total less that of the whole without the part, measured again

historical   the two days that the type-7 quantile lies between, in proportion; for ES the mean of
             the days strictly below it
gaussian     −(mean + z·sd) differentiated, ddof 0; for ES −mean + sd·φ(z)/p
modified     the Cornish–Fisher expansion differentiated through the co-moments of each part with
             the whole (Boudt, Peterson and Croux 2008)
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from risk.incremental import chances, incremental_errors
from risk.model import Contribution, Contributions, ReturnSeries
from risk.returns import RESOLUTION, varies
from risk.tail import observations_needed
from risk.tail.normal import FLAT, NOT_MONOTONE, bent, bent_slopes, moments, normal_tail, rises
from risk.tail.quantile import beyond, quantile

Array = np.ndarray

NO_TENTH: Final = "components: with a tenth of the days left out there is no figure"
#: What closed trades of strategies do not explain of a fund's return.
REST: Final = "rest"


class Split(NamedTuple):
    """VaR and ES of the whole, positive where something is lost, and what parts add to each."""

    at_risk: float
    shortfall: float
    of_risk: Array
    of_shortfall: Array


def historical(parts: Array, confidence: float) -> Split:
    """Of the days themselves; `parts` is days × parts."""
    whole = parts.sum(axis=1)
    part = beyond(confidence)
    place, over = divmod((len(whole) - 1) * part.numerator, part.denominator)
    # days in order of what was lost, the earlier first among equals
    order = np.argsort(whole, kind="stable")
    near = float(over / part.denominator)
    weights = np.zeros(len(whole))
    weights[order[place]] += 1 - near
    if over:
        weights[order[place + 1]] += near
    # by the same steps as of the whole alone: among equal days rounding would decide
    below = whole < quantile(whole[order], part)
    of_shortfall = parts[below].mean(axis=0) if below.any() else weights @ parts
    return _positive(weights @ parts, of_shortfall)


def gaussian(parts: Array, confidence: float) -> Split:
    """Of a normal distribution with the means and covariances of the parts; the whole varies."""
    means, whole, deviation = _moved(parts)
    covered = (parts - means).T @ whole / len(whole) / deviation
    z, beyond_it = normal_tail(confidence)
    return _positive(means + z * covered, means + beyond_it * covered)


def modified(parts: Array, confidence: float, ddof: int = 0) -> Split:
    """Of the expansion by skew and kurtosis, whether it is monotone or not; the whole varies.

    With `ddof` 1 the covariance is that of a sample while the higher moments stay those of the
    population, as R's PerformanceAnalytics has it for parts (but not for a whole alone).
    """
    means, whole, deviation = _moved(parts)
    counted = len(whole) / (len(whole) - ddof)
    deviation *= float(np.sqrt(counted))
    scaled, own = whole / deviation, (parts - means) / deviation
    skew, kurtosis = float((scaled**3).mean()), float((scaled**4).mean()) - 3
    # what deviation, skew and kurtosis gain by a unit of each part
    with_whole = own.T @ scaled / len(whole) * counted
    skewed = 3 * (own.T @ scaled**2 / len(whole) - skew * with_whole)
    tailed = 4 * (own.T @ scaled**3 / len(whole) - (kurtosis + 3) * with_whole)
    z, beyond_it = (
        float(each) for each in bent(np.float64(skew), np.float64(kurtosis), confidence)
    )
    slopes = bent_slopes(skew, kurtosis, confidence)
    found = [
        means + deviation * (level * with_whole + by_skew * skewed + by_kurtosis * tailed)
        for level, (by_skew, by_kurtosis) in zip((z, beyond_it), slopes, strict=True)
    ]
    return _positive(*found)


#: Parts of the days that a jackknife leaves out one after the other.
BLOCKS: Final = 10

#: method → (function, definition)
METHODS: Final[dict[str, tuple[Callable[[Array, float], Split], str]]] = {
    "historical": (historical, "the days that the type-7 quantile lies between; ES: days below it"),
    "gaussian": (gaussian, "covariance of each part with the whole"),
    "modified": (modified, "co-moments of each part with the whole to the fourth, Cornish-Fisher"),
}


def contributions(
    names: Sequence[str],
    parts: Array,
    confidence: float,
    method: str,
    weights: Sequence[float] | None = None,
    *,
    errors: bool = False,
) -> Contributions:
    """What each part adds, or the reason why that is not known.

    `parts` is days × parts, already weighted; `weights` are what marginal figures divide by, and
    may be left out where a part has none. With `errors` every figure has its standard error.
    """
    assert parts.ndim == 2
    assert parts.shape[1] == len(names)
    definition, sample = METHODS[method][1], len(parts)
    reason = _why_not(parts, confidence, method)
    if reason:
        return Contributions(method, confidence, definition, sample, None, None, (), reason)
    function = METHODS[method][0]
    found = function(parts, confidence)
    whole = parts.sum(axis=1)
    given = [None] * len(names) if weights is None else list(weights)
    unsure = _errors(function, parts, confidence, method) if errors else (None, None)
    added = incremental_errors(parts, confidence, method) if errors else None
    beside = (None, None) if added is None else (added.of_risk, added.of_shortfall)
    rows = []
    for at, (name, weight) in enumerate(zip(names, given, strict=True)):
        left = (whole - parts[:, at])[:, None]
        without = _total(function, left, confidence)
        rows.append(
            Contribution(
                name,
                weight,
                float(found.of_risk[at]),
                float(found.of_shortfall[at]),
                float(found.of_risk[at]) / weight if weight else None,
                float(found.of_shortfall[at]) / weight if weight else None,
                _added(found.at_risk, without[0]),
                _added(found.shortfall, without[1]),
                *(None if known is None else float(known[at]) for known in (*unsure, *beside)),
            )
        )
    return Contributions(
        *(method, confidence, definition, sample, found.at_risk, found.shortfall, tuple(rows)),
        at_risk_error=None if added is None else added.at_risk,
        shortfall_error=None if added is None else added.shortfall,
        no_error=NO_TENTH if errors and any(each is None for each in unsure) else "",
    )


def of_strategies(
    fund: ReturnSeries, strategies: Sequence[ReturnSeries], confidence: float, method: str
) -> Contributions:
    """What the strategies of a fund add by their closed trades; the rest is a part of its own."""
    assert all(each.days == fund.days for each in strategies), "the same days everywhere"
    columns = np.asarray([each.values for each in strategies], dtype=np.float64)
    columns = columns.reshape(len(strategies), len(fund.days)).T
    rest = np.asarray(fund.values, dtype=np.float64) - columns.sum(axis=1)
    names = [*(each.name for each in strategies), REST]
    every = np.column_stack([columns, rest])
    return contributions(names, every, confidence, method, errors=True)


def _errors(
    function: Callable[[Array, float], Split], parts: Array, confidence: float, method: str
) -> tuple[Array | None, Array | None]:
    """Errors of component VaR and ES, by row; None where none is known."""
    of_risk, of_shortfall = _jackknife(function, parts, confidence, method)
    if method == "historical":  # days left out say nothing of what parts made on one of them
        return _of_ranks(parts, confidence), of_shortfall
    return of_risk, of_shortfall


def _of_ranks(parts: Array, confidence: float) -> Array:
    """Errors of historical component VaR: deviations over the days that the quantile may be."""
    chance = chances(len(parts), confidence)
    days = parts[np.argsort(parts.sum(axis=1), kind="stable")]
    errors: Array = np.sqrt(chance @ (days - chance @ days) ** 2)
    return errors


def _jackknife(
    function: Callable[[Array, float], Split], parts: Array, confidence: float, method: str
) -> tuple[Array | None, Array | None]:
    """Errors of both, by row: √((B − 1)/B · Σ(c₍ᵦ₎ − mean)²), B tenths left out.

    Quenouille and Tukey; tenths, since days left out one by one say nothing of a quantile (Shao and
    Wu 1989). None where some of the rest has no figure.
    """
    found = []
    for block in np.array_split(np.arange(len(parts)), BLOCKS):
        rest = np.delete(parts, block, axis=0)
        if _why_not(rest, confidence, method):
            return None, None
        split = function(rest, confidence)
        found.append([split.of_risk, split.of_shortfall])
    known = np.asarray(found)
    apart = known - known.mean(axis=0)
    errors: Array = np.sqrt((BLOCKS - 1) / BLOCKS * (apart**2).sum(axis=0))
    if not np.isfinite(errors).all():
        return None, None
    return errors[0], errors[1]


def _why_not(parts: Array, confidence: float, method: str) -> str:
    needed = observations_needed(confidence)
    if len(parts) < needed:
        return f"{len(parts)} of at least {needed} days"
    if method == "historical":
        return ""
    whole = parts.sum(axis=1)
    if not varies(whole.tolist()):
        return FLAT
    return NOT_MONOTONE if method == "modified" and not rises(*moments(whole)) else ""


def _total(
    function: Callable[[Array, float], Split], whole: Array, confidence: float
) -> tuple[float, float]:
    """VaR and ES of one column; what does not vary is lost or won for sure."""
    if not varies(whole[:, 0].tolist()):
        sure = 0.0 - float(whole[:, 0].mean())
        return sure, sure
    return function(whole, confidence)[:2]


def _added(total: float, without: float) -> float:
    """The difference; of figures that differ by rounding alone there is none."""
    added = total - without
    return added if abs(added) > RESOLUTION * max(abs(total), abs(without)) else 0.0


def _moved(parts: Array) -> tuple[Array, Array, float]:
    """Means of the parts, the whole above its mean, and its deviation of the population."""
    means = parts.mean(axis=0)
    whole = (parts - means).sum(axis=1)
    return means, whole, float(np.sqrt((whole**2).mean()))


def _positive(of_risk: Array, of_shortfall: Array) -> Split:
    """Losses with their sign; a total is the sum of its components."""
    risk, shortfall = 0.0 - of_risk, 0.0 - of_shortfall
    return Split(float(risk.sum()), float(shortfall.sum()), risk, shortfall)
