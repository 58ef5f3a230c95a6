"""A pool and the months of its events come in; the indexation allowance of disposals leaves.

United Kingdom, companies: TCGA 1992 s. 110. The indexed pool rises with the retail prices index
from one event of the pool to the next, to December 2017 at the latest (s. 53, Finance Act 2018
s. 26). A disposal takes of it what it takes of the pool; what that is more than the cost is taken
off a gain, and never makes or increases a loss (s. 53(2A)). Units of the same day and of the ten
days before are not indexed (HMRC CG51610, CG51616).
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.model.whole import portion, spread
from ledger.tax.history.events import Disposed
from ledger.tax.matching.pieces import Ledger

#: Retail prices index, all items (Office for National Statistics, CHAW), January 1987 = 1000:
#: each year from January to December.
_PRICES: Final[dict[int, tuple[int, ...]]] = {
    2005: (1889, 1896, 1905, 1916, 1920, 1922, 1922, 1926, 1931, 1933, 1936, 1941),
    2006: (1934, 1942, 1950, 1965, 1977, 1985, 1985, 1992, 2001, 2004, 2011, 2027),
    2007: (2016, 2031, 2044, 2054, 2062, 2073, 2061, 2073, 2080, 2089, 2097, 2109),
    2008: (2098, 2114, 2121, 2140, 2151, 2168, 2165, 2172, 2184, 2177, 2160, 2129),
    2009: (2101, 2114, 2113, 2115, 2128, 2134, 2134, 2144, 2153, 2160, 2166, 2180),
    2010: (2179, 2192, 2207, 2228, 2236, 2241, 2236, 2245, 2253, 2258, 2268, 2284),
    2011: (2290, 2313, 2325, 2344, 2352, 2352, 2347, 2361, 2379, 2380, 2385, 2394),
    2012: (2380, 2399, 2408, 2425, 2424, 2418, 2421, 2430, 2442, 2456, 2456, 2468),
    2013: (2458, 2476, 2487, 2495, 2500, 2497, 2497, 2510, 2519, 2519, 2521, 2534),
    2014: (2526, 2542, 2548, 2557, 2559, 2563, 2560, 2570, 2576, 2577, 2571, 2575),
    2015: (2554, 2567, 2571, 2580, 2585, 2589, 2586, 2598, 2596, 2595, 2598, 2606),
    2016: (2588, 2600, 2611, 2614, 2621, 2631, 2634, 2644, 2649, 2648, 2655, 2671),
    2017: (2655, 2684, 2693, 2706, 2717, 2723, 2729, 2747, 2751, 2753, 2758, 2781),
}
_FIRST: Final = date(min(_PRICES), 1, 1)
_LAST: Final = date(2017, 12, 31)


class Indexed:
    """The indexed pool beside a pool of costs; `day` is that of its last event."""

    __slots__ = ("cost", "day")

    def __init__(self) -> None:
        self.cost = 0
        self.day: date | None = None

    def put(self, cost: int, day: date) -> None:
        """A cost of a day, which may be before the last event of the pool."""
        self._rise(day)
        assert self.day is not None, "the pool has an event"
        self.cost += indexed(cost, day, self.day)

    def take(self, day: date, units: int, held: int, cost: int) -> int:
        """Some of the units held are disposed of on a day: what is more than their cost."""
        self._rise(day)
        part = portion(self.cost, units, held)
        self.cost -= part
        return part - cost

    def join(self, other: "Indexed") -> None:
        """Take everything of another form of the asset."""
        if other.day is not None:
            self._rise(other.day)
            assert self.day is not None, "the pool has an event"
            self.cost += indexed(other.cost, other.day, self.day)
            other.cost = 0

    def _rise(self, day: date) -> None:
        if self.day is None:
            self.day = day
        elif day > self.day:
            self.cost = indexed(self.cost, self.day, day)
            self.day = day


def indexed(cost: int, since: date, until: date) -> int:
    """A cost with the rise of prices from the month of one day to that of another, if any.

    The factor is not rounded (HMRC's examples have three decimals).
    """
    first, last = _price(since), _price(until)
    return max(cost, portion(cost, last, first))


def _price(day: date) -> int:
    day = min(max(day, _FIRST), _LAST)
    return _PRICES[day.year][day.month - 1]


def allow(ledger: Ledger, recorded: Sequence[int], allowance: int, units: int) -> None:
    """Take an allowance off what a day's disposals gained of the pool, and no more than that.

    `units` are all that left the pool: those of a disposal without a figure take their part along.
    """
    places = [
        (index, number, piece)
        for index in recorded
        for number, piece in enumerate(ledger.disposed[index].pieces)
        if piece.rule == "s104"
    ]
    with_figure = sum(piece.quantity for _, _, piece in places)
    gains = [piece.gain for _, _, piece in places]
    allowed = min(portion(allowance, with_figure, units), max(0, sum(gains)))
    if allowed <= 0:
        return
    parts = spread(allowed, tuple(max(0, gain) for gain in gains))
    for (index, number, _), part in zip(places, parts, strict=True):
        ledger.disposed[index] = _with(ledger.disposed[index], number, part)


def _with(found: Disposed, number: int, indexation: int) -> Disposed:
    pieces = list(found.pieces)
    pieces[number] = pieces[number]._replace(indexation=indexation)
    return found._replace(pieces=tuple(pieces))
