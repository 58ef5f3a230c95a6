"""Returns → the tails that each day would have been given from the days before it, all at once.

A row is a window: the days from which one day is forecast, from the left, with nothing of the days
after it. What a method says of each row is what its function says of the same days alone; the tests
hold the two against each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Final

import numpy as np

from risk.tail.fitted import DAYS_OVER, PART_OVER, beyond_threshold, t_tails
from risk.tail.historical import AGEING, DAYS_REMEMBERED
from risk.tail.likelihood import pareto_of, t_of
from risk.tail.normal import bent, rising
from risk.tail.quantile import beyond
from risk.tail.rescaled import worst_rescaled
from risk.tail.windows import Windows, centred_of

Array = np.ndarray

_NORMAL: Final = NormalDist()
#: What a day weighs by its age.
_AGED: Final = AGEING ** np.arange(DAYS_REMEMBERED, dtype=np.float64)
#: What stands in a row that is not fitted.
_ANY: Final = 1.0


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
    part = beyond(confidence)
    # so many of the lightest days weigh what is asked for; no method looks at more of the worst
    table = _AGED[:width]
    lightest = np.cumsum(table[::-1]) / table.sum()
    aged_most = int(np.searchsorted(lightest, float(part))) + 2
    most = min(max(aged_most, _most(width, part)), width)
    return Windows(returns, days, width, part, most)


def historical(given: Windows) -> Said:
    """The sample itself: `risk.tail.historical.historical` of each row."""
    return _of_ordered(given.worst(_most(given.width, given.part))[0], given.counts)


def filtered(given: Windows) -> Said:
    """The sample rescaled to the volatility of the day: `risk.tail.historical.filtered`."""
    rescaled, still = worst_rescaled(given, _most(given.width, given.part))
    found = _of_ordered(rescaled, given.counts)

    def said(confidence: float) -> Tails:
        return _without(found(confidence), still)

    return said


def aged(given: Windows) -> Said:
    """The newer the weightier: `risk.tail.historical.aged` of each row."""
    if given.width > DAYS_REMEMBERED:
        given = windows(given.returns, given.days, DAYS_REMEMBERED, float(1 - given.part))
    # mostly twice as many as of equal weight are enough
    for number in (2 * _most(given.width, given.part), given.most):
        worst, weights = _weighed(given, number)
        so_far = np.cumsum(weights, axis=1)
        if (so_far[:, -1] >= float(given.part)).all():
            break
    lost = np.cumsum(worst * weights, axis=1)
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


def _weighed(given: Windows, number: int) -> tuple[Array, Array]:
    """The worst returns of each row, and what they weigh by their age; zeros where none is."""
    worst, ages = given.worst(number)
    np.subtract(given.days[:, None] - 1, ages, out=ages)
    table = _AGED[: given.width]
    weights = table.take(np.minimum(ages, given.width - 1, out=ages))
    weights /= np.cumsum(table)[given.counts - 1][:, None]
    none = np.isinf(worst)
    worst[none] = weights[none] = 0.0
    return worst, weights


def gaussian(given: Windows) -> Said:
    """A normal distribution: `risk.tail.normal.gaussian` of each row."""
    mean, deviation = given.moments.mean, given.moments.deviation

    def said(confidence: float) -> Tails:
        part = float(beyond(confidence))
        z = _NORMAL.inv_cdf(part)
        return Tails(0.0 - (mean + z * deviation), 0.0 - (mean - deviation * _NORMAL.pdf(z) / part))

    return said


def cornish_fisher(given: Windows) -> Said:
    """A normal one that is bent: `risk.tail.normal.cornish_fisher` of each row."""
    mean, deviation, skew, kurtosis = given.moments
    flat = deviation <= 1e-12 * given.largest(np.abs(given.returns))
    silent = flat | ~rising(skew, kurtosis)

    def said(confidence: float) -> Tails:
        z, beyond_it = bent(skew, kurtosis, confidence)
        tails = Tails(0.0 - (mean + z * deviation), 0.0 - (mean + beyond_it * deviation))
        return _without(tails, silent)

    return said


def student(given: Windows) -> Said:
    """A t distribution fitted to each row: `risk.tail.fitted.student`."""
    values, inside = given.rows()
    mean, centred, deviation = centred_of(values, inside, given.counts)
    flat = deviation <= 1e-12 * np.abs(values).max(axis=1)
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
    ordered = _worst(given)
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


def _most(width: int, part: Fraction) -> int:
    """How many of the worst a type-7 quantile and the mean beyond it look at."""
    return min(int((width - 1) * part) + 2, width)


def _worst(given: Windows) -> Array:
    """The values of each row from the worst on, as far as the threshold of `extreme` reaches."""
    values, inside = given.rows()
    most = _most(values.shape[1], PART_OVER)
    outside = np.where(inside, values, np.inf)
    return np.sort(np.partition(outside, most - 1, axis=1)[:, :most], axis=1)


def _of_ordered(ordered: Array, counts: Array) -> Said:
    """Type-7 quantiles, and the means of what lies strictly below them."""
    rows, so_far = np.arange(len(counts)), np.cumsum(ordered, axis=1)

    def said(confidence: float) -> Tails:
        part = beyond(confidence)
        whole, over = np.divmod((counts - 1) * part.numerator, part.denominator)
        rest = over / part.denominator
        next_ = np.minimum(whole + 1, counts - 1)
        below, above = ordered[rows, whole], ordered[rows, next_]
        between = np.minimum(above, below + rest * (above - below))
        at_risk = np.where(over == 0, below, between)
        head = ordered[:, : int(whole.max(initial=0)) + 1]
        number = np.count_nonzero(head < at_risk[:, None], axis=1)
        least = np.maximum(number, 1)
        mean = so_far[rows, least - 1] / least
        shortfall = np.where(number > 0, np.minimum(at_risk, mean), at_risk)
        return Tails(0.0 - at_risk, 0.0 - shortfall)

    return said


def _without(tails: Tails, silent: Array) -> Tails:
    return Tails(np.where(silent, np.nan, tails.at_risk), np.where(silent, np.nan, tails.shortfall))
