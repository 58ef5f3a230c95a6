"""Times in which the service was seen to run → the share of a span of time that they cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: What uptime is asked of, where the service is known for so long.
WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long the service ran, of how long; `runs` of it touch that time."""

    ran: timedelta
    whole: timedelta
    runs: int

    @property
    def share(self) -> float:
        """The share of the time."""
        return self.ran / self.whole


def uptime(
    runs: Iterable[tuple[datetime, datetime]], until: datetime, window: timedelta = WINDOW
) -> Uptime | None:
    """The share of the last days up to a time, or of those since the first run if they are fewer.

    Runs may overlap, as those of several processes do: no time counts twice. What is seen later
    than `until` is not known yet. None where the service was never seen before that time.
    """
    known = sorted((begin, min(end, until)) for begin, end in runs if begin < until)
    if not known:
        return None
    since = max(known[0][0], until - window)
    ran, reached, touching = timedelta(0), since, 0
    for begin, end in known:
        if end >= since:
            touching += 1
        if end > reached:
            ran += end - max(begin, reached)
            reached = end
    return Uptime(ran, until - since, touching)
