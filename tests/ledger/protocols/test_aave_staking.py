"""Aave's stakes and incentives: a stake is no sale, a reward no withdrawal."""

import pytest

from ledger.protocols import aave_staking as staking
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Staked(address,address,uint256)": staking.STAKED,
        "Redeem(address,address,uint256)": staking.REDEEM,
        "Staked(address,address,uint256,uint256)": staking.STAKED_SHARES,
        "Redeem(address,address,uint256,uint256)": staking.REDEEM_SHARES,
        "RewardsClaimed(address,address,uint256)": staking.CLAIMED,
        "RewardsClaimed(address,address,address,uint256)": staking.CLAIMED_BY,
        "RewardsClaimed(address,address,address,address,uint256)": staking.CLAIMED_OF,
        "LendMigrated(address,uint256)": staking.LEND_MIGRATED,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize(
    ("topic", "data", "shares"),
    [(staking.STAKED, [100], 100), (staking.STAKED_SHARES, [100, 90], 90)],
)
def test_a_stake_gives_its_own_token(topic, data, shares):
    text = f"zero > w {shares} stk@1; w > stk 100 A@2"
    event = only(activity(text, logs=[log(3, "stk", topic, "w", "w", data=data)]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "aave_staking")


@pytest.mark.parametrize(
    ("topic", "data", "shares"),
    [(staking.REDEEM, [100], 100), (staking.REDEEM_SHARES, [100, 90], 90)],
)
def test_its_end_takes_the_token_back(topic, data, shares):
    text = f"w > zero {shares} stk@1; stk > w 100 A@2"
    event = only(activity(text, logs=[log(3, "stk", topic, "w", "w", data=data)]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("unstake", "aave_staking")


def test_the_stake_of_gho_has_its_name():
    gho = next(iter(staking.STAKES))
    text = f"zero > w 100 {gho}@1; w > {gho} 100 A@2"
    event = only(
        activity(text, logs=[log(3, gho, staking.STAKED_SHARES, "w", "w", data=[100, 100])]),
        PROTOCOLS,
    )
    assert (event.kind, event.protocol) == ("stake", "gho")


@pytest.mark.parametrize(
    ("topic", "indexed", "data"),
    [
        (staking.CLAIMED, "ww", [7]),
        (staking.CLAIMED_BY, "www", [7]),
        (staking.CLAIMED_OF, "wRw", ["w", 7]),
    ],
)
def test_incentives_of_every_version_are_rewards(topic, indexed, data):
    logs, called = [log(2, "controller", topic, *indexed, data=data)], "controller"
    one = activity("vault > w 7 R@1", logs=logs, called=called)
    assert only(one, PROTOCOLS).kind == "reward"
    one = activity("vault > w 8 R@1", logs=logs, called=called)
    assert only(one, PROTOCOLS).kind == "receive"


def test_claims_of_others_are_not_ours():
    one = activity("vault > w 7 R@1", logs=[log(2, "c", staking.CLAIMED, "x", "x", data=[7])])
    assert only(one, PROTOCOLS).kind == "receive"


def test_another_token_than_the_one_claimed_is_no_reward():
    logs = [log(2, "c", staking.CLAIMED_OF, "w", "R", "w", data=["w", 7])]
    assert only(activity("vault > w 7 S@1", logs=logs), PROTOCOLS).kind == "receive"


def test_lend_becomes_aave():
    logs = [log(3, "migrator", staking.LEND_MIGRATED, "w", 700)]
    text = f"w > migrator 700 {staking.LEND}@1; migrator > w 7 {staking.AAVE}@2"
    (event,) = events_of(activity(text, logs=logs), PROTOCOLS)
    assert event.kind == "migrate"
