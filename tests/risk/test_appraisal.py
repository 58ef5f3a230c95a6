"""Whose risk it is: parts that sum to the whole, sides of the market, reasons where none is."""

from math import sqrt

import numpy as np
import pytest

from risk.appraisal import ahead, appraisal, modigliani, risks
from risk.ratios import sharpe
from risk.relative import line, relative_measures
from tests.risk.series import random_series, series


def named(own, other, **more):
    return {one.name: one for one in relative_measures(own, other, **more)}


OWN, MARKET = random_series(1, 500), random_series(2, 500, scale=0.03)


def test_both_risks_are_all_of_the_risk():
    mixed = [0.7 * b + a for a, b in zip(OWN.values, MARKET.values, strict=True)]
    shared, own = risks(mixed, MARKET.values)
    assert sqrt(shared**2 + own**2) == pytest.approx(float(np.std(mixed, ddof=1)), rel=1e-12)
    assert shared == pytest.approx(
        line(mixed, MARKET.values).beta * float(np.std(MARKET.values, ddof=1)), rel=1e-12
    )
    # who sold the market short bears its risk as well
    against = [-value for value in mixed]
    assert risks(against, MARKET.values)[0] == pytest.approx(shared, rel=1e-12)


def test_what_it_would_have_earned_at_the_risk_of_the_benchmark():
    rate = 0.0001
    found = modigliani(OWN.values, MARKET.values, rate)
    ratio = sharpe(OWN.values, 1, rate)
    assert found == pytest.approx(ratio * float(np.std(MARKET.values, ddof=1)) + rate, rel=1e-9)
    # at any leverage of excess returns it is the same, and that of the benchmark is its own mean
    twice = [2 * (value - rate) + rate for value in OWN.values]
    assert modigliani(twice, MARKET.values, rate) == pytest.approx(found, rel=1e-9)
    assert modigliani(MARKET.values, MARKET.values) == pytest.approx(np.mean(MARKET.values))


def test_an_appraisal_is_the_alpha_for_what_is_not_explained():
    found = appraisal(OWN.values, MARKET.values, 0.0001)
    alpha = line(OWN.values, MARKET.values, 0.0001).alpha
    assert found == pytest.approx(alpha / risks(OWN.values, MARKET.values)[1], rel=1e-9)


def test_a_call_on_the_market_has_another_beta_on_each_side():
    market = random_series(3, 400, scale=0.02)
    own = series(*(max(value, 0) + 0.0001 * (at % 3) for at, value in enumerate(market.values)))
    found = named(own, market)
    assert found["beta_up"].value == pytest.approx(1, abs=0.01)
    assert found["beta_down"].value == pytest.approx(0, abs=0.01)
    days = [at for at, value in enumerate(market.values) if value > 0]
    told = line([own.values[at] for at in days], [market.values[at] for at in days])
    assert (found["beta_up"].value, found["beta_up"].error) == pytest.approx(
        (told.beta, told.beta_error), rel=1e-9
    )


def test_equal_days_are_half_ahead():
    assert ahead([0.1, 0.2, 0.3, 0.1], [0.0, 0.2, 0.4, 0.0]) == 0.625


def test_every_figure_stands_in_the_measures_of_a_year():
    found = named(OWN, MARKET, periods=365, rate=0.0001)
    shared, own = risks(OWN.values, MARKET.values)
    root = sqrt(365)
    assert found["systematic_risk"].value == pytest.approx(shared * root)
    assert found["specific_risk"].value == pytest.approx(own * root)
    monthly = appraisal(OWN.values, MARKET.values, 0.0001)
    assert found["appraisal"].value == pytest.approx(monthly * root)
    yearly = modigliani(OWN.values, MARKET.values, 0.0001) * 365
    assert found["m2"].value == pytest.approx(yearly)
    assert found["ahead"].value == pytest.approx(ahead(OWN.values, MARKET.values))
    assert all(one.error and one.error > 0 for one in found.values())


def test_what_is_not_there_has_a_reason():
    same = named(MARKET, MARKET)
    assert (same["appraisal"].value, same["appraisal"].reason) == (
        None,
        "the benchmark explains all of it",
    )
    assert same["specific_risk"].value == pytest.approx(0, abs=1e-12)
    flat = named(series(*[0.001] * 400), series(*MARKET.values[:400]))
    assert {flat[name].reason for name in ("m2", "specific_risk", "beta_up")} == {
        "the returns do not vary"
    }
    falling = series(*(-abs(value) - 1e-6 for value in MARKET.values))
    down = named(OWN, falling)
    assert down["beta_up"].reason == "0 of at least 20 days above the rate that vary"
    assert down["beta_down"].value is not None
