"""What is surely short or long is so by the days; many times have the days and years of each."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.tax.history.settings import settings_of
from ledger.tax.regimes.generic import RULES
from ledger.tax.terms import Calendar

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- given its zone


def calendar(old_before=None, year_starts=(1, 1), **words):
    settings = settings_of("fifo", words, RULES)
    return Calendar(settings._replace(old_before=old_before), year_starts)


@given(
    acquired=TIMES,
    held=st.integers(-800, 800) | st.sampled_from([359, 360, 365, 366, 367, 372, 373]),
    over=st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(hours=13)]),
    long_term=st.sampled_from(["anniversary", "days:365", "days:1"]),
    old_before=st.none() | st.just(date(2030, 1, 1)),
    day_zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles"]),
)
def test_what_is_sure_is_what_the_days_say(acquired, held, over, long_term, old_before, day_zone):
    days = calendar(old_before, long_term=long_term, day_zone=day_zone)
    under, beyond = days.sure
    disposed = acquired + timedelta(days=held) + over
    term = days.term(acquired, disposed)
    assert not (disposed - acquired < under and term == "long")
    assert not (disposed - acquired > beyond and term == "short")


@given(
    times=st.lists(TIMES),
    day_zone=st.sampled_from(["UTC", "Asia/Tokyo"]),
    year_starts=st.sampled_from([(1, 1), (4, 6)]),
)
def test_days_and_years_of_many_times_are_those_of_each(times, day_zone, year_starts):
    of = calendar(None, year_starts, day_zone=day_zone)
    assert list(of.days(times)) == [of.day(time) for time in times]
    assert list(of.years(times)) == [of.year(time) for time in times]
