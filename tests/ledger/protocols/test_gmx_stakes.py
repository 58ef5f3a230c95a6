"""GMX's and GLP's stakes: through several trackers, rewards, vesting."""

from ledger.protocols import gmx_stakes as stakes
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "StakeGmx(address,address,uint256)": stakes.STAKE_GMX,
        "UnstakeGmx(address,address,uint256)": stakes.UNSTAKE_GMX,
        "StakeGlp(address,uint256)": stakes.STAKE_GLP,
        "UnstakeGlp(address,uint256)": stakes.UNSTAKE_GLP,
        f"AddLiquidity(address,address{',uint256' * 5})": stakes.ADD_LIQUIDITY,
        f"RemoveLiquidity(address,address{',uint256' * 5})": stakes.REMOVE_LIQUIDITY,
        "Claim(address,uint256)": stakes.CLAIM,
        "Deposit(address,uint256)": stakes.VEST,
        "Withdraw(address,uint256,uint256)": stakes.STOP_VESTING,
    }.items():
        assert hashes_to(signature, topic)


def staked(topic=stakes.STAKE_GMX, account="w"):
    return log(9, "router", topic, data=[account, "GMX", 5])


def test_a_stake_goes_through_its_trackers():
    text = "w > sGMX 5 GMX; zero > w 5 sGMX; w > fGMX 5 sGMX; zero > w 5 fGMX"
    event = only(activity(text, logs=[staked()]), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", "gmx", 4)


def test_a_withdrawal_goes_back_through_them():
    text = "w > zero 5 fGMX; fGMX > w 5 sGMX; w > zero 5 sGMX; sGMX > w 5 GMX"
    event = only(activity(text, logs=[staked(stakes.UNSTAKE_GMX)]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("unstake", "gmx")


def test_stakes_of_others_are_not_named():
    text = "w > sGMX 5 GMX; zero > w 5 sGMX"
    event = only(activity(text, logs=[staked(account="x")]), PROTOCOLS)
    assert event.protocol is None


def test_rewards_that_are_staked_again_are_two_events():
    claimed = log(1, "sGMX", stakes.CLAIM, data=["w", 7])
    text = "sGMX > w 7 esGMX; w > sGMX 7 esGMX; zero > w 7 sGMX"
    reward, stake = events_of(activity(text, logs=[claimed, staked()]), PROTOCOLS)
    assert (reward.kind, stake.kind, stake.protocol) == ("reward", "stake", "gmx")


def test_liquidity_is_put_in_and_staked_at_once():
    added = log(3, "manager", stakes.ADD_LIQUIDITY, data=["w", "U", 50, 0, 0, 0, 9])
    text = (
        "w > vault 50 U; zero > w 9 GLP; w > fGLP 9 GLP; zero > w 9 fGLP; w > sGLP 9 fGLP;"
        "zero > w 9 sGLP"
    )
    event = only(activity(text, logs=[added, staked(stakes.STAKE_GLP)]), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_deposit", "gmx", 6)


def test_liquidity_that_was_paid_in_coin_and_taken_out():
    added = log(3, "manager", stakes.ADD_LIQUIDITY, data=["router", "WETH", 50, 0, 0, 0, 9])
    text = "w > router 50 ETH; router > vault 50 WETH; zero > w 9 sGLP"
    assert only(activity(text, logs=[added]), PROTOCOLS).kind == "pool_deposit"
    removed = log(3, "manager", stakes.REMOVE_LIQUIDITY, data=["w", "U", 9, 0, 0, 0, 50])
    text = "w > zero 9 sGLP; vault > w 50 U"
    event = only(activity(text, logs=[removed]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_withdraw", "gmx")


def test_vesting_is_a_stake_and_what_came_of_age_no_reward():
    vested = log(3, "vGMX", stakes.VEST, data=["w", 5])
    into = only(activity("w > vGMX 5 esGMX; zero > w 5 vGMX", logs=[vested]), PROTOCOLS)
    assert (into.kind, into.protocol) == ("stake", "gmx")
    claimed = log(3, "vGMX", stakes.CLAIM, data=["w", 5])
    out = only(activity("w > zero 5 vGMX; vGMX > w 5 GMX", logs=[claimed]), PROTOCOLS)
    assert (out.kind, len(out.legs)) == ("unstake", 2)
    stopped = log(3, "vGMX", stakes.STOP_VESTING, data=["w", 1, 4])
    back = only(activity("w > zero 4 vGMX; vGMX > w 4 esGMX", logs=[stopped]), PROTOCOLS)
    assert (back.kind, back.protocol) == ("unstake", "gmx")


def test_a_claim_of_somebody_else_claims_nothing():
    claimed = log(1, "sGMX", stakes.CLAIM, data=["x", 7])
    assert only(activity("sGMX > w 7 WETH", logs=[claimed]), PROTOCOLS).kind == "receive"
