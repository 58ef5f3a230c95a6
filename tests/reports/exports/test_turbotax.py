"""TurboTax's CSV: five columns, the gain of Form 8949, and a trace of each row."""

from reports.exports import turbotax
from tests.reports.books import export_figures, line, tax_year, whole


def rows(*lines):
    return list(turbotax.rows(export_figures(tax=tax_year(*lines))))


def texts(row):
    return [getattr(cell, "text", cell) for cell in row]


def test_a_lot_is_a_row_of_dates_and_cents():
    assert texts(rows(line())[0]) == ["ETH", "03/01/2025", "1000.02", "06/30/2025", "1498.00"]


def test_an_adjustment_is_taken_off_the_basis_so_that_the_gain_is_the_same():
    loss = line(proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60"))
    assert texts(rows(loss)[0])[2] == "940.00"


def test_an_unknown_basis_stays_empty():
    assert rows(line(acquired=None, cost=None, gain=None))[0][1:3] == ("", None)


def test_each_row_has_its_entry_and_its_lot():
    figures = export_figures(tax=tax_year(line(), line(lot="")))
    assert list(turbotax.sources(figures)) == [
        ("eip155:1/tx:0x01#0",),
        ("eip155:1/tx:0x01#0", "lot-1"),
    ]
