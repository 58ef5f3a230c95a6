"""SA108: boxes by year, gains and losses by disposal, both parts of 2024-25."""

import pytest

from ledger.model.errors import BadInput
from reports.exports import sa108
from tests.reports.books import export_figures, line, tax_year
from tests.reports.exports.test_uk_computation import CRYPTO22255, figures, matched


def text_of(cell):
    return getattr(cell, "text", cell)


def boxes(*lines, year):
    made = sa108.rows(figures(*lines, year=year))
    return {(box, what): (text_of(exact), text_of(entry)) for box, what, exact, entry, _ in made}


def test_the_boxes_of_2024_25_are_those_of_cryptoassets():
    found = boxes(matched("2025-01-10T12:00", "s104", 1, "100.5", "40.25"), year=2025)
    assert found["13.1", "number of disposals"] == ("1", "1")
    assert found["13.2", "disposal proceeds"] == ("100.5", "100")
    assert found["13.4", "gains in the year, before losses"] == ("60.25", "60")
    assert found["13.5", "losses in the year"] == ("0", "0")


def test_before_they_stand_among_other_property():
    found = boxes(*CRYPTO22255, year=2019)
    assert found["17", "gains in the year, before losses"] == ("92500", "92500")
    assert found["16", "allowable costs"] == ("67500", "67500")
    assert not any(box.startswith("13.") for box, _ in found)


def test_gains_and_losses_do_not_net_between_disposals_but_within_one():
    day = "2025-01-10T12:00"
    same = boxes(
        matched(day, "s104", 1, "10", "4"), matched(day, "same_day", 1, "1", "3"), year=2025
    )
    assert same["13.4", "gains in the year, before losses"][0] == "4"
    apart = boxes(
        matched(day, "s104", 1, "10", "4"), matched("2025-01-11T12:00", "s104", 1, "1", "3"),
        year=2025,
    )  # fmt: skip
    assert apart["13.4", "gains in the year, before losses"][0] == "6"
    assert apart["13.5", "losses in the year"][0] == "2"


def test_the_change_of_rates_in_2024_25_has_both_parts():
    before = matched("2024-10-29T12:00", "s104", 1, "10", "4")
    after = matched("2024-10-30T12:00", "s104", 1, "1", "3")
    found = boxes(before, after, year=2025)
    assert found["for 51", "gains before 30 October 2024"][0] == "6"
    assert found["for 51", "losses from 30 October 2024"][0] == "2"
    assert not any(box == "for 51" for box, _ in boxes(year=2026))


def test_what_has_no_figure_is_counted_and_in_no_amount():
    found = boxes(line(cost=None, gain=None), year=2026)
    assert found["", "disposals without a figure, in no amount above"] == ("1", "1")
    assert found["13.2", "disposal proceeds"] == ("0", "0")


def test_it_is_filed_in_pounds():
    with pytest.raises(BadInput, match="GBP"):
        list(sa108.rows(export_figures(tax=tax_year(line()))))
