"""Correlations: symmetric, between −1 and 1, none for what does not move."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.dependence import correlation
from tests.risk.series import DAY, FIRST, daily_returns, random_series, series


def test_correlation_is_that_of_pearson():
    found = correlation([random_series(1), random_series(2), random_series(3)])
    expected = np.corrcoef([random_series(seed).values for seed in (1, 2, 3)])
    assert np.asarray(found.rows) == pytest.approx(expected, abs=1e-14)
    assert found.sample == 100


def test_opposites_and_multiples_are_exactly_one():
    found = correlation([series(1, 2, 4), series(2, 4, 8), series(-1, -2, -4)])
    assert found.rows == ((1.0, 1.0, -1.0), (1.0, 1.0, -1.0), (-1.0, -1.0, 1.0))


@pytest.mark.parametrize("still", [0.0, 0.01, 1 / 3])
def test_what_does_not_move_has_no_correlation_even_with_itself(still):
    found = correlation([series(1, 2, 4), series(still, still, still)])
    assert found.rows == ((1.0, None), (None, None))


def test_two_days_say_nothing():
    assert correlation([series(1, 2), series(2, 1)]).rows == ((None, None), (None, None))


def test_a_strategy_of_dust_is_correlated_like_a_large_one():
    found = correlation([series(1e-200, 2e-200, 4e-200), series(1, 2, 4)])
    assert found.rows[0][1] == pytest.approx(1, rel=1e-15)


def test_series_of_other_days_are_refused():
    with pytest.raises(AssertionError):
        correlation([series(1, 2, 3), series(1, 2, 3, first=FIRST + DAY)])


def test_no_series_no_matrix():
    assert correlation([]).rows == ()


@given(st.integers(3, 30).flatmap(lambda days: st.lists(
    st.lists(daily_returns, min_size=days, max_size=days), min_size=1, max_size=5)))  # fmt: skip
def test_a_matrix_is_symmetric_and_within_one(columns):
    rows = correlation([series(*column) for column in columns]).rows
    for at, row in enumerate(rows):
        assert row[at] in {1.0, None}
        for other, value in enumerate(row):
            assert value == rows[other][at]
            assert value is None or -1 <= value <= 1
