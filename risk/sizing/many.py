"""Return series of strategies that are held together → what to stake on each, and in cash.

Two figures stand side by side. Σ⁻¹(μ − r) is the growth-optimal stake of normal returns in small
steps, without bounds (Merton 1969). The exact one makes the mean of ln(1 + r + (R − r)·w) over
the days seen as large as it can under bounds, and no day seen would have ruined it. Both are
estimates, so the exact one is shrunken: growth of a part c of it is c·θ² − c²(θ² + N/T)/2, best at
c* = θ²/(θ² + N/T); θ² is the squared ratio of all together, less what N estimated means add to it
by chance (Kan and Zhou 2007). Never more than half is suggested.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np

from risk.allocation.constraints import Polytope
from risk.allocation.objectives import Growth
from risk.allocation.programs import smallest
from risk.model import Measure, ReturnSeries, Sizing
from risk.returns import varies

METHOD: Final = "kelly"
DAYS_NEEDED: Final = 30
HALF: Final = 0.5
#: Parts of the days that are left out one after the other for the standard errors.
BLOCKS: Final = 10


def kelly_many(means: np.ndarray, covariance: np.ndarray, rate: float = 0.0) -> np.ndarray | None:
    """Σ⁻¹(μ − r); None where Σ cannot be inverted: some mix of strategies does not move."""
    if np.linalg.matrix_rank(covariance) < len(means):
        return None
    return np.linalg.solve(covariance, means - rate)


def shrunken_part(columns: np.ndarray, rate: float = 0.0) -> float:
    """c* = θ²/(θ² + N/T), θ² = ((T − N − 2)·θ̂² − N)/T and at least 0: Kan and Zhou 2007."""
    days, count = columns.shape
    means, covariance = columns.mean(axis=0), np.cov(columns, rowvar=False, ddof=0)
    best = kelly_many(means, covariance.reshape(count, count), rate)
    if best is None:
        return 0.0
    squared = float((means - rate) @ best)
    unbiased = max(0.0, ((days - count - 2) * squared - count) / days)
    return float(unbiased / (unbiased + count / days))


def exact(
    columns: np.ndarray, rate: float = 0.0, leverage: float = 1.0, caps: np.ndarray | None = None
) -> np.ndarray | None:
    """The stakes w ≥ 0, Σw ≤ leverage, w ≤ caps, that make mean log growth largest.

    None where no solver was good enough. No day of `columns` would have lost everything.
    """
    count = columns.shape[1]
    inside = Polytope(
        count,
        np.zeros((1, count)),
        np.zeros(1),
        np.zeros(count),
        np.full(count, leverage) if caps is None else np.minimum(caps, leverage),
        0.0,
        leverage,
        np.zeros(count),
        np.zeros(count),
    )
    growth = Growth(columns, rate, np.zeros(count))
    found = smallest(growth, inside, start=np.zeros(count))
    return found if found is not None and growth.wealth(found).min() > 0 else None


def kelly_together(
    series: Sequence[ReturnSeries],
    rate: float = 0.0,
    leverage: float = 1.0,
    caps: Mapping[str, float] | None = None,
) -> tuple[Sizing, ...]:
    """The stake of each strategy where all are held together, then of all and of cash.

    `caps` bound a strategy by name. The standard error of a stake is that of a jackknife which
    leaves out one tenth of the days after the other.
    """
    assert leverage > 0, "a leverage is above zero"
    assert len({each.days for each in series}) <= 1, "strategies cover the same days"
    days = len(series[0].values) if series else 0
    told = (("risk-free rate per period", f"{rate:g}"), ("leverage", f"{leverage:g}"))
    every = np.column_stack([each.values for each in series]) if series else np.zeros((0, 0))
    reason = _reason(series, every)
    if reason:
        return tuple(_empty(each.name, days, told, reason) for each in series)
    bounds = np.asarray([(caps or {}).get(each.name, leverage) for each in series])
    stakes = exact(every, rate, leverage, bounds)
    if stakes is None:
        why = "the solver found no stakes"
        return tuple(_empty(each.name, days, told, why) for each in series)
    part = min(HALF, shrunken_part(every, rate))
    normal = _normal(every, rate)
    errors = _jackknife(every, partial(exact, rate=rate, leverage=leverage, caps=bounds))
    apart = _jackknife(every, partial(_normal, rate=rate))
    sized = []
    for at, each in enumerate(series):
        error = None if errors is None else float(errors[at])
        unbounded = Measure(
            "unbounded",
            None if normal is None else float(normal[at]),
            "fraction",
            "Σ⁻¹(μ − r), Merton 1969: of normal returns, without bounds",
            days,
            told[:1],
            None if normal is None or apart is None else float(apart[at]),
            "the covariance cannot be inverted" if normal is None else "",
        )
        stake = _stake(float(stakes[at]), part, days, told, error)
        sized.append(Sizing(each.name, METHOD, (*stake, unbounded)))
    return (*sized, Sizing("all", METHOD, _of_all(every, stakes, part, rate, told)))


def _stake(
    full: float, part: float, days: int, told: tuple[tuple[str, str], ...], error: float | None
) -> tuple[Measure, ...]:
    return (
        Measure(
            "full",
            full,
            "fraction",
            "stake of largest mean ln(1 + r + (R − r)·w) over the days, w ≥ 0, Σw ≤ leverage",
            days,
            told,
            error,
        ),
        Measure(
            "suggested",
            full * part,
            "fraction",
            "min(½, c*) of the full stake, c* = θ²/(θ² + N/T), Kan and Zhou 2007",
            days,
            (*told, ("part", f"{part:.6g}")),
            None if error is None else error * part,
        ),
    )


def _of_all(
    every: np.ndarray,
    stakes: np.ndarray,
    part: float,
    rate: float,
    told: tuple[tuple[str, str], ...],
) -> tuple[Measure, ...]:
    days = len(every)
    grown = np.log(Growth(every, rate, np.zeros(len(stakes))).wealth(stakes * part))
    return (
        Measure(
            "invested",
            float(stakes.sum()) * part,
            "fraction",
            "sum of the suggested stakes; the rest is cash",
            days,
            told,
        ),
        Measure(
            "growth",
            float(grown.mean()),
            "fraction",
            "mean ln(1 + r + (R − r)·w) of a day at the suggested stakes, over the days themselves",
            days,
            told,
            float(grown.std(ddof=1)) / days**0.5,
        ),
        Measure(
            "worst_day",
            float(1 - np.exp(grown.min())),
            "fraction",
            "what the worst of the days would have cost at the suggested stakes",
            days,
            told,
        ),
    )


def _normal(every: np.ndarray, rate: float) -> np.ndarray | None:
    """Σ⁻¹(μ − r) of the days; None where Σ cannot be inverted."""
    covariance = np.cov(every, rowvar=False).reshape(every.shape[1], -1)
    return kelly_many(every.mean(axis=0), covariance, rate)


def _jackknife(
    every: np.ndarray, stakes: Callable[[np.ndarray], np.ndarray | None]
) -> np.ndarray | None:
    """Standard errors of the stakes: √((B − 1)/B · Σ(w₍ᵦ₎ − mean)²), Quenouille and Tukey."""
    blocks = np.array_split(np.arange(len(every)), BLOCKS)
    drawn = [stakes(np.delete(every, block, axis=0)) for block in blocks]
    known = np.asarray([one for one in drawn if one is not None])
    if len(known) < BLOCKS:
        return None
    apart = known - known.mean(axis=0)
    return np.sqrt((BLOCKS - 1) / BLOCKS * (apart**2).sum(axis=0))  # type: ignore[no-any-return]


def _reason(series: Sequence[ReturnSeries], every: np.ndarray) -> str:
    """Why nothing can be sized together; empty where it can."""
    if not series:
        return "no strategy"
    needed = max(DAYS_NEEDED, len(series) + 3)
    if len(every) < needed:
        return f"{len(every)} of at least {needed} days"
    if not np.isfinite(every).all():
        return "a return is no number"
    if not any(varies(each.values) for each in series):
        return "no series moves"
    return ""


def _empty(name: str, days: int, told: tuple[tuple[str, str], ...], reason: str) -> Sizing:
    """The same measures without values."""
    measures = _stake(0.0, 0.0, days, told, None)
    return Sizing(
        name,
        METHOD,
        tuple(
            Measure(one.name, None, one.unit, one.definition, days, told, reason=reason)
            for one in measures
        ),
    )
