"""What came at which time and in which size enters; the first of a size within some time leaves.

Thousands of departures may look for their arrival among thousands in the same days: each is found
in as many steps as the count of arrivals has digits, and not by going through them.
"""

from bisect import bisect_left

#: When, which event, and how much.
Came = tuple[int, str, int]


class Sizes:
    """Sizes by time, and those of one time by event; asked only when all of them are there."""

    def __init__(self) -> None:
        self._came: list[Came] = []
        self._levels: list[list[list[int]]] = []

    def add(self, time: int, event: str, quantity: int) -> None:
        """Keep that so much came."""
        assert not self._levels, "what is asked already is complete"
        self._came.append((time, event, quantity))

    def first(
        self, begin: int, end: int, least: int, most: int | None = None
    ) -> tuple[int, str] | None:
        """The first that came from `begin` to `end`, both included, in a size of these bounds.

        Runs of 2ⁿ neighbours have their sizes in order. A run without a fitting one is left behind
        as a whole, and the next may be longer; one with it is looked at by halves.
        """
        if not self._levels:
            self._came.sort()
            self._levels = _runs([quantity for _, _, quantity in self._came])
        place, level = bisect_left(self._came, (begin, "", 0)), 0
        while place < len(self._came) and self._came[place][0] <= end:
            run = self._levels[level][place >> level]
            at = bisect_left(run, least)
            if at < len(run) and (most is None or run[at] <= most):
                if not level:
                    return self._came[place][:2]
                level -= 1
                continue
            place += 1 << level
            if not place >> level & 1 and level + 1 < len(self._levels):
                level += 1
        return None


def _runs(sizes: list[int]) -> list[list[list[int]]]:
    """Level n has the sizes in runs of 2ⁿ neighbours, each run in order."""
    levels = [[[size] for size in sizes]]
    while len(levels[-1]) > 1:
        last = levels[-1]
        pairs = [last[at : at + 2] for at in range(0, len(last), 2)]
        levels.append([sorted([size for run in pair for size in run]) for pair in pairs])
    return levels
