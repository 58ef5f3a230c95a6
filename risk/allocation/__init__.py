"""Return series and constraints → weights: the one door to riskfolio-lib, whose silences end here.

A model gives weights; each answer of a solver is checked against what nothing could beat by more
than a millionth, then a second solver of our own is asked, then the inverse of variances is used,
and what was used is said in `fallback`. Series that do not move are set aside first.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from risk.allocation.constraints import NONE, Constraints, Group, Polytope, polytope
from risk.allocation.models import (
    DAYS_NEEDED,
    DEFINITIONS,
    MODELS,
    OBJECTIVES,
    RISK_MODELS,
    Problem,
    Terms,
    weighed,
)
from risk.allocation.views import View
from risk.model import Allocation, Measure, ReturnSeries
from risk.returns import left_over, varies

__all__ = (
    "DAYS_NEEDED",
    "MODELS",
    "OBJECTIVES",
    "REPORTED",
    "RISK_MODELS",
    "Constraints",
    "Group",
    "Terms",
    "View",
    "allocate",
    "with_errors",
)

#: The models that every report of risk shows.
REPORTED: Final = ("hrp", "risk-parity")
#: Parts of the days that are left out one after the other for the errors of weights.
BLOCKS: Final = 10
#: Under two nothing says whether a series moves.
OBSERVATIONS_NEEDED: Final = 2
_PLAIN: Final = Terms()


def allocate(
    series: Sequence[ReturnSeries],
    model: str,
    constraints: Constraints = NONE,
    terms: Terms = _PLAIN,
) -> Allocation:
    """Long-only weights that sum to one, with what is left in cash under `kelly`.

    `MODELS` names the models and `DEFINITIONS` says what each is. The series cover the same days;
    those that do not vary get their floor, 0 unless it is given. Without weights `fallback` says
    why: there are no series, or under two observations, so that nothing says what moves; nothing
    moves, a return is no number, or no weights hold the constraints.
    """
    assert model in MODELS, f"{model} is none of {MODELS}"
    assert len({each.days for each in series}) <= 1, "weighed series cover the same days"
    assert not terms.views or model == "black-litterman", f"{model} knows no views"
    sample = len(series[0].values) if series else 0
    said = (DEFINITIONS[model], terms.parameters(model))
    if not series:
        return Allocation(model, (), 0, "there is no series to weigh", *said)
    if not all(np.isfinite(each.values).all() for each in series):
        return Allocation(model, (), sample, "a return is no number", *said)
    if sample < OBSERVATIONS_NEEDED:
        why = f"too few observations: {sample} of at least {OBSERVATIONS_NEEDED}"
        return Allocation(model, (), sample, why, *said)
    moving = [at for at, each in enumerate(series) if varies(each.values)]
    if not moving:
        why = "no series moves: there is nothing to weigh"
        return Allocation(model, (), sample, why, *said)
    names = [each.name for each in series]
    still = frozenset(range(len(series))) - frozenset(moving)
    inside = polytope(names, constraints, still, least=0.0 if model == "kelly" else 1.0)
    if not constraints.free and inside.cheapest(np.zeros(inside.size)) is None:
        return Allocation(model, (), sample, "no weights hold the constraints", *said)
    every = np.column_stack([each.values for each in series])
    problem = Problem(every, moving, names, inside, constraints, terms)
    weights, notes = weighed(problem, model)
    if still:
        kept = "their floor" if any(constraints.floors.get(names[at]) for at in still) else "0"
        held = "weight 0" if kept == "0" else f"weight {kept}"
        notes = [f"{len(still)} series that do not move have {held}", *notes]
    return Allocation(
        model,
        tuple((name, float(weight)) for name, weight in zip(names, weights, strict=True)),
        sample,
        "; ".join(notes),
        *said,
        cash=left_over(float(weights.sum())) if model == "kelly" else 0.0,
        measures=_measures(every, weights, inside, terms),
    )


def with_errors(
    series: Sequence[ReturnSeries], found: Allocation, constraints: Constraints, terms: Terms
) -> Allocation:
    """An allocation with the standard errors of its weights: how much they hang on single weeks.

    √((B − 1)/B · Σ(w₍ᵦ₎ − mean)²) over B = 10 allocations, each without one tenth of the days: the
    jackknife of Quenouille and Tukey. Without errors where one of them has no weights.
    """
    days = len(series[0].days) if series else 0
    drawn = []
    for left in np.array_split(np.arange(days), BLOCKS):
        kept = np.delete(np.arange(days), left)
        part = [
            ReturnSeries(
                each.name,
                tuple(each.days[at] for at in kept),
                tuple(each.values[at] for at in kept),
            )
            for each in series
        ]
        weights = allocate(part, found.model, constraints, terms).weights
        drawn.append([weight for _, weight in weights])
    if not found.weights or any(len(one) != len(found.weights) for one in drawn):
        return found
    apart = np.asarray(drawn) - np.mean(drawn, axis=0)
    errors = np.sqrt((BLOCKS - 1) / BLOCKS * (apart**2).sum(axis=0))
    return replace(found, errors=tuple(map(float, errors)))


def _measures(
    columns: np.ndarray, weights: np.ndarray, inside: Polytope, terms: Terms
) -> tuple[Measure, ...]:
    """What the weights would have earned and risked over the sample itself."""
    cash = left_over(float(weights.sum()))
    earned = columns @ weights + cash * terms.rate
    sample = len(earned)
    deviation = float(earned.std(ddof=1)) if sample > 1 else None
    short = "" if sample > 1 else f"{sample} of at least 2 days"
    traded = inside.whole(weights)[inside.count :]
    measures = [
        Measure(
            "mean_return",
            float(earned.mean()),
            "fraction",
            "mean of a period over the sample that the weights were chosen on, before costs",
            sample,
            error=None if deviation is None else deviation / sample**0.5,
        ),
        Measure(
            "volatility_of_a_period",
            deviation,
            "fraction",
            "deviation (ddof 1) of a period over the sample that the weights were chosen on",
            sample,
            error=None if deviation is None else deviation / (2 * (sample - 1)) ** 0.5,
            reason=short,
        ),
    ]
    if len(traded):
        measures.append(
            Measure(
                "turnover",
                float(traded.sum()),
                "fraction",
                "Σ|w − w₀|: what is bought and sold, as a part of what is divided",
                sample,
            )
        )
        measures.append(
            Measure(
                "cost_of_a_period",
                float(inside.prices[inside.count :] @ traded),
                "fraction",
                "costs of that trading, over the horizon",
                sample,
            )
        )
    return tuple(measures)
