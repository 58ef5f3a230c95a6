"""Beside a benchmark: slope and height of the line, captures, and reasons where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from risk.model import ReturnSeries
from risk.relative import capture, information_ratio, line, relative_measures, same_days
from tests.risk.series import DAY, FIRST, random_series, series


def named(own, other, **more):
    return {one.name: one for one in relative_measures(own, other, **more)}


def test_the_line_and_its_errors_are_those_of_scipy():
    own, other = random_series(1, 300).values, random_series(2, 300, scale=0.02).values
    mixed = [0.4 * b + a for a, b in zip(own, other, strict=True)]
    found, expected = line(mixed, other), stats.linregress(other, mixed)
    assert found.beta == pytest.approx(expected.slope, rel=1e-12)
    assert found.alpha == pytest.approx(expected.intercept, rel=1e-12)
    assert found.beta_error == pytest.approx(expected.stderr, rel=1e-10)
    assert found.alpha_error == pytest.approx(expected.intercept_stderr, rel=1e-10)


@given(st.floats(-3, 3).filter(lambda size: abs(size) > 1e-3), st.floats(-0.01, 0.01))
def test_what_follows_the_benchmark_has_its_multiple_and_its_height(size, height):
    other = random_series(4, 60, scale=0.02).values
    found = line([height + size * value for value in other], other)
    assert found.beta == pytest.approx(size, rel=1e-9)
    assert found.alpha == pytest.approx(height, rel=1e-6, abs=1e-12)


def test_the_benchmark_itself_has_beta_one_and_nothing_beside():
    other = random_series(5, 400)
    found = named(other, other)
    assert found["beta"].value == pytest.approx(1)
    assert found["alpha"].value == pytest.approx(0, abs=1e-12)
    assert found["up_capture"].value == found["down_capture"].value == 1
    assert (found["information_ratio"].value, found["information_ratio"].reason) == (
        None,
        "it follows the benchmark exactly",
    )


def test_captures_are_of_the_days_on_which_the_benchmark_moved():
    own, other = [0.02, 0.01, -0.01, 0.05], [0.04, -0.02, -0.02, 0.0]
    assert capture(own, other, up=True) == 0.5
    assert capture(own, other, up=False) == pytest.approx(0.0)
    assert capture(own, [0.0] * 4, up=True) is None


def test_only_common_days_count_and_none_is_filled_in():
    own = series(*[0.01] * 30)
    later = series(*[0.02] * 30, first=FIRST + 10 * DAY)
    mine, theirs = same_days(own, later)
    assert mine.days == theirs.days == own.days[10:]
    found = named(own, random_series(1, 30))
    assert found["beta"].sample == 30


def test_a_missing_day_of_the_benchmark_moves_no_other_day():
    # quantstats fills it from the day after, so that a jump shows before it happened
    other = random_series(3, 40)
    gap = ReturnSeries(
        "b", other.days[:20] + other.days[21:], other.values[:20] + other.values[21:]
    )
    mine, theirs = same_days(other, gap)
    assert mine.values == theirs.values


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        (random_series(1, 19), random_series(2, 19), "19 of at least 20 common days"),
        (random_series(1, 30), series(*[0.01] * 30), "the benchmark does not vary"),
        (random_series(1, 0), random_series(2, 40), "0 of at least 20 common days"),
    ],
)
def test_what_says_nothing_has_a_reason(own, other, reason):
    for found in named(own, other).values():
        assert (found.value, found.reason) == (None, reason)


def test_a_flat_fund_has_beta_zero_and_no_correlation():
    found = named(series(*[0.001] * 400), random_series(2, 400))
    assert found["beta"].value == pytest.approx(0, abs=1e-15)
    assert found["treynor"].reason == "beta is zero"
    assert found["correlation_with_benchmark"].reason == "the returns do not vary"


def test_a_ratio_of_annual_returns_needs_a_year():
    found = named(random_series(1, 100), random_series(2, 100))
    assert found["information_ratio"].reason == "100 of 365 days of a year"
    own, other = random_series(1, 400), random_series(2, 400)
    expected = information_ratio(own.values, other.values)
    assert named(own, other)["information_ratio"].value == expected


def test_every_figure_says_what_it_is_beside():
    for found in relative_measures(random_series(1, 400), random_series(2, 400, name="BTC")):
        assert ("benchmark", "BTC") in found.parameters
        assert found.value is None or np.isfinite(found.value)
