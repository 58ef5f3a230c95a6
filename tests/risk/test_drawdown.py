"""Falls from a peak: compounded, from the start on, dated, never deeper than everything."""

from datetime import date
from itertools import pairwise
from math import copysign

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.drawdown import depths_at_risk, drawdowns, underwater
from risk.model import Drawdown
from tests.risk.series import daily_returns, series


def test_a_fall_and_its_recovery_are_dated():
    (fall,) = drawdowns(series(0.1, -0.5, -0.2, 2.0, 0.1))
    assert (fall.peak, fall.trough) == (date(2024, 1, 1), date(2024, 1, 3))
    assert (fall.recovered, fall.days) == (date(2024, 1, 4), 3)
    assert fall.depth == pytest.approx(0.6, rel=1e-15)


def test_what_never_fell_is_at_no_risk_and_at_no_negative_zero():
    found = depths_at_risk([0.01] * 100, 0.95)
    assert [(value, copysign(1, value)) for value in found] == [(0, 1), (0, 1)]


def test_the_start_is_a_peak():
    (fall,) = drawdowns(series(-0.25))
    assert fall == Drawdown(0.25, date(2023, 12, 31), date(2024, 1, 1), None, 1)


def test_a_fall_that_has_not_recovered_is_open():
    (fall,) = drawdowns(series(0.1, -0.5, 0.2))
    assert fall.recovered is None
    assert fall.days == 2


def test_the_deepest_comes_first():
    found = drawdowns(series(-0.1, 0.5, -0.5, 2.0, -0.2))
    assert [fall.depth for fall in found] == [0.5, pytest.approx(0.2), pytest.approx(0.1)]


def test_rising_prices_below_one_are_no_drawdown():
    assert not drawdowns(series(0.2, 3.0, 0.1, 0.5))


def test_one_day_that_doubles_makes_no_drawdown_of_the_others():
    assert underwater([0.2, 1.5, 0.1]) == (0.0, 0.0, 0.0)


def test_rounding_is_no_fall():
    assert underwater([-0.1, 1 / 9])[-1] == 0.0
    assert underwater([1e-3, -1e-16]) == (0.0, 0.0)


def test_what_is_lost_wholly_stays_lost():
    assert underwater([-1.0, 5.0]) == (-1.0, -1.0)


def test_a_loss_of_more_than_everything_counts_as_everything():
    assert underwater([0.5, -1.25, -2.0]) == (0.0, -1.0, -1.0)


def test_no_returns_no_drawdown():
    assert drawdowns(series()) == ()


def test_wealth_beyond_all_floats_still_falls_by_half():
    assert underwater([1e6] * 80 + [-0.5])[-1] == -0.5


@given(st.lists(st.floats(-3, 1e6), max_size=60))
def test_a_drawdown_lies_between_nothing_and_everything(values):
    assert all(-1 <= level <= 0 for level in underwater(values))
    assert all(0 < fall.depth <= 1 for fall in drawdowns(series(*values)))


@given(st.lists(daily_returns, min_size=1, max_size=60))
def test_the_deepest_drawdown_is_the_lowest_water(values):
    found = drawdowns(series(*values))
    assert (found[0].depth if found else 0.0) == -min(underwater(values))


@given(st.lists(daily_returns, max_size=60))
def test_drawdowns_follow_each_other_and_at_most_one_is_open(values):
    found = sorted(drawdowns(series(*values)), key=lambda fall: fall.peak)
    assert sum(fall.recovered is None for fall in found) <= 1
    for before, after in pairwise(found):
        assert before.peak < before.trough
        assert before.recovered is not None
        assert before.trough < before.recovered <= after.peak
