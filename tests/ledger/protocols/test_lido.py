"""Lido staking."""

from ledger.classify import classify
from ledger.protocols import lido
from tests.ledger.moves import activity, asset, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    request = "WithdrawalRequested(uint256,address,address,uint256,uint256)"
    assert hashes_to("Submitted(address,uint256,address)", lido.SUBMITTED)
    assert hashes_to("TransferShares(address,address,uint256)", lido.TRANSFER_SHARES)
    assert hashes_to(request, lido.WITHDRAWAL_REQUESTED)
    assert hashes_to("WithdrawalClaimed(uint256,address,address,uint256)", lido.WITHDRAWAL_CLAIMED)


def shares(sender, recipient):
    return log(2, "stETH", lido.TRANSFER_SHARES, sender, recipient, data=[80])


def test_coin_for_steth_is_a_stake_and_steth_grows_with_rewards():
    logs = [log(1, "stETH", lido.SUBMITTED, "w", data=[100, "zero"]), shares("zero", "w")]
    one = activity("w > stETH 100 ETH; zero > w 99 stETH", logs=logs)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "lido")
    _, facts = classify(one, wallets(), PROTOCOLS)
    assert [(fact.id, fact.accrues) for fact in facts] == [(asset("stETH"), "staking")]


def test_coin_straight_for_wsteth_is_a_stake_too():
    logs = [log(1, "stETH", lido.SUBMITTED, "wstETH", data=[100, "zero"]), shares("zero", "wstETH")]
    one = activity("w > wstETH 100 ETH; wstETH > stETH 100 ETH; zero > w 80 wstETH", logs=logs)
    assert only(one, PROTOCOLS).kind == "stake"


def test_coin_that_a_helper_staked_and_wrapped_is_a_stake():
    logs = [log(1, "stETH", lido.SUBMITTED, "helper", data=[100, 0]), shares("zero", "helper")]
    one = activity(
        "w > helper 100 ETH; helper > stETH 100 ETH; zero > helper 99 stETH;"
        "helper > wstETH 99 stETH; zero > helper 80 wstETH; helper > w 80 wstETH",
        logs=logs,
        called="helper",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "lido")
    assert [leg.quantity for leg in event.legs] == [-100, 80]


def test_steth_and_its_wrapped_form_are_wrapped_and_unwrapped():
    one = activity("w > wstETH 100 stETH; zero > w 80 wstETH", logs=[shares("w", "wstETH")])
    assert only(one, PROTOCOLS).kind == "wrap"
    one = activity("w > zero 80 wstETH; wstETH > w 100 stETH", logs=[shares("wstETH", "w")])
    assert only(one, PROTOCOLS).kind == "unwrap"


def test_a_request_and_its_claim_are_two_steps_of_unstaking():
    request = log(5, "queue", lido.WITHDRAWAL_REQUESTED, 7, "w", "w", data=[100, 80])
    one = activity("w > queue 100 stETH; zero > w 1 queue#7", logs=[shares("w", "queue"), request])
    assert (only(one, PROTOCOLS).kind, len(only(one, PROTOCOLS).legs)) == ("unstake", 2)
    claim = log(5, "queue", lido.WITHDRAWAL_CLAIMED, 7, "w", "w", data=[100])
    one = activity("w > zero 1 queue#7; queue > w 100 ETH", logs=[claim])
    assert (only(one, PROTOCOLS).kind, len(only(one, PROTOCOLS).legs)) == ("unstake", 2)


def test_steth_sold_on_a_market_is_no_unstaking():
    one = activity("w > pool 100 stETH; pool > w 98 ETH", logs=[shares("w", "pool")])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("swap", None)
