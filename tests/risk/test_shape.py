"""Skew and kurtosis: those of pandas and scipy, of any scale, and none of what does not move."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy import stats

from risk.returns import varies
from risk.shape import excess_kurtosis, shape_measures, skewness
from tests.risk.series import random_series, samples, stated

VALUES = random_series(3, 80).values


def test_both_are_those_of_pandas_and_scipy():
    assert skewness(VALUES) == pytest.approx(pd.Series(VALUES).skew(), rel=1e-12)
    assert excess_kurtosis(VALUES) == pytest.approx(pd.Series(VALUES).kurt(), rel=1e-12)
    assert skewness(VALUES) == pytest.approx(stats.skew(VALUES, bias=False), rel=1e-12)
    assert excess_kurtosis(VALUES) == pytest.approx(stats.kurtosis(VALUES, bias=False), rel=1e-12)


@given(samples.filter(varies))
def test_a_gain_of_what_another_lost_has_the_other_skew(returns):
    turned = [-value for value in returns]
    assert skewness(turned) == pytest.approx(-skewness(returns), rel=1e-6, abs=1e-6)
    assert excess_kurtosis(turned) == pytest.approx(excess_kurtosis(returns), rel=1e-6, abs=1e-6)


def test_what_does_not_move_and_few_days_have_a_reason():
    for values, reason in (([0.1] * 30, "the returns do not vary"), (VALUES[:9], "9 of at least")):
        for one in shape_measures(values):
            assert (one.value, one.error) == (None, None)
            assert one.reason.startswith(reason)


def test_skew_and_kurtosis_of_other_samples_differ_by_their_errors():
    """Of tails that end; of fat ones both errors are too small."""
    rows = np.random.default_rng(7).beta(2, 5, (300, 1_000))
    found = [shape_measures(row.tolist()) for row in rows]
    for at in range(2):
        values = [stated(one[at].value) for one in found]
        errors = [stated(one[at].error) for one in found]
        assert np.median(errors) == pytest.approx(np.std(values, ddof=1), rel=0.25)
