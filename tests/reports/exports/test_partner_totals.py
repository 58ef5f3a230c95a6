"""Schedule K-1 in sums: short, long, over three years beside it, income by kind."""

from dataclasses import replace

import pytest

from ledger.model.errors import BadInput
from ledger.model.partner import PartnerIncome
from ledger.model.tax import IncomeLine
from reports.exports import partner_totals
from tests.reports.books import ETH, SOLD, export_figures, whole
from tests.reports.exports.test_partner_allocation import allocation, gain


def rows(*gains, income=()):
    figures = export_figures(allocation=allocation(*gains, income=income))
    return {
        (row[0], row[1], row[2]): [getattr(cell, "text", cell) for cell in row[3:]]
        for row in partner_totals.rows(figures)
    }


def test_over_three_years_is_a_part_of_the_long_term_gain():
    found = rows(
        gain("one", "1", "1"),
        gain("one", "2", "2", "long"),
        gain("one", "4", "4", "over_three_years"),
    )
    assert found["one", "8", "net short-term capital gain"][:2] == ["1", None]
    assert found["one", "9a", "net long-term capital gain"][:3] == ["6", "4", "2"]


def test_contracts_and_ordinary_gains_have_boxes_of_their_own():
    contract, trade, first = (
        replace(one, line=replace(one.line, character=character))
        for one, character in (
            (gain("one", "1", "1", "over_three_years"), "section_1256"),
            (gain("one", "2", "2"), "ordinary"),
            (gain("one", "4", "4"), "section_481"),
        )
    )
    found = rows(contract, trade, first)
    assert {(box, item): cells[0] for (_, box, item), cells in found.items()} == {
        ("11", "C: section 1256 contracts, net"): "1",
        ("1", "ordinary: section 475(f)"): "2",
        ("1", "ordinary: adjustment of section 481(a)"): "4",
    }


def test_income_stands_by_its_kind():
    staked = IncomeLine(ETH, 10**18, SOLD, whole("30"), "staking", "e1")
    found = rows(income=(PartnerIncome("two", staked, whole("18")),))
    assert found["two", "", "income: staking"] == ["18", None, "1", "tax_income"]


def test_without_shares_there_is_nothing_to_add():
    with pytest.raises(BadInput):
        list(partner_totals.rows(export_figures()))
