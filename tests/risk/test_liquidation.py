"""Liquidation by simulation: closed forms of first passage, laws of the loss, reasons for none."""

from dataclasses import replace
from math import comb, exp, log, sqrt

import numpy as np
import pytest

from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from risk.lending import LendingAccount, Side
from risk.liquidation import CHANGES_NEEDED, PATHS, Terms, liquidation_measures

ONE = 10**18
BONUS = {"aave_v3:eth": 0.05, "aave_v3:btc": 0.05}


def side(coin, value, threshold=None):
    return Side(AssetId(f"eip155:1/erc20:{coin}"), coin, round(value * ONE), threshold)


def account(collateral, debts):
    worth = sum(one.value * one.threshold for one in collateral)
    owed = sum(one.value for one in debts)
    health = worth / owed
    place = (WalletId("w"), "eip155:1", "aave_v3", "")
    return LendingAccount(*place, tuple(collateral), tuple(debts), health=health)


def loan(health, threshold=0.8):
    """Ether for a stable debt of 800, at a health factor."""
    return account([side("ETH", 800 * health / threshold, threshold)], [side("USDC", 800)])


def found(*asked):
    return {one.name: one for one in liquidation_measures(*asked)}


def chance(*asked):
    return found(*asked)["liquidation_probability"]


def stable(changes):
    """The changes of one collateral beside a debt that does not move."""
    return np.column_stack([changes, np.zeros(len(changes))])


def normal(days, deviation, seed=1):
    drawn = np.random.default_rng(seed).normal(0, 1, days)
    return deviation * (drawn - drawn.mean()) / drawn.std()


# ---- closed forms


@pytest.mark.parametrize(("levels", "days"), [(1, 4), (3, 10), (5, 30), (9, 30)])
def test_a_walk_of_equal_steps_reaches_a_level_as_the_reflection_principle_says(levels, days):
    step = 0.04
    # half a step below the level: rounding decides nothing
    health = exp(step * (levels - 0.5))
    changes = stable(np.asarray([step, -step] * 50))
    ends = {2 * up - days: comb(days, up) / 2**days for up in range(days + 1)}
    below = sum(p for end, p in ends.items() if end <= -levels)
    exact = below + sum(p for end, p in ends.items() if end < -levels)
    one = chance(loan(health), changes, Terms(days))
    assert one.value == pytest.approx(exact, abs=4 * sqrt(exact * (1 - exact) / PATHS) + 1e-6)
    assert one.sample == 100
    assert one.error >= sqrt(exact * (1 - exact) / PATHS) * 0.9


@pytest.mark.parametrize(("health", "days"), [(1.1, 10), (1.3, 30), (1.6, 90)])
def test_a_lognormal_price_passes_as_the_corrected_barrier_says(health, days):
    from statistics import NormalDist

    # Broadie, Glasserman and Kou 1997: looked at once a day, the barrier is 0.5826 steps further
    deviation = 0.04
    away = (log(health) + 0.5826 * deviation) / (deviation * sqrt(days))
    exact = 2 * NormalDist().cdf(-away)
    one = chance(loan(health), stable(normal(20_000, deviation)), Terms(days))
    assert one.value == pytest.approx(exact, abs=4 * sqrt(exact * (1 - exact) / PATHS) + 0.002)


def test_two_prices_move_as_their_ratio_does():
    deviation, shared = np.asarray([0.05, 0.03]), 0.6
    drawn = np.random.default_rng(2).normal(size=(20_000, 2))
    first = drawn[:, 0]
    second = shared * first + sqrt(1 - shared**2) * drawn[:, 1]
    both = np.column_stack([deviation[0] * first, deviation[1] * second])
    ratio = sqrt(0.05**2 + 0.03**2 - 2 * shared * 0.05 * 0.03)
    pair = account([side("ETH", 1_250, 0.8)], [side("BTC", 800)])
    alone = chance(loan(1.25), stable(normal(20_000, ratio)), Terms(30))
    one = chance(pair, both, Terms(30))
    assert one.value == pytest.approx(alone.value, abs=0.02)
    # what rises and falls with its debt is never liquidated, what moves against it sooner
    same = np.column_stack([both[:, 0], both[:, 0]])
    against = np.column_stack([both[:, 0], -both[:, 0]])
    assert chance(pair, same, Terms(30)).value == 0
    assert chance(pair, against, Terms(30)).value > 1.5 * one.value


def test_collateral_that_falls_apart_is_safer_than_one_that_falls_together():
    held = [side("ETH", 500, 0.8), side("BTC", 500, 0.8)]
    both = account(held, [side("USDC", 640)])
    one, two = normal(5_000, 0.05, 1), normal(5_000, 0.05, 2)
    still = np.zeros(5_000)
    apart = chance(both, np.column_stack([one, two, still]), Terms(30))
    together = chance(both, np.column_stack([one, one, still]), Terms(30))
    assert apart.value < 0.8 * together.value


# ---- the loss


def test_a_loss_is_the_bonus_on_the_part_that_is_repaid():
    # every path falls by the same step at once, to a health factor between 0.95 and 1
    fall = log(1.02)
    changes = stable(np.asarray([fall, -fall] * 50))
    both = found(loan(1.0), changes, Terms(1, bonuses=BONUS))
    # it is liquidated as it stands now, before any price moves
    assert both["liquidation_probability"].value == 1
    assert both["liquidation_loss"].value == pytest.approx(0.05 * 0.5 * 800)
    quarter = found(loan(1.0), changes, Terms(1, part=0.25, bonuses=BONUS))
    assert quarter["liquidation_loss"].value == pytest.approx(0.05 * 0.25 * 800)


def test_deep_under_water_all_is_repaid_and_no_more_is_taken_than_there_is():
    changes = stable(normal(100, 0.01))
    deep = found(loan(0.9), changes, Terms(1, bonuses=BONUS))
    assert deep["liquidation_loss"].value == pytest.approx(0.05 * 800)
    # collateral of 500 for a debt of 800: all of it goes, for what it is worth less the bonus
    sunk = found(loan(0.5), changes, Terms(1, bonuses=BONUS))
    assert sunk["liquidation_loss"].value == pytest.approx(500 - 500 / 1.05)


def test_an_oracle_that_lags_liquidates_later_and_at_its_own_prices():
    step = 0.04
    changes = stable(np.asarray([step, -step] * 50))
    near = loan(exp(step / 2))
    at_once = found(near, changes, Terms(2, bonuses=BONUS))
    late = found(near, changes, Terms(2, lag_hours=24, bonuses=BONUS))
    # of two days only the first is seen in time; one of two steps goes down
    assert late["liquidation_probability"].value == pytest.approx(0.5, abs=0.02)
    assert at_once["liquidation_probability"].value == pytest.approx(0.5, abs=0.02)
    # the market moved on by one step, up or down alike: repaid at the price of before
    repaid, up, down = 400.0, exp(step), exp(-step)
    expected = 0.5 * (repaid * 1.05 * (up + down) / 2 - repaid)
    assert late["liquidation_loss"].value == pytest.approx(expected, abs=0.5)
    assert late["liquidation_probability"].parameters[2] == ("oracle lag", "24 hours")
    hourly = found(near, changes, Terms(2, lag_hours=6, bonuses=BONUS))
    assert hourly["liquidation_probability"].parameters[1] == ("looked at every", "6 hours")
    assert hourly["liquidation_probability"].value > 0.5


def test_without_a_bonus_there_is_a_chance_and_no_loss():
    both = found(loan(1.1), stable(normal(200, 0.04)), Terms(10))
    assert both["liquidation_probability"].value > 0
    assert both["liquidation_loss"].value is None
    assert both["liquidation_loss"].reason == "no liquidation bonus is stated for ETH"


# ---- errors and reasons


def test_the_error_is_that_of_other_histories():
    values, errors = [], []
    for seed in range(40):
        drawn = np.random.default_rng(seed).standard_t(4, 120) * 0.03
        one = chance(loan(1.25), stable(drawn), Terms(20))
        values.append(one.value)
        errors.append(one.error)
    assert np.mean(errors) == pytest.approx(np.std(values, ddof=1), rel=0.4)


def test_what_no_path_reached_has_an_error_too():
    both = found(loan(50), stable(normal(100, 0.01)), Terms(5, bonuses=BONUS))
    one, lost = both["liquidation_probability"], both["liquidation_loss"]
    assert (one.value, one.error > 0) == (0, True)
    assert (lost.value, lost.error) == (0, pytest.approx(one.error * 0.5 * 800 * 0.05))


def test_the_same_question_has_the_same_answer_and_no_trend_is_believed():
    changes = stable(normal(100, 0.03))
    assert found(loan(1.2), changes, Terms()) == found(loan(1.2), changes, Terms())
    risen = changes + np.asarray([0.5, 0.0])
    assert chance(loan(1.2), risen, Terms()).value == chance(loan(1.2), changes, Terms()).value


def test_a_long_path_is_drawn_less_often():
    one = chance(loan(1.2), stable(normal(100, 0.03)), Terms(100, lag_hours=1))
    assert dict(one.parameters)["paths"] == "2000"


def test_too_few_days_and_unknown_thresholds_have_their_reasons():
    few = found(loan(1.2), stable(np.zeros(CHANGES_NEEDED - 1)), Terms())
    assert {one.value for one in few.values()} == {None}
    assert {one.reason for one in few.values()} == {"59 of at least 60 days with a price of all"}
    assert {one.sample for one in few.values()} == {59}
    dark = replace(loan(1.2), health=None, reason="no liquidation threshold is stated for ETH")
    for one in found(dark, stable(np.zeros(100)), Terms()).values():
        assert (one.value, one.reason) == (None, "no liquidation threshold is stated for ETH")
    for one in found(loan(1.2), "a price is missing", Terms()).values():
        assert (one.value, one.reason) == (None, "a price is missing")
