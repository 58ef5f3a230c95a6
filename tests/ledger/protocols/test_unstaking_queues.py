"""Queues in which staked tokens wait: requests that a queue remembers, and those with a token."""

import pytest

from ledger.classify import after, classify
from ledger.protocols import unstaking_queues as queues
from tests.ledger.moves import activity, asset, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

COIN = "0x" + "e" * 40
SWELL = "0x48c11b86807627af70a34662d4865cf854251663"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "WithdrawRequestCreated(uint256,address,address,uint256,uint256,uint256)": (
            queues.RENZO_ASKED
        ),
        "WithdrawRequestClaimed((address,uint256,uint256,uint256,uint256))": queues.RENZO_PAID,
        "AssetWithdrawalQueued(address,address,uint256,uint256)": queues.KELP_ASKED,
        "AssetWithdrawalFinalized(address,address,uint256,uint256)": queues.KELP_PAID,
        "WithdrawalRequested(uint256,uint256,uint256,address)": queues.PUFFER_ASKED,
        "WithdrawalCompleted(uint256,uint256,uint256,address)": queues.PUFFER_PAID,
    }.items():
        assert hashes_to(signature, topic)


def asked_renzo(user="w"):
    asked = log(5, "queue", queues.RENZO_ASKED, 7, data=[user, COIN, 101, 100, 0])
    return activity("w > queue 100 ezETH", logs=[asked], called="queue")


@pytest.mark.parametrize("paid", [101, 99])
def test_a_request_with_renzo_waits_as_what_it_shall_be_and_ends_whatever_came(paid):
    classified, _ = classify(asked_renzo(), wallets(), PROTOCOLS)
    (event,) = classified.events
    assert (event.kind, event.protocol) == ("unstake", "renzo")
    assert [leg.quantity for leg in event.legs] == [-100, 101]
    done = log(5, "queue", queues.RENZO_PAID, data=[COIN, 7, paid, 100, 0])
    one = activity(f"queue > w {paid} ETH", logs=[done], called="queue")
    held = after(classified.events, {})
    event = only(one, PROTOCOLS, held=held)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [paid, -101])
    assert set(after([event], held).values()) == {0}
    assert only(one, PROTOCOLS).note == "position:unknown"


def test_a_request_with_kelp_waits_in_units_of_the_token():
    asked = log(5, "manager", queues.KELP_ASKED, "w", COIN, 3, data=[100])
    one = activity("w > manager 100 rsETH", logs=[asked], called="manager")
    classified, _ = classify(one, wallets(), PROTOCOLS)
    assert [leg.quantity for leg in classified.events[0].legs] == [-100, 100]
    done = log(5, "manager", queues.KELP_PAID, "w", COIN, data=[60, 63])
    one = activity("manager > w 63 ETH", logs=[done], called="manager")
    event = only(one, PROTOCOLS, held=after(classified.events, {}))
    assert (event.protocol, [leg.quantity for leg in event.legs]) == ("kelp", [63, -60])


def asked_puffer(user="w"):
    asked = log(5, "manager", queues.PUFFER_ASKED, 7, 1, user, data=[100])
    return activity("w > manager 100 pufETH", logs=[asked], called="manager")


def test_a_request_with_puffer_waits_under_its_number_and_ends_in_wrapped_coin():
    classified, _ = classify(asked_puffer(), wallets(), PROTOCOLS)
    held = after(classified.events, {})
    assert [leg.quantity for leg in classified.events[0].legs] == [-100, 100]
    done = log(5, "manager", queues.PUFFER_PAID, 7, "w", data=[102, 10**18])
    one = activity("manager > w 102 WETH", logs=[done], called="manager")
    event = only(one, PROTOCOLS, held=held)
    assert (event.kind, event.protocol) == ("unstake", "puffer")
    assert set(after([event], held).values()) == {0}
    other = log(5, "manager", queues.PUFFER_PAID, 8, "w", data=[102, 10**18])
    one = activity("manager > w 102 WETH", logs=[other], called="manager")
    assert only(one, PROTOCOLS, held=held).note == "position:unknown"
    assert only(asked_puffer("x"), PROTOCOLS).kind == "send"


@pytest.mark.parametrize(("queue", "name"), sorted(queues.TICKETS.items()))
def test_a_request_as_a_token_of_its_own(queue, name):
    one = activity(f"w > {queue} 100 staked; zero > w 1 {queue}#7", called=queue)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("unstake", name, 2)
    one = activity(f"w > zero 1 {queue}#7; {queue} > w 101 ETH", called=queue)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("unstake", name)
    assert {leg.asset for leg in event.legs} == {asset(f"{queue}#7"), asset("ETH")}


def test_requests_of_others_and_tokens_that_are_only_sold_are_none():
    assert only(asked_renzo("x"), PROTOCOLS).kind == "send"
    one = activity(f"w > buyer 1 {SWELL}#7; buyer > w 99 ETH", called="market")
    assert only(one, PROTOCOLS).kind == "nft_trade"
    asked = log(5, "manager", queues.KELP_ASKED, "x", COIN, 3, data=[100])
    assert only(activity("w > manager 100 r", logs=[asked], called="m"), PROTOCOLS).kind == "send"
