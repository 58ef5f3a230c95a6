"""What is a closed trade, and what it brought."""

from ledger.lots.booking import book
from ledger.model.fund import Policy
from ledger.nav.results import trades
from tests.ledger.notation import entry

FUND = entry(
    0,
    """asset:w ETH 100 acquire = 1000
    equity:contribution ETH -100 none = -1000""",
    kind="contribution",
)


def swap(number, gave, got, value, *, gas=0, **more):
    text = f"""asset:w {gave[0]} -{gave[1]} dispose = -{value}
        asset:w {got[0]} {got[1]} acquire = {value}"""
    if gas:
        text += f"""
        asset:w ETH -{gas} dispose = -{gas * 20}
        expense:gas ETH {gas} none = {gas * 20}"""
    return entry(number, text, **({"strategy": "snipe"} | more))


def closed(*entries):
    everything = [FUND, *entries]
    return trades(everything, book(everything, Policy()).disposals)


BUY = swap(1, ("ETH", 10), ("TOKEN", 5), 200, gas=1)
SELL = swap(2, ("TOKEN", 5), ("ETH", 20), 300, gas=1)


def test_a_position_merely_opened_is_no_trade():
    assert not closed(BUY)


def test_a_round_trip_is_one_trade_net_of_its_gas():
    (trade,) = closed(BUY, SELL)
    assert (trade.result, trade.stake, trade.strategy) == (300 - 200 - 20, 200, "snipe")
    assert (trade.opened, trade.closed) == (BUY.time, SELL.time)
    assert trade.entries == ("e2",)


def test_the_next_opening_is_no_trade_either():
    again = swap(3, ("ETH", 10), ("OTHER", 5), 250)
    assert len(closed(BUY, SELL, again)) == 1


def test_selling_for_the_base_currency_closes():
    sold = swap(2, ("TOKEN", 5), ("USD", 300), 300)
    (trade,) = closed(BUY, sold)
    assert trade.result == 100


def test_a_group_is_one_trade_with_all_its_costs():
    front = swap(1, ("ETH", 10), ("TOKEN", 5), 200, gas=1, group="s")
    back = swap(2, ("TOKEN", 5), ("ETH", 20), 300, gas=1, group="s")
    (trade,) = closed(front, back)
    assert (trade.id, trade.result, trade.stake) == ("s", 100 - 40, 200)
    assert trade.entries == ("e1", "e2")


def test_a_gain_in_one_asset_is_a_trade():
    gain = entry(
        1,
        """asset:w USDC 50 acquire = 50
        income:trading USDC -50 none = -50
        asset:w ETH -1 dispose = -20
        expense:tip ETH 1 none = 20""",
        strategy="arbitrage",
    )
    (trade,) = closed(gain)
    assert (trade.result, trade.stake) == (30, 20)


def test_a_failed_attempt_is_a_losing_trade_with_its_gas_as_stake():
    failed = entry(
        1,
        """asset:w ETH -1 dispose = -20
        expense:failed ETH 1 none = 20""",
        kind="failed",
        strategy="arbitrage",
    )
    (trade,) = closed(failed)
    assert (trade.result, trade.stake) == (-20, 20)


def test_transfers_rewards_and_approvals_are_no_trades():
    moved = entry(
        1,
        """asset:w ETH -1 move
        asset:v ETH 1 move
        asset:w ETH -1 dispose = -20
        expense:gas ETH 1 none = 20""",
        kind="own_transfer",
    )
    reward = entry(
        2,
        """asset:w ETH 1 acquire = 20
        income:reward ETH -1 none = -20""",
        kind="reward",
    )
    assert not closed(moved, reward)


def test_an_unknown_basis_is_no_result():
    sold = swap(2, ("FOUND", 5), ("USD", 300), 300)
    assert not closed(sold)


def test_the_order_of_input_changes_nothing():
    assert closed(BUY, SELL) == closed(SELL, BUY)


def test_what_a_group_earned_in_fees_is_its_result():
    """Liquidity put in and taken out around somebody's swap: nothing is sold, fees are earned."""
    front = entry(3, _gas(20), kind="pool_deposit", group="jit:1", strategy="jit")
    fees = """asset:w ETH 2 acquire = 40
        income:reward ETH -2 none = -40"""
    back = entry(4, f"{fees}\n{_gas(20)}", kind="pool_withdraw", group="jit:1", strategy="jit")
    (trade,) = closed(front, back)
    assert (trade.strategy, trade.result) == ("jit", 0)


def test_a_reward_by_itself_is_no_trade():
    fees = """asset:w ETH 2 acquire = 40
        income:reward ETH -2 none = -40"""
    assert not closed(entry(3, fees, kind="reward", strategy="yield"))


def _gas(value):
    return f"""asset:w ETH -1 dispose = -{value}
        expense:gas ETH 1 none = {value}"""


def test_a_short_closes_when_its_debt_is_repaid():
    borrow = entry(1, "liability:w DEBT 2 none = -4000\nasset:w COIN 2 acquire = 4000")
    back = entry(
        4,
        "liability:w DEBT -2 none = 3000\nasset:w COIN -2 dispose = -3000" + "\n" + _gas(20),
        kind="repay",
        strategy="hedge",
    )
    buy = swap(3, ("USD", 3000), ("COIN", 2), 3000)
    sale = swap(2, ("COIN", 2), ("USD", 4000), 4000)
    trade = closed(borrow, sale, buy, back)[-1]
    assert (trade.result, trade.stake, trade.strategy) == (1000 - 20, 4000, "hedge")
    assert (trade.opened, trade.closed) == (borrow.time, back.time)


def test_a_loan_given_back_as_it_came_is_no_trade():
    borrow = entry(1, "liability:w DEBT 50 none = -50\nasset:w COIN 50 acquire = 50")
    back = entry(
        2,
        "liability:w DEBT -51 none = 51\nasset:w COIN -51 dispose = -51",
        kind="repay",
    )
    assert not closed(borrow, back)
