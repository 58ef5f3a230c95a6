"""The computation beside a United Kingdom return: HMRC's own example, day by day."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger.model.asset import Asset
from reports.csv import export
from reports.exports import uk_computation
from tests.reports.books import ETH, export_figures, line, tax_year, whole


def matched(day, rule, quantity, proceeds, cost, acquired=None, **more):
    """Units of a disposal that a rule matched."""
    return line(
        quantity=quantity * 10**18,
        acquired=acquired,
        disposed=datetime.fromisoformat(day).replace(tzinfo=UTC),
        proceeds=whole(proceeds),
        cost=whole(cost),
        fees=0,
        gain=whole(proceeds) - whole(cost),
        rule=rule,
        lot="",
        **more,
    )


#: HMRC CRYPTO22255: pool 14,000 / 200,000; sells 4,000 for 160,000, buys 500 for 17,500 in 30 days.
BOUGHT = datetime(2018, 9, 11, tzinfo=UTC)
CRYPTO22255 = (
    matched("2018-08-30T12:00", "thirty_day", 500, "20000", "17500", BOUGHT),
    matched("2018-08-30T12:00", "s104", 3_500, "140000", "50000"),
)


def figures(*lines, year=2019, currency="GBP"):
    return export_figures(tax=tax_year(*lines, year=year, currency=currency), digest="d" * 64)


def text(*lines, **more):
    return export(uk_computation, figures(*lines, **more)).content.decode()


def test_the_example_of_the_manual_comes_out():
    said = text(*CRYPTO22255)
    assert "1. 2018-08-30  4000 ETH" in said
    assert "   500: 30 days after (s. 106A), acquired 2018-09-11" in said
    assert "   3500: section 104 holding" in said
    assert "   gain 92500.00" in said
    assert said.startswith("Capital gains computation, tax year 2018-19\n")


def test_all_units_of_a_day_are_one_disposal_and_the_day_is_local():
    late = matched("2018-08-29T23:30", "s104", 1, "10", "4")
    assert "Disposals                 1" in text(*CRYPTO22255, late)
    winter = matched("2018-11-29T23:30", "s104", 1, "10", "4")
    morning = matched("2018-11-30T12:00", "s104", 1, "10", "4")
    assert "Disposals                 2" in text(winter, morning)


def test_a_loss_and_what_has_no_figure_are_told_apart():
    loss = matched("2018-08-30T12:00", "s104", 1, "4", "10")
    unknown = line(cost=None, gain=None, disposed=datetime(2018, 9, 1, tzinfo=UTC))
    said = text(loss, unknown)
    assert "   loss 6.00" in said
    assert "   no figure: a cost or a price is not known" in said
    assert "Losses                    6.00" in said
    assert "Without a figure          1" in said
    assert "Proceeds                  4.00" in said
    assert "Allowable costs           10.00" in said, "what has no figure is in no sum"


def test_each_part_has_its_entry():
    assert list(uk_computation.sources(figures(*CRYPTO22255))) == [("eip155:1/tx:0x01#0",)] * 2


def test_a_company_s_computation_adds_up_with_indexation():
    one = replace(
        matched("2018-08-30T12:00", "s104", 5, "250000", "2500"),
        indexation=whole("252.37"),
        gain=whole("247247.63"),
    )
    said = text(one)
    assert "proceeds 250000.00 less cost 2500.00 less fees 0.00 less indexation 252.37" in said
    assert "Indexation allowance      252.37" in said
    assert "Indexation" not in text(*CRYPTO22255)


BREAKS = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")


@pytest.mark.parametrize("end", BREAKS, ids=ascii)
def test_no_symbol_adds_a_line(end):
    given = figures(*CRYPTO22255)
    name = f"ETH{end}99. 2018-08-30  5 FAKE{end}   gain 1.00"
    hostile = replace(given, assets={**given.assets, ETH: Asset(ETH, name, 18, "native")})
    said = export(uk_computation, hostile).content.decode()
    assert len(said.splitlines()) == len(text(*CRYPTO22255).splitlines())
    assert "99. 2018-08-30" not in [line[:14] for line in said.splitlines()]
