"""Gauges and votes of Solidly's kind: stakes, locks, rewards, and tokens of positions in gauges."""

import pytest

from ledger.classify import after
from ledger.model.asset import Asset, position
from ledger.protocols import solidly_gauges as gauges
from tests.ledger.moves import NETWORK, activity, address, asset, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GAUGE = position(NETWORK, "solidly_gauges", address("gauge"))
LOCK = position(NETWORK, "solidly_gauges", f"{address('Escrow')}.7")


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,address,uint256)": gauges.STAKED,
        "Withdraw(address,uint256)": gauges.UNSTAKED,
        "Deposit(address,uint256,uint256)": gauges.STAKED_V1,
        "Withdraw(address,uint256,uint256)": gauges.UNSTAKED_V1,
        "Deposit(address,uint256,uint128)": gauges.TOKEN_STAKED,
        "Withdraw(address,uint256,uint128)": gauges.TOKEN_UNSTAKED,
        "ClaimRewards(address,uint256)": gauges.CLAIMED,
        "ClaimRewards(address,address,uint256)": gauges.CLAIMED_TOKEN,
        "Deposit(address,uint256,uint8,uint256,uint256,uint256)": gauges.LOCKED,
        "Deposit(address,uint256,uint256,uint256,uint8,uint256)": gauges.LOCKED_V1,
        "Withdraw(address,uint256,uint256,uint256)": gauges.UNLOCKED,
    }.items():
        assert hashes_to(signature, topic)


STAKES = [
    (log(1, "gauge", gauges.STAKED, "w", "w", data=[26]), gauges.UNSTAKED, [26]),
    (log(1, "gauge", gauges.STAKED_V1, "w", data=[0, 26]), gauges.UNSTAKED_V1, [0, 26]),
]


@pytest.mark.parametrize(("staked", "topic", "data"), STAKES)
def test_a_stake_is_a_position_that_comes_back_from_where_it_is_known(staked, topic, data):
    event = only(activity("w > gauge 26 Pair", logs=[staked], called="gauge"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "solidly")
    assert said(event)[-1] == (26, GAUGE, "position")
    held = after([event], {})
    freed = log(1, "gauge", topic, "w", data=data)
    back = activity("gauge > w 26 Pair", logs=[freed], called="gauge")
    event = only(back, PROTOCOLS, held=held)
    assert (event.kind, event.protocol) == ("unstake", "solidly")
    assert said(event)[-1] == (-26, GAUGE, "position")
    assert only(back, PROTOCOLS).protocol != "solidly"


def test_a_stake_for_somebody_else_is_not_the_funds():
    staked = log(1, "gauge", gauges.STAKED, "w", "x", data=[26])
    one = activity("w > gauge 26 Pair", logs=[staked], called="gauge")
    assert only(one, PROTOCOLS).kind == "send"


def test_rewards_of_the_networks_gauges_in_just_the_token_that_was_claimed():
    network = "eip155:8453"
    for claimed in (
        log(1, "gauge", gauges.CLAIMED, "w", data=[7]),
        log(1, "gauge", gauges.CLAIMED_TOKEN, "w", "Aero", data=[7]),
    ):
        one = activity("gauge > w 7 Aero", logs=[claimed], called="voter", network=network)
        event = only(one, PROTOCOLS, wallets("w", network=network))
        assert (event.kind, event.protocol) == ("reward", "aerodrome")
        other = log(1, "gauge", claimed.topics[0], "x", "Aero", data=[7])
        one = activity("gauge > w 7 Aero", logs=[other])
        assert only(one, PROTOCOLS).kind == "receive"
    wrong = log(1, "gauge", gauges.CLAIMED_TOKEN, "w", "Op", data=[7])
    assert only(activity("gauge > w 7 Aero", logs=[wrong]), PROTOCOLS).kind == "receive"


LOCKS = [
    (log(1, "Escrow", gauges.LOCKED, "w", 7, 1, data=[100, 9, 9]), [7], [100, 9]),
    (log(1, "Escrow", gauges.LOCKED_V1, "w", 9, data=[7, 100, 1, 9]), [], [7, 100, 9]),
]


@pytest.mark.parametrize(("locked", "indexed", "data"), LOCKS)
def test_a_lock_is_a_position_with_a_token_and_comes_back(locked, indexed, data):
    text = "zero > w 1 Escrow#7; w > Escrow 100 Velo"
    event = only(activity(text, logs=[locked], called="Escrow"), PROTOCOLS)
    assert event.kind == "stake"
    assert said(event) == [
        (1, asset("Escrow#7"), "title"),
        (-100, asset("Velo"), "plain"),
        (100, LOCK, "position"),
    ]
    freed = log(1, "Escrow", gauges.UNLOCKED, "w", *indexed, data=data)
    text = "Escrow > w 100 Velo; w > zero 1 Escrow#7"
    back = activity(text, logs=[freed], called="Escrow")
    event = only(back, PROTOCOLS, held=after([event], {}))
    assert (event.kind, said(event)[-1]) == ("unstake", (-100, LOCK, "position"))
    assert only(back, PROTOCOLS).note == "position:unknown"


def test_a_position_whose_token_is_in_a_gauge_stays_the_funds():
    main = position(NETWORK, "uniswap_v3", "nft.7")
    title = asset("Nft#7")
    known = {title: Asset(title, "#7", 0, "nft", underlying=main)}
    staked = log(1, "gauge", gauges.TOKEN_STAKED, "w", 7, 5)
    one = activity("w > gauge 1 Nft#7", logs=[staked], called="gauge")
    wallet = next(iter(wallets("w")))
    held = {(wallet, main): 5}
    event = only(one, PROTOCOLS, assets=known, held=held)
    assert event.kind == "stake"
    assert after([event], held) == {(wallet, main): 5}
    freed = log(1, "gauge", gauges.TOKEN_UNSTAKED, "w", 7, 5)
    back = activity("gauge > w 1 Nft#7", logs=[freed], called="gauge")
    event = only(back, PROTOCOLS, assets=known, held=held)
    assert (event.kind, after([event], held)) == ("unstake", {})


def test_what_comes_back_beyond_a_stake_is_a_reward():
    freed = log(1, "gauge", gauges.UNSTAKED, "w", data=[30])
    back = activity("gauge > w 30 Pair", logs=[freed], called="gauge")
    wallet = next(iter(wallets("w")))
    event = only(back, PROTOCOLS, held={(wallet, GAUGE): 26})
    assert said(event) == [
        (26, asset("Pair"), "plain"),
        (4, asset("Pair"), "reward"),
        (-26, GAUGE, "position"),
    ]


def test_a_lock_without_a_token_that_the_books_do_not_know_is_somebody_elses():
    freed = log(1, "Lock", gauges.UNLOCKED, "w", data=[100, 9, 9])
    one = activity("Lock > w 9 Velo", logs=[freed], called="Lock")
    assert only(one, PROTOCOLS).protocol != "solidly"
