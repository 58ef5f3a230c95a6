"""Estimates of correlation: those of the libraries where they are right, and valid matrices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.covariance import ledoit_wolf as of_sklearn

from risk.covariance import METHODS, correlations, denoised, ewma, ledoit_wolf, stability
from tests.risk.series import random_series, series, stated


def drawn(seed, days=400, width=6, common=1.0):
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(days, 1))
    return common * shared + rng.normal(size=(days, width))


@pytest.mark.parametrize(("days", "width"), [(400, 6), (60, 30), (40, 80)])
def test_shrinkage_is_that_of_sklearn(days, width):
    columns = drawn(1, days, width)
    unit = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    expected, shrinkage = of_sklearn(unit)
    found, note = ledoit_wolf(columns)
    assert note == f"shrinkage {shrinkage:.4g}"
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_newest_days_count_most():
    calm, tied = drawn(2, 300, 2, common=0.0), drawn(3, 60, 2, common=5.0)
    found, _ = ewma(np.concatenate([calm, tied]))
    assert found[0, 1] > 0.9
    assert abs(np.corrcoef(np.concatenate([calm, tied]), rowvar=False)[0, 1]) < 0.9


def test_independent_series_lose_their_correlations_to_chance():
    columns = drawn(4, 300, 40, common=0.0)
    found, note = denoised(columns)
    assert note in {"0 of 40 eigenvalues kept", "1 of 40 eigenvalues kept"}
    off = ~np.eye(40, dtype=bool)
    assert np.abs(found[off]).max() < np.abs(np.corrcoef(columns, rowvar=False)[off]).max()


def test_a_common_cause_is_kept():
    found, note = denoised(drawn(5, 400, 20))
    assert note == "1 of 20 eigenvalues kept"
    assert np.median(found) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("method", METHODS)
@given(st.integers(0, 10**6), st.integers(2, 12), st.integers(30, 90))
def test_every_estimate_is_a_correlation(method, seed, width, days):
    found, _ = METHODS[method](drawn(seed, days, width))
    assert (np.diag(found) == 1).all()
    assert (found == found.T).all()
    assert np.abs(found).max() <= 1
    assert np.linalg.eigvalsh(found).min() > -1e-9


@pytest.mark.parametrize("method", ["ledoit_wolf", "denoised"])
def test_fewer_days_than_series_still_give_a_matrix_that_can_be_inverted(method):
    found, _ = METHODS[method](drawn(6, 40, 60))
    assert np.linalg.eigvalsh(found).min() > 1e-3


def test_equal_series_are_a_singular_sample_and_a_valid_estimate():
    one = random_series(1, 100)
    found = correlations([one, series(*one.values, name="t"), random_series(2, 100, name="u")])
    assert [each.method for each in found] == list(METHODS)
    for each in found:
        assert each.rows[0][1] == pytest.approx(1.0, abs=0.2)


def test_flat_series_are_left_out_and_few_days_say_so():
    flat, one, two = series(*[0.0] * 40), random_series(1, 40), random_series(2, 40, name="t")
    assert correlations([flat, one]) == ()
    assert correlations([flat, one, two])[0].names == ("s", "t")
    short = correlations([random_series(1, 29), random_series(2, 29, name="t")])
    assert {each.note for each in short} == {"29 of at least 30 days"}
    assert {each.rows for each in short} == {()}


def test_halves_that_agree_differ_by_chance_alone():
    columns = drawn(7, 2_000, 5) * 0.01
    found = stability([series(*column, name=f"s{at}") for at, column in enumerate(columns.T)])
    assert stated(found.value) == pytest.approx(stated(found.error), rel=0.6)


def test_halves_that_changed_differ_by_more():
    columns = np.concatenate([drawn(8, 500, 3, common=0.0), drawn(9, 500, 3, common=3.0)])
    found = stability([series(*column, name=f"s{at}") for at, column in enumerate(columns.T)])
    assert stated(found.value) > 5 * stated(found.error)


def test_stability_of_one_series_or_of_few_days_has_a_reason():
    assert stability([random_series(1, 100)]).reason == "fewer than two series vary in both halves"
    short = stability([random_series(1, 50), random_series(2, 50)])
    assert (short.value, short.reason) == (None, "25 of at least 30 days")
    half = series(*[0.0] * 40, *random_series(1, 40).values)
    still = stability([half, random_series(2, 80)])
    assert (still.value, still.reason) == (None, "fewer than two series vary in both halves")


def test_a_series_that_stood_still_for_a_half_leaves_the_others_their_figure():
    moving = [random_series(seed, 80, name=f"s{seed}") for seed in range(2)]
    still = series(*[0.0] * 40, *random_series(9, 40).values, name="still")
    found, alone = stability([*moving, still]), stability(moving)
    assert (found.value, found.error) == (alone.value, alone.error)
    assert found.parameters == (("series", "2"), ("left out", "1"))
