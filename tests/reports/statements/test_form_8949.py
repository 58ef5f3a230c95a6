"""Form 8949 as pages: as many rows as the form has, totals that add up, every figure traced."""

from datetime import timedelta

import pytest

from ledger.model.errors import BadInput
from reports.pdf import render
from reports.statement import Table, figures_of
from reports.statements.form_8949 import statement
from tests.reports.books import SOLD, export_figures, line, tax_year

SHORT = tuple(line(lot=f"lot-{n}", disposed=SOLD + timedelta(minutes=n)) for n in range(12))


def made(*lines, year=2025):
    return statement(export_figures(tax=tax_year(*lines, year=year), digest="d" * 64), "1.0")


def tables(stated):
    return [block for page in stated.pages for block in page.blocks if isinstance(block, Table)]


def text(stated, name):
    [found] = [f.text for page in stated.pages for f in figures_of(page) if f.id == name]
    return found


def test_a_sheet_has_the_rows_of_the_form_of_its_year():
    assert [len(each.rows) - 1 for each in tables(made(*SHORT))[:-1]] == [11, 1]
    assert [len(each.rows) - 1 for each in tables(made(*SHORT, year=2024))[:-1]] == [12]


def test_each_box_has_sheets_of_its_own_in_the_order_of_the_form():
    titles = [page.title for page in made(line(term="long"), line()).pages]
    assert titles == [
        "Part I, box I: short-term, no Form 1099-DA",
        "Part II, box L: long-term, no Form 1099-DA",
        "Schedule D",
    ]


def test_totals_add_up_from_rows_to_sheets_to_schedule_d():
    stated = made(*SHORT)
    assert text(stated, "I.1.total.gain") == "5477.78"
    assert text(stated, "I.2.total.gain") == "497.98"
    assert text(stated, "schedule_d.3.gain") == text(stated, "schedule_d.7") == "5975.76"
    sums = stated.figures["schedule_d.3.gain"]
    assert (sums.kind, sums.references) == ("sum", ("I.1.total.gain", "I.2.total.gain"))


def test_every_amount_of_a_row_leads_to_its_entry_and_lot():
    stated = made(line())
    assert stated.figures["I.1.1.proceeds"].references == ("eip155:1/tx:0x01#0", "lot-1")


def test_every_sum_names_figures_that_are_there():
    stated = made(*SHORT, line(term="long"))
    for source in stated.figures.values():
        if source.kind == "sum":
            assert set(source.references) <= set(stated.figures)


def test_what_has_no_basis_is_named_below_and_is_no_figure():
    stated = made(line(acquired=None, cost=None, gain=None))
    assert tables(stated)[0].note == "row 1: missing_basis"
    assert "I.1.1.basis" not in stated.figures


def test_a_year_without_a_line_is_schedule_d_alone():
    assert [page.title for page in made().pages] == ["Schedule D"]


def test_the_pages_are_drawn_and_the_same_figures_give_the_same_bytes():
    assert render(made(*SHORT)) == render(made(*SHORT[::-1]))


def test_it_is_filed_in_dollars():
    with pytest.raises(BadInput):
        statement(export_figures(tax=tax_year(currency="EUR")))
