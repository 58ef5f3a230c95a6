"""What windows sum to and hold is what each of them does alone."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.tail.historical import filtered
from risk.tail.rescaled import worst_rescaled
from risk.tail.windows import BLOCK, Windows, moments_of, over
from tests.risk.series import daily_returns


def windows(values, width, first=1, most=5):
    sample = np.asarray(values, dtype=np.float64)
    return Windows(sample, np.arange(first, len(sample) + 1), width, Fraction(1, 20), most)


def each_alone(given_windows):
    return [
        given_windows.returns[max(0, day - given_windows.width) : day]
        for day in given_windows.days.tolist()
    ]


@given(st.lists(daily_returns, min_size=1, max_size=50), st.integers(1, 20))
def test_sums_and_the_largest_are_those_of_each_window(values, width):
    found = windows(values, width)
    alone = each_alone(found)
    largest = [np.abs(each).max() for each in alone]
    assert found.largest(np.abs(found.returns)).tolist() == largest
    np.testing.assert_allclose(
        found.summed(found.returns), [each.sum() for each in alone], atol=1e-14
    )


def test_a_large_number_leaves_no_trace_in_the_sums_after_it():
    terms = np.array([1.0, 1e20, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert over(np.add, terms, np.arange(2, 5), 3).tolist() == [3.0, 3.0, 3.0]


@given(st.lists(daily_returns, min_size=1, max_size=50), st.integers(1, 20), st.integers(1, 9))
def test_the_worst_stand_in_their_order_the_older_of_equals_first(values, width, most):
    found = windows(values, width, most=min(most, width))
    worst, places = found.worst(found.most)
    for at, (day, alone) in enumerate(zip(found.days.tolist(), each_alone(found), strict=True)):
        order = np.argsort(alone, kind="stable")[: found.most]
        known = len(order)
        assert worst[at, :known].tolist() == alone[order].tolist()
        assert places[at, :known].tolist() == (order + day - len(alone)).tolist()
        assert np.isposinf(worst[at, known:]).all()


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(1).standard_t(4, 300) * 0.02,
        # a window far from all others, and one in which nothing moves
        [*np.random.default_rng(2).normal(0, 0.02, 150), *([0.03] * 60), -0.9, *([1e-5, 0.0] * 60)],
        0.0003 + np.linspace(0, 0.01, 300) + np.random.default_rng(3).normal(0, 1e-7, 300),
        [1e-70, -2e-70, 5e-70] * 60 + [0.1, -0.1] * 60,
    ],
)
def test_moments_are_those_of_each_window_alone(values):
    found = windows(values, 40, first=2)
    for at, alone in enumerate(each_alone(found)):
        inside = np.ones((1, len(alone)), dtype=bool)
        other = moments_of(alone[None, :], inside, np.array([len(alone)]))
        np.testing.assert_allclose(found.moments.mean[at], other.mean[0], rtol=1e-12, atol=1e-17)
        np.testing.assert_allclose(found.moments.deviation[at], other.deviation[0], rtol=1e-12)
        if other.deviation[0] > 1e-12 * np.abs(alone).max():
            for one, two in zip(found.moments[2:], other[2:], strict=True):
                np.testing.assert_allclose(one[at], two[0], rtol=1e-9, atol=1e-9)


def rescaled_alone(alone, most):
    """The worst in units of their day's volatility, times today's, by the recursion itself."""
    variance = (alone**2).mean() or 1.0
    found = []
    for value in alone.tolist():
        found.append(value / variance**0.5)
        variance = 0.94 * variance + 0.06 * value**2
    return np.sort(np.asarray(found) * variance**0.5)[:most]


@pytest.mark.parametrize("traded", [1.0, 0.5, 0.05])
@pytest.mark.parametrize("width", [9, 100, 250])
def test_the_worst_rescaled_are_among_those_that_are_looked_at(traded, width):
    random = np.random.default_rng(width)
    values = random.standard_t(3, 400) * 0.02 * np.exp(np.cumsum(random.normal(0, 0.1, 400)))
    values = np.where(random.random(400) < traded, values, 0.0)
    assert len(values) > 3 * BLOCK
    found = windows(values, width, first=5)
    worst, still = worst_rescaled(found, 5)
    for at, alone in enumerate(each_alone(found)):
        if not still[at]:
            expected = rescaled_alone(alone, 5)
            np.testing.assert_allclose(worst[at, : len(expected)], expected, rtol=1e-9, atol=1e-15)
        assert still[at] == isinstance(filtered(alone.tolist(), 0.95), str)


def test_a_long_stillness_is_seen_on_a_day_that_all_windows_of_a_block_share():
    values = [0.01, -0.01] * 100 + [0.0] * 100 + [0.01] + [0.01, -0.01] * 60
    still = worst_rescaled(windows(values, 300, first=300), 5)[1]
    assert not still[0]
    assert still[1 : 1 + 2 * BLOCK].all()


def test_no_days_have_no_windows():
    none = Windows(np.zeros(3), np.empty(0, dtype=np.int64), 3, Fraction(1, 20), 2)
    assert worst_rescaled(none, 2)[0].shape == (0, 2)
    assert none.worst(2)[0].shape == (0, 2)
