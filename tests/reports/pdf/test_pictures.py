"""Charts as pictures: valid, self-contained SVG of the drawing that the PDF holds."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from ledger.model.amount import MONEY_ONE
from ledger.model.errors import NotFound
from reports.pdf import chart_svg
from reports.pdf.charts import drawing
from reports.pdf.charts.axis import month_starts, tick_text, ticks
from reports.pdf.pictures import svg
from reports.statement import BarChart, LineChart
from reports.statements.monthly import statement
from tests.reports.books import monthly_figures
from tests.reports.hostile import NAMES

MADE = statement(monthly_figures())


@pytest.mark.parametrize("name", sorted(MADE.charts()))
def test_every_chart_of_the_statement_is_a_picture(name):
    picture = chart_svg(name, MADE)
    root = ET.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert MADE.charts()[name].title in picture
    assert " id=" not in picture
    assert "font-family: Vera;" not in picture
    assert picture == chart_svg(name, statement(monthly_figures()))


def test_a_chart_that_is_not_there_is_an_error():
    with pytest.raises(NotFound, match="it has correlations, drawdown, growth, months, nav"):
        chart_svg("pie", MADE)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
def test_a_hostile_name_in_a_picture_is_a_text(name):
    chart = BarChart("b", name, ((name, MONEY_ONE), ("other", -MONEY_ONE)), "money", "USD")
    root = ET.fromstring(svg(drawing(chart, 400), name))
    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert tags <= {"svg", "title", "desc", "clipPath", "g", "rect", "path", "text", "line",
                    "polyline", "polygon", "circle"}  # fmt: skip
    assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]
    assert not [key for node in root.iter() for key in node.attrib if "href" in key]


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 0), (-1, 1), (5 * MONEY_ONE, 5 * MONEY_ONE), (-(10**60), 10**60), (0, 7 * MONEY_ONE)],
)
def test_ticks_enclose_their_range_in_round_steps(low, high):
    found = ticks(low, high)
    assert found[0] <= low <= high <= found[-1]
    assert 2 <= len(found) <= 9
    assert len({after - before for before, after in pairwise(found)}) == 1


def test_ticks_are_said_in_short():
    million = 10**6 * MONEY_ONE
    assert tick_text(4_200_000 * MONEY_ONE, million // 5, "money") == "4.2m"
    assert tick_text(-4 * million, million, "money") == "−4m"
    assert tick_text(500 * MONEY_ONE, 100 * MONEY_ONE, "money") == "500"
    assert tick_text(-MONEY_ONE // 20, MONEY_ONE // 40, "fraction") == "−5.0%"


def test_a_long_axis_of_time_names_few_months():
    assert len(list(month_starts(date(2015, 1, 1), date(2026, 12, 31)))) <= 13
    assert [label for _, label in month_starts(date(2025, 11, 3), date(2026, 2, 2))] == [
        "Dec", "Jan 2026", "Feb"]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_line_of_few_days_is_drawn(count):
    points = tuple((date(2026, 1, 1 + n), 0) for n in range(count))
    chart = replace(LineChart("n", "NAV", (), "money"), points=points)
    assert svg(drawing(chart, 300)).startswith("<svg")


def test_no_bars_are_said_to_be_none():
    assert "Nothing to show." in svg(drawing(BarChart("b", "B", (), "money"), 300))
