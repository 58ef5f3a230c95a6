"""Win rate and profit factor, per closed trade."""

from itertools import permutations

from risk.trading import trade_measures
from tests.risk.series import trade, trades


def found(*results):
    return tuple(measure.value for measure in trade_measures(trades(*results)))


def test_trades_won_over_all_trades():
    assert found(3, -1, 0, 2) == (0.5, 5.0)


def test_two_trades_of_one_day_are_two_trades():
    same_day = [trade(0, 5), trade(0, -1)]
    assert [measure.value for measure in trade_measures(same_day)] == [0.5, 5.0]


def test_without_a_loss_there_is_no_profit_factor_and_never_infinity():
    rate, factor = trade_measures(trades(1, 2))
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
