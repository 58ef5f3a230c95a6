"""Safe: gas given back to relayers, SAFE locked and withdrawn, vesting claimed."""

import pytest

from ledger.classify import after
from ledger.protocols import safe
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

TOKEN = f"eip155:1/erc20:{safe.SAFE_TOKEN}"
POOL = "0xa0b937d5c8e32a80e3a8ed4227cd020221544ee6"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "ExecutionSuccess(bytes32,uint256)": safe.EXECUTION_SUCCESS,
        "ExecutionFailure(bytes32,uint256)": safe.EXECUTION_FAILURE,
        "Locked(address,uint96)": safe.LOCKED,
        "Withdrawn(address,uint32,uint96)": safe.WITHDRAWN,
        "ClaimedVesting(bytes32,address,address)": safe.CLAIMED_VESTING,
        "ClaimedVesting(bytes32,address)": safe.CLAIMED_OWN_VESTING,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("topic", [safe.EXECUTION_SUCCESS, safe.EXECUTION_FAILURE])
@pytest.mark.parametrize(("indexed", "data"), [((), [1, 7]), ((1,), [7])])
def test_gas_that_a_safe_gave_back_is_a_fee_beside_what_it_did(topic, indexed, data):
    one = activity(
        "safe > x 7 U; safe > relayer 7 U",
        logs=[log(9, "safe", topic, *indexed, data=data)],
        caller="relayer",
        called="safe",
    )
    sent, fee = events_of(one, PROTOCOLS)
    assert (sent.kind, fee.kind, fee.protocol) == ("send", "service_fee", "safe")
    assert fee.legs[0].claim == (one.id, 1)


def test_the_last_payment_of_that_size_was_for_gas():
    one = activity(
        "safe > x 7 U; safe > y 7 V; safe > relayer 7 U; w > z 7 U; safe > z 6 U",
        logs=[log(9, "safe", safe.EXECUTION_SUCCESS, data=[1, 7])],
        caller="relayer",
        called="safe",
    )
    (fee,) = (found for found in events_of(one, PROTOCOLS) if found.protocol)
    assert [leg.claim for leg in fee.legs] == [(one.id, 2)]


def test_an_execution_without_a_payment_or_of_another_safe_claims_nothing():
    for emitter, payment in (("safe", 0), ("x", 7)):
        told = log(9, emitter, safe.EXECUTION_SUCCESS, data=[1, payment])
        one = activity("safe > y 7 U", logs=[told], caller="relayer", called="safe")
        assert only(one, PROTOCOLS).kind == "send"


def test_what_was_locked_is_a_position_that_a_withdrawal_ends():
    locked = log(3, "lock", safe.LOCKED, "w", data=[9])
    into = only(activity("w > lock 9 SAFE", logs=[locked]), PROTOCOLS)
    assert (into.kind, into.protocol) == ("stake", "safe")
    held = after([into], {})
    withdrawn = log(3, "lock", safe.WITHDRAWN, "w", 0, data=[9])
    out = only(activity("lock > w 9 SAFE", logs=[withdrawn]), PROTOCOLS, held=held)
    assert out.kind == "unstake"
    assert sorted(quantity for quantity, _, _ in said(out)) == [-9, 9]
    unknown = only(activity("lock > w 9 SAFE", logs=[withdrawn]), PROTOCOLS)
    assert unknown.note == "position:unknown"
    other = log(3, "lock", safe.LOCKED, "x", data=[9])
    assert only(activity("w > lock 9 SAFE", logs=[other]), PROTOCOLS).kind == "send"


@pytest.mark.parametrize(
    ("pool", "asset", "kind", "protocol"),
    [
        (POOL, TOKEN, "airdrop", "safe"),
        ("pool", TOKEN, "reward", "safe"),
        ("pool", "SHU", "reward", "vesting_pool"),
    ],
)
def test_what_vested_is_income(pool, asset, kind, protocol):
    claimed = log(3, pool, safe.CLAIMED_VESTING, 1, "w", "w")
    event = only(activity(f"{pool} > w 9 {asset}", logs=[claimed]), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, protocol)


def test_vesting_of_a_single_account_and_of_strangers():
    single = log(3, "pool", safe.CLAIMED_OWN_VESTING, 1, "w")
    assert only(activity("pool > w 9 U", logs=[single]), PROTOCOLS).kind == "reward"
    strange = log(3, "pool", safe.CLAIMED_VESTING, 1, "x", "x")
    one = activity("pool > x 9 U; x > w 9 U", logs=[strange], caller="x")
    assert only(one, PROTOCOLS, wallets("w")).kind == "receive"


def test_what_moves_beside_a_vesting_is_not_claimed():
    claimed = log(3, "pool", safe.CLAIMED_VESTING, 1, "w", "w")
    one = activity("pool > w 9 U; x > w 8 U; w > pool 1 V; pool > w2 7 U", logs=[claimed])
    (income,) = (found for found in events_of(one, PROTOCOLS) if found.protocol)
    assert [leg.quantity for leg in income.legs] == [9]
