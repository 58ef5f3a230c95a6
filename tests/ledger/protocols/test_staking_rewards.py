"""Staking contracts that log like Synthetix's, and claims."""

from ledger.protocols import staking_rewards as pool
from tests.ledger.moves import activity, asset, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

STAKED = log(5, "farm", pool.STAKED, "w", data=[100])
WITHDRAWN = log(5, "farm", pool.WITHDRAWN, "w", data=[100])
PAID = log(6, "farm", pool.REWARD_PAID, "w", data=[7])


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Staked(address,uint256)": pool.STAKED,
        "Withdrawn(address,uint256)": pool.WITHDRAWN,
        "RewardPaid(address,uint256)": pool.REWARD_PAID,
        "Claimed(uint256,address,uint256)": pool.CLAIMED_BY_INDEX,
        "Claimed(address,uint256)": pool.CLAIMED,
        "Claim(address,uint256)": pool.CLAIM,
        "Deposit(address,uint256)": pool.GAUGE_DEPOSIT,
        "Withdraw(address,uint256)": pool.GAUGE_WITHDRAW,
        "Deposit(address,uint256,uint256)": pool.CHEF_DEPOSIT,
        "Withdraw(address,uint256,uint256)": pool.CHEF_WITHDRAW,
    }.items():
        assert hashes_to(signature, topic)


def test_a_stake_without_a_token_in_return_is_a_stake():
    event = only(activity("w > farm 100 S", logs=[STAKED]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "staking_rewards")
    position = event.legs[-1]
    assert (position.role, position.quantity, position.claim) == ("position", 100, None)


def test_the_token_for_a_stake_belongs_to_it():
    for token in ("farm", "receipt"):
        one = activity(f"w > farm 100 S; zero > w 100 {token}", logs=[STAKED])
        assert len(only(one, PROTOCOLS).legs) == 2


def test_what_comes_back_is_unstaked_and_the_reward_is_income():
    one = activity("farm > w 100 S; farm > w 7 R", logs=[WITHDRAWN, PAID])
    unstake, reward = events_of(one, PROTOCOLS)
    assert (unstake.kind, reward.kind) == ("unstake", "reward")
    assert [leg.asset for leg in reward.legs] == [asset("R")]


def test_a_claim_from_a_distributor_is_an_airdrop():
    claimed = log(5, "drop", pool.CLAIMED_BY_INDEX, data=[3, "w", 50])
    assert only(activity("drop > w 50 T", logs=[claimed]), PROTOCOLS).kind == "airdrop"
    claimed = log(5, "drop", pool.CLAIMED, "w", data=[50])
    assert only(activity("drop > w 50 T", logs=[claimed]), PROTOCOLS).kind == "airdrop"


def test_coin_is_no_airdrop_and_another_size_is_no_reward():
    claimed = log(5, "queue", pool.CLAIMED, "w", data=[50])
    assert only(activity("queue > w 50 ETH", logs=[claimed]), PROTOCOLS).kind == "receive"
    assert only(activity("farm > w 8 R", logs=[PAID]), PROTOCOLS).kind == "receive"


def test_a_log_in_a_transaction_that_the_fund_did_not_send_makes_no_income():
    one = activity("farm > w 7 R", logs=[PAID], caller="x", called="farm")
    assert only(one, PROTOCOLS).kind == "receive"


def test_gauges_and_farms_keep_what_moved_to_them():
    for topic, indexed in ((pool.GAUGE_DEPOSIT, ["w"]), (pool.CHEF_DEPOSIT, ["w", 3])):
        one = activity("w > farm 100 S", logs=[log(5, "farm", topic, *indexed, data=[100])])
        assert only(one, PROTOCOLS).kind == "stake"
        one = activity("w > other 100 S", logs=[log(5, "farm", topic, *indexed, data=[100])])
        assert only(one, PROTOCOLS).kind == "send"
    for topic, indexed in ((pool.GAUGE_WITHDRAW, ["w"]), (pool.CHEF_WITHDRAW, ["w", 3])):
        one = activity("farm > w 100 S", logs=[log(5, "farm", topic, *indexed, data=[100])])
        assert only(one, PROTOCOLS).kind == "unstake"


def test_a_wrapped_coin_is_no_gauge():
    deposit = log(5, "WETH", pool.GAUGE_DEPOSIT, "w", data=[100])
    one = activity("w > WETH 100 ETH; zero > w 100 WETH", logs=[deposit])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("wrap", "weth")
