"""Income as rows: by time, at its value, and empty where there is no price."""

from dataclasses import replace

from ledger.model.tax import IncomeLine
from reports.exports import tax_income
from tests.reports.books import ETH, SOLD, export_figures, tax_year, whole

STAKED = IncomeLine(ETH, 10**18, SOLD, whole("2500.1"), "staking", "e1")


def rows(*income):
    figures = export_figures(tax=replace(tax_year(), income=income))
    return [dict(zip(tax_income.HEADER, row, strict=True)) for row in tax_income.rows(figures)]


def test_a_receipt_is_a_row_with_its_source():
    [row] = rows(STAKED)
    assert (row["kind"], row["quantity"].text, row["value"].text) == ("staking", "1", "2500.1")
    assert (row["source"], row["problem"]) == ("e1", "")


def test_without_a_price_the_value_is_empty_and_named():
    [row] = rows(replace(STAKED, value=None))
    assert (row["value"], row["problem"]) == (None, "missing_price")


def test_the_order_of_input_decides_nothing():
    other = replace(STAKED, source="e0")
    assert rows(STAKED, other) == rows(other, STAKED)
