"""Polygon's bridges: predicates and the older deposit manager, state syncs, burns and exits."""

from dataclasses import replace

import pytest

from ledger.link import link
from ledger.protocols import polygon_bridge as polygon
from tests.ledger.moves import activity, address, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

POLYGON = "eip155:137"
COIN = "0x0000000000000000000000000000000000001010"
STATE = "0x0000000000000000000000000000000000001001"
MATIC = "0x7d1afa7b718fb893db30a3abc0cfc608aacfebb0"
POL = "0x455e53cbb86018ac2b8092fdcd39d8444affc3f6"
PREDICATE = "0x40ec5b33f54e0e8a33a975908c5ba1c14e5bbbdf"
BOTH = wallets() | wallets(network=POLYGON)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "LockedERC20(address,address,address,uint256)": polygon.LOCKED,
        "LockedMintableERC20(address,address,address,uint256)": polygon.LOCKED_MINTABLE,
        "LockedEther(address,address,uint256)": polygon.LOCKED_ETHER,
        "NewDepositBlock(address,address,uint256,uint256)": polygon.DEPOSIT_BLOCK,
        "ExitedERC20(address,address,uint256)": polygon.EXITED,
        "ExitedMintableERC20(address,address,uint256)": polygon.EXITED_MINTABLE,
        "ExitedEther(address,uint256)": polygon.EXITED_ETHER,
        "Withdraw(uint256,address,address,uint256)": polygon.EXIT_PAID,
        "Withdraw(address,address,uint256,uint256,uint256)": polygon.COIN_BURNT,
        "Deposit(address,address,uint256,uint256,uint256)": polygon.COIN_CREDITED,
        "StateSynced(uint256,address,bytes)": polygon.SYNCED,
        "StateCommitted(uint256,bool)": polygon.COMMITTED,
    }.items():
        assert hashes_to(signature, topic)


# ---- Ethereum ----------------------------------------------------------------------------------


def locked(recipient="w"):
    logs = [
        log(2, PREDICATE, polygon.LOCKED, "w", recipient, "U", data=[7]),
        log(3, "sender", polygon.SYNCED, 88, "manager2", data=[32, 0]),
    ]
    return activity(f"w > {PREDICATE} 7 U", logs=logs, called="manager", name="out")


def synced(number=88, quantity=7, state=STATE):
    logs = [
        log(4, STATE, polygon.COMMITTED, 87, data=[1]),
        log(6, state, polygon.COMMITTED, number, data=[1]),
    ]
    return activity(
        f"zero > w {quantity} U2@5",
        logs=logs,
        network=POLYGON,
        caller="zero",
        called="zero",
        fee=0,
        minutes=20,
        name="in",
    )


def test_a_locked_token_leaves_with_the_number_of_its_state_sync():
    event = only(locked(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "polygon_bridge")
    assert event.note.split() == [
        "message:polygon:88",
        f"to:{POLYGON}:{address('w')}",
        f"expects:{POLYGON}/*/7",
        "by:polygon_bridge",
    ]


def test_both_ends_join_by_the_state_sync():
    ends = [*events_of(locked(), PROTOCOLS, BOTH), *events_of(synced(), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {"bridge:polygon:88"}
    for came in (synced(89), synced(quantity=6), synced(state="stranger")):
        other = [*events_of(locked(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
        assert len(link(other, BOTH).in_flight) == 1


def test_ether_and_the_older_bridge():
    ether = log(2, "ether", polygon.LOCKED_ETHER, "w", "w", data=[5])
    one = activity("w > manager 5 ETH; manager > ether 5 ETH", logs=[ether], called="manager")
    assert only(one, PROTOCOLS).kind == "bridge_out"
    logs = [
        log(2, "sender", polygon.SYNCED, 90, "child", data=[32, 0]),
        log(3, "deposits", polygon.DEPOSIT_BLOCK, "w", MATIC, data=[7, 1]),
    ]
    for token in (MATIC, POL):  # the log says MATIC of either
        one = activity(f"w > deposits 7 {token}", logs=logs, called="deposits")
        event = only(one, PROTOCOLS)
        assert event.kind == "bridge_out"
        assert event.note.split()[:3] == [
            "message:polygon:90",
            f"to:{POLYGON}:{address('w')}",
            f"expects:{POLYGON}/0x{'e' * 40}/7",
        ]


@pytest.mark.parametrize(
    ("text", "exit_"),
    [
        (f"{PREDICATE} > w 7 U", log(1, PREDICATE, polygon.EXITED, "w", "U", data=[7])),
        ("zero > w 7 U", log(1, "mintable", polygon.EXITED_MINTABLE, "w", "U", data=[7])),
        ("ether > w 7 ETH", log(1, "ether", polygon.EXITED_ETHER, "w", data=[7])),
        ("deposits > w 7 POL", log(1, "manager", polygon.EXIT_PAID, 4, "w", "MATIC", data=[7])),
        (f"{PREDICATE} > w 7 U", None),
    ],
)
def test_exits_arrive(text, exit_):
    event = only(activity(text, logs=[exit_] if exit_ else [], called="manager"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "polygon_bridge")


def test_an_exit_of_another_size_or_owner_claims_nothing():
    ether = log(1, "ether", polygon.EXITED_ETHER, "x", data=[7])
    assert only(activity("x > w 6 ETH", logs=[ether]), PROTOCOLS).kind == "receive"
    paid = log(1, "manager", polygon.EXIT_PAID, 4, "x", "MATIC", data=[7])
    assert only(activity("x > w 7 POL", logs=[paid]), PROTOCOLS).kind == "receive"


# ---- Polygon -----------------------------------------------------------------------------------


def test_coin_is_credited_by_its_own_log():
    logs = [
        log(5, COIN, polygon.COIN_CREDITED, "MATIC", "w", data=[7, 0, 7]),
        log(6, STATE, polygon.COMMITTED, 90, data=[1]),
    ]
    one = activity(
        "protocol > w 7 ETH", logs=logs, network=POLYGON, caller="zero", called="zero", fee=0
    )
    event = only(one, PROTOCOLS, wallets(network=POLYGON))
    assert (event.kind, event.note) == ("bridge_in", "message:polygon:90 by:polygon_bridge")


def test_credits_of_one_size_are_told_apart_by_their_owner():
    logs = [
        log(3, COIN, polygon.COIN_CREDITED, "MATIC", "x", data=[7, 0, 7]),
        log(4, STATE, polygon.COMMITTED, 89, data=[1]),
        log(5, COIN, polygon.COIN_CREDITED, "MATIC", "w", data=[7, 0, 7]),
        log(6, STATE, polygon.COMMITTED, 90, data=[1]),
    ]
    one = activity(
        "protocol > w 7 ETH", logs=logs, network=POLYGON, caller="zero", called="zero", fee=0
    )
    owned = wallets(network=POLYGON)
    assert only(one, PROTOCOLS, owned).note.split()[0] == "message:polygon:90"
    twice = [*logs, log(7, COIN, polygon.COIN_CREDITED, "MATIC", "w", data=[7, 0, 7])]
    again = activity(
        "protocol > w 7 ETH", logs=twice, network=POLYGON, caller="zero", called="zero", fee=0
    )
    assert only(again, PROTOCOLS, owned).note == ""


def test_a_burn_of_coin_elsewhere_is_none():
    burnt = log(1, "other", polygon.COIN_BURNT, "MATIC", "w", data=[7, 9, 9])
    one = activity("w > other 7 ETH", logs=[burnt], called="other", network=POLYGON)
    assert only(one, PROTOCOLS, wallets(network=POLYGON)).kind == "send"


def test_coin_burnt_leaves():
    burnt = log(1, COIN, polygon.COIN_BURNT, "MATIC", "w", data=[7, 9, 9])
    one = activity(f"w > {COIN} 7 ETH", logs=[burnt], called=COIN, network=POLYGON)
    event = only(one, PROTOCOLS, wallets(network=POLYGON))
    assert event.kind == "bridge_out"
    assert event.note == f"to:eip155:1:{address('w')} expects:eip155:1/{MATIC}|{POL}/7"


def test_a_child_token_that_its_holder_burnt_leaves():
    one = activity("w > zero 7 U2", called="U2", network=POLYGON)
    owned = wallets(network=POLYGON)
    assert only(one, PROTOCOLS, owned).kind == "burn"
    withdrawn = replace(one, selector="0x2e1a7d4d")
    assert only(withdrawn, PROTOCOLS, owned).kind == "bridge_out"
    # what logs more than the burn, as a request to unstake does, is another thing
    burn = log(1, "U2", "0x" + "77" * 32, "w", "zero", data=[7])
    one = activity("w > zero 7 U2", logs=[burn], called="U2", network=POLYGON)
    assert only(replace(one, selector="0x2e1a7d4d"), PROTOCOLS, owned).kind == "bridge_out"
    for emitter in ("U2", "queue"):
        more = replace(
            one, selector="0x2e1a7d4d", logs=(burn, log(2, emitter, "0x" + "78" * 32, data=[7]))
        )
        assert only(more, PROTOCOLS, owned).kind == "burn"
    # what gives something back is no bridge
    back = activity("w > zero 7 U2; U2 > w 8 U", called="U2", network=POLYGON)
    event = only(replace(back, selector="0x2e1a7d4d"), PROTOCOLS, owned)
    assert event.kind == "vault_withdraw"
    # nor is the same call on another network
    there = replace(activity("w > zero 7 U2", called="U2"), selector="0x2e1a7d4d")
    assert only(there, PROTOCOLS).kind == "burn"


def test_a_mint_outside_a_state_sync_is_not_bridged():
    minted = replace(synced(), caller=address("x"))
    assert only(minted, PROTOCOLS, BOTH).kind == "receive"
