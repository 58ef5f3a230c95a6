"""Positions as CSV: what is held, what is owed, and what has no price."""

from reports.exports import positions
from tests.reports.books import ARBITRUM, BASE, BTC, export_figures


def rows():
    return [
        dict(zip(positions.HEADER, row, strict=True)) for row in positions.rows(export_figures())
    ]


def test_a_debt_is_owed_and_counts_negative():
    [debt] = [row for row in rows() if row["side"] == "liability"]
    assert debt["wallet"] == ARBITRUM.id
    assert debt["quantity"].text == "95"
    assert debt["value"].text == "-364920.65"


def test_an_unpriced_position_is_named_and_has_no_value():
    [unpriced] = [row for row in rows() if row["status"] == "unpriced"]
    assert unpriced["wallet"] == BASE.id
    assert unpriced["price"] is None
    assert unpriced["value"] is None


def test_a_price_names_its_source_and_time():
    [coin] = [row for row in rows() if row["asset"] == BTC]
    assert coin["price"].text == "104250.5"
    assert coin["price_source"] == "kraken"
    assert coin["price_time"] == "2026-11-01T00:00:00Z"
    assert coin["network"] == "venue:kraken"
