"""Losses on units that may be bought anew come in; what is denied of them leaves, as it happens.

Ireland (TCA 1997 s. 581(3)) and, where it is asked, the United States (IRC §1091) deny a loss as
far as the units are acquired again within a window, and each unit acquired serves one unit sold.
"""

from collections import deque
from datetime import date, timedelta
from typing import NamedTuple

from ledger.model.whole import portion


class Claim(NamedTuple):
    """Units acquired that take the place of units sold: the loss that they deny, and where."""

    place: int
    piece: int | None
    units: int
    denied: int
    held: timedelta


class _Loss:
    __slots__ = ("day", "held", "loss", "piece", "place", "row", "units")

    def __init__(self, place: tuple[int, int | None], day: date, units: int, loss: int) -> None:
        self.place, self.piece = place
        self.day, self.units, self.loss = day, units, loss
        self.held = timedelta(0)
        self.row: str | None = None


class Waiting:
    """The losses of one asset, in the order in which they were made."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self.losses: deque[_Loss] = deque()

    def add(
        self,
        place: tuple[int, int | None],
        day: date,
        units: int,
        loss: int,
        *,
        held: timedelta = timedelta(0),
        row: str | None = None,
    ) -> None:
        """A loss on so many units: `place` is the disposal's number and its piece, if only one.

        `row` is the acquisition that was sold, which cannot take its own place.
        """
        one = _Loss(place, day, units, loss)
        one.held, one.row = held, row
        self.losses.append(one)

    def claim(self, day: date, units: int, row: str | None = None) -> list[Claim]:
        """What so many units that were acquired on a day deny, earliest loss first."""
        while self.losses and (not self.losses[0].units or self.losses[0].day + self._window < day):
            self.losses.popleft()
        claims = []
        for one in self.losses:
            part = min(units, one.units)
            if not part or (row is not None and one.row == row):
                continue
            denied = portion(one.loss, part, one.units)
            one.loss -= denied
            one.units -= part
            units -= part
            claims.append(Claim(one.place, one.piece, part, denied, one.held))
        return claims

    def join(self, other: "Waiting") -> None:
        """Take the losses of another form of the asset."""
        both = sorted((*self.losses, *other.losses), key=lambda one: one.day)
        self.losses = deque(both)
        other.losses.clear()
