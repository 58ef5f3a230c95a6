"""Lines of Form 8949: boxes by what was reported, codes, corrections that lead to our gain."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.model.broker import BrokerSale, Comparison
from reports.sales import by_box, sales
from tests.reports.books import DESK, KRAKEN, export_figures, line, tax_year, whole


def reported(**changes) -> BrokerSale:
    """What a broker says of the line of `books.line`: gross proceeds and the same basis."""
    fields: dict[str, Any] = {
        "wallet": KRAKEN.id,
        "symbol": "ETH",
        "quantity": 5 * 10**17,
        "acquired": date(2025, 3, 1),
        "sold": date(2025, 6, 30),
        "proceeds": whole("1500"),
        "basis": whole("1000"),
        "box": "G",
        "reported": True,
        "source": "da.csv:2",
    }
    return BrokerSale(**(fields | changes))


#: Proceeds 1,500, cost 1,000, fees 2.
OURS = line(wallet=KRAKEN.id, proceeds=whole("1500"), cost=whole("1000"), gain=whole("498"))


def only(outcome="match", ours=OURS, sale=None, gross=False, year=2025):
    found = Comparison(outcome, KRAKEN.id, "ETH", (ours,), (sale or reported(),), gross)
    figures = export_figures(tax=tax_year(ours, year=year), comparisons=(found,))
    [made] = sales(figures)
    return made


@pytest.mark.parametrize(
    ("term", "sale", "box"),
    [
        ("short", reported(), "G"),
        ("long", reported(box="J"), "J"),
        ("short", reported(box="H", reported=False), "H"),
        ("long", reported(box="", reported=False), "K"),
    ],
)
def test_a_statement_puts_a_line_into_its_box(term, sale, box):
    assert only(ours=replace(OURS, term=term, fees=0), sale=sale).box == box


def test_without_a_statement_the_boxes_are_those_without_one():
    figures = export_figures(tax=tax_year(OURS, replace(OURS, term="long")))
    assert [sale.box for sale in sales(figures)] == ["I", "L"]


def test_a_row_that_the_broker_has_not_is_filed_without_a_statement():
    missing = Comparison("missing_with_them", KRAKEN.id, "ETH", (OURS,), ())
    [sale] = sales(export_figures(tax=tax_year(OURS), comparisons=(missing,)))
    assert (sale.box, sale.codes) == ("I", "")


def test_before_2025_there_are_no_boxes_for_digital_assets():
    assert only(year=2024).box == "C"


def test_costs_that_the_broker_left_out_are_corrected_by_e():
    sale = only(gross=True)
    assert (sale.proceeds, sale.codes, sale.adjustment, sale.gain) == (150_000, "E", -200, 49_800)


def test_a_wrong_basis_that_was_reported_stays_in_e_and_is_corrected_by_b():
    sale = only("basis_differs", replace(OURS, fees=0), reported(basis=whole("900")))
    assert (sale.basis, sale.codes, sale.adjustment) == (90_000, "B", -10_000)
    assert sale.gain == 50_000


def test_a_wrong_basis_that_was_not_reported_is_replaced_and_corrected_by_nothing():
    theirs = reported(basis=whole("900"), reported=False, box="H")
    sale = only("basis_differs", replace(OURS, fees=0), theirs)
    assert (sale.box, sale.basis, sale.codes, sale.adjustment) == ("H", 100_000, "B", 0)
    assert sale.gain == 50_000


def test_a_wrong_term_stands_in_the_right_part_with_t():
    sale = only(ours=replace(OURS, term="long", fees=0))
    assert (sale.box, sale.codes, sale.adjustment) == ("J", "T", 0)


def test_other_proceeds_are_corrected_by_o_and_named_as_a_problem():
    sale = only("proceeds_differ", replace(OURS, fees=0), reported(proceeds=whole("1400")))
    assert (sale.proceeds, sale.codes, sale.adjustment) == (140_000, "O", 10_000)
    assert (sale.gain, sale.problem) == (50_000, "proceeds_differ")


def test_codes_stand_by_the_alphabet_with_one_sum():
    theirs = reported(basis=whole("900"), box="J")
    ours = replace(OURS, denied=whole("3"))
    sale = only("basis_differs", ours, theirs, gross=True)
    assert (sale.codes, sale.adjustment) == ("BETW", -10_000 - 200 + 300)
    assert sale.gain == 49_800 + 300


def test_a_wash_sale_adds_back_the_loss_that_is_not_allowed():
    loss = line(proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60"))
    [sale] = sales(export_figures(tax=tax_year(loss)))
    assert (sale.codes, sale.adjustment, sale.gain) == ("W", 6_000, -4_000)


@pytest.mark.parametrize(
    ("outcome", "told"), [("match", ""), ("proceeds_differ", "proceeds_differ")]
)
def test_one_row_for_several_lots_corrects_none_of_them(outcome, told):
    lots = (OURS, replace(OURS, lot="lot-2"))
    found = Comparison(outcome, KRAKEN.id, "ETH", lots, (reported(proceeds=whole("3100")),))
    made = sales(export_figures(tax=tax_year(*lots), comparisons=(found,)))
    assert [sale.box for sale in made] == ["G", "G"]
    assert {(sale.proceeds, sale.codes, sale.problem) for sale in made} == {(149_800, "", told)}


def test_lines_stand_by_box_in_the_order_of_the_form():
    other = line(wallet=DESK.id)
    found = Comparison("match", KRAKEN.id, "ETH", (OURS,), (reported(),), True)
    figures = export_figures(tax=tax_year(other, OURS), comparisons=(found,))
    assert [(box, len(own)) for box, own in by_box(sales(figures))] == [("G", 1), ("I", 1)]
