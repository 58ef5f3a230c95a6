"""Pendle."""

import pytest

from ledger.classify import after, classify
from ledger.protocols import pendle
from ledger.protocols._pendle_router import ROUTER
from tests.ledger.moves import activity, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

STAKED_PENDLE = pendle.STAKED_PENDLE


def topic(name, words):
    """The router's topic of a name with so many arguments."""
    return next(
        key
        for key, (_, signature) in ROUTER.items()
        if signature.startswith(f"{name}(") and signature.count(",") == words - 1
    )


def test_topics_are_the_hashes_of_their_signatures():
    for key, (_, signature) in ROUTER.items():
        assert hashes_to(signature, key)
    for signature, key in {
        "Deposit(address,address,address,uint256,uint256)": pendle.SY_DEPOSIT,
        "Redeem(address,address,address,uint256,uint256)": pendle.SY_REDEEM,
        "RedeemRewards(address,uint256[])": pendle.REDEEM_REWARDS,
        "RedeemInterest(address,uint256)": pendle.REDEEM_INTEREST,
        "Staked(address,uint256)": pendle.STAKED,
        "Unstaked(address,uint256,uint256)": pendle.UNSTAKED,
        "CooldownInitiated(address,uint256,uint256)": pendle.COOLDOWN,
        "CooldownCanceled(address,uint256)": pendle.COOLDOWN_CANCELED,
        "NewLockPosition(address,uint128,uint128)": pendle.LOCKED,
        "Withdraw(address,uint128)": pendle.UNLOCKED,
    }.items():
        assert hashes_to(signature, key)


@pytest.mark.parametrize(
    ("name", "words", "moves", "kind"),
    [
        ("SwapPtAndToken", 7, "w > router 100 U; market > w 104 PT", "swap"),
        ("SwapYtAndSy", 5, "w > yt 100 YT; market > w 3 SY", "swap"),
        ("AddLiquiditySingleToken", 7, "w > router 5 ETH; zero > w 9 LP", "pool_deposit"),
        ("AddLiquidityDualSyAndPt", 6, "w > m 5 SY; w > m 6 PT; zero > w 9 LP", "pool_deposit"),
        ("RemoveLiquidityDualSyAndPt", 6, "w > m 9 LP; m > w 5 SY; m > w 6 PT", "pool_withdraw"),
        ("MintPyFromToken", 7, "w > r 10 U; zero > w 9 PT; zero > w 9 YT", "vault_deposit"),
        ("RedeemPyToToken", 7, "w > yt 9 PT; w > yt 9 YT; sy > w 10 U", "vault_withdraw"),
        ("MintSyFromToken", 6, "w > router 10 U; zero > w 9 SY", "vault_deposit"),
    ],
)
def test_what_the_router_says_it_did(name, words, moves, kind):
    said_so = log(9, "router", topic(name, words), "w", "market", "U", data=["w", 1, 2, 3])
    event = only(activity(moves, logs=[said_so]), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "pendle")


def test_the_router_for_somebody_else_claims_nothing():
    other = log(9, "router", topic("SwapPtAndToken", 7), "x", "market", "U", data=["x", 1, 2, 3])
    event = only(activity("w > router 100 U; market > w 104 PT", logs=[other]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", None)


def test_rewards_and_interest_come_on_top_in_the_sizes_that_were_logged():
    logs = [
        log(4, "yt", pendle.REDEEM_INTEREST, "w", data=[7]),
        log(5, "market", pendle.REDEEM_REWARDS, "w", data=[32, 2, 0, 8]),
    ]
    interest, reward, other = events_of(
        activity("yt > w 7 SY; market > w 8 PENDLE; market > w 9 X", logs=logs), PROTOCOLS
    )
    assert said(interest) == [(7, asset("SY"), "interest")]
    assert (interest.kind, reward.kind, other.kind) == ("reward", "reward", "receive")
    logs = [log(5, "market", pendle.REDEEM_REWARDS, "x", data=[32, 1, 8])]
    assert only(activity("market > w 8 PENDLE", logs=logs), PROTOCOLS).kind == "receive"


def test_a_standardised_yield_token_is_a_vault_without_the_router_too():
    logs = [log(5, "SY", pendle.SY_DEPOSIT, "w", "w", "U", data=[100, 90])]
    event = only(activity("w > SY 100 U; zero > w 90 SY", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "pendle")
    logs = [log(5, "SY", pendle.SY_REDEEM, "w", "w", "U", data=[90, 100])]
    event = only(activity("w > zero 90 SY; SY > w 100 U", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "pendle")


def test_staked_pendle_cools_down_before_it_comes_back():
    cooling = log(5, STAKED_PENDLE, pendle.COOLDOWN, "w", data=[100, 9])
    one = activity(f"w > zero 100 {STAKED_PENDLE}", logs=[cooling])
    classified, _ = classify(one, wallets(), PROTOCOLS)
    (event,) = classified.events
    assert (event.kind, event.protocol, event.legs[-1].quantity) == ("unstake", "pendle", 100)
    held = after(classified.events, {})
    paid = log(5, STAKED_PENDLE, pendle.UNSTAKED, "w", data=[100, 0])
    one = activity(f"{STAKED_PENDLE} > w 100 PENDLE", logs=[paid])
    event = only(one, PROTOCOLS, held=held)
    assert [leg.quantity for leg in event.legs] == [100, -100]
    again = log(5, STAKED_PENDLE, pendle.COOLDOWN_CANCELED, "w", data=[100])
    event = only(activity(f"zero > w 100 {STAKED_PENDLE}", logs=[again]), PROTOCOLS, held=held)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("stake", [100, -100])


def test_staked_pendle_is_taken_at_once_for_a_fee():
    paid = log(5, STAKED_PENDLE, pendle.UNSTAKED, "w", data=[95, 5])
    one = activity(f"w > zero 100 {STAKED_PENDLE}; {STAKED_PENDLE} > w 95 P", logs=[paid])
    assert (only(one, PROTOCOLS).kind, len(only(one, PROTOCOLS).legs)) == ("unstake", 2)
    staked = log(5, STAKED_PENDLE, pendle.STAKED, "w", data=[100])
    one = activity(f"w > {STAKED_PENDLE} 100 P; zero > w 100 {STAKED_PENDLE}", logs=[staked])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("stake", "pendle")


def test_the_lock_for_votes_takes_what_moved_and_gives_it_back():
    locked = log(5, "ve", pendle.LOCKED, "w", data=[900, 5])
    event = only(activity("w > ve 100 PENDLE", logs=[locked]), PROTOCOLS)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("stake", [-100, 100])
    gone = log(5, "ve", pendle.UNLOCKED, "w", data=[900])
    event = only(activity("ve > w 900 PENDLE", logs=[gone]), PROTOCOLS)
    assert (event.kind, event.note) == ("unstake", "position:unknown")


def test_what_votes_earn_is_income_of_who_pays_for_them_alone():
    for place, protocol in ((pendle.FEES, "pendle"), ("drop", None)):
        paid = log(3, place, pendle.CLAIMED, "w", data=[7])
        event = only(activity(f"{place} > w 7 ETH", logs=[paid], called=place), PROTOCOLS)
        assert (event.kind, event.protocol) == ("reward" if protocol else "receive", protocol)
    assert hashes_to("Claimed(address,uint256)", pendle.CLAIMED)
