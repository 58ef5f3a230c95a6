"""Tokens that stand for staked coin."""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.protocols import liquid_staking as liquid
from tests.ledger.moves import activity, asset, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,uint256,uint8,address)": liquid.ETHERFI,
        "Deposit(address,address,uint256,uint256,uint256)": liquid.RENZO,
        "ETHSubmitted(address,address,uint256,uint256)": liquid.FRAX,
        "Staked(address,uint256,uint256)": liquid.MANTLE,
        "Deposited(address,address,uint256,uint256)": liquid.STADER,
        "ETHDepositReceived(address,uint256,uint256,uint256,address)": liquid.SWELL,
        "ETHDeposit(address,uint256,uint256,string)": liquid.KELP,
        "AssetDeposit(address,address,uint256,uint256,string)": liquid.KELP_TOKEN,
        "UnstakeRequested(uint256,address,uint256,uint256)": liquid.MANTLE_REQUESTED,
        "UnstakeRequestClaimed(uint256,address)": liquid.MANTLE_CLAIMED,
        "WithdrawRequestReceived(address,address,uint256,uint256,uint256)": (
            liquid.STADER_REQUESTED
        ),
        "RequestRedeemed(address,address,uint256)": liquid.STADER_REDEEMED,
        "WithdrawRequestCreated(uint32,uint256,uint256,address,uint256)": (
            liquid.ETHERFI_REQUESTED
        ),
        "WithdrawRequestClaimed(uint32,uint256,uint256,address,uint256)": liquid.ETHERFI_CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize(
    ("topic", "indexed", "data", "name"),
    [
        (liquid.ETHERFI, ["w"], [100, 0, "zero"], "etherfi"),
        (liquid.RENZO, [], ["w", "zero", 100, 90, 0], "renzo"),
        (liquid.FRAX, ["w", "w"], [100, 0], "frax"),
        (liquid.MANTLE, ["w"], [100, 90], "mantle"),
        (liquid.STADER, ["w", "w"], [100, 90], "stader"),
        (liquid.SWELL, ["w", "zero"], [100, 90, 900], "swell"),
        (liquid.KELP, ["w"], [100, 90, 96, 0], "kelp"),
    ],
)
def test_coin_for_the_token_that_was_made(topic, indexed, data, name):
    logs = [log(5, "pool", topic, *indexed, data=data)]
    event = only(activity("w > pool 100 ETH; zero > w 90 LST", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", name, 2)
    one = activity("w > pool 100 ETH; pool > w 90 LST", logs=logs)
    assert only(one, PROTOCOLS).protocol is None


def test_a_token_is_taken_too():
    logs = [log(5, "pool", liquid.KELP_TOKEN, "w", "stETH", data=[100, 90, 96, 0])]
    event = only(activity("w > pool 100 stETH; zero > w 90 rsETH", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "kelp")
    logs = [log(5, "pool", liquid.RENZO, data=["w", "stETH", 100, 90, 0])]
    assert only(activity("w > pool 100 stETH; zero > w 90 ezETH", logs=logs), PROTOCOLS).protocol


def test_the_rebasing_token_is_wrapped_and_unwrapped():
    wrapped = liquid.WRAPPED_EETH
    moved = log(5, wrapped, "0x" + "1" * 64)
    one = activity(f"w > {wrapped} 100 eETH; zero > w 95 {wrapped}", logs=[moved])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("wrap", "etherfi")
    one = activity(f"w > zero 95 {wrapped}; {wrapped} > w 100 eETH", logs=[moved])
    assert only(one, PROTOCOLS).kind == "unwrap"
    one = activity(f"w > pool 95 {wrapped}; pool > w 100 eETH", logs=[moved])
    assert only(one, PROTOCOLS).kind == "swap"


def test_a_request_waits_as_coin_under_its_number():
    asked = log(5, "staking", liquid.MANTLE_REQUESTED, 7, "w", data=[100, 90])
    classified, _ = classify(activity("w > staking 90 mETH", logs=[asked]), wallets(), PROTOCOLS)
    (event,) = classified.events
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [-90, 100])
    claimed = log(5, "staking", liquid.MANTLE_CLAIMED, 7, "w")
    one = activity("requests > w 100 ETH", logs=[claimed], called="staking")
    event = only(one, PROTOCOLS, held=after(classified.events, {}))
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [100, -100])


def test_requests_without_a_number_at_their_end_wait_together():
    held: dict[tuple[WalletId, AssetId], int] = {}
    for number in (7, 8):
        asked = log(5, "manager", liquid.STADER_REQUESTED, "w", data=["w", number, 90, 100])
        one = activity("w > manager 90 ETHx", logs=[asked])
        held |= after(classify(one, wallets(), PROTOCOLS, held=held)[0].events, held)
    redeemed = log(5, "manager", liquid.STADER_REDEEMED, "w", data=["w", 100])
    one = activity("manager > w 100 ETH", logs=[redeemed])
    event = only(one, PROTOCOLS, held=held)
    assert (event.protocol, [leg.quantity for leg in event.legs]) == ("stader", [100, -100])
    assert list(after([event], held).values()) == [100]


def test_a_request_as_a_token_of_its_own():
    asked = log(5, "queue", liquid.ETHERFI_REQUESTED, 7, data=[100, 90, "w", 0])
    event = only(activity("w > pool 100 eETH; zero > w 1 queue#7", logs=[asked]), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("unstake", "etherfi", 2)
    paid = log(5, "queue", liquid.ETHERFI_CLAIMED, 7, data=[100, 90, "w", 0])
    event = only(activity("w > zero 1 queue#7; pool > w 99 ETH", logs=[paid]), PROTOCOLS)
    assert {leg.asset for leg in event.legs} == {asset("queue#7"), asset("ETH")}
    assert event.protocol == "etherfi"
