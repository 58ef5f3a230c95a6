"""Prices and an election come in; what open positions are worth at each year's end leaves.

United States, where it is asked. §475(f): a trader who elected it holds every position as sold at
fair value on the last business day of each year, and the gain is ordinary, not one of capital; what
was gained before the first such year is an adjustment of §481(a). §1256: contracts of a regulated
exchange are held as sold at the end of each year, with or without election, and of any gain or loss
60 percent are long and 40 short. Crypto trades on every day: the value is that of the year's end.
Neither is a foreign currency a position here, nor are units that left to nobody known.
"""

from datetime import datetime, timedelta

from ledger.model.asset import AssetId, currency_of
from ledger.model.gain import Character
from ledger.tax.history.events import MARK
from ledger.tax.history.settings import Settings
from ledger.tax.history.treatment import History
from ledger.tax.terms import Calendar

_MOMENT = timedelta(microseconds=1)


class Marks:
    """The ends of years, oldest first, and what units are worth then.

    The last is that of the last event's year, or of a year after it as long as prices stand.
    """

    def __init__(self, history: History, settings: Settings, calendar: Calendar) -> None:
        self._units = history.units
        self._prices = history.prices
        self._from = settings.mark_from
        self._contracts = settings.section_1256
        self._calendar = calendar
        self._ends: list[tuple[datetime, int]] = []
        if history.events and (self._from is not None or self._contracts):
            first = calendar.year(history.events[0].time)
            last = calendar.year(history.events[-1].time)
            while self._prices.stand_at(self._end(last + 1) - _MOMENT):
                last += 1
            if self._from is not None and not self._contracts:
                first = max(first, self._from - 1)
            self._ends = [(self._end(year), year) for year in range(last, first - 1, -1)]

    def _end(self, year: int) -> datetime:
        return self._calendar.start(self._calendar.last_day(year) + timedelta(days=1))

    def due(self, time: datetime | None) -> tuple[datetime, int] | None:
        """The next end of a year that is not after a time (None: of all), once."""
        if self._ends and (time is None or self._ends[-1][0] <= time):
            return self._ends.pop()
        return None

    def character(self, asset: str, time: datetime) -> Character:
        """What a gain on an asset at a time is."""
        if asset in self._contracts:
            return "section_1256"
        if (
            self._from is not None
            and _is_position(asset)
            and self._calendar.year(time) >= self._from
        ):
            return "ordinary"
        return "capital"

    def mark(self, asset: str, end: datetime, year: int) -> tuple[datetime, Character] | None:
        """When a position is marked at the end of a year, and what the gain is; None if it is not.

        What was gained before the election counts in its first year, at its first moment.
        """
        if asset in self._contracts:
            return end - _MOMENT, "section_1256"
        if self._from is None or year < self._from - 1 or not _is_position(asset):
            return None
        if year == self._from - 1:
            return end, "section_481"
        return end - _MOMENT, "ordinary"

    def row(self, year: int) -> str:
        """What stands for the entry of a mark."""
        return f"{MARK} {year}"

    def value(self, asset: str, quantity: int, end: datetime) -> int | None:
        """What units are worth at the end of a year; None where no price stands."""
        time = end - _MOMENT
        whole = self._units.whole(asset, (time, 3, ""))
        return self._prices.value(asset, quantity, whole, time)


def _is_position(asset: str) -> bool:
    return currency_of(AssetId(asset)) is None and " suspense" not in asset
