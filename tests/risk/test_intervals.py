"""Returns of a grid of hours: no return where a price is missing, no path across a gap."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

import numpy as np
import pytest

from risk.intervals import GRIDS, Grid, interval_measures, only_marked
from risk.returns import from_prices
from tests.risk.series import FIRST, START, points

HOUR = timedelta(hours=1)
LEVELS = tuple(100 + (at * 7) % 13 for at in range(25))
#: a day of hours, its begin at midnight included
HOURLY = tuple(replace(one, time=START + at * HOUR) for at, one in enumerate(points(*LEVELS)))
DAY_ONE = Grid(FIRST, FIRST, 1)


def figures(found):
    return {one.name: one for one in found}


def measured(given, grid=DAY_ONE):
    return figures(interval_measures(given, grid))


def test_figures_of_hours_are_those_of_the_hours():
    found = measured(HOURLY)
    moved = np.diff(LEVELS) / np.asarray(LEVELS[:-1])
    assert found["time_weighted"].value == pytest.approx(LEVELS[-1] / LEVELS[0] - 1, rel=1e-14)
    assert found["volatility"].value == pytest.approx(moved.std(ddof=1) * sqrt(8_760), rel=1e-12)
    assert found["worst"].value == pytest.approx(moved.min(), rel=1e-12)
    wealth = np.asarray(LEVELS) / np.maximum.accumulate(LEVELS)
    assert found["max_drawdown"].value == pytest.approx(1 - wealth.min(), rel=1e-12)
    assert found["intervals_without_return"].value == 0
    assert 0 < found["volatility"].error < found["volatility"].value
    assert 0 < found["max_drawdown"].error < found["max_drawdown"].value
    assert {one.sample for one in found.values()} == {24}
    assert dict(found["volatility"].parameters) == {"interval": "1 h", "periods per year": "8760"}
    assert found["time_weighted"].parameters[0] == ("days", "1")


def test_a_part_that_begins_within_the_day_was_there_for_its_hours():
    begun = (replace(HOURLY[6], growth=HOURLY[0].growth), *HOURLY[7:])
    assert measured(begun)["time_weighted"].parameters[0] == ("days", f"{18 / 24:g}")
    first = replace(HOURLY[7], flows=HOURLY[7].value, invested=HOURLY[7].value)
    assert measured((first, *HOURLY[8:]))["time_weighted"].parameters[0][1] == f"{18 / 24:g}"


def test_an_hour_without_a_mark_at_either_end_has_no_return():
    dark = (*HOURLY[:5], replace(HOURLY[5], unpriced=1), *HOURLY[6:])
    marked = only_marked(dark)
    assert [at for at, one in enumerate(marked) if one.growth is None] == [0, 5, 6]
    found = measured(marked)
    assert found["intervals_without_return"].value == 2
    assert found["volatility"].sample == 22
    assert found["time_weighted"].value is None
    assert found["time_weighted"].reason == "a price is missing on 2024-01-01"
    assert (found["max_drawdown"].value, found["max_drawdown"].reason) == (
        None,
        "2 intervals have no return",
    )
    assert only_marked(()) == ()
    assert only_marked((replace(HOURLY[1], unpriced=1),))[0].growth is None


def test_few_flat_or_no_hours_have_reasons():
    few = measured(HOURLY[:11])
    assert few["volatility"].reason == "10 of at least 20 intervals"
    assert few["volatility"].error is None
    assert few["worst"].value is not None
    flat = tuple(replace(one, time=START + at * HOUR) for at, one in enumerate(points(*[5] * 25)))
    assert measured(flat)["volatility"].reason == "the returns do not vary"
    none = measured(())
    assert {one.value for one in none.values()} == {None, 0.0}
    assert none["worst"].reason == none["max_drawdown"].reason == "no returns"


def test_a_part_worth_less_than_nothing_has_no_return_and_is_named():
    owing = points(100, -5, 20)
    found = measured(owing, Grid())
    assert found["time_weighted"].reason == "nothing above zero was invested on 2024-01-02"
    assert found["intervals_without_return"].value == 1


def test_a_grid_divides_the_day():
    assert Grid(hours=6).periods == 4 * 365
    assert all(24 % hours == 0 for hours in GRIDS)
    with pytest.raises(AssertionError):
        Grid(hours=5)


def test_prices_have_returns_where_both_days_have_one():
    days = [date(2024, 1, day) for day in range(1, 7)]
    prices = [None if price is None else Decimal(price) for price in (None, 100, 110, None, 50, 0)]
    found = from_prices("X", days, prices)
    assert found.days == (days[2], days[5])
    assert found.values == (0.1, -1.0)
    assert from_prices("X", days[:1], prices[1:2]).values == ()
