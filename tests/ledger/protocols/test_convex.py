"""Convex and Aura."""

from ledger.model.asset import position
from ledger.protocols import convex
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BOOSTER = "0xf403c135812408bfbe8713b5a23a04b3d48aae31"
AURA_BOOSTER = "0xa57b8d98dae62b26ec3bcc4a365338157060b234"
VLCVX = "0x72a19342e8f1838460ebfccef09f6585e32db86e"
VLAURA = "0x3fa73f1e5d8a792c80f426fc8f84fbf7ce9bbcac"
CVX = "0x4e3fbd56cd56c3e72c1403e103b45db9da5b9d2b"
AURA = "0x1509706a6c66ca549ff0cb464de88231ddbe213b"
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
CVXCRV = "0x62b9c7356a2dc64a1969e19c23e4f579f9810aa7"


def moved(token):
    """The log of a token that moved."""
    return log(1, token, TRANSFER, "x", "y", data=[1])


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposited(address,uint256,uint256)": convex.DEPOSITED,
        "Withdrawn(address,uint256,uint256)": convex.WITHDRAWN,
        "Staked(address,uint256)": convex.POOL_STAKED,
        "Withdrawn(address,uint256)": convex.POOL_WITHDRAWN,
        "RewardPaid(address,uint256)": convex.POOL_PAID,
        "RewardPaid(address,address,address,uint256)": convex.POOL_PAID_TO,
        "Staked(address,uint256,uint256,uint256,uint256)": convex.CVX_LOCKED,
        "Staked(address,uint256,uint256)": convex.AURA_LOCKED,
        "Withdrawn(address,uint256,bool)": convex.UNLOCKED,
        "RewardPaid(address,address,uint256)": convex.LOCK_PAID,
        "Deposited(address,address,uint256,bool)": convex.WRAPPED,
    }.items():
        assert hashes_to(signature, topic)


def test_a_deposit_over_the_booster_stands_in_the_pool_that_logged_last():
    logs = [
        log(5, "extra", convex.POOL_STAKED, "w", data=[100]),
        log(6, "pool", convex.POOL_STAKED, "w", data=[100]),
        log(7, BOOSTER, convex.DEPOSITED, "w", 25, data=[100]),
    ]
    event = only(activity("w > voter 100 LP", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "convex")
    assert event.legs[-1].asset.endswith(asset("pool").rpartition(":")[2])


def test_a_deposit_for_a_token_of_the_booster_and_back():
    logs = [log(7, AURA_BOOSTER, convex.DEPOSITED, "w", 25, data=[100])]
    event = only(activity("w > voter 100 LP; zero > w 100 D", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", "aura", 2)
    logs = [log(7, BOOSTER, convex.WITHDRAWN, "w", 25, data=[100])]
    event = only(activity(f"w > zero 100 D; {BOOSTER} > w 100 LP", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("unstake", "convex", 2)


def test_rewards_come_with_the_token_of_the_protocol():
    paid = log(6, "pool", convex.POOL_PAID, "w", data=[7])
    for token, name in ((CVX, "convex"), (AURA, "aura")):
        one = activity(f"pool > w 7 CRV; zero > w 3 {token}", logs=[moved(token), paid])
        events = events_of(one, PROTOCOLS)
        assert [(event.kind, event.protocol) for event in events] == [("reward", name)] * 2
    to = log(6, "pool", convex.POOL_PAID_TO, "w", "CRV", data=["w", 7])
    one = activity(f"pool > w 7 CRV; minter > w 3 {AURA}", logs=[moved(AURA), to])
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["reward", "reward"]


def test_the_token_of_the_protocol_that_was_bought_is_no_reward():
    paid = log(6, "pool", convex.POOL_PAID, "x", data=[7])
    one = activity(f"w > pool 5 USDC; pool > w 3 {CVX}", logs=[moved(CVX), paid])
    assert only(one, PROTOCOLS).kind == "swap"


def test_locks_take_and_give_and_pay_in_several_tokens():
    for locker, name, topic, indexed, data in (
        (VLCVX, "convex", convex.CVX_LOCKED, ["w", 9], [100, 100, 100]),
        (VLAURA, "aura", convex.AURA_LOCKED, ["w"], [100, 100]),
    ):
        one = activity(f"w > {locker} 100 T", logs=[log(5, locker, topic, *indexed, data=data)])
        event = only(one, PROTOCOLS)
        assert (event.kind, event.protocol, event.legs[-1].role) == ("stake", name, "position")
        unlocked = log(5, locker, convex.UNLOCKED, "w", data=[100, 0])
        assert only(activity(f"{locker} > w 100 T", logs=[unlocked]), PROTOCOLS).kind == "unstake"
    paid = log(5, VLCVX, convex.LOCK_PAID, "w", "B", data=[4])
    events = events_of(activity(f"{VLCVX} > w 4 A; {VLCVX} > w 4 B", logs=[paid]), PROTOCOLS)
    rewards = [event.legs[0].asset for event in events if event.kind == "reward"]
    assert rewards == [asset("B")]


def test_staked_cvxcrv_is_the_token_of_its_wrapper():
    wrapper = "0xaa0c3f5f7dfd688c6e646f66cd2a6b66acdbe434"
    wrapped = log(5, wrapper, convex.WRAPPED, "w", "w", data=[100, 1])
    one = activity(f"w > {wrapper} 100 CRV; zero > w 100 {wrapper}", logs=[wrapped])
    assert (only(one, PROTOCOLS).kind, len(only(one, PROTOCOLS).legs)) == ("stake", 2)


def test_what_was_locked_for_ever_stands_in_its_token():
    one = activity(f"w > depositor 100 CRV; zero > w 98 {CVXCRV}", logs=[moved(CVXCRV)])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "convex")
    one = activity(f"w > pool 100 CRV; pool > w 105 {CVXCRV}", logs=[moved(CVXCRV)])
    assert only(one, PROTOCOLS).kind == "swap"


def test_pools_of_others_are_not_named():
    staked = log(5, "farm", convex.POOL_STAKED, "w", data=[100])
    assert only(activity("w > farm 100 S", logs=[staked]), PROTOCOLS).protocol == "staking_rewards"


def unasked(text, *logs, held=None):
    found = events_of(activity(text, logs=logs, caller="keeper"), PROTOCOLS, held=held or {})
    return sorted((event.kind, event.protocol) for event in found)


def test_what_a_known_pool_pays_is_a_reward_whoever_asked_for_it():
    paid = log(6, VLCVX, convex.LOCK_PAID, "w", "CRV", data=[7])
    assert unasked(f"{VLCVX} > w 7 CRV", paid) == [("reward", "convex")]
    by_name = "0xcf50b810e57ac33b91dcf525c6ddd9881b139332"
    paid = log(6, by_name, convex.POOL_PAID, "w", data=[7])
    text = f"{by_name} > w 7 CRV@5; zero > w 3 {CVX}@8"
    assert unasked(text, paid, moved(CVX)) == [("reward", "convex"), ("reward", "convex")]


def test_a_pool_that_keeps_a_stake_of_the_fund_is_known_and_no_other():
    paid = log(6, "pool", convex.POOL_PAID, "w", data=[7])
    text = f"pool > w 7 CRV@5; zero > w 3 {CVX}@8"
    stake = (next(iter(wallets("w"))), position(NETWORK, "staking_rewards", address("pool")))
    known = unasked(text, paid, moved(CVX), held={stake: 100})
    assert known == [("reward", "convex"), ("reward", "convex")]
    for held in ({}, {stake: 0}, {(stake[0], stake[1] + "0"): 100}):
        assert {kind for kind, _ in unasked(text, paid, moved(CVX), held=held)} == {"receive"}


def test_nobody_stakes_for_the_fund():
    logs = [log(7, BOOSTER, convex.DEPOSITED, "w", 25, data=[100])]
    assert unasked("zero > w 100 D", *logs) == [("receive", None)]
