"""Value at risk and expected shortfall: exact positions, positive losses, reasons where none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.tail import METHODS, observations_needed, tail_measures
from risk.tail.historical import LONG_STILL, aged, filtered, historical
from risk.tail.normal import gaussian
from tests.risk.series import random_series, samples

confidences = st.integers(501, 999).map(lambda parts: parts / 1000)


def rescaled_tail(values):
    return filtered(values, 0.95)


def test_historical_takes_the_type_seven_quantile_and_the_mean_below_it():
    losses = [-0.05, -0.04, -0.03] + [0.01] * 18
    assert historical(losses, 0.95) == (0.04, 0.05)


@pytest.mark.parametrize("confidence", [0.95, 0.975, 0.99])
@pytest.mark.parametrize("count", [201, 401, 601, 1001, 2001])
def test_a_whole_position_takes_that_observation_and_not_its_neighbour(confidence, count):
    at = round((count - 1) * (1 - confidence))
    drawn = np.arange(count) / count - 0.5
    value, shortfall = historical(drawn, confidence)
    assert value == -drawn[at]
    assert shortfall == pytest.approx(-drawn[:at].mean(), rel=1e-15)


def test_the_order_of_days_changes_no_historical_figure():
    drawn = random_series(3).values
    assert historical(drawn, 0.95) == historical(tuple(reversed(drawn)), 0.95)


def test_a_strategy_that_never_loses_shows_a_gain_and_not_a_loss():
    value, shortfall = historical([0.01, 0.02] * 20, 0.95)
    assert (value, shortfall) == (-0.01, -0.01)


def test_idle_days_do_not_hide_the_loss_beyond_them():
    value, shortfall = historical([0.0] * 96 + [-0.1] * 4, 0.95)
    assert value == 0
    assert shortfall == 0.1


def test_the_gaussian_uses_the_deviation_of_the_population():
    value, shortfall = gaussian([-0.01, 0.01] * 20, 0.95)
    assert value == pytest.approx(0.01 * 1.6448536269514722, rel=1e-14)
    assert shortfall == pytest.approx(0.01 * 2.0627128075074275, rel=1e-14)


def test_the_gaussian_understates_a_fat_tail_which_the_sample_shows():
    drawn = [0.001] * 97 + [-0.2] * 3
    assert historical(drawn, 0.99)[1] > gaussian(drawn, 0.99)[1]


def test_the_filter_looks_at_the_volatility_of_now():
    calm = list(random_series(1, 200, 0.01).values)
    wild = list(random_series(2, 60, 0.05).values)
    assert rescaled_tail(calm + wild)[0] > historical(calm + wild, 0.95)[0]
    assert rescaled_tail(wild + calm)[0] < historical(wild + calm, 0.95)[0]


def test_the_filter_rescales_each_day_by_hand():
    drawn = random_series(5, 40).values
    variance, rescaled = float(np.mean(np.square(drawn))), []
    for value in drawn:
        rescaled.append(value / np.sqrt(variance))
        variance = 0.94 * variance + 0.06 * value**2
    expected = historical([value * np.sqrt(variance) for value in rescaled], 0.95)
    assert filtered(drawn, 0.95) == pytest.approx(expected, rel=1e-12)


def test_a_move_after_a_long_stillness_cannot_be_rescaled():
    broken = [0.01, -0.01] * 20 + [0.0] * 120 + [-0.01]
    assert filtered(broken, 0.95) == LONG_STILL
    reasons = {m.name: (m.value, m.reason) for m in tail_measures(broken, 0.95)}
    assert reasons["var_filtered_95"] == (None, "a day moved after a long stillness")
    assert reasons["var_historical_95"][0] is not None


def test_leading_idle_days_hide_no_loss_from_the_filter():
    drawn = [0.0] * 20 + [-0.03, 0.02] * 20
    assert rescaled_tail(drawn)[0] > 0.02


def test_a_series_of_zeros_has_no_loss_or_a_reason():
    flat = {name: method([0.0] * 30, 0.95) for name, (method, _) in METHODS.items()}
    assert {name for name, found in flat.items() if found == (0.0, 0.0)} == {
        "historical", "aged", "filtered", "gaussian"
    }  # fmt: skip
    assert flat["cornish_fisher"] == flat["student"] == "the returns do not vary"
    assert flat["extreme"] == "0 of at least 30 days over the threshold"


def test_an_old_loss_weighs_less_than_a_new_one():
    calm, crash = [0.001] * 99, [-0.2]
    assert aged(crash + calm, 0.991)[0] == -0.001
    assert aged(calm + crash, 0.991)[0] == 0.2
    # the last of 100 days weighs (1 − 0.995) ÷ (1 − 0.995¹⁰⁰)
    weight = 0.005 / (1 - 0.995**100)
    assert aged(calm + crash, 0.95)[1] == pytest.approx(
        (0.2 * weight - 0.001 * (0.05 - weight)) / 0.05, rel=1e-12
    )


def test_what_is_older_than_five_hundred_days_is_forgotten():
    drawn = list(random_series(11, 500).values)
    assert aged([-0.9] * 50 + drawn, 0.99) == aged(drawn, 0.99)


@pytest.mark.parametrize(
    ("confidence", "needed"), [(0.9, 20), (0.95, 20), (0.975, 40), (0.99, 100), (0.999, 1000)]
)
def test_a_tail_needs_one_observation_beyond_it(confidence, needed):
    assert observations_needed(confidence) == needed
    short = tail_measures([0.01, -0.01] * (needed // 2 - 1), confidence)
    assert {(m.value, m.reason) for m in short} == {
        (None, f"{needed - 2} of at least {needed} days")
    }
    enough = {m.name: m.value for m in tail_measures([0.01, -0.01] * needed, confidence)}
    for method in ("historical", "aged", "gaussian", "filtered"):
        assert [enough[name] is None for name in enough if method in name] == [False, False]


def test_each_figure_carries_its_convention():
    found = tail_measures(random_series(1).values, 0.975)
    assert [m.name for m in found] == [
        *(f"{what}_{method}_975" for method in METHODS for what in ("var", "es")),
        "evar_975",
    ]
    assert found[0].parameters == (("confidence", "0.975"), ("horizon", "1 day"))
    assert found[0].sample == 100
    assert "type-7" in found[0].definition


@pytest.mark.parametrize(("confidence", "label"), [(0.9, "90"), (0.95, "95"), (0.9999, "9999")])
def test_the_name_holds_the_whole_confidence(confidence, label):
    assert tail_measures([], confidence)[0].name == f"var_historical_{label}"


@pytest.mark.parametrize("confidence", [0.05, 0.5, 1.0, 1.5, 95])
def test_a_confidence_outside_its_range_is_refused(confidence):
    with pytest.raises(AssertionError):
        tail_measures([0.01] * 30, confidence)


@given(samples, st.tuples(confidences, confidences))
def test_value_at_risk_grows_with_confidence(drawn, pair):
    low, high = sorted(pair)
    for method in (historical, aged, gaussian):
        assert method(drawn, low)[0] <= method(drawn, high)[0] + 1e-15


@given(samples, confidences)
def test_expected_shortfall_is_never_less_than_value_at_risk(drawn, confidence):
    for method in (historical, aged, filtered):
        found = method(drawn, confidence)
        assert isinstance(found, str) or found[1] >= found[0]
    value, shortfall = gaussian(drawn, confidence)
    assert shortfall >= value - 1e-15


@given(samples, st.sampled_from([0.5, 2.0, 8.0]))
def test_twice_the_bet_is_twice_the_tail(drawn, factor):
    scaled = [value * factor for value in drawn]
    for name in ("historical", "aged", "filtered", "gaussian", "cornish_fisher"):
        method, _ = METHODS[name]
        found = method(drawn, 0.95)
        if isinstance(found, str):
            assert method(scaled, 0.95) == found
        else:
            expected = [value * factor for value in found]
            assert method(scaled, 0.95) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(samples, st.sampled_from([-0.25, 0.125]))
def test_a_sure_gain_comes_off_the_loss(drawn, gain):
    for method in (historical, gaussian):
        expected = [value - gain for value in method(drawn, 0.95)]
        assert method([v + gain for v in drawn], 0.95) == pytest.approx(expected, abs=1e-12)
