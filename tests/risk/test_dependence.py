"""Correlations: symmetric, between −1 and 1, none for what does not move."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.covariance import correlations
from risk.dependence import DRAWN, FEW, correlation, correlation_errors
from tests.risk.series import DAY, FIRST, daily_returns, random_series, series, stated


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


def test_the_error_of_a_correlation_is_what_other_samples_differ_by():
    rng, found, errors = np.random.default_rng(2), [], []
    for _ in range(300):
        one = rng.normal(size=100)
        other = 0.6 * one + 0.8 * rng.normal(size=100)
        matrix = correlation([series(*one, name="a"), series(*other, name="b")])
        rows, why = correlation_errors(matrix)
        assert why == ""
        assert rows[0][0] == pytest.approx(0, abs=1e-12)
        found.append(stated(matrix.rows[0][1]))
        errors.append(stated(rows[0][1]))
    assert np.mean(errors) == pytest.approx(np.std(found, ddof=1), rel=0.12)


def test_weights_that_fall_are_worth_fewer_days_and_what_was_drawn_has_no_error():
    pair = [random_series(1, 400, name="a"), random_series(2, 400, name="b")]
    ewma, ledoit, denoised = correlations(pair)
    rows, _ = correlation_errors(ewma)
    expected = (1 - stated(ewma.rows[0][1]) ** 2) / ((1 + 0.94) / 0.06 - 1) ** 0.5
    assert rows[0][1] == pytest.approx(expected)
    assert correlation_errors(ledoit) == correlation_errors(denoised) == ((), DRAWN)


def test_a_series_that_stands_still_has_no_error_and_three_days_say_nothing():
    still = [random_series(1, 50, name="a"), series(*[0.1] * 50, name="b")]
    rows, _ = correlation_errors(correlation(still))
    assert rows[0][1] is None
    assert correlation_errors(correlation([random_series(1, 3), random_series(2, 3)])) == ((), FEW)
