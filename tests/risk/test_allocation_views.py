"""Black–Litterman: the published example of seven countries, and what views do to weights."""

import numpy as np
import pytest

from risk.allocation import Constraints, Terms, View, allocate
from risk.allocation.views import equilibrium, posterior
from tests.risk.test_allocation import weights
from tests.risk.test_allocation_models import several

COUNTRIES = ("AU", "CA", "FR", "DE", "JP", "UK", "US")
CORRELATION = [
    [1.000, 0.488, 0.478, 0.515, 0.439, 0.512, 0.491],
    [0.488, 1.000, 0.664, 0.655, 0.310, 0.608, 0.779],
    [0.478, 0.664, 1.000, 0.861, 0.355, 0.783, 0.668],
    [0.515, 0.655, 0.861, 1.000, 0.354, 0.777, 0.653],
    [0.439, 0.310, 0.355, 0.354, 1.000, 0.405, 0.306],
    [0.512, 0.608, 0.783, 0.777, 0.405, 1.000, 0.652],
    [0.491, 0.779, 0.668, 0.653, 0.306, 0.652, 1.000],
]
DEVIATIONS = [0.160, 0.203, 0.248, 0.271, 0.210, 0.200, 0.187]
CAPITAL = np.asarray([0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615])
COVARIANCE = np.asarray(CORRELATION) * np.outer(DEVIATIONS, DEVIATIONS)
EUROPE = CAPITAL[2] + CAPITAL[5]
GERMANY = View({"DE": 1, "FR": -CAPITAL[2] / EUROPE, "UK": -CAPITAL[5] / EUROPE}, 0.05)


@pytest.mark.parametrize(
    ("views", "means", "best"),
    [
        ((), [3.9, 6.9, 8.4, 9.0, 4.3, 6.8, 7.6], None),
        (
            (GERMANY,),
            [4.3, 7.6, 9.3, 11.0, 4.5, 7.0, 8.1],
            [1.5, 2.1, -4.0, 35.4, 11.0, -9.5, 58.6],
        ),
        (
            (GERMANY, View({"CA": 1, "US": -1}, 0.03)),
            [4.4, 8.7, 9.5, 11.2, 4.6, 7.0, 7.5],
            [1.5, 41.9, -3.4, 33.6, 11.0, -8.2, 18.8],
        ),
        (
            (GERMANY, View({"CA": 1, "US": -1}, 0.04)),
            [4.4, 9.1, 9.5, 11.3, 4.6, 7.0, 7.3],
            [1.5, 53.3, -3.3, 33.1, 11.0, -7.8, 7.3],
        ),
    ],
)
def test_seven_countries_of_he_and_litterman(views, means, best):
    """The Intuition Behind Black-Litterman Model Portfolios, 1999: δ 2.5, τ .05, tables 2, 4–6."""
    prior = equilibrium(COVARIANCE, CAPITAL, 2.5)
    found, spread = posterior(COVARIANCE, prior, COUNTRIES, views)
    assert (100 * found).round(1) == pytest.approx(means, abs=1e-9)
    if best is not None:
        wanted = np.linalg.solve(spread, found) / 2.5
        assert (100 * wanted).round(1) == pytest.approx(best, abs=1e-9)


def test_riskfolio_has_the_same_returns():
    import pandas as pd
    import riskfolio

    given = several(1)
    names = [one.name for one in given]
    columns = np.column_stack([one.values for one in given])
    covariance = np.cov(columns, rowvar=False)
    held = np.full(5, 0.2)
    view = View({"s0": 1.0, "s1": -1.0}, 0.002)
    means, _, _ = riskfolio.ParamsEstimation.black_litterman(
        pd.DataFrame(columns, columns=names),
        w=pd.DataFrame(held, index=names),
        P=pd.DataFrame([[1.0, -1.0, 0, 0, 0]]),
        Q=pd.DataFrame([[0.002]]),
        delta=3.0,
    )
    prior = equilibrium(covariance, held, 3.0)
    own, _ = posterior(covariance, prior, names, [view], scale=1 / len(columns))
    assert own == pytest.approx(np.ravel(means), rel=1e-6)


def test_without_views_the_weights_of_now_are_kept():
    given = several(1)
    current = {"s0": 0.1, "s1": 0.3, "s2": 0.2, "s3": 0.15, "s4": 0.25}
    told = Terms(objective="utility", aversion=4.0)
    found = allocate(given, "black-litterman", Constraints(current=current), told)
    assert weights(found) == pytest.approx(list(current.values()), abs=1e-3)


def test_a_view_moves_weight_to_what_it_favours_the_more_the_surer_it_is():
    given = several(1)
    before = 0.2
    for confidence in (0.1, 0.5, 1.0):
        view = View({"s0": 1.0, "s1": -1.0}, 0.01, confidence)
        told = Terms(objective="utility", aversion=50.0, views=(view,))
        found = dict(allocate(given, "black-litterman", terms=told).weights)
        assert found["s0"] >= before - 1e-6
        before = found["s0"]
    assert before > 0.25


def test_a_view_of_certainty_is_what_is_expected():
    prior = equilibrium(COVARIANCE, CAPITAL, 2.5)
    sure = View({"DE": 1.0}, 0.2, 1.0)
    found, _ = posterior(COVARIANCE, prior, COUNTRIES, [sure])
    assert found[3] == pytest.approx(0.2, rel=1e-9)


@pytest.mark.parametrize("case", [({}, 0.1, 0.5), ({"a": 0.0}, 0.1, 0.5), ({"a": 1.0}, 0.1, 0.0)])
def test_what_is_no_view_is_refused(case):
    with pytest.raises(AssertionError):
        View(*case)
