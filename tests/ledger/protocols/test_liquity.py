"""Liquity v1: troves with their debt, the stability pool, stakes of LQTY, proxies in between."""

from ledger.model.asset import debt, position
from ledger.protocols import liquity
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BO, TM, SP, ST = liquity.OPERATIONS, liquity.MANAGER, liquity.STABILITY_POOL, liquity.STAKING
LUSD, LQTY = liquity.LUSD, liquity.LQTY
WALLET = next(iter(wallets("w")))
KEPT = position(NETWORK, "liquity", address("w"))
OWED = debt(NETWORK, "liquity", address("w"))
POOL = position(NETWORK, "liquity", f"pool.{address('w')}")
R = liquity.RESERVE


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "TroveUpdated(address,uint256,uint256,uint256,uint8)": liquity.TROVE_UPDATED,
        "LUSDBorrowingFeePaid(address,uint256)": liquity.FEE_PAID,
        "UserDepositChanged(address,uint256)": liquity.DEPOSIT_CHANGED,
        "ETHGainWithdrawn(address,uint256,uint256)": liquity.GAIN_WITHDRAWN,
        "LQTYPaidToDepositor(address,uint256)": liquity.LQTY_PAID,
        "Liquidation(uint256,uint256,uint256,uint256)": liquity.LIQUIDATED,
        "Redemption(uint256,uint256,uint256,uint256)": liquity.REDEEMED,
        "StakeChanged(address,uint256)": liquity.STAKE_CHANGED,
        "StakingGainsWithdrawn(address,uint256,uint256)": liquity.GAINS_WITHDRAWN,
        "DepositLQTY(address,address,uint256,uint256,uint256,uint256,uint256)": (
            liquity.VOTES_STAKED
        ),
        (
            "WithdrawLQTY(address,address,uint256,uint256,uint256,uint256,uint256,uint256)"
        ): liquity.VOTES_WITHDRAWN,
    }.items():
        assert hashes_to(signature, topic)


def trove(index, owed, coins, emitter=BO, operation=0, user="w"):
    return log(index, emitter, liquity.TROVE_UPDATED, user, data=[owed, coins, coins, operation])


def told(one, **known):
    return {event.kind: said(event) for event in events_of(one, PROTOCOLS, **known)}


def test_an_opened_trove_is_collateral_and_a_debt_with_its_fee():
    logs = [
        log(1, BO, liquity.FEE_PAID, "w", data=[5]),
        trove(2, 1005 + R, 10),
    ]
    one = activity(f"w > {BO} 10 ETH; zero > w 1000 {LUSD}@3", logs=logs)
    assert told(one) == {
        "lend_deposit": [(-10, asset("ETH"), "plain"), (10, KEPT, "position")],
        "borrow": [
            (1000, asset(LUSD), "plain"),
            (1000, OWED, "debt"),
            (5, OWED, "interest"),
        ],
    }


def test_a_closed_trove_gives_everything_back():
    one = activity(
        f"w > zero 1005 {LUSD}@1; {liquity.ACTIVE_POOL} > w 10 ETH", logs=[trove(2, 0, 0)]
    )
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 1005}
    assert told(one, held=held) == {
        "repay": [(-1005, asset(LUSD), "plain"), (-1005, OWED, "debt")],
        "lend_withdraw": [(10, asset("ETH"), "plain"), (-10, KEPT, "position")],
    }


def test_a_part_that_is_paid_back_shows_what_was_taken_over_from_others():
    one = activity(f"w > zero 110 {LUSD}@1", logs=[trove(2, 900 + R, 10)])
    assert told(one, held={(WALLET, OWED): 1000})["repay"][1:] == [
        (-110, OWED, "debt"),
        (10, OWED, "interest"),
    ]


def test_a_redemption_and_a_liquidation_by_others_change_what_is_known():
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 1000}
    one = activity("", logs=[trove(2, 700 + R, 7, TM, 3)], caller="x")
    assert told(one, held=held) == {"repay": [(-3, KEPT, "position"), (-300, OWED, "debt")]}
    one = activity("", logs=[trove(2, 0, 0, TM, 1)], caller="x")
    assert told(one, held=held) == {"liquidation": [(-10, KEPT, "position"), (-1000, OWED, "debt")]}
    assert not events_of(one, PROTOCOLS)


def test_the_stability_pool_spends_lusd_for_coin_and_pays_lqty():
    logs = [
        log(1, SP, liquity.LQTY_PAID, "w", data=[3]),
        log(2, SP, liquity.GAIN_WITHDRAWN, "w", data=[2, 40]),
        log(3, SP, liquity.DEPOSIT_CHANGED, "w", data=[0]),
    ]
    one = activity(f"issue > w 3 {LQTY}@0; {SP} > w 60 {LUSD}@4; {SP} > w 2 ETH", logs=logs)
    assert told(one, held={(WALLET, POOL): 100}) == {
        "reward": [(3, asset(LQTY), "plain")],
        "unstake": [(60, asset(LUSD), "plain"), (-60, POOL, "position")],
        "swap": [(2, asset("ETH"), "plain"), (-40, POOL, "position")],
    }


def test_a_stake_through_a_proxy_is_the_wallets_and_what_it_earned_is_a_reward():
    kept = position(NETWORK, "liquity", f"stake.{address('proxy')}")
    logs = [
        log(3, ST, liquity.STAKE_CHANGED, "proxy", data=[50]),
        log(4, ST, liquity.GAINS_WITHDRAWN, "proxy", data=[6, 1]),
    ]
    text = f"""
        w > proxy 50 {LQTY}@1; proxy > {ST} 50 {LQTY}@2;
        proxy > w 6 {LUSD}@5; proxy > w 1 ETH
    """
    one = activity(text, logs=logs, called="proxy")
    assert told(one) == {
        "stake": [(-50, asset(LQTY), "plain"), (50, kept, "position")],
        "reward": [(6, asset(LUSD), "plain"), (1, asset("ETH"), "plain")],
    }


def test_a_stake_of_a_voter_comes_back_with_all_that_its_contract_had_earned():
    gov = liquity.GOVERNANCE
    kept = position(NETWORK, "liquity", f"stake.{address('proxy')}")
    logs = [
        log(1, ST, liquity.STAKE_CHANGED, "proxy", data=[0]),
        log(2, ST, liquity.GAINS_WITHDRAWN, "proxy", data=[6, 1]),
        log(9, gov, liquity.VOTES_WITHDRAWN, "w", data=["w", 50, 50, 6, 8, 1, 3]),
    ]
    text = f"proxy > w 50 {LQTY}@3; proxy > w 8 {LUSD}@4; proxy > w 3 ETH"
    one = activity(text, logs=logs, called=gov)
    assert told(one, held={(WALLET, kept): 50}) == {
        "unstake": [(50, asset(LQTY), "plain"), (-50, kept, "position")],
        "reward": [(8, asset(LUSD), "plain"), (3, asset("ETH"), "plain")],
    }


def test_troves_of_others_and_other_contracts_are_not_ours():
    one = activity(f"x > w 1000 {LUSD}@3", logs=[trove(2, 1005 + R, 10, user="x")])
    assert only(one, PROTOCOLS).kind == "receive"
    one = activity(f"zero > w 1000 {LUSD}@3", logs=[trove(2, 1005 + R, 10, emitter="fork")])
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_trove_of_a_contract_is_of_the_wallet_that_began_it_whichever_pays():
    kept = position(NETWORK, "liquity", address("proxy"))
    owed = debt(NETWORK, "liquity", address("proxy"))
    held = {(WALLET, kept): 10, (WALLET, owed): 1005}
    text = f"w2 > proxy 5 ETH; proxy > {BO} 5 ETH"
    one = activity(text, logs=[trove(9, 1005 + R, 15, user="proxy")], called="proxy", caller="w2")
    event = only(one, PROTOCOLS, held=held)
    assert [(leg.wallet, leg.quantity) for leg in event.legs if leg.role == "position"] == [
        (WALLET, 5)
    ]


def test_who_liquidates_troves_of_others_is_paid_for_it():
    done = log(9, TM, liquity.LIQUIDATED, data=[5000, 300, 2, 200])
    text = f"gaspool > w 200 {LUSD}; {liquity.ACTIVE_POOL} > w 2 ETH"
    event = only(activity(text, logs=[done], called=TM), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("reward", "liquity", 2)
    forged = log(9, "x", liquity.LIQUIDATED, data=[5000, 300, 2, 200])
    assert only(activity(text, logs=[forged], called="x"), PROTOCOLS).kind == "receive"


def test_who_redeems_lusd_gets_coin_for_it():
    done = log(9, TM, liquity.REDEEMED, data=[100, 100, 5, 1])
    text = f"w > zero 100 {LUSD}; {liquity.ACTIVE_POOL} > w 4 ETH"
    event = only(activity(text, logs=[done], called=TM), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "liquity")


def test_a_trove_of_a_contract_with_shares_of_its_own_is_not_the_funds():
    logs = [log(1, BO, liquity.FEE_PAID, "X", data=[5]), trove(2, 1005 + R, 10, user="X")]
    moved = f"w > X 10 ETH; X > {BO} 10 ETH; zero > X 1000 {LUSD}@3"
    one = activity(f"{moved}; zero > w 9 X@4", logs=logs, called="X")
    assert set(told(one)) == {"vault_deposit"}
    assert set(told(activity(moved, logs=logs, called="X"))) == {"lend_deposit"}
