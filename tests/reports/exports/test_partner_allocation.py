"""What is whose as rows: a partner a lot, and the rows of a lot add up."""

from datetime import UTC, datetime

import pytest

from ledger.model.errors import BadInput
from ledger.model.partner import Layer, PartnerAllocation, PartnerGain, Period
from ledger.model.problem import Problem
from reports.exports import partner_allocation
from tests.reports.books import BOUGHT, SOLD, export_figures, line, whole

LINE = line()
PERIOD = Period(datetime(2025, 1, 1, tzinfo=UTC), (("one", 40), ("two", 60)))
LAYERS = (Layer(BOUGHT, SOLD, whole("497.99")),)


def gain(partner, book, tax, term="short"):
    return PartnerGain(partner, LINE, LAYERS, term, whole(book), whole(tax))


def allocation(*gains, income=(), problems=()):
    return PartnerAllocation("traditional", (PERIOD,), gains, income, problems)


def rows(*gains, problems=()):
    figures = export_figures(allocation=allocation(*gains, problems=problems))
    made = partner_allocation.rows(figures)
    return [dict(zip(partner_allocation.HEADER, row, strict=True)) for row in made]


def test_a_partner_has_a_row_a_lot_with_what_the_ceiling_took():
    one, two = rows(gain("two", "497.99", "398.392"), gain("one", "0", "99.598"))
    assert (one["partner"], one["tax"].text, one["ceiling"].text) == ("one", "99.598", "99.598")
    assert (two["book"].text, two["ceiling"].text) == ("497.99", "-99.598")
    assert (two["source"], two["lot"], two["layers"].text) == (LINE.source, "lot-1", "1")


def test_what_could_not_be_allocated_is_a_row_of_nobody():
    [row] = rows(problems=(Problem("missing_price", "no price of ETH", "e1"),))
    assert (row["partner"], row["tax"], row["source"]) == ("", None, "e1")
    assert row["problem"] == "missing_price: no price of ETH"


def test_without_shares_there_is_nothing_to_allocate():
    with pytest.raises(BadInput):
        list(partner_allocation.rows(export_figures()))
