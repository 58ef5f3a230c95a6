"""Times and settings come in; local days, tax years and terms leave."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

from ledger.model.gain import Term
from ledger.tax.history.settings import Settings

#: What is shorter, or longer, is so in every zone and by every way of counting a year.
_UNDER_A_YEAR, _OVER_A_YEAR = timedelta(days=360), timedelta(days=372)
_YEAR = attrgetter("year")


class Calendar:
    """Days and years where the taxpayer lives, and what is long."""

    def __init__(self, settings: Settings, year_starts: tuple[int, int]) -> None:
        self._zone = None if settings.zone is UTC else settings.zone
        self._year_starts = settings.year_starts or year_starts
        self._rule = settings.long_term
        self._offsets: dict[date, timedelta | None] = {}
        self._span = timedelta(days=settings.long_days)
        #: what was held for less is short, and for more long, whatever its days are
        self.sure = _UNDER_A_YEAR, _OVER_A_YEAR
        if settings.old_before is not None:
            self.sure = timedelta.min, timedelta.max
        elif self._rule == "days":
            self.sure = self._span, self._span
        self._month_ends = settings.month_ends
        self._old_before = settings.old_before
        #: whether what is free for a person in a year is free for this taxpayer
        self.exemption = settings.exemption

    @property
    def has_terms(self) -> bool:
        """Whether anything is ever long."""
        return self._rule != "never"

    def day(self, time: datetime) -> date:
        """The local day of a time in UTC."""
        day = time.date()
        if self._zone is None:
            return day
        if day not in self._offsets:
            self._offsets[day] = self._offset(day)
        offset = self._offsets[day]
        if offset is None:
            return time.astimezone(self._zone).date()
        return (time + offset).date() if offset else day

    def days(self, times: Iterable[datetime]) -> Iterable[date]:
        """The local day of each time in UTC."""
        return map(datetime.date if self._zone is None else self.day, times)

    def _offset(self, day: date) -> timedelta | None:
        """What local time is ahead of UTC by, all of a day in UTC; None where that changes."""
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        first, last = (
            one.astimezone(self._zone).utcoffset() for one in (begin, begin + timedelta(days=1))
        )
        return first if first == last else None

    def start(self, day: date) -> datetime:
        """The moment at which a local day begins, in UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone or UTC)
        return midnight.astimezone(UTC)

    def year(self, time: datetime) -> int:
        """The tax year: the number of the calendar year in which it ends."""
        day = self.day(time)
        if self._year_starts == (1, 1):
            return day.year
        return day.year + ((day.month, day.day) >= self._year_starts)

    def years(self, times: Iterable[datetime]) -> Iterable[int]:
        """The tax year of each time."""
        plain = self._zone is None and self._year_starts == (1, 1)
        return map(_YEAR if plain else self.year, times)

    def last_day(self, year: int) -> date:
        """The last day of a tax year."""
        if self._year_starts == (1, 1):
            return date(year, 12, 31)
        return date(year, *self._year_starts) - timedelta(days=1)

    def term(self, acquired: datetime | None, disposed: datetime) -> Term:
        """Short or long; what has no date is short, as everything is where there are no terms.

        `anniversary`: long from the day after the first anniversary. Where the regime counts to
        month ends, what was acquired on the last of February is short on the last of the next
        (IRC §1222, Rev. Rul. 66-7, 66-6); else the 28th is a day like any other, and a year from
        the 29th ends on the 28th (§§ 187 (1), 188 (2), (3) BGB; § 108 (2) BAO). `days`: long once
        so many days of 24 hours have passed. Where old stock is kept apart, nothing but old stock
        is ever long.
        """
        if self._rule == "never" or acquired is None:
            return "short"
        if self._old_before is not None and self.day(acquired) >= self._old_before:
            return "short"
        if self._rule == "days":
            return "long" if disposed - acquired >= self._span else "short"
        held = disposed - acquired
        if held < _UNDER_A_YEAR:
            return "short"
        if held > _OVER_A_YEAR:
            return "long"
        day = self.day(acquired)
        if self._month_ends:
            begins = _one_year_after(day + timedelta(days=1))
        elif (day.month, day.day) == (2, 29):
            begins = date(day.year + 1, 3, 1)
        else:
            begins = day.replace(year=day.year + 1) + timedelta(days=1)
        return "long" if self.day(disposed) >= begins else "short"


def _one_year_after(day: date) -> date:
    """The same date of the next year; 1 March where there is none."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
