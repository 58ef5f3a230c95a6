"""Beefy."""

from ledger.protocols import beefy
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

PUT_IN = log(5, "strategy", beefy.STRATEGY_DEPOSIT, data=[1000])
ZAP_OUT = "w > zap 90 V; zap > zero 90 V; strategy > V 9 LP; V > zap 9 LP; zap > w 100 USDC"
OUT = log(5, "strategy", beefy.STRATEGY_WITHDRAW, data=[900])


def test_topics_are_the_hashes_of_their_signatures():
    order = "(((address,uint256)[],(address,uint256)[],(address,uint256,bytes),address,address)"
    for signature, topic in {
        "Deposit(uint256)": beefy.STRATEGY_DEPOSIT,
        "Withdraw(uint256)": beefy.STRATEGY_WITHDRAW,
        "TVL(uint256,uint256)": beefy.STRATEGY_CHANGED,
        "ChargedFees(uint256,uint256,uint256)": beefy.CHARGED_FEES,
        f"FulfilledOrder{order},address,address)": beefy.FULFILLED,
    }.items():
        assert hashes_to(signature, topic)


def test_a_vault_is_told_by_the_strategy_behind_it():
    event = only(
        activity("w > V 100 LP; V > strategy 100 LP; zero > w 90 V", logs=[PUT_IN]), PROTOCOLS
    )
    assert (event.kind, event.protocol) == ("vault_deposit", "beefy")
    one = activity("w > zero 90 V; strategy > V 100 LP; V > w 100 LP", logs=[OUT])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "beefy")
    moves = "w > V 100 LP; X > strategy 9 LP; zero > w 90 V"
    assert only(activity(moves, logs=[PUT_IN]), PROTOCOLS).protocol is None
    for logs in ([], [PUT_IN]):
        one = activity("w > V 100 LP; V > other 100 LP; zero > w 90 V", logs=logs)
        assert only(one, PROTOCOLS).protocol is None


def test_a_vault_of_two_tokens_is_a_pool():
    changed = log(5, "strategy", beefy.STRATEGY_CHANGED, data=[1000, 2000])
    one = activity("w > V 100 A; w > V 200 B; V > strategy 1 A; zero > w 90 V", logs=[changed])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("pool_deposit", "beefy")


def test_what_a_harvest_pays_for_the_call_is_a_reward_beside_the_deposit():
    fees = log(4, "strategy", beefy.CHARGED_FEES, data=[7, 60, 3])
    one = activity(
        "strategy > w 7 WETH; w > V 100 LP; V > strategy 100 LP; zero > w 90 V", logs=[fees, PUT_IN]
    )
    reward, deposit = events_of(one, PROTOCOLS)
    assert (reward.kind, reward.protocol, deposit.kind) == ("reward", "beefy", "vault_deposit")
    one = activity("x > w 7 WETH", logs=[fees])
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_zap_in_gives_back_what_it_did_not_need():
    zapped = log(9, "zap", beefy.FULFILLED, 1, "w", "w")
    moves = (
        "w > zap 100 USDC; zap > V 9 LP; V > strategy 9 LP; zero > zap 90 V; zap > w 90 V;"
        "zap > w 2 USDC; zap > w 1 DUST"
    )
    event = only(activity(moves, logs=[PUT_IN, zapped]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "beefy")
    assert (2, asset("USDC"), "refund") in said(event)


def test_a_zap_out_and_one_that_only_traded():
    zapped = log(9, "zap", beefy.FULFILLED, 1, "w", "w")
    one = activity(ZAP_OUT, logs=[OUT, zapped])
    assert only(one, PROTOCOLS).kind == "vault_withdraw"
    one = activity("w > zap 90 A; zap > w 100 USDC", logs=[zapped])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("swap", None)
    other = log(9, "zap", beefy.FULFILLED, 1, "x", "x")
    one = activity(ZAP_OUT, logs=[OUT, other])
    assert only(one, PROTOCOLS).protocol is None
