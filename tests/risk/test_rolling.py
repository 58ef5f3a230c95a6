"""Figures of a window are those of its days alone, and no window is shorter than asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.drawdown import underwater
from risk.ratios import sharpe
from risk.rolling import deepest_falls, rolling
from tests.risk.series import daily_returns, random_series, series


def test_each_point_is_what_its_window_alone_says():
    drawn = random_series(3, 200, scale=0.02)
    found = rolling(drawn, 60)
    assert len(found) == 141
    for at, point in enumerate(found):
        window = drawn.values[at : at + 60]
        assert point.day == drawn.days[at + 59]
        assert point.sharpe == pytest.approx(sharpe(window), rel=1e-9)
        deviation = np.std(window, ddof=1) * 365**0.5
        assert point.volatility == pytest.approx(deviation, rel=1e-9)
        assert point.drawdown == pytest.approx(-min(underwater(window)), abs=1e-12)


@given(st.lists(daily_returns, min_size=10, max_size=40))
def test_falls_of_windows_are_those_of_their_paths(values):
    for at, fall in enumerate(deepest_falls(values, 10)):
        assert fall == pytest.approx(-min(underwater(values[at : at + 10])), abs=1e-12)


def test_a_flat_window_has_no_ratio():
    found = rolling(series(*[0.01] * 30), 10)
    assert {point.sharpe for point in found} == {None}
    assert {point.drawdown for point in found} == {0.0}


def test_a_loss_of_everything_stays():
    assert deepest_falls([0.1, -1.0, 5.0, 0.2], 3).tolist() == [1.0, 1.0]


def test_a_series_shorter_than_the_window_has_no_point():
    assert rolling(random_series(1, 9), 10) == ()
    assert len(rolling(random_series(1, 10), 10)) == 1
