"""Blocks that were read enter; lines for people leave: how far, how fast, how long still."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of the blocks `first` to `last` is; `of` says what is read."""

    of: str
    first: int
    last: int
    tell: Tell
    clock: Callable[[], float] = time.monotonic
    began: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began.append(self.clock())

    def at(self, block: int, transactions: int, new: int) -> None:
        """Say that all is kept up to a block."""
        done, left = block - self.first + 1, self.last - block
        spent = self.clock() - self.began[0]
        share = 100 * done // (done + left)
        line = (
            f"{self.of}: block {block} of {self.last} ({share} %), {transactions} transactions,"
            f" {new} new"
        )
        if spent > 0 and left:
            rate = done / spent
            line += f", {rate:.0f} blocks/s, {duration(left / rate)} left"
        self.tell(line)


def duration(seconds: float) -> str:
    """A time as people say it: the two greatest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
