"""What was lost on the way: by hand, without a loss, and however the days are scaled."""

import pytest
from hypothesis import given

from risk.downside import downside_deviation, downside_measures, omega, pain, ulcer
from risk.growth import growth_measures
from tests.risk.series import samples, series, stated


def measured(*values):
    return {one.name: one for one in downside_measures(series(*values))}


def test_omega_is_what_was_gained_for_what_was_lost():
    assert omega([0.03, -0.01, 0.02, -0.01]) == pytest.approx(2.5)
    assert omega([0.03, -0.01, 0.02, -0.01], 0.01) == pytest.approx(0.03 / 0.04)


def test_the_ulcer_and_the_pain_of_a_fall_and_its_recovery():
    # at the peak, 10 % below, 5.5 % below, at the peak
    falls = [0.0, 0.1, 0.055, 0.0]
    returns = [0.2, -0.1, 0.05, 0.1]
    assert pain(returns) == pytest.approx(sum(falls) / 4)
    assert ulcer(returns) == pytest.approx((sum(fall**2 for fall in falls) / 4) ** 0.5)


def test_a_loss_on_the_first_day_hurts_too():
    assert pain([-0.1] * 2) == pytest.approx((0.1 + 0.19) / 2)


def test_who_never_loses_has_no_ratio_and_no_pain():
    found = measured(*[0.01, 0.02] * 20)
    assert (found["omega"].value, found["gain_to_pain"].value) == (None, None)
    assert found["omega"].reason == "no return below the least acceptable"
    assert found["gain_to_pain"].reason == "no losing day"
    assert (found["ulcer_index"].value, found["pain_index"].value) == (0, 0)


def test_few_days_say_nothing():
    assert {one.reason for one in measured(*[0.01] * 19).values()} == {"19 of at least 20 days"}


@given(samples)
def test_gain_to_pain_is_omega_at_zero_less_one(drawn):
    found = measured(*drawn)
    if found["omega"].value is not None:
        assert found["gain_to_pain"].value == pytest.approx(
            found["omega"].value - 1, rel=1e-9, abs=1e-9
        )


@given(samples)
def test_the_root_of_squares_is_no_less_than_the_mean(drawn):
    assert 0 <= pain(drawn) <= ulcer(drawn) + 1e-12
    assert ulcer(drawn) <= 1


def test_the_downside_is_what_lies_below_over_all_days():
    returns = [0.03, -0.01, 0.02, -0.03]
    assert downside_deviation(returns) == pytest.approx(((0.01**2 + 0.03**2) / 4) ** 0.5)
    assert downside_deviation(returns, 0.02) == pytest.approx(((0.03**2 + 0.05**2) / 4) ** 0.5)
    found = {one.name: one for one in downside_measures(series(*returns * 5), 365, 0.02)}
    told = found["downside_deviation"]
    assert told.value == pytest.approx(downside_deviation(returns, 0.02) * 365**0.5)


def test_the_martin_ratio_is_the_yearly_return_for_the_ulcer():
    year = series(*[0.01, -0.008] * 200)
    cagr = {one.name: one for one in growth_measures(year)}["cagr"].value
    found = measured(*year.values)["martin"]
    assert found.value == pytest.approx(stated(cagr) / ulcer(year.values), rel=1e-12)
    assert measured(*[0.01, -0.008] * 20)["martin"].reason == "40 days are no full year"
    assert measured(*[0.0001] * 400)["martin"].reason == "no fall from a peak"
    assert measured(*[2.0, 3.0] * 900)["martin"].reason == "the growth is beyond every number"
