"""A regime without terms."""

from datetime import UTC, datetime

from ledger.model.asset import AssetId
from ledger.tax.regimes import generic


def test_nothing_is_ever_long():
    assert generic.term(datetime(2000, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)) == (
        "short"
    )


def test_a_year_is_a_calendar_year_of_utc():
    assert generic.year_of(datetime(2024, 12, 31, 23, 59, tzinfo=UTC)) == 2024


def test_foreign_currency_is_assessed_and_gifts_are_not():
    assert generic.assesses(AssetId("iso4217:EUR"), "swap")
    assert not generic.assesses(AssetId("symbol:ETH"), "donation")
