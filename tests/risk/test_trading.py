"""Win rate, profit factor, payoff, expectancy and streaks, per closed trade."""

from itertools import permutations

import pytest

from risk.trading import trade_measures
from tests.risk.series import trade, trades


def found(*results):
    return tuple(measure.value for measure in trade_measures(trades(*results))[:2])


def named(done):
    return {measure.name: measure for measure in trade_measures(done)}


def test_trades_won_over_all_trades():
    assert found(3, -1, 0, 2) == (0.5, 5.0)


def test_two_trades_of_one_day_are_two_trades():
    same_day = [trade(0, 5), trade(0, -1)]
    assert [measure.value for measure in trade_measures(same_day)[:2]] == [0.5, 5.0]


def test_without_a_loss_there_is_no_profit_factor_and_never_infinity():
    rate, factor, *_ = trade_measures(trades(1, 2))
    assert rate.value == 1
    assert (factor.value, factor.reason) == (None, "no losing trade")


def test_without_trades_there_is_nothing():
    assert {(m.value, m.reason, m.sample) for m in trade_measures([])} == {
        (None, "no closed trade", 0)
    }


def test_only_losses_have_a_factor_of_zero():
    assert found(-1, -2) == (0.0, 0.0)


def test_the_order_of_trades_changes_nothing():
    done = trades(3, -1, 2)
    assert len({trade_measures(order) for order in permutations(done)}) == 1


def test_a_mean_win_over_a_mean_loss():
    assert named(trades(6, 2, -1, 0))["payoff"].value == 4
    assert named(trades(-1, 0))["payoff"].reason == "no winning trade"
    assert named(trades(1, 0))["payoff"].reason == "no losing trade"


def test_what_a_trade_brings_of_its_stake():
    assert named(trades(6, -2, stake=100))["expectancy"].value == pytest.approx(0.02)
    unstaked = trades(6, -2, stake=0)
    assert named(unstaked)["expectancy"].reason == "no trade with a stake"
    assert named([*unstaked, trade(9, 1, 50)])["expectancy"].sample == 1


def test_streaks_follow_the_time_of_closing_and_an_even_trade_ends_both():
    done = trades(1, 1, 0, 1, -1, -1, -1)
    found = named(list(reversed(done)))
    assert found["longest_winning_streak"].value == 2
    assert found["longest_losing_streak"].value == 3
    assert named(trades(-1))["longest_winning_streak"].value == 0
