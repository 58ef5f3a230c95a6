"""Results of parts, side by side → the tail of their sum by Monte Carlo with a t copula.

Each part keeps its own distribution (that of its days, or a t fitted to them); what ties them is a
t copula, under which parts crash together more often than under a normal one: correlations
sin(πτ/2) by Kendall's τ, degrees of freedom by likelihood of the ranks (McNeil, Frey and Embrechts
2015, section 7.5). Scenarios are drawn chunk by chunk from a fixed seed, so that they need little
memory and come out the same.
"""

from typing import Final, NamedTuple

import numpy as np

from risk.tail.likelihood import t_of
from risk.tail.quantile import beyond

Array = np.ndarray

SCENARIOS: Final = 200_000
SEED: Final = 20_081
#: Samples without one tenth of the days each, and the scenarios of each, that say how sure it is.
LEFT_OUT: Final = 10
_SCENARIOS_LEFT: Final = 20_000
#: Scenarios that are drawn at once: a chunk of fifty parts stands in the processor's memory.
CHUNK: Final = 10_000
#: Places of the table that turns a draw into a return; the ends are the ends of the sample.
_PLACES: Final = 8_192
#: Degrees of freedom among which the likeliest are taken.
FREEDOMS: Final = (2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 25.0, 50.0)
#: The least eigenvalue of a correlation matrix that was made from pairs.
_LEAST: Final = 1e-8


class Copula(NamedTuple):
    """Degrees of freedom, and a triangle whose product with itself is the correlation."""

    freedom: float
    triangle: Array


class Simulated(NamedTuple):
    """VaR and ES of the sum, positive where something is lost; errors of the scenarios alone."""

    at_risk: float
    shortfall: float
    risk_error: float
    shortfall_error: float


def fitted(parts: Array) -> Copula:
    """The copula of days × parts, each of which varies; two hundred days or so tell something."""
    from scipy.special import stdtrit

    days, width = parts.shape
    correlation = _correlation(parts)
    ranks = (parts.argsort(axis=0).argsort(axis=0) + 0.5) / days
    triangle = np.linalg.cholesky(correlation)
    if width == 1:
        return Copula(FREEDOMS[-1], triangle)
    half = float(np.log(np.diag(triangle)).sum())
    likely = []
    for freedom in FREEDOMS:
        scores = stdtrit(freedom, ranks)
        apart = np.linalg.solve(triangle, scores.T)
        together = -(freedom + width) / 2 * np.log1p((apart**2).sum(axis=0) / freedom)
        alone = -(freedom + 1) / 2 * np.log1p(scores**2 / freedom)
        likely.append(
            days * _constant(freedom, width) - days * half + float(together.sum() - alone.sum())
        )
    return Copula(FREEDOMS[int(np.argmax(likely))], triangle)


def marginals(parts: Array, freedom: float, *, smooth: bool) -> tuple[Array, float]:
    """For each part the returns that evenly spaced draws stand for, and the last of the draws.

    Those of its own days, or where `smooth` of a t distribution fitted to them.
    """
    from scipy.special import stdtr, stdtrit

    days, width = parts.shape
    last = float(-stdtrit(freedom, 0.5 / days / (20 if smooth else 1)))
    draws = np.linspace(-last, last, _PLACES)
    levels = stdtr(freedom, draws)
    if not smooth:
        known = (np.arange(days) + 0.5) / days
        ordered = np.sort(parts, axis=0)
        rows = [np.interp(levels, known, ordered[:, at]) for at in range(width)]
        return np.asarray(rows, dtype=np.float32), last
    centre, spread = parts.mean(axis=0), parts.std(axis=0)
    found = t_of(((parts - centre) / spread).T, np.full(width, days))
    rows = [
        centre[at] + spread[at] * (place + scale * stdtrit(own, levels))
        for at, (own, place, scale) in enumerate(zip(*found, strict=True))
    ]
    return np.asarray(rows, dtype=np.float32), last


def without_mean(parts: Array) -> bool:
    """Whether the t distribution of some part that moved is so heavy that it has no mean.

    So is one of a part that stood still on most days: scenarios of it are beyond all sense.
    """
    moved = parts[:, np.ptp(parts, axis=0) > 0]
    if not moved.shape[1]:
        return False
    scaled = ((moved - moved.mean(axis=0)) / moved.std(axis=0)).T
    freedom, _, _ = t_of(scaled, np.full(moved.shape[1], len(moved)))
    return bool((freedom <= 1).any())


def simulated(
    parts: Array,
    confidence: float,
    *,
    smooth: bool = False,
    scenarios: int = SCENARIOS,
    seed: int = SEED,
    copula: Copula | None = None,
) -> Simulated:
    """The tail of the sum of the parts over the scenarios; `parts` is days × parts, in results.

    Errors are those of batches, and say nothing of the model or of the days: see `errors_of_days`.
    """
    assert scenarios >= 2 * CHUNK, "an error needs two batches"
    moved = parts[:, np.ptp(parts, axis=0) > 0]
    sure = float((parts.sum(axis=1) - moved.sum(axis=1)).mean())
    if not moved.shape[1]:
        return Simulated(0.0 - sure, 0.0 - sure, 0.0, 0.0)
    tied = fitted(moved) if copula is None else copula
    tables, last = marginals(moved, tied.freedom, smooth=smooth)
    random = np.random.default_rng(seed)
    sums = np.empty((scenarios // CHUNK, CHUNK), dtype=np.float32)
    for batch in sums:
        _draw(random, tied, tables, last, batch)
    part = float(beyond(confidence))
    tails = np.asarray([_tail(batch, part) for batch in sums])
    error = tails.std(axis=0, ddof=1) / np.sqrt(len(tails))
    at_risk, shortfall = _tail(sums.reshape(-1), part)
    return Simulated(0.0 - at_risk - sure, 0.0 - shortfall - sure, float(error[0]), float(error[1]))


def errors_of_days(
    parts: Array, confidence: float, copula: Copula, *, smooth: bool = False
) -> tuple[float, float] | None:
    """Standard errors of both figures by the days: one tenth left out after the other, one seed.

    √((B − 1)/B · Σ(vᵦ − mean)²), the jackknife of Quenouille and Tukey (Shao and Wu 1989). Each
    part has the distribution of the days that are left; what ties them is held. None where what is
    left of a part has no distribution to fit.
    """
    moved = parts[:, np.ptp(parts, axis=0) > 0]
    days, tails = len(moved), []
    for at in range(LEFT_OUT):
        left = np.delete(moved, np.s_[days * at // LEFT_OUT : days * (at + 1) // LEFT_OUT], axis=0)
        if smooth and (not np.ptp(left, axis=0).all() or without_mean(left)):
            return None
        tables, last = marginals(left, copula.freedom, smooth=smooth)
        random = np.random.default_rng(SEED)
        sums = np.empty((_SCENARIOS_LEFT // CHUNK, CHUNK), dtype=np.float32)
        for batch in sums:
            _draw(random, copula, tables, last, batch)
        tails.append(_tail(sums.reshape(-1), float(beyond(confidence))))
    error = np.std(tails, axis=0) * np.sqrt(LEFT_OUT - 1)
    return float(error[0]), float(error[1])


def _draw(
    random: np.random.Generator, tied: Copula, tables: Array, last: float, sums: Array
) -> None:
    """Fill a batch with sums of parts."""
    width = len(tables)
    draws = tied.triangle.astype(np.float32) @ random.standard_normal(
        (width, len(sums)), dtype=np.float32
    )
    # the same shock for all parts of a scenario is what makes them crash together
    shock = random.standard_gamma(tied.freedom / 2, len(sums), dtype=np.float32) / np.float32(
        tied.freedom / 2
    )
    steps = (_PLACES - 1) / (2 * last)
    draws *= np.float32(steps) / np.sqrt(shock)
    draws += np.float32(last * steps + 0.5)
    np.clip(draws, 0, _PLACES - 1, out=draws)
    places = draws.astype(np.int32)
    sums[:] = 0
    for table, place in zip(tables, places, strict=True):
        sums += table[place]


def _tail(sums: Array, part: float) -> tuple[float, float]:
    worst = max(int(part * len(sums)), 1)
    below = np.partition(sums, worst - 1)[:worst]
    return float(below.max()), float(below.mean(dtype=np.float64))


def _correlation(parts: Array) -> Array:
    """sin(πτ/2) of each pair, made positive definite where pairs contradict each other."""
    from scipy.stats import kendalltau

    width = parts.shape[1]
    found = np.eye(width)
    for at in range(width):
        for other in range(at):
            tau = float(kendalltau(parts[:, at], parts[:, other]).statistic)
            found[at, other] = found[other, at] = np.sin(np.pi / 2 * tau)
    values, vectors = np.linalg.eigh(found)
    if values[0] < _LEAST:
        found = (vectors * np.maximum(values, _LEAST)) @ vectors.T
        scale = np.sqrt(np.diag(found))
        found = found / np.outer(scale, scale)
    return found


def _constant(freedom: float, width: int) -> float:
    from scipy.special import gammaln

    return float(
        gammaln((freedom + width) / 2)
        + (width - 1) * gammaln(freedom / 2)
        - width * gammaln((freedom + 1) / 2)
    )
