"""Returns → the tails that each day would have been given from the days before it, all at once.

A row is a window: the days from which one day is forecast, from the left, with nothing of the days
after it. What a method says of each row is what its function says of the same days alone; the tests
hold the two against each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from statistics import NormalDist
from typing import Final

import numpy as np

from risk.tail.fitted import DAYS_OVER, PART_OVER, beyond_threshold, t_tails
from risk.tail.historical import AGEING, DAYS_AT_ONCE, DAYS_REMEMBERED, DECAY, STILLNESS
from risk.tail.likelihood import pareto_of, t_of
from risk.tail.normal import bent, rises
from risk.tail.quantile import beyond

Array = np.ndarray

_NORMAL: Final = NormalDist()
_SMALLEST: Final = float(np.finfo(np.float64).tiny)
#: What stands in a row that is not fitted.
_ANY: Final = 1.0


@dataclass(frozen=True, eq=False)
class Windows:
    """Returns by row, zero beyond the `counts` of each; `inside` marks what is a return.

    `part` is the largest that is asked for of a tail: nothing of the order beyond it matters.
    """

    values: Array
    counts: Array
    inside: Array
    part: Fraction

    @cached_property
    def centred(self) -> tuple[Array, Array, Array]:
        """Mean of each row, how far its returns are above it, and the population's deviation."""
        mean = self.values.sum(axis=1) / self.counts
        centred = self.values - mean[:, None]
        if not self.inside.all():
            centred *= self.inside
        return mean, centred, np.sqrt(np.einsum("ij,ij->i", centred, centred) / self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """VaR and ES of each window, positive where something is lost; NaN where nothing is said."""

    at_risk: Array
    shortfall: Array


#: What says the tails of windows at a confidence.
Said = Callable[[float], Tails]


def windows(returns: Array, days: Array, width: int, confidence: float) -> Windows:
    """The days before each of `days`, `width` of them where there are as many.

    `confidence` is the least that will be asked for.
    """
    starts = np.maximum(0, days - width)
    counts = days - starts
    longest = int(counts.max(initial=1))
    padded = np.concatenate([returns, np.zeros(longest)])
    inside = np.arange(longest) < counts[:, None]
    values = np.lib.stride_tricks.sliding_window_view(padded, longest)[starts]
    short = counts < longest
    values[short] = np.where(inside[short], values[short], 0.0)
    return Windows(values, counts, inside, beyond(confidence))


def historical(given: Windows) -> Said:
    """The sample itself: `risk.tail.historical.historical` of each row."""
    return _of_ordered(_worst(given, given.values), given.counts)


def filtered(given: Windows) -> Said:
    """The sample rescaled to the volatility of the day: `risk.tail.historical.filtered`."""
    width = given.values.shape[1]
    assert width <= DAYS_AT_ONCE, "the oldest weight would be too small a number"
    # what a day leaves in the variance of the days after it: v' = λ·v + (1 − λ)·r²
    weights = DECAY ** np.arange(width + 1, dtype=np.float64)
    before = np.empty((len(given.counts), width + 1))
    np.multiply(given.values, given.values, out=before[:, 1:])
    begun = before[:, 1:].sum(axis=1) / given.counts
    begun[begun == 0] = 1.0
    before[:, 0] = begun
    before[:, 1:] *= (1 - DECAY) / weights[1:]
    np.cumsum(before, axis=1, out=before)
    before *= weights
    last = before[np.arange(len(given.counts)), given.counts]
    before = before[:, :-1]
    least = STILLNESS**2 * begun
    still = before.min(axis=1) < least
    still[still] = ((given.values[still] != 0) & (before[still] < least[still, None])).any(axis=1)
    # with their signs squares stand in the same order: roots are taken of the worst alone
    signed = given.values * np.abs(given.values)
    signed /= np.maximum(before, _SMALLEST)
    worst = _worst(given, signed)
    known = np.where(np.isinf(worst), 0.0, worst)
    rescaled = np.where(
        np.isinf(worst), worst, np.sign(known) * np.sqrt(np.abs(known) * last[:, None])
    )
    found = _of_ordered(rescaled, given.counts)

    def said(confidence: float) -> Tails:
        return _without(found(confidence), still)

    return said


def aged(given: Windows) -> Said:
    """The newer the weightier: `risk.tail.historical.aged` of each row."""
    width = given.values.shape[1]
    table = AGEING ** np.arange(min(width, DAYS_REMEMBERED), dtype=np.float64)
    remembered = given.inside
    if width > DAYS_REMEMBERED:
        remembered = remembered & (np.arange(width) >= (given.counts - DAYS_REMEMBERED)[:, None])
    sample = np.where(remembered, given.values, np.inf)
    # so many of the lightest days weigh what is asked for
    lightest = np.cumsum(table[::-1]) / table.sum()
    most = min(int(np.searchsorted(lightest, float(given.part))) + 2, width)
    order = _places_of_worst(sample, most)
    worst = np.take_along_axis(sample, order, axis=1)
    within = np.argsort(worst, axis=1)
    order = np.take_along_axis(order, within, axis=1)
    worst = np.take_along_axis(worst, within, axis=1)
    ages = np.clip(given.counts[:, None] - 1 - order, 0, len(table) - 1)
    totals = np.cumsum(table)[np.minimum(given.counts, len(table)) - 1]
    weights = np.where(np.isinf(worst), 0.0, table[ages] / totals[:, None])
    so_far = np.cumsum(weights, axis=1)
    lost = np.cumsum(np.where(np.isinf(worst), 0.0, worst) * weights, axis=1)
    rows = np.arange(len(given.counts))

    def said(confidence: float) -> Tails:
        part = float(beyond(confidence))
        # what is within rounding of the part asked for has reached it
        at = (so_far < part * (1 - 1e-12)).sum(axis=1)
        first, before = worst[rows, at], np.maximum(at - 1, 0)
        reached = np.where(at > 0, so_far[rows, before], 0.0)
        mean = (np.where(at > 0, lost[rows, before], 0.0) + (part - reached) * first) / part
        return Tails(0.0 - first, 0.0 - np.minimum(mean, first))

    return said


def gaussian(given: Windows) -> Said:
    """A normal distribution: `risk.tail.normal.gaussian` of each row."""
    mean, _, deviation = given.centred

    def said(confidence: float) -> Tails:
        part = float(beyond(confidence))
        z = _NORMAL.inv_cdf(part)
        return Tails(0.0 - (mean + z * deviation), 0.0 - (mean - deviation * _NORMAL.pdf(z) / part))

    return said


def cornish_fisher(given: Windows) -> Said:
    """A normal one that is bent: `risk.tail.normal.cornish_fisher` of each row."""
    mean, centred, deviation = given.centred
    silent = deviation <= 1e-12 * np.abs(given.values).max(axis=1)
    scaled = centred / np.where(silent, 1.0, deviation)[:, None]
    square = scaled * scaled
    skew = np.einsum("ij,ij->i", square, scaled) / given.counts
    kurtosis = np.einsum("ij,ij->i", square, square) / given.counts - 3
    silent |= ~np.asarray([rises(*each) for each in zip(skew, kurtosis, strict=True)], dtype=bool)

    def said(confidence: float) -> Tails:
        z, beyond_it = bent(skew, kurtosis, confidence)
        tails = Tails(0.0 - (mean + z * deviation), 0.0 - (mean + beyond_it * deviation))
        return _without(tails, silent)

    return said


def student(given: Windows) -> Said:
    """A t distribution fitted to each row: `risk.tail.fitted.student`."""
    mean, centred, deviation = given.centred
    flat = deviation <= 1e-12 * np.abs(given.values).max(axis=1)
    freedom, location, scale = t_of(centred / np.where(flat, 1.0, deviation)[:, None], given.counts)
    silent = flat | (freedom <= 1)

    def said(confidence: float) -> Tails:
        found = t_tails(np.where(silent, 2.0, freedom), confidence)
        at_risk, shortfall = (
            0.0 - (mean + deviation * (location + scale * each)) for each in found
        )
        return _without(Tails(at_risk, shortfall), silent)

    return said


def extreme(given: Windows) -> Said:
    """A Pareto distribution over each row's threshold: `risk.tail.fitted.extreme`."""
    ordered = _worst(Windows(given.values, given.counts, given.inside, PART_OVER), given.values)
    threshold = _of_ordered(ordered, given.counts)(float(1 - PART_OVER)).at_risk
    over = np.where(-ordered > threshold[:, None], -ordered - threshold[:, None], 0.0)
    number = (over > 0).sum(axis=1)
    few = number < DAYS_OVER
    counts = np.maximum(number, 1)
    unit = np.where(few, 1.0, over.sum(axis=1) / counts)
    # the worst stand first, so that what lies over the threshold fills its row from the left
    shape, scale = pareto_of(np.where(few[:, None], _ANY, over / unit[:, None]), counts)
    silent = few | (shape >= 1)

    def said(confidence: float) -> Tails:
        part = float(beyond(confidence)) * given.counts / counts
        at_risk, shortfall = beyond_threshold(
            threshold, np.where(silent, 0.0, shape), scale * unit, np.minimum(part, 1.0)
        )
        return _without(Tails(at_risk, shortfall), silent | (part > 1))

    return said


#: method → what says its tails of all windows.
AT_ONCE: Final[dict[str, Callable[[Windows], Said]]] = {
    "historical": historical,
    "aged": aged,
    "filtered": filtered,
    "gaussian": gaussian,
    "cornish_fisher": cornish_fisher,
    "student": student,
    "extreme": extreme,
}


def _places_of_worst(sample: Array, most: int) -> Array:
    """Where the `most` smallest of each row stand, in any order."""
    width = sample.shape[1]
    last = np.partition(sample, most - 1, axis=1)[:, most - 1 : most]
    chosen = sample <= last
    tied = chosen.sum(axis=1) != most
    if tied.any():
        # of equals at the end any does
        least = np.argpartition(sample[tied], most - 1, axis=1)[:, :most]
        chosen[tied] = False
        chosen[np.flatnonzero(tied)[:, None], least] = True
    places: Array = np.flatnonzero(chosen).reshape(-1, most) % width
    return places


def _worst(given: Windows, values: Array) -> Array:
    """The values of each row from the worst on, as far as the part asked for reaches."""
    width = values.shape[1]
    most = min(int((width - 1) * given.part) + 2, width)
    outside = values if given.inside.all() else np.where(given.inside, values, np.inf)
    if most < width:
        outside = np.partition(outside, most - 1, axis=1)[:, :most]
    return np.sort(outside, axis=1)


def _of_ordered(ordered: Array, counts: Array) -> Said:
    """Type-7 quantiles, and the means of what lies strictly below them."""
    rows = np.arange(len(counts))

    def said(confidence: float) -> Tails:
        part = beyond(confidence)
        whole, over = np.divmod((counts - 1) * part.numerator, part.denominator)
        rest = over / part.denominator
        next_ = np.minimum(whole + 1, counts - 1)
        below, above = ordered[rows, whole], ordered[rows, next_]
        between = np.minimum(above, below + rest * (above - below))
        at_risk = np.where(over == 0, below, between)
        head = ordered[:, : int(whole.max(initial=0)) + 1]
        worse = head < at_risk[:, None]
        number = worse.sum(axis=1)
        mean = np.where(worse, head, 0.0).sum(axis=1) / np.maximum(number, 1)
        shortfall = np.where(number > 0, np.minimum(at_risk, mean), at_risk)
        return Tails(0.0 - at_risk, 0.0 - shortfall)

    return said


def _without(tails: Tails, silent: Array) -> Tails:
    return Tails(np.where(silent, np.nan, tails.at_risk), np.where(silent, np.nan, tails.shortfall))
