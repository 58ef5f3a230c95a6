"""Errors of fitted tails: as large as what other samples differ by, in closed form, or none."""

from math import exp, sqrt

import numpy as np
import pytest

from risk.further import Asked, further
from risk.leaving import liquidity_measures
from risk.ratios import ratio_measures
from risk.significance import significance_measures
from risk.tail import tail_measures
from risk.tail.entropic import entropic, tightest
from risk.tail.errors import (
    aged_errors,
    bent_errors,
    entropic_error,
    extreme_errors,
    student_errors,
)
from risk.tail.fitted import extreme, student
from risk.tail.garch import garch, garch_errors
from risk.tail.historical import aged
from risk.tail.horizon import horizon_measures
from risk.tail.normal import cornish_fisher
from tests.risk.series import random_series, series, stated

LEVELS = (0.95, 0.99)


def compared(method, errors, rows, level, which):
    """The median error over the deviation of the figures of all samples that have both."""
    figures, found = [], []
    for row in rows:
        tail, told = method(row, level), errors(row, level)
        if not isinstance(tail, str) and told[which] is not None:
            figures.append(tail[which])
            found.append(told[which])
    assert len(figures) > 50
    return float(np.median(found) / np.std(figures, ddof=1))


@pytest.fixture(scope="module")
def fat():
    return np.random.default_rng(3).standard_t(6, (120, 1_000)) * 0.01


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("which", [0, 1])
def test_a_fitted_t_and_a_fitted_tail_differ_by_their_errors(fat, level, which):
    assert 0.75 < compared(student, student_errors, fat, level, which) < 1.33
    assert 0.75 < compared(extreme, extreme_errors, fat, level, which) < 1.33


def test_weighted_and_bent_tails_differ_by_their_errors(fat):
    assert 0.75 < compared(aged, aged_errors, fat, 0.95, 0) < 1.33
    thin = np.random.default_rng(4).standard_t(12, (120, 1_000))
    assert 0.75 < compared(cornish_fisher, bent_errors, thin, 0.95, 0) < 1.33
    # two days and a half of the weight: what comes next is not in the sample
    assert 0.4 < compared(aged, aged_errors, fat, 0.99, 1) < 1


def test_entropic_tails_differ_by_more_than_the_days_that_were_say(fat):
    figures = [entropic(row, 0.95) for row in fat]
    errors = [stated(entropic_error(row, 0.95)) for row in fat]
    assert 0.6 < np.median(errors) / np.std(figures, ddof=1) < 1.3
    again = []
    for row in fat[:20]:
        drawn = np.random.default_rng(1)
        others = [entropic(drawn.choice(row, len(row)).tolist(), 0.95) for _ in range(30)]
        again.append(np.std(others, ddof=1))
    # days drawn again say half of it
    assert np.median(again) < 0.75 * np.median(errors)


@pytest.mark.parametrize("days", [120, 250])
@pytest.mark.parametrize("freedom", [6, 1_000])
def test_entropic_tails_of_few_days_differ_by_their_errors(days, freedom):
    """Where `extreme` says nothing for want of days, the shape is held within bounds."""
    rows = np.random.default_rng(3).standard_t(freedom, (200, days)) * 0.01
    assert extreme_errors(rows[0], 0.95) == (None, None)
    errors = [stated(entropic_error(row, 0.95)) for row in rows]
    told = np.mean(errors) / np.std([entropic(row, 0.95) for row in rows], ddof=1)
    assert 0.7 < told < 1.5


def test_entropic_tails_without_a_variance_have_no_error():
    rows = np.random.default_rng(3).standard_t(1.5, (20, 1_000)) * 0.01
    assert sum(entropic_error(row, 0.95) is None for row in rows) > 15


def test_the_error_of_a_t_that_is_normal_is_that_of_the_normal():
    # as the degrees of freedom grow: variance of mean + z·sd is (1 + z²/2)·σ²/n
    row = np.random.default_rng(1).normal(0, 0.01, 4_000).tolist()
    first, _ = student_errors(row, 0.95)
    exact = sqrt((1 + 1.6449**2 / 2) / 4_000) * 0.01
    assert stated(first) == pytest.approx(exact, rel=0.1)


def test_errors_scale_with_the_returns():
    row = (np.random.default_rng(2).standard_t(5, 800) * 0.01).tolist()
    more = [10 * value for value in row]
    for errors in (aged_errors, bent_errors, student_errors, extreme_errors):
        plain, tenfold = errors(row, 0.95), errors(more, 0.95)
        if plain[0] is not None:
            assert tenfold == pytest.approx([10 * stated(one) for one in plain], rel=1e-3), errors
    grown = stated(entropic_error(more, 0.95))
    assert grown == pytest.approx(10 * stated(entropic_error(row, 0.95)), rel=1e-3)


def test_the_tightest_bound_is_found_where_it_is_flat():
    row = random_series(6, 500).values
    value, best = tightest(row, 0.95)
    losses = -np.asarray(row)

    def bound(t):
        return t * np.log(np.exp(losses / t).mean() / 0.05)

    assert bound(best) == pytest.approx(value, rel=1e-9)
    assert min(bound(best * exp(side)) for side in (-0.1, 0.1)) > value


def test_what_does_not_move_and_short_samples_have_no_error():
    flat, few = [0.001] * 400, random_series(1, 30).values
    for errors in (bent_errors, student_errors, extreme_errors):
        assert errors(flat, 0.95) == (None, None)
    assert extreme_errors(few, 0.95) == (None, None)
    assert entropic_error(few, 0.95) is None
    assert entropic_error(flat, 0.95) is None


def test_every_tail_of_a_report_has_an_error_or_no_value():
    from risk.measure import return_measures

    found = return_measures(random_series(8, 900))
    tails = {one.name for one in tail_measures(random_series(8, 900).values, 0.95)}
    for one in found:
        if one.name in tails:
            assert (one.error is None) == (one.value is None), one
    assert next(one for one in found if one.name == "total_return").error is None


def test_the_chance_of_a_ratio_has_the_error_of_its_statistic():
    values = []
    for seed in range(300):
        found = significance_measures(random_series(seed, 500, mean=0.0005))
        drawn = {one.name: one for one in found}["sharpe_probability"]
        values.append((stated(drawn.value), stated(drawn.error)))
    chances, errors = np.asarray(values).T
    # φ(z) at a chance of 0.8, where z is 0.84
    near = (chances > 0.7) & (chances < 0.9)
    assert np.median(errors[near]) == pytest.approx(0.28, abs=0.05)
    # a ratio that is three errors above zero is sure to more than that
    assert (errors[chances > 0.999] < 0.005).all()


def test_the_error_of_a_record_is_twice_that_of_its_ratio():
    given = random_series(3, 500)
    record = {one.name: one for one in significance_measures(given)}["track_record_needed"]
    ratio = {one.name: one for one in ratio_measures(given)}["sharpe"]
    relative = stated(ratio.error) / stated(ratio.value)
    assert stated(record.error) == pytest.approx(
        2 * (stated(record.value) - 1) * relative, rel=1e-6
    )


def test_runs_of_days_and_paths_have_errors_that_other_samples_bear_out():
    known: dict[str, list[tuple[float, float]]] = {}
    for seed in range(60):
        row = random_series(seed, 1_000, mean=0).values
        for one in horizon_measures(row, 0.95, 5)[0]:
            pair = (stated(one.value), stated(one.error))
            known.setdefault(one.name, []).append(pair)
    for name in ("var_overlapping_95_5d", "es_overlapping_95_5d"):
        values, errors = np.asarray(known[name]).T
        assert 0.6 < np.median(errors) / values.std(ddof=1) < 1.7, name
    for name in ("var_scaled_95_5d", "var_paths_95_5d"):
        values, errors = np.asarray(known[name]).T
        assert (errors > 0).all()
        # tomorrow's volatility differs between samples by more than its estimate does
        assert np.median(errors) < values.std(ddof=1)


def test_a_garch_tail_has_an_error_of_its_days_and_of_its_volatility():
    row = random_series(2, 800).values
    tail, errors = garch(row, 0.95), garch_errors(row, 0.95)
    assert not isinstance(tail, str)
    assert all(0.01 < stated(one) / at < 0.5 for one, at in zip(errors, tail, strict=True))
    ten = garch_errors([10 * value for value in row], 0.95)
    assert ten == pytest.approx([10 * stated(one) for one in errors], rel=0.02)
    assert garch_errors([0.001] * 400, 0.95) == (None, None)
    measures, _ = further(series(*row), [series(*row)], Asked(simulate=True), [0.95])
    told = {one.name: one.error for one in measures}
    assert told["var_garch_95"] == pytest.approx(stated(errors[0]))


def leaving(paper, error=None, **words):
    return {one.name: one for one in liquidity_measures(paper, 0.95, 400, error=error, **words)}


def test_what_leaving_adds_goes_on_with_the_error():
    words = {"spread": (0.002, 0.004, 3), "pool": (0.1, 0.003), "volume": (2, 0.1)}
    found = leaving(0.02, 0.001, **words)
    assert found["var_with_spread_95"].error == 0.001
    assert found["var_until_left_95"].error == pytest.approx(0.001 * sqrt(20))
    near = [
        stated(leaving(0.02 + side, **words)["var_with_exit_95"].value) for side in (5e-4, -5e-4)
    ]
    assert found["var_with_exit_95"].error == pytest.approx(abs(near[0] - near[1]), rel=1e-3)
    [beyond] = leaving(0.02, 0.001, volume=(1e300, 1e-300)).values()
    assert (beyond.value, beyond.error, beyond.reason) == (None, None, "it is beyond every number")
