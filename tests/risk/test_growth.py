"""What returns compound to, and a year by the calendar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.growth import annualised, compounded, growth_measures
from risk.model import ReturnSeries
from tests.risk.series import DAY, FIRST, daily_returns, series


def named(found):
    return {measure.name: measure for measure in found}


def test_returns_compound():
    assert compounded([0, 0.2, 3, 0.1, 0.5]) == pytest.approx(6.92, rel=1e-15)
    assert compounded([]) == 0


def test_everything_lost_stays_lost():
    assert compounded([0.5, -1.2, 9.0]) == -1
    assert annualised(-1, 2) == -1


def test_a_year_is_of_the_calendar_and_not_a_count_of_observations():
    days = tuple(FIRST + at * 2 * DAY for at in range(183))
    every_second_day = ReturnSeries("s", days, (0.0,) * 182 + (-0.291,))
    found = named(growth_measures(every_second_day))
    assert found["cagr"].value == pytest.approx(-0.291, rel=1e-12)
    assert found["cagr"].parameters == (("calendar days", "365"),)


def test_two_years_are_a_square():
    found = named(growth_measures(series(0.21, *[0.0] * 729)))
    assert found["cagr"].value == pytest.approx(0.1, rel=1e-12)


def test_less_than_a_year_is_not_annualised():
    for name in ("cagr", "calmar"):
        found = named(growth_measures(series(-0.01, 0.1)))[name]
        assert (found.value, found.reason) == (None, "2 days are no full year")


def test_a_fund_that_never_fell_has_no_calmar():
    found = named(growth_measures(series(*[0.001] * 400)))
    assert found["max_drawdown"].value == 0
    assert (found["calmar"].value, found["calmar"].reason) == (None, "no fall from a peak")


def test_a_pure_loser_has_a_negative_calmar():
    found = named(growth_measures(series(-0.5, *[0.0] * 364)))
    assert found["calmar"].value == pytest.approx(-1.0, rel=1e-12)


def test_no_returns_no_figure():
    assert {(m.value, m.reason) for m in growth_measures(series())} == {(None, "no returns")}


@given(st.lists(daily_returns, min_size=1, max_size=50))
def test_the_total_is_the_product(values):
    product = 1.0
    for value in values:
        product *= 1 + value
    assert named(growth_measures(series(*values)))["total_return"].value == product - 1
