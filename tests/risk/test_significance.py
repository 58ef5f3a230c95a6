"""A Sharpe ratio against chance: what many trials, few days and one crash take from it."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.significance import (
    best_by_chance,
    probability,
    significance_measures,
    track_record_needed,
    yearly_factor,
)
from tests.risk.series import random_series, series

ratios = st.floats(0.001, 0.5)


def measured(*given, **more):
    return {one.name: one for one in significance_measures(*given, **more)}


@given(ratios, st.integers(30, 3_000))
def test_what_the_record_needs_is_where_it_is_sure(sharpe, sample):
    needed = track_record_needed(sharpe, -1.0, 6.0)
    assert probability(sharpe, sample, -1.0, 6.0) == pytest.approx(0.95, abs=1e-9) or (
        (sample > needed) == (probability(sharpe, sample, -1.0, 6.0) > 0.95)
    )


@given(ratios, st.integers(30, 3_000))
def test_a_crash_in_the_sample_makes_a_good_ratio_less_sure(sharpe, sample):
    assert probability(sharpe, sample, -2.0, 12.0) <= probability(sharpe, sample, 0.0, 3.0)


@pytest.mark.parametrize(("fewer", "more"), [(2, 3), (10, 100), (100, 10_000)])
def test_the_best_of_more_trials_looks_better_without_skill(fewer, more):
    assert 0 < best_by_chance(fewer, 0.05) < best_by_chance(more, 0.05)


def test_of_one_trial_there_is_no_best():
    assert best_by_chance(1, 0.05) == 0


def test_the_best_by_chance_is_what_chance_shows():
    drawn = np.random.default_rng(5).normal(0, 0.05, (4_000, 50)).max(axis=1).mean()
    assert best_by_chance(50, 0.05) == pytest.approx(drawn, rel=0.01)


@given(st.integers(-90, 90).filter(bool).map(lambda hundredths: hundredths / 100))
def test_returns_that_follow_each_other_are_worth_less_over_a_year(correlation):
    plain = sqrt(365)
    assert yearly_factor(0.0) == plain
    assert (yearly_factor(correlation) <= plain) == (correlation > 0)


def test_a_series_that_repeats_itself_has_a_lower_ratio_than_one_that_does_not():
    drawn = random_series(2, 400).values
    smoothed = series(*(0.5 * (a + b) for a, b in zip(drawn[1:], drawn, strict=False)))
    found = measured(smoothed)["sharpe_autocorrelated"]
    plain = float(np.mean(smoothed.values) / np.std(smoothed.values, ddof=1)) * sqrt(365)
    assert 0 < found.value < 0.85 * plain


def test_the_best_of_sixty_without_skill_is_not_believed():
    tried = [random_series(seed, 365, mean=0.0) for seed in range(60)]
    best = max(tried, key=lambda each: np.mean(each.values) / np.std(each.values))
    found = measured(best, tried=tried)
    assert found["sharpe_probability"].value > 0.95
    assert found["sharpe_deflated"].value < 0.9
    assert found["sharpe_deflated"].parameters[-1] == ("series", "60")


def test_what_cannot_be_said_has_its_reason():
    assert {one.reason for one in measured(series(*[0.01] * 9)).values()} == {
        "9 of at least 20 days"
    }
    assert {one.reason for one in measured(series(*[0.01] * 30)).values()} == {
        "the returns do not vary"
    }
    losing = measured(random_series(1, 100, mean=-0.01))
    assert losing["track_record_needed"].reason == "the ratio is not above zero"
    assert losing["sharpe_deflated"].reason == "it was chosen from no others"
    assert losing["sharpe_probability"].value < 0.01


def test_a_series_that_only_alternates_has_a_figure():
    assert measured(series(*[0.02, -0.01] * 40))["sharpe_autocorrelated"].value > 0
