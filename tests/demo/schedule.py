"""Actions with a time go in and run in the order of time; times are Unix seconds UTC."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime

DAY = 86_400
Action = Callable[[], None]


def instant(text: str) -> int:
    """The Unix second of an ISO 8601 text without zone, taken as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def iso(time: int) -> str:
    """A Unix second as ISO 8601 with `Z`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def month_ends(start: int, end: int) -> list[int]:
    """The first seconds of the months after `start`, up to and with `end`, and `end` itself."""
    days = range(start + DAY, end + 1, DAY)
    firsts = {day for day in days if datetime.fromtimestamp(day, UTC).day == 1}
    return sorted(firsts | {end})


class Schedule:
    """A list of things to do, each at its time; those of one second in the order they came."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Action]] = []
        self._count = itertools.count()

    def at(self, time: int, action: Action) -> None:
        """Puts an action on the list; it may be put there by another action."""
        heapq.heappush(self._heap, (time, next(self._count), action))

    def run(self, end: int) -> None:
        """Does everything before `end`; what is later is left undone."""
        while self._heap and self._heap[0][0] < end:
            heapq.heappop(self._heap)[2]()
