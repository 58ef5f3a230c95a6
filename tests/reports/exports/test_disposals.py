"""Disposals as CSV: proceeds, cost and gain exact; what is unknown is empty."""

from reports.exports import disposals
from tests.reports.books import disposal, export_figures


def rows(*given):
    figures = export_figures(disposals=given)
    return [dict(zip(disposals.HEADER, row, strict=True)) for row in disposals.rows(figures)]


def test_a_disposal_shows_its_exact_gain():
    [row] = rows(disposal())
    assert row["gain"].text == "500.000001"
    assert row["acquired"] == "2025-03-01T23:59:59.250000Z"
    assert row["problem"] == ""


def test_a_missing_basis_is_empty_and_named():
    [row] = rows(disposal(cost=None))
    assert row["cost"] is None
    assert row["gain"] is None
    assert row["problem"] == "missing_basis"
