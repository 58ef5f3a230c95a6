"""Gauges and votes of Solidly's kind: stakes, locks, rewards, and tokens of positions in gauges."""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import Asset, position
from ledger.protocols import solidly_gauges as gauges
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
        "Merge(address,uint256,uint256,uint256,uint256,uint256,uint256,uint256)": gauges.MERGED,
        "Split(uint256,uint256,uint256,address,uint256,uint256,uint256,uint256)": gauges.SPLIT,
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


WALLET = next(iter(wallets("w")))


def lock(number):
    return position(NETWORK, "solidly_gauges", f"{address('Escrow')}.{number}")


def titles(*numbers):
    """Tokens of locks that the books have seen, each with its position."""
    facts = {lock(n): Asset(lock(n), "Velo", 18, "position") for n in numbers}
    return facts | {asset(f"Escrow#{n}"): Asset(asset(f"Escrow#{n}"), f"#{n}", 0, "nft",
                                                underlying=lock(n)) for n in numbers}  # fmt: skip


MERGES = [
    log(5, "Escrow", gauges.MERGED, "w", 7, 8, data=[100, 50, 150, 9, 9]),
    log(5, "Escrow", gauges.LOCKED_V1, "w", 9, data=[8, 100, 4, 9]),
]


@pytest.mark.parametrize("merged", MERGES)
def test_a_lock_that_is_merged_into_another_leaves_nothing_behind(merged):
    one = activity("w > zero 1 Escrow#7", logs=[merged], called="Escrow")
    held = {(WALLET, lock(7)): 100, (WALLET, lock(8)): 50}
    event = only(one, PROTOCOLS, held=held, assets=titles(7, 8))
    assert event.kind == "migrate"
    assert said(event)[1:] == [(-100, lock(7), "position"), (100, lock(8), "position")]
    assert after([event], held) == {(WALLET, lock(7)): 0, (WALLET, lock(8)): 150}
    freed = log(1, "Escrow", gauges.UNLOCKED, "w", 8, data=[150, 9])
    back = activity("Escrow > w 150 Velo; w > zero 1 Escrow#8", logs=[freed], called="Escrow")
    event = only(back, PROTOCOLS, held=after([event], held), assets=titles(8))
    assert said(event) == [
        (150, asset("Velo"), "plain"),
        (-1, asset("Escrow#8"), "title"),
        (-150, lock(8), "position"),
    ]


@pytest.mark.parametrize("merged", MERGES)
def test_a_merge_with_a_lock_that_nobody_knows_is_said(merged):
    one = activity("w > zero 1 Escrow#7", logs=[merged], called="Escrow")
    for held in ({(WALLET, lock(7)): 100}, {(WALLET, lock(8)): 50}):
        event = only(one, PROTOCOLS, held=held, assets=titles(7))
        assert event.note == "position:unknown"
        assert all(leg.quantity < 0 for leg in event.legs)


def test_a_lock_that_is_split_is_in_two_parts_and_no_longer_in_itself():
    split = log(5, "Escrow", gauges.SPLIT, 7, 8, 9, data=["w", 30, 70, 9, 9])
    text = "w > zero 1 Escrow#7; zero > w 1 Escrow#8; zero > w 1 Escrow#9"
    held = {(WALLET, lock(7)): 90}
    one = activity(text, logs=[split], called="Escrow")
    classified, facts = classify(one, wallets(), PROTOCOLS, titles(7), held=held)
    (event,) = classified.events
    assert event.kind == "migrate"
    assert after([event], held) == {
        (WALLET, lock(7)): 0,
        (WALLET, lock(8)): 27,
        (WALLET, lock(9)): 63,
    }
    named = {fact.id: fact.underlying for fact in facts}
    assert named[asset("Escrow#8")] == lock(8)
    assert lock(9) in named


def test_locks_of_others_are_merged_and_split_without_us():
    held = {(WALLET, lock(7)): 90}
    split = log(5, "Escrow", gauges.SPLIT, 7, 8, 9, data=["x", 30, 70, 9, 9])
    for found in (split, MERGES[0]):
        one = activity("x > zero 1 Escrow#7", logs=[found], caller="x")
        assert not events_of(one, PROTOCOLS, held=held, assets=titles(7))


def test_what_another_own_wallet_locks_is_of_the_lock():
    locked = log(1, "Escrow", gauges.LOCKED, "w2", 7, 0, data=[40, 9, 9])
    one = activity("w2 > Escrow 40 Velo", logs=[locked], called="Escrow", caller="w2")
    event = only(one, PROTOCOLS, held={(WALLET, lock(7)): 100})
    assert [(leg.wallet, leg.quantity) for leg in event.legs if leg.role == "position"] == [
        (WALLET, 40)
    ]


def test_a_vault_that_logs_like_a_gauge_but_gives_its_token_is_none():
    """A stake beside its own receipt would be held twice."""
    put = log(1, "Vault", gauges.STAKED, "w", "w", data=[100])
    one = activity("w > Vault 100 LP; zero > w 100 Vault", logs=[put], called="Vault")
    event = only(one, PROTOCOLS)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("vault_deposit", [-100, 100])
