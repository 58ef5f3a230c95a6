"""An allocation comes back from the record as it was said."""

from datetime import UTC, date, datetime

import pytest

from ledger.model.filing import FiledYear
from ledger.tax.frozen import allocation_of, body_of, regime_of
from ledger.tax.history.events import Left
from ledger.tax.history.settings import Allocation

DAY = date(2025, 1, 1)
MADE = datetime(2025, 2, 1, 12, tzinfo=UTC)
LOTS = (
    Left("b-1", "symbol:BTC", "one", datetime(2023, 1, 10, tzinfo=UTC), 2**200, 10**20),
    Left(None, "symbol:ETH", "two", None, 1, 0),
)


def filed(due=None, regime="us"):
    body = body_of(DAY, Allocation("hifo", ("one", "two"), due=due), "ab" * 32, LOTS, "Bob")
    return FiledYear(regime_of(regime), 2025, "Ann", "", "{}", body, "b" * 64, "1.0", MADE)


def test_what_was_said_comes_back_exactly():
    found = allocation_of(filed(date(2026, 9, 15)))
    assert (found.regime, found.day, found.sha256) == ("us", DAY, "ab" * 32)
    assert (found.by, found.approved_by, found.made_at) == ("Ann", "Bob", MADE)
    assert found.lots == LOTS
    assert found.digest == filed(date(2026, 9, 15)).digest != filed().digest


def test_as_a_setting_it_has_its_time_and_the_digest_where_it_is_compared():
    words = allocation_of(filed(date(2026, 9, 15))).words(compared=True)
    assert words == {
        "method": "hifo",
        "wallets": ["one", "two"],
        "at": "2025-02-01T12:00:00Z",
        "due": "2026-09-15",
        "sha256": "ab" * 32,
    }
    assert set(allocation_of(filed()).words(compared=False)) == {"method", "wallets", "at"}


def test_a_year_as_filed_is_no_allocation():
    year = FiledYear("us", 2025, "Ann", "", "{}", "{}", "b" * 64, "1.0", MADE)
    assert not year.is_allocation
    with pytest.raises(AssertionError):
        allocation_of(year)
