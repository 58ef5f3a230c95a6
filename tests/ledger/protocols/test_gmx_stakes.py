"""GMX's and GLP's stakes: through several trackers, rewards, vesting."""

from ledger.protocols import gmx_stakes as stakes
from tests.ledger.moves import activity, events_of, log, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"
TRACKER = "0x908c4d94d34924765f1edc22a1dd098397c59dd4"
ROUTER = min(stakes.ROUTERS)
VESTER = "0x199070ddfd1cfb69173aa2f7e20906f26b363004"


def read(text, *logs, network=ARBITRUM):
    text = text.replace("sGMX", TRACKER).replace("vGMX", VESTER)
    one = activity(text, logs=logs, network=network)
    return events_of(one, PROTOCOLS, wallets("w", network=network))


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
    return log(9, ROUTER, topic, data=[account, "GMX", 5])


def test_a_stake_goes_through_its_trackers():
    text = "w > sGMX 5 GMX; zero > w 5 sGMX; w > fGMX 5 sGMX; zero > w 5 fGMX"
    (event,) = read(text, staked())
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", "gmx", 4)


def test_a_withdrawal_goes_back_through_them():
    text = "w > zero 5 fGMX; fGMX > w 5 sGMX; w > zero 5 sGMX; sGMX > w 5 GMX"
    (event,) = read(text, staked(stakes.UNSTAKE_GMX))
    assert (event.kind, event.protocol) == ("unstake", "gmx")


def test_stakes_of_others_are_not_named():
    text = "w > sGMX 5 GMX; zero > w 5 sGMX"
    (event,) = read(text, staked(account="x"))
    assert event.protocol is None


def test_rewards_that_are_staked_again_are_two_events():
    claimed = log(1, TRACKER, stakes.CLAIM, data=["w", 7])
    text = "sGMX > w 7 escrowed; w > sGMX 7 escrowed; zero > w 7 sGMX"
    reward, stake = read(text, claimed, staked())
    assert (reward.kind, stake.kind, stake.protocol) == ("reward", "stake", "gmx")


def test_liquidity_is_put_in_and_staked_at_once():
    added = log(3, ROUTER, stakes.ADD_LIQUIDITY, data=["w", "U", 50, 0, 0, 0, 9])
    text = (
        "w > vault 50 U; zero > w 9 GLP; w > fGLP 9 GLP; zero > w 9 fGLP; w > sGLP 9 fGLP;"
        "zero > w 9 sGLP"
    )
    (event,) = read(text, added, staked(stakes.STAKE_GLP))
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_deposit", "gmx", 6)


def test_liquidity_that_was_paid_in_coin_and_taken_out():
    added = log(3, ROUTER, stakes.ADD_LIQUIDITY, data=["router", "WETH", 50, 0, 0, 0, 9])
    text = "w > router 50 ETH; router > vault 50 WETH; zero > w 9 sGLP"
    assert [one.kind for one in read(text, added)] == ["pool_deposit"]
    removed = log(3, ROUTER, stakes.REMOVE_LIQUIDITY, data=["w", "U", 9, 0, 0, 0, 50])
    text = "w > zero 9 sGLP; vault > w 50 U"
    (event,) = read(text, removed)
    assert (event.kind, event.protocol) == ("pool_withdraw", "gmx")


def test_vesting_is_a_stake_and_what_came_of_age_no_reward():
    vested = log(3, VESTER, stakes.VEST, data=["w", 5])
    (into,) = read("w > vGMX 5 escrowed; zero > w 5 vGMX", vested)
    assert (into.kind, into.protocol) == ("stake", "gmx")
    claimed = log(3, VESTER, stakes.CLAIM, data=["w", 5])
    (out,) = read("w > zero 5 vGMX; vGMX > w 5 GMX", claimed)
    assert (out.kind, len(out.legs)) == ("unstake", 2)
    stopped = log(3, VESTER, stakes.STOP_VESTING, data=["w", 1, 4])
    (back,) = read("w > zero 4 vGMX; vGMX > w 4 escrowed", stopped)
    assert (back.kind, back.protocol) == ("unstake", "gmx")


def test_a_claim_of_somebody_else_claims_nothing():
    claimed = log(1, TRACKER, stakes.CLAIM, data=["x", 7])
    assert [one.kind for one in read("sGMX > w 7 WETH", claimed)] == ["receive"]


def test_others_that_log_alike_are_not_named():
    for place in ("other", TRACKER):
        network = ARBITRUM if place == "other" else "eip155:10"
        claimed = log(1, place, stakes.CLAIM, data=["w", 7])
        assert [one.protocol for one in read(f"{place} > w 7 WETH", claimed, network=network)] == [
            None
        ]
    indexed = log(1, TRACKER, stakes.CLAIM, "w", data=["w", 7])
    assert [one.protocol for one in read("sGMX > w 7 WETH", indexed)] == [None]


def test_what_moves_beside_a_vesting_is_not_claimed():
    vested = log(3, VESTER, stakes.VEST, data=["w", 5])
    text = "w > vGMX 5 escrowed; zero > w 5 vGMX; w > x 2 A"
    assert [len(one.legs) for one in read(text, vested) if one.protocol] == [2]
    assert [one.protocol for one in read("w > vGMX 5 escrowed", vested)] == [None]
    assert [one.protocol for one in read("zero > w 5 vGMX", vested)] == [None]


def test_what_moves_beside_liquidity_is_not_claimed():
    added = log(3, ROUTER, stakes.ADD_LIQUIDITY, data=["w", "U", 50, 0, 0, 0, 9])
    text = "w > vault 50 U; zero > w 9 GLP; w > x 2 A"
    assert [len(one.legs) for one in read(text, added) if one.protocol] == [2]
    assert [one.protocol for one in read("w > vault 50 U", added)] == [None]
