"""Returns and measures of them → the measures with the standard errors that a sample has.

A figure of the days one by one has the error of independent days: the deviation of its influence
function ÷ √n (the delta method; Hampel 1974). A quantile has half the distance of the days whose
rank is one deviation, √(np(1 − p)), below and above its own (Woodruff 1952). A figure of the path
has the deviation over samples drawn in blocks, so that what follows a day is kept: a circular block
bootstrap (Politis and Romano 1992) from a fixed seed, of blocks of ⌈n^(1/3)⌉ days (Hall, Horowitz
and Jing 1995).

Those of tails that were weighted, bent or fitted stand in `risk.tail.errors`. What was earned is no
estimate and has no error.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, isfinite, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from risk.growth import DAYS_IN_YEAR
from risk.model import Measure, ReturnSeries
from risk.ratios import DAYS_NEEDED
from risk.tail import label_of
from risk.tail.errors import (
    aged_errors,
    bent_errors,
    entropic_error,
    extreme_errors,
    student_errors,
)
from risk.tail.historical import rescaled
from risk.tail.normal import normal_tail
from risk.tail.quantile import beyond, quantile

#: Samples that are drawn of a path, and from where.
SAMPLES: Final = 50
SEED: Final = 20_240_101
#: Paths that stay near the processor while they are walked.
_SAMPLES_AT_ONCE: Final = 10
Values = npt.NDArray[np.float64]
#: Tails that were weighted, bent or fitted.
_FITTED: Final = {
    "aged": aged_errors,
    "cornish_fisher": bent_errors,
    "student": student_errors,
    "extreme": extreme_errors,
}


def with_errors(
    measures: Sequence[Measure],
    series: ReturnSeries,
    levels: Sequence[float],
    periods: int,
    rate: float = 0.0,
) -> tuple[Measure, ...]:
    """The measures with their errors; those that have one keep it.

    A figure without a value has none, and none that is no number is stated.
    """
    values = np.asarray(series.values, dtype=np.float64)
    if len(values) < DAYS_NEEDED or not np.isfinite(values).all():
        return tuple(measures)
    years = ((series.days[-1] - series.days[0]).days + 1) / DAYS_IN_YEAR
    with np.errstate(all="ignore"):
        found = _of_days(values, periods, rate, years) | _of_paths(values, levels, years)
        now = rescaled(series.values)
        for level in levels:
            found |= _of_tails(values, now, level)
    by_name = {one.name: one for one in measures}
    plain, followed = by_name.get("sharpe"), by_name.get("sharpe_autocorrelated")
    if plain and followed and plain.value and plain.error and followed.value is not None:
        # Lo's factor is taken as known
        found["sharpe_autocorrelated"] = abs(followed.value / plain.value) * plain.error
    known = {name: error for name, error in found.items() if error is not None and isfinite(error)}
    return tuple(
        replace(one, error=known[one.name])
        if one.value is not None and one.error is None and one.name in known
        else one
        for one in measures
    )


def error_of(influence: Values) -> float:
    """The standard error of a figure by what each observation adds to it, of independent ones."""
    return float(influence.std(ddof=1)) / sqrt(len(influence))


def fall_error(values: Sequence[float]) -> float | None:
    """The error of the maximum drawdown of returns of any grid; None of too few."""
    if len(values) < DAYS_NEEDED:
        return None
    with np.errstate(all="ignore"):
        drawn = _of_paths(np.asarray(values, dtype=np.float64), (), 1.0)
    found = drawn["max_drawdown"]
    return found if found is not None and isfinite(found) else None


def quantile_error(ordered: Values, part: Fraction, apart: float | None = None) -> float | None:
    """The error of a quantile of ordered values; None where the sample does not bound it.

    `apart` is how many of them are independent, where that is not all.
    """
    last, p = len(ordered) - 1, float(part)
    reach = len(ordered) * sqrt(p * (1 - p) / (len(ordered) if apart is None else apart))
    low, high = last * p - reach, last * p + reach
    if low < 0 or high > last:
        return None
    below, above = np.interp((low, high), np.arange(last + 1), ordered)
    return float(above - below) / 2


def shortfall_error(values: Values, at: float, part: float) -> float:
    """The error of the mean beyond a quantile: that of q − mean(max(q − R, 0)) ÷ p at its q."""
    return error_of(np.maximum(at - values, 0)) / part


def _of_days(values: Values, periods: int, rate: float, years: float) -> dict[str, float | None]:
    excess, count = values - rate, len(values)
    mean, centred = float(excess.mean()), values - values.mean()
    above, below = np.maximum(excess, 0), np.maximum(-excess, 0)
    lost, spread, square = np.maximum(-values, 0), values.std(ddof=1), (below**2).mean()
    ratio, omega = mean / np.sqrt(square), above.mean() / below.mean()
    pained = values.mean() / lost.mean()
    sortino = excess / np.sqrt(square) - ratio * below**2 / (2 * square)
    logs = np.log1p(values)
    return {
        "volatility": error_of(centred**2) / (2 * spread) * sqrt(periods),
        "sortino": error_of(sortino) * sqrt(periods),
        "downside_deviation": error_of(below**2) / (2 * np.sqrt(square)) * sqrt(periods),
        "omega": error_of((above - omega * below) / below.mean()),
        "gain_to_pain": error_of((values - pained * lost) / lost.mean()),
        "cagr": float(np.exp(logs.sum() / years)) * error_of(logs) * count / years,
    }


def _of_tails(values: Values, now: Values | str, level: float) -> dict[str, float | None]:
    """Of the sample itself, of a normal distribution, and of the returns rescaled to `now`.

    The volatility of each day is taken as known.
    """
    label, part = label_of(level), beyond(level)
    found: dict[str, float | None] = {}
    for method, sample in (("historical", values), ("filtered", now)):
        if not isinstance(sample, str):
            ordered = np.sort(sample)
            at = quantile(ordered, part)
            found[f"var_{method}_{label}"] = quantile_error(ordered, part)
            found[f"es_{method}_{label}"] = shortfall_error(sample, at, float(part))
    centred, deviation = values - values.mean(), values.std()
    for name, errors in _FITTED.items():
        pair = errors(values, level)  # type: ignore[arg-type]
        found |= {f"var_{name}_{label}": pair[0], f"es_{name}_{label}": pair[1]}
    found[f"evar_{label}"] = entropic_error(values, level)  # type: ignore[arg-type]
    for what, z in zip(("var", "es"), normal_tail(level), strict=True):
        found[f"{what}_gaussian_{label}"] = error_of(centred + z * centred**2 / (2 * deviation))
    return found


def _of_paths(values: Values, levels: Sequence[float], years: float) -> dict[str, float | None]:
    """Of samples drawn in blocks: falls from the peak of each."""
    count = len(values)
    block = ceil(count ** (1 / 3))
    starts = np.random.default_rng(SEED).integers(0, count, (SAMPLES, ceil(count / block)))
    # after the last day comes the first again
    looped = np.concatenate([values, values[:block]])
    drawn = []
    for at in range(0, SAMPLES, _SAMPLES_AT_ONCE):
        places = starts[at : at + _SAMPLES_AT_ONCE, :, None] + np.arange(block)
        paths = looped.take(places).reshape(len(places), -1)[:, :count]
        drawn.append(_falls(paths, levels, years))
    return {
        name: float(np.concatenate([each[name] for each in drawn]).std(ddof=1)) for name in drawn[0]
    }


def _falls(paths: Values, levels: Sequence[float], years: float) -> dict[str, Values]:
    """Figures of the falls of each path, by row."""
    wealth = np.maximum(1 + paths, 0)
    np.multiply.accumulate(wealth, axis=1, out=wealth)
    yearly = wealth[:, -1] ** (1 / years) - 1
    peaks = np.maximum.accumulate(wealth, axis=1)
    # below the peak, negative: a fall so deep that it is among the worst comes first
    worst = np.divide(wealth, np.maximum(peaks, 1, out=peaks), out=wealth)
    worst -= 1
    deepest = 0.0 - worst.min(axis=1)
    ulcer = np.sqrt(np.einsum("ij,ij->i", worst, worst) / paths.shape[1])
    drawn = {
        "max_drawdown": deepest,
        "calmar": yearly / deepest,
        "ulcer_index": ulcer,
        "martin": yearly / ulcer,
        "pain_index": 0.0 - worst.mean(axis=1),
    }
    for level in sorted(levels):
        part = beyond(level) * paths.shape[1]
        whole = ceil(part) - 1
        # the worst of a higher confidence are among those of a lower one
        worst = np.partition(worst, whole, axis=1)[:, : whole + 1]
        at_risk = -worst[:, whole]
        more = (-worst[:, :whole] - at_risk[:, None]).sum(axis=1) / float(part)
        drawn |= {f"dar_{label_of(level)}": at_risk, f"cdar_{label_of(level)}": at_risk + more}
    return drawn
