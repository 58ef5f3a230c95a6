"""The United States: holding periods to the day, and what is no sale."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ledger.tax.history.settings import settings_of
from ledger.tax.regimes import us
from ledger.tax.terms import Calendar
from tests.ledger.tax.kept import on, year

CALENDAR = Calendar(settings_of("fifo", {}, us.RULES), us.RULES.year_starts)


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("acquired", "last_short_day"),
    [
        ("2023-01-15", "2024-01-15"),
        ("2023-12-31", "2024-12-31"),
        ("2024-02-29", "2025-02-28"),
        ("2024-02-28", "2025-02-28"),
        ("2023-02-28", "2024-02-29"),
        ("2023-04-30", "2024-04-30"),
    ],
)
def test_the_day_after_the_anniversary_is_long_and_the_anniversary_is_short(
    acquired, last_short_day
):
    last = day(last_short_day)
    assert CALENDAR.term(day(acquired), last) == "short"
    assert CALENDAR.term(day(acquired), last + timedelta(hours=23, minutes=59)) == "short"
    assert CALENDAR.term(day(acquired), last + timedelta(days=1)) == "long"


def test_days_and_years_are_those_of_utc():
    evening = datetime(2023, 12, 31, 20, tzinfo=timezone(timedelta(hours=-5))).astimezone(UTC)
    assert CALENDAR.year(evening) == 2024
    assert CALENDAR.term(evening, day("2025-01-01")) == "short"
    assert CALENDAR.term(evening, day("2025-01-02")) == "long"


@pytest.mark.parametrize("purpose", ["donation", "lost"])
def test_what_is_no_sale_is_not_assessed(purpose):
    came = on("2024-01-01", "asset:w ETH 5 acquire = 50", "came")
    text = f"asset:w ETH -5 dispose = -90\nexpense:{purpose} ETH 5 none = 90"
    found = year(came, on("2024-02-01", text, "gone"))
    assert [line.assessed for line in found.lines] == [False]
    assert (found.short, found.long) == (0, 0)


@pytest.mark.parametrize("purpose", ["spend", "gas"])
def test_what_is_sold_or_spent_is_assessed_unless_it_is_currency(purpose):
    for asset, counts in (("ETH", True), ("EUR", False)):
        came = on("2024-01-01", f"asset:w {asset} 5 acquire = 50", "came")
        text = f"asset:w {asset} -5 dispose = -90\nexpense:{purpose} {asset} 5 none = 90"
        found = year(came, on("2024-02-01", text, "gone"))
        assert [line.assessed for line in found.lines] == [counts]
