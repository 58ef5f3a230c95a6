"""Windows → the worst of their returns in units of their day's volatility, block by block of days.

The variance before day t of the window that begins at s is λ^(t − s)·m_s + Σ_u (1 − λ)·λ^(t − u −
1)·r_u² over the days u from s to t, m_s being the window's mean square. The windows of a block of
days in a row share all days but those at their edges. From the first shared day a on, the variance
of each is λ^(t − a)·v_a + e_t, and e_t is the same for all: how bad a shared day looks in any of
them lies between how bad it looks with the smallest and with the largest v_a. Days that are among
the worst in no window are left out by those two, and only the others are looked at in every window.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from risk.tail.historical import DAYS_AT_ONCE, DECAY, STILLNESS
from risk.tail.windows import BLOCK, Windows, over

Array = np.ndarray

#: What is left of a variance after so many days.
_LEFT: Final = DECAY ** np.arange(DAYS_AT_ONCE + 1, dtype=np.float64)
_SMALLEST: Final = float(np.finfo(np.float64).tiny)
#: What rounding may move a day past another.
_ROUNDING: Final = 1e-9


def worst_rescaled(given: Windows, most: int) -> tuple[Array, Array]:
    """The `most` worst returns of each window, rescaled to the volatility of its day, in order.

    +inf stands where there are fewer. The second is true of a window in which a day moved after so
    long a stillness that its volatility says nothing.
    """
    assert given.width <= DAYS_AT_ONCE, "the oldest weight would be too small a number"
    if not len(given.days):
        return np.empty((0, most)), np.empty(0, dtype=bool)
    blocks = _Blocks(given)
    rows = given.days - given.days[0]
    before, after = (_in_units(*each) for each in blocks.edges)
    seen = np.concatenate([before, blocks.shared(most), after], axis=2)
    worst = np.sort(seen.reshape(-1, seen.shape[2])[rows], axis=1)[:, :most]
    scale = blocks.last.reshape(-1)[rows]
    rescaled = np.copysign(np.sqrt(np.abs(worst) * scale[:, None]), worst)
    return rescaled, blocks.still().reshape(-1)[rows]


@dataclass(frozen=True, eq=False)
class _Blocks:
    """All days from the first to the last of windows: block g, day i in it, place j or k.

    Before the first return stand as many places as a window has, on which no time passes. Squares
    keep the sign of their return, so that they stand in its order: roots are taken of the worst.
    """

    given: Windows

    @cached_property
    def side(self) -> int:
        return max(1, min(BLOCK, self.given.width // 4))

    @cached_property
    def padded(self) -> Array:
        return np.concatenate([np.zeros(self.given.width), self.given.returns, np.zeros(self.side)])

    @cached_property
    def signed(self) -> Array:
        found: Array = self.padded * np.abs(self.padded)
        return found

    @cached_property
    def clock(self) -> Array:
        """Days that passed before each place."""
        return np.maximum(np.arange(len(self.padded) + 1) - self.given.width, 0)

    @cached_property
    def starts(self) -> Array:
        """The place at which the window of each day begins: G × I."""
        first, last = int(self.given.days[0]), int(self.given.days[-1])
        begins = np.arange(first, last + 1, self.side)
        return begins[:, None] + np.arange(self.side)

    @cached_property
    def begun(self) -> Array:
        """The mean square of each window: G × I."""
        summed = over(np.add, np.abs(self.signed), self.starts, self.given.width)
        found: Array = summed / np.minimum(self.starts, self.given.width)
        return np.where(found == 0, 1.0, found)

    @cached_property
    def early(self) -> Array:
        """Variances of each window up to the first place that all share: G × I × I."""
        passed = self.clock[self.starts] - self.clock[self.starts[:, :1]]
        grown = 1 / _LEFT[passed]
        terms = np.abs(self.signed[self.starts]) * grown * ((1 - DECAY) / DECAY)
        found = np.zeros((*self.starts.shape, self.side))
        found[:, :, 1:] = np.where(self._begun_by, terms[:, None, :], 0.0)[:, :, :-1]
        np.cumsum(found, axis=2, out=found)
        found += (self.begun * grown)[:, :, None]
        found /= grown[:, None, :]
        return found

    @cached_property
    def _begun_by(self) -> Array:
        """Whether the window of day i has begun at place j of its block."""
        return np.arange(self.side) >= np.arange(self.side)[:, None]

    @cached_property
    def places(self) -> Array:
        """From the first place that all windows of a block share, a window's length: G × K."""
        return self.starts[:, -1:] + np.arange(self.given.width + 1)

    @cached_property
    def late(self) -> tuple[Array, Array]:
        """What is left there of the variance at the first, and what came since: G × K each."""
        passed = self.clock[self.places] - self.clock[self.places[:, :1]]
        left = _LEFT[passed]
        came = np.zeros_like(left)
        came[:, 1:] = np.abs(self.signed[self.places[:, :-1]]) / left[:, :-1]
        came *= (1 - DECAY) / DECAY
        np.cumsum(came, axis=1, out=came)
        came *= left
        return left, came

    @cached_property
    def inner(self) -> int:
        """How many places all windows of a block share."""
        return self.given.width - self.side + 1

    @cached_property
    def tail(self) -> Array:
        """Variances from the end of what is shared on: G × I × I, the last of day i at place i."""
        left, came = (each[:, None, self.inner :] for each in self.late)
        found: Array = left * self.early[:, :, -1:] + came
        return found

    @property
    def last(self) -> Array:
        """The variance of the day that is forecast: G × I."""
        found: Array = np.einsum("gii->gi", self.tail)
        return found

    @cached_property
    def edges(self) -> tuple[tuple[Array, Array, Array], ...]:
        """Squares, variances and what is inside where windows do not all begin, or end."""
        early, late = self.starts[:, :-1], self.places[:, self.inner : -1]
        begun = self._begun_by[:, :-1]
        return (
            (
                self.signed[early][:, None, :],
                self.early[:, :, :-1],
                begun & (early >= self.given.width)[:, None, :],
            ),
            (self.signed[late][:, None, :], self.tail[:, :, :-1], ~begun),
        )

    @cached_property
    def _shared(self) -> tuple[Array, Array, Array, Array]:
        """Squares of the places that all share, and what of their variance is left, and came.

        And the smallest variance that each has in any window: G × K each.
        """
        left, came = (each[:, : self.inner] for each in self.late)
        smallest = left * self.early[:, :, -1].min(axis=1)[:, None] + came
        return self.signed[self.places[:, : self.inner]], left, came, smallest

    def shared(self, most: int) -> Array:
        """Squares in units of the variance of the shared days that are among the worst: G × I × J.

        Those of `most` places look no better than the limit in any window, so that a day that looks
        better than it in all of them is none of the `most` worst in any.
        """
        signed, left, came, smallest = self._shared
        largest = left * self.early[:, :, -1].max(axis=1)[:, None] + came
        real = self.places[:, : self.inner] >= self.given.width
        calm, loud = _in_units(signed, smallest, real), _in_units(signed, largest, real)
        at_best, at_worst = np.maximum(calm, loud), np.minimum(calm, loud)
        few = min(most, self.inner)
        limit = np.partition(at_best, few - 1, axis=1)[:, few - 1 : few]
        worse = at_worst < limit + _ROUNDING * np.abs(limit)
        # of days without a return, which look alike everywhere, as many as are missing do
        many = max(few, int(worse.sum(axis=1).max()))
        chosen = np.argpartition(at_worst, many - 1, axis=1)[:, :many]
        rows = np.arange(len(chosen))[:, None]
        signed, left, came, real = (
            each[rows, chosen][:, None, :] for each in (signed, left, came, real)
        )
        return _in_units(signed, left * self.early[:, :, -1:] + came, real)

    def still(self) -> Array:
        """Windows in which a day moved after too long a stillness: G × I."""
        least = STILLNESS**2 * self.begun
        found = np.zeros(least.shape, dtype=bool)
        for signed, variances, inside in self.edges:
            low = (variances < least[:, :, None]) & inside & (signed != 0)
            found |= low.any(axis=2)
        signed, left, came, smallest = self._shared
        doubted = (smallest < least.max(axis=1)[:, None]) & (signed != 0)
        for at in np.flatnonzero(doubted.any(axis=1)):
            variances = left[at] * self.early[at, :, -1:] + came[at]
            found[at] |= ((variances < least[at][:, None]) & (signed[at] != 0)).any(axis=1)
        return found


def _in_units(signed: Array, variances: Array, inside: Array) -> Array:
    """Squares in units of variances; +inf where a place is not inside."""
    found: Array = signed / np.maximum(variances, _SMALLEST)
    return found if inside.all() else np.where(inside, found, np.inf)
