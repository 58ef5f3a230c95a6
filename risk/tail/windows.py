"""Returns and days → the days before each of them, and what those windows sum to and hold.

Windows of days in a row share nearly all they hold. What is summed over them is summed once up to
each day, and once back from it, within pieces as long as a window: every window is the end of one
piece and the begin of the next, so that nothing is subtracted and no digit lost (van Herk 1992).
Their worst are found block by block alike.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

Array = np.ndarray

#: Windows that stand side by side in the memory next to the processor.
ROWS_AT_ONCE: Final = 128
#: Windows in a row whose shared days are looked at once: more edges, or more blocks, cost more.
BLOCK: Final = 24
#: A mean square that has fewer digits than it needs to be raised to its own square.
_TOO_SMALL: Final = 1e-60


class Moments(NamedTuple):
    """Of the population of each window: mean, deviation, skew and excess kurtosis.

    Skew and kurtosis of what does not vary say nothing.
    """

    mean: Array
    deviation: Array
    skew: Array
    kurtosis: Array


@dataclass(frozen=True, eq=False)
class Windows:
    """The `width` returns before each of `days`, or as many as there are; the days rise.

    `part` is the largest that is asked for of a tail, `most` how many of the worst that may be:
    nothing of the order beyond them matters.
    """

    returns: Array
    days: Array
    width: int
    part: Fraction
    most: int

    @cached_property
    def counts(self) -> Array:
        """How many returns each holds."""
        found: Array = np.minimum(self.days, self.width)
        return found

    def rows(self, which: Array | slice = slice(None)) -> tuple[Array, Array]:
        """The returns of windows by row, zero beyond the count of each; and what is a return."""
        days, counts = self.days[which], self.counts[which]
        longest = int(counts.max(initial=1))
        padded = np.concatenate([self.returns, np.zeros(longest)])
        inside = np.arange(longest) < counts[:, None]
        values = np.lib.stride_tricks.sliding_window_view(padded, longest)[days - counts]
        short = counts < longest
        values[short] = np.where(inside[short], values[short], 0.0)
        return values, inside

    def summed(self, terms: Array) -> Array:
        """The sum over each window of terms of each day."""
        return over(np.add, self._padded(terms), self.days, self.width)

    def largest(self, terms: Array) -> Array:
        """The largest in each window of terms of each day, which are not negative."""
        return over(np.maximum, self._padded(terms), self.days, self.width)

    def _padded(self, terms: Array) -> Array:
        return np.concatenate([np.zeros(self.width), terms])

    @cached_property
    def moments(self) -> Moments:
        """The moments of each window, from sums of powers about the mean of all days."""
        centre = float(self.returns.mean()) if len(self.returns) else 0.0
        apart = self.returns - centre
        square = apart * apart
        off, second, third, fourth = (
            self.summed(terms) / self.counts for terms in (apart, square, square * apart, square**2)
        )
        spread = second - off * off
        # where a window lies far from the others its digits are lost in theirs: it is summed alone
        alone = (spread < second / 2) | (second < _TOO_SMALL)
        deviation = np.sqrt(np.where(alone, 1.0, spread))
        lifted, variance = off * off, deviation * deviation
        found = Moments(
            centre + off,
            deviation,
            (third - off * (3 * second - 2 * lifted)) / (variance * deviation),
            (fourth - 4 * off * third + 3 * lifted * (2 * second - lifted)) / variance**2 - 3,
        )
        odd = np.flatnonzero(alone)
        for start in range(0, len(odd), ROWS_AT_ONCE):
            which = odd[start : start + ROWS_AT_ONCE]
            values, inside = self.rows(which)
            for kept, new in zip(
                found, moments_of(values, inside, self.counts[which]), strict=True
            ):
                kept[which] = new
        return found

    def worst(self, number: int) -> tuple[Array, Array]:
        """The worst returns of each window from the worst on, and their days: `most` at most.

        Where a window has fewer stands +inf. Of equals the older is worse.
        """
        ranks, order = self._ordered
        places, values = np.append(order, 0), np.append(self.returns[order], np.inf)
        return values.take(ranks[:, :number]), places.take(ranks[:, :number])

    @cached_property
    def _ordered(self) -> tuple[Array, Array]:
        """The ranks of the worst of each window among all days, and the days by rank.

        The worst of a block of windows in a row are among the worst of the days that all of them
        hold, and the few at either edge. A rank beyond the last is that of no day.
        """
        days, width, most = len(self.returns), self.width, self.most
        order = np.argsort(self.returns, kind="stable")
        if not len(self.days):
            return np.empty((0, most), dtype=np.int64), order
        side = max(1, min(BLOCK, width // 4))
        ranked = np.full(width + days + side, days, dtype=np.int32)
        ranked[width + order] = np.arange(days, dtype=np.int32)
        starts = np.arange(self.days[0], self.days[-1] + 1, side)
        # runs of places, by where they begin: what all share, and what lies before and after it
        held = np.lib.stride_tricks.sliding_window_view(ranked, width - side + 1)
        edge = np.lib.stride_tricks.sliding_window_view(ranked, side)[:, :-1]
        few = min(most, width - side + 1)
        shared = np.partition(held[starts + side - 1], few - 1, axis=1)[:, :few]
        begun = np.arange(side - 1) >= np.arange(side)[:, None]
        before = np.where(begun, edge[starts][:, None], days)
        after = np.where(begun, days, edge[starts + width][:, None])
        each = np.broadcast_to(shared[:, None], (len(starts), side, few))
        seen = np.concatenate([before, each, after], axis=2, dtype=np.int32)
        rows = seen.reshape(-1, seen.shape[2])[self.days - self.days[0]]
        rows.sort(axis=1)
        return rows[:, :most].astype(np.int64), order


def over(function: np.ufunc, padded: Array, starts: Array, width: int) -> Array:
    """`function` over the `width` terms from each of `starts` on; it joins two terms to one."""
    pieces = -(-len(padded) // width)
    terms = np.zeros((pieces, width))
    terms.reshape(-1)[: len(padded)] = padded
    until = function.accumulate(terms, axis=1).reshape(-1)
    since = function.accumulate(terms[:, ::-1], axis=1)[:, ::-1].reshape(-1)
    joined = function(since[starts], until[starts + width - 1])
    found: Array = np.where(starts % width == 0, since[starts], joined)
    return found


def moments_of(values: Array, inside: Array, counts: Array) -> Moments:
    """The moments of rows, each from its own mean."""
    mean, centred, deviation = centred_of(values, inside, counts)
    moved = deviation > 0
    scaled = centred / np.where(moved, deviation, 1.0)[:, None]
    square = scaled * scaled
    skew = np.einsum("ij,ij->i", square, scaled) / counts
    kurtosis = np.einsum("ij,ij->i", square, square) / counts - 3
    return Moments(mean, deviation, skew, kurtosis)


def centred_of(values: Array, inside: Array, counts: Array) -> tuple[Array, Array, Array]:
    """Mean of each row, how far its returns are above it, and the population's deviation."""
    mean = values.sum(axis=1) / counts
    centred = values - mean[:, None]
    if not inside.all():
        centred *= inside
    return mean, centred, np.sqrt(np.einsum("ij,ij->i", centred, centred) / counts)
