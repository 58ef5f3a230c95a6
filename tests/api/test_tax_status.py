"""A tax year is final once nothing bears on it any more and nothing of it is unknown."""

from datetime import date

import pytest

from api.jobs.tax import choices_of, rules_of
from api.tax_views import with_status
from ledger.tax.history.settings import settings_of
from ledger.tax.settled import settled_after
from ledger.tax.terms import Calendar

SETTLED = [
    ("us", "fifo", [], "2024-12-31"),
    ("us", "fifo", ["loss_rule=us_wash"], "2025-01-30"),
    ("uk", "share-matching", [], "2024-05-05"),
    ("uk_company", "company-matching", [], "2024-03-31"),
    ("ie", "four-week-matching", [], "2025-01-28"),
    ("ca", "average", [], "2025-01-30"),
    ("ca", "average", ["loss_rule=none"], "2024-12-31"),
    ("de", "fifo", [], "2024-12-31"),
]


@pytest.mark.parametrize(("regime", "method", "words", "day"), SETTLED)
def test_purchases_after_a_year_bear_on_it_as_long_as_they_are_matched(regime, method, words, day):
    rules = rules_of(regime)
    settings = settings_of(method, choices_of(words), rules)
    calendar = Calendar(settings, rules.year_starts)
    assert settled_after(settings, calendar, 2024) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("today", "problems", "status"),
    [
        ("2025-01-30", [], "provisional"),
        ("2025-01-31", [], "final"),
        ("2025-01-31", [{"code": "missing_basis"}], "provisional"),
    ],
)
def test_a_year_with_a_problem_or_before_its_day_is_provisional(today, problems, status):
    row = {"settled_after": "2025-01-30", "problems": problems}
    assert with_status(row, date.fromisoformat(today))["status"] == status
