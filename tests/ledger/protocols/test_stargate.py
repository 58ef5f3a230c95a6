"""Stargate: liquidity of both versions, and who is not its pool."""

import pytest

from ledger.protocols import stargate
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposited(address,address,uint256)": stargate.DEPOSITED,
        "Redeemed(address,address,uint256)": stargate.REDEEMED,
        "Mint(address,uint256,uint256,uint256)": stargate.MINTED,
        "InstantRedeemLocal(address,uint256,uint256,address)": stargate.REDEEMED_HERE,
        "Deposit(address,address,address,uint256)": stargate.STAKED,
        "Withdraw(address,address,address,uint256,bool)": stargate.UNSTAKED,
    }.items():
        assert hashes_to(signature, topic)


IN = log(3, "pool", stargate.DEPOSITED, "w", "w", data=[100])
OUT = log(3, "pool", stargate.REDEEMED, "w", "w", data=[100])
FIRST_IN = log(3, "pool", stargate.MINTED, data=["w", 95, 100, 0])
FIRST_OUT = log(3, "pool", stargate.REDEEMED_HERE, data=["w", 95, 100, "w"])


@pytest.mark.parametrize(
    ("text", "told", "kind"),
    [
        ("w > pool 100 U; zero > w 100 LP", IN, "pool_deposit"),
        ("w > pool 100 ETH; zero > w 100 LP", IN, "pool_deposit"),
        ("w > zero 100 LP; pool > w 100 U", OUT, "pool_withdraw"),
        ("w > pool 100 U; zero > w 95 pool", FIRST_IN, "pool_deposit"),
        ("w > zero 95 pool; pool > w 100 U", FIRST_OUT, "pool_withdraw"),
    ],
)
def test_liquidity_has_shares(text, told, kind):
    for called in ("pool", "router"):
        event = only(activity(text, logs=[told], called=called), PROTOCOLS)
        assert (event.kind, event.protocol) == (kind, "stargate")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # another size, somebody else's, and a token that is no share of the pool
        ("w > pool 99 U; zero > w 99 LP", IN),
        (
            "w > pool 100 U; zero > w 100 LP",
            log(3, "pool", stargate.DEPOSITED, "x", "x", data=[100]),
        ),
        ("w > pool 100 U; other > w 100 LP", IN),
        ("w > other 100 U; zero > w 95 R", FIRST_IN),
    ],
)
def test_what_is_no_liquidity_has_no_name(text, told):
    found = events_of(activity(text, logs=[told], called="router"), PROTOCOLS)
    assert {event.protocol for event in found} == {None}


def staking(topic, amount=100, owner="w"):
    more = [1] if topic == stargate.UNSTAKED else []
    return log(3, "farm", topic, "LP", owner, owner, data=[amount, *more])


def test_shares_are_staked_for_rewards_and_come_back():
    put = activity("w > farm 100 LP", logs=[staking(stargate.STAKED)], called="farm")
    event = only(put, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "stargate")
    kept = event.legs[-1]
    assert (kept.quantity, kept.role) == (100, "position")
    back = activity("farm > w 100 LP", logs=[staking(stargate.UNSTAKED)], called="farm")
    event = only(back, PROTOCOLS, held={(kept.wallet, kept.asset): 100})
    assert (event.kind, event.protocol, event.legs[-1].quantity) == ("unstake", "stargate", -100)


def test_a_stake_of_others_or_of_another_size_and_a_silo_are_none():
    for one in (staking(stargate.STAKED, 99), staking(stargate.STAKED, owner="x")):
        assert (
            only(activity("w > farm 100 LP", logs=[one], called="farm"), PROTOCOLS).kind == "send"
        )
    text = "w > zero 90 sLP; farm > w 100 LP"
    one = activity(text, logs=[staking(stargate.UNSTAKED)], called="farm")
    assert "stargate" not in {event.protocol for event in events_of(one, PROTOCOLS)}


def test_rewards_come_beside_a_stake_and_a_trade_is_none():
    logs = [
        staking(stargate.STAKED),
        log(4, "payer", stargate.REWARDS_LISTED, "w", data=[64, 128, 1, "R", 1, 7]),
    ]
    text = "w > farm 100 LP; payer > w 7 R"
    events = events_of(activity(text, logs=logs, called="farm"), PROTOCOLS)
    assert {event.kind for event in events} == {"stake", "reward"}
    for topic, text in (
        (stargate.STAKED, "w > farm 100 LP; farm > w 40 R"),
        (stargate.STAKED, "w > farm 100 LP; router > w 40 R"),
        (stargate.UNSTAKED, "w > farm 40 R; farm > w 100 LP"),
    ):
        one = activity(text, logs=[staking(topic)], called="router")
        assert [event.kind for event in events_of(one, PROTOCOLS)] == ["swap"]
