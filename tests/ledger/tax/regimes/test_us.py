"""The United States: holding periods to the day."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ledger.model.asset import AssetId
from ledger.tax.regimes import us


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
    assert us.term(day(acquired), last) == "short"
    assert us.term(day(acquired), last + timedelta(hours=23, minutes=59)) == "short"
    assert us.term(day(acquired), last + timedelta(days=1)) == "long"


def test_days_and_years_are_those_of_utc():
    evening = datetime(2023, 12, 31, 20, tzinfo=timezone(timedelta(hours=-5)))
    assert us.year_of(evening) == 2024
    assert us.term(evening, day("2025-01-01")) == "short"
    assert us.term(evening, day("2025-01-02")) == "long"


@pytest.mark.parametrize("purpose", ["donation", "lost", "redemption"])
def test_what_is_no_sale_is_not_assessed(purpose):
    assert not us.assesses(AssetId("symbol:ETH"), purpose)


@pytest.mark.parametrize("purpose", ["swap", "spend", "gas", "short_closed"])
def test_what_is_sold_or_spent_is_assessed_unless_it_is_currency(purpose):
    assert us.assesses(AssetId("symbol:ETH"), purpose)
    assert not us.assesses(AssetId("iso4217:EUR"), purpose)
