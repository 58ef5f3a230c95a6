"""Form 8949: boxes of 2025, cents that add up, and no basis made up."""

from datetime import UTC, datetime

import pytest

from ledger.model.asset import AssetId
from ledger.model.errors import BadInput
from reports.exports import form_8949
from tests.reports.books import export_figures, line, tax_year, whole


def rows(*lines, year=2025):
    figures = export_figures(tax=tax_year(*lines, year=year))
    return [dict(zip(form_8949.HEADER, row, strict=True)) for row in form_8949.rows(figures)]


def test_a_line_fills_the_columns_of_the_form():
    [row] = rows(line())
    assert row["(a) description"] == "0.5 ETH"
    assert row["(b) date acquired"] == "03/01/2025"
    assert row["(c) date sold"] == "06/30/2025"
    assert (row["(f) code"], row["(g) adjustment"]) == ("", None)


def test_proceeds_are_net_of_selling_expenses_and_the_row_adds_up():
    [row] = rows(line())
    assert row["(d) proceeds"].text == "1498.00"
    assert row["(e) cost or other basis"].text == "1000.02"
    assert row["(h) gain or loss"].text == "497.98"


def test_half_a_cent_goes_to_the_even_cent():
    even, odd = line(proceeds=whole("0.025"), fees=0), line(proceeds=whole("0.035"), fees=0)
    assert [row["(d) proceeds"].text for row in rows(even, odd)] == ["0.02", "0.04"]


def test_from_2025_on_terms_stand_in_the_boxes_of_digital_assets():
    assert [row["box"] for row in rows(line(term="long"), line())] == ["I", "L"]
    assert [row["box"] for row in rows(line(term="long"), line(), year=2024)] == ["C", "F"]


def test_each_row_leads_to_its_entry_and_its_lot():
    [row] = rows(line())
    assert (row["source"], row["lot"]) == ("eip155:1/tx:0x01#0", "lot-1")


def test_a_wash_sale_has_its_code_and_the_row_still_adds_up():
    [row] = rows(line(proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60")))
    assert (row["(f) code"], row["(g) adjustment"].text) == ("W", "60.00")
    assert row["(h) gain or loss"].text == "-40.00"


def test_a_missing_basis_stays_empty_and_is_named():
    [row] = rows(line(acquired=None, cost=None, gain=None))
    assert row["(b) date acquired"] == ""
    assert row["(e) cost or other basis"] is None
    assert row["(h) gain or loss"] is None
    assert row["problem"] == "missing_basis"


def test_a_basis_of_several_acquisitions_has_various_dates():
    assert rows(line(acquired=None))[0]["(b) date acquired"] == "VARIOUS"


def test_rows_go_by_term_then_by_date_sold():
    late = line(disposed=datetime(2025, 12, 1, tzinfo=UTC))
    long = line(term="long", disposed=datetime(2025, 1, 1, tzinfo=UTC))
    sold = [(row["box"], row["(c) date sold"]) for row in rows(long, late, line())]
    assert sold == [("I", "06/30/2025"), ("I", "12/01/2025"), ("L", "01/01/2025")]


def test_neither_what_is_not_assessed_nor_foreign_currency_is_a_row():
    given = line(rule="not_assessed", gain=None, assessed=False)
    euros = line(asset=AssetId("iso4217:EUR"), assessed=True)
    assert rows(given, euros) == []
    assert len(rows(given, euros, line(), line(rule="short_closed"))) == 2


@pytest.mark.parametrize("tax", [None, tax_year(currency="EUR")])
def test_the_form_needs_a_year_in_dollars(tax):
    with pytest.raises(BadInput):
        list(form_8949.rows(export_figures(tax=tax)))
