"""Schedule 3: columns (1) to (5), superficial losses apart, the periods of 2024."""

from datetime import UTC, datetime

import pytest

from reports.exports import schedule_3
from tests.reports.books import export_figures, line, tax_year, whole


def rows(*lines, year=2025):
    made = schedule_3.rows(export_figures(tax=tax_year(*lines, year=year, currency="CAD")))
    return [dict(zip(schedule_3.HEADER, row, strict=True)) for row in made]


def test_a_disposition_fills_the_columns():
    [row] = rows(line(acquired=None))
    assert row["(1) year of acquisition"] == "VARIOUS"
    assert row["(2) proceeds of disposition"].text == "1500.00"
    assert row["(4) outlays and expenses"].text == "2.00"
    assert row["(5) gain or loss"].text == "497.99"


def test_a_superficial_loss_is_added_back_in_its_own_column():
    denied = line(
        proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60"), gain=whole("-40")
    )
    [row] = rows(denied)
    assert row["superficial loss denied"].text == "60.00"
    assert row["(5) gain or loss"].text == "-40.00"


@pytest.mark.parametrize(("day", "period"), [(24, "1"), (25, "2")])
def test_2024_has_two_periods(day, period):
    sold = line(disposed=datetime(2024, 6, day, 12, tzinfo=UTC))
    assert rows(sold, year=2024)[0]["period"] == period
    assert rows(sold, year=2025)[0]["period"] == ""


def test_an_unknown_cost_is_empty():
    [row] = rows(line(acquired=None, cost=None, gain=None))
    assert (row["(1) year of acquisition"], row["(3) adjusted cost base"]) == ("", None)
    assert row["problem"] == "missing_basis"
