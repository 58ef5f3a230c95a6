"""Dates on forms: the local day by which a year was assessed, not that of UTC."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.csv import export
from reports.exports import anlage_so, schedule_3, uk_computation
from reports.sales import sales
from reports.zones import zone_of
from tests.reports.books import export_figures, line, tax_year

#: The last evening of 2025 in New York, Toronto and Los Angeles; 2026 in UTC.
EVENING = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
NIGHT = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)


def assessed(one, zone="", currency="USD", year=2025):
    settings = (("day_zone", zone),) if zone else ()
    return replace(tax_year(one, year=year, currency=currency), settings=settings)


def test_a_zone_is_the_one_that_the_year_was_assessed_by():
    assert zone_of(assessed(line()), "Europe/Berlin").key == "Europe/Berlin"
    assert zone_of(assessed(line(), "Asia/Tokyo"), "Europe/Berlin").key == "Asia/Tokyo"


def test_form_8949_has_the_day_of_the_year_it_belongs_to():
    sold = line(disposed=EVENING, acquired=datetime(2025, 3, 2, 1, 0, tzinfo=UTC))
    [utc] = sales(export_figures(tax=assessed(sold)))
    [local] = sales(export_figures(tax=assessed(sold, "America/New_York")))
    assert (utc.acquired, utc.sold) == ("03/02/2025", "01/01/2026")
    assert (local.acquired, local.sold) == ("03/01/2025", "12/31/2025")


@pytest.mark.parametrize(("zone", "day"), [("", "2025-12-31"), ("Europe/Paris", "2026-01-01")])
def test_schedule_3_has_the_local_day(zone, day):
    figures = export_figures(tax=assessed(line(disposed=EVENING), zone, "CAD"))
    assert f'"{day}"' in export(schedule_3, figures).content.decode()


@pytest.mark.parametrize(("zone", "day"), [("", "01.07.2025"), ("UTC", "30.06.2025")])
def test_anlage_so_has_the_local_day(zone, day):
    figures = export_figures(tax=assessed(line(disposed=NIGHT), zone, "EUR"))
    assert f'"{day}"' in export(anlage_so, figures).content.decode()


def test_a_computation_names_the_local_day_of_an_acquisition():
    sold = datetime(2025, 7, 20, tzinfo=UTC)
    bought = line(disposed=sold, acquired=NIGHT, rule="thirty_day")
    for zone, day in (("", "2025-07-01"), ("UTC", "2025-06-30")):
        figures = export_figures(tax=assessed(bought, zone, "GBP", 2026))
        assert f", acquired {day}" in export(uk_computation, figures).content.decode()
