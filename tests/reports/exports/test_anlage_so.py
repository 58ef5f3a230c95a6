"""Anlage SO: lines 42 to 47, what is free stands apart, receipts with their kind."""

from dataclasses import replace
from datetime import UTC, datetime

from ledger.model.tax import IncomeLine
from reports.exports import anlage_so
from tests.reports.books import ETH, export_figures, line, tax_year, whole


def rows(*lines, income=()):
    year = replace(tax_year(*lines, currency="EUR"), income=income)
    made = anlage_so.rows(export_figures(tax=year))
    return [dict(zip(anlage_so.HEADER, row, strict=True)) for row in made]


def test_a_taxable_sale_fills_the_lines_of_the_form():
    [row] = rows(line(disposed=datetime(2025, 6, 30, 22, 30, tzinfo=UTC)))
    assert row["Vorschrift"] == "§ 23"
    assert row["Zeile 43 Anschaffung"] == "02.03.2025"
    assert row["Zeile 43 Veräußerung"] == "01.07.2025"
    assert row["Zeile 44 Veräußerungspreis"].text == "1500.00"
    assert row["Zeile 46 Werbungskosten"].text == "2.00"
    assert row["Zeile 47 Gewinn/Verlust"].text == "497.99"
    assert row["source"] == "eip155:1/tx:0x01#0"


def test_what_was_held_for_more_than_a_year_is_in_no_line_47():
    [row] = rows(line(term="long"))
    assert row["Vorschrift"] == "§ 23 steuerfrei"
    assert row["Zeile 47 Gewinn/Verlust"] is None
    assert row["steuerfreier Gewinn/Verlust"].text == "497.99"


def test_a_receipt_is_listed_with_its_kind():
    staked = IncomeLine(ETH, 10**18, datetime(2025, 5, 1, tzinfo=UTC), whole("30"), "staking", "e1")
    [row] = rows(income=(staked,))
    assert (row["Vorschrift"], row["Art der Leistung"]) == ("§ 22 Nr. 3", "staking")
    assert row["Einnahmen § 22 Nr. 3"].text == "30.00"
    [unpriced] = rows(income=(replace(staked, value=None),))
    assert (unpriced["Einnahmen § 22 Nr. 3"], unpriced["problem"]) == (None, "missing_price")
