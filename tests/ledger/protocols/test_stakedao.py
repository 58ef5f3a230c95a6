"""StakeDAO."""

from ledger.protocols import stakedao
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

LOCKER = "0x52f541764e6e90eebc5c21ff570de0e2d63766b6"


def test_topics_are_the_hashes_of_their_signatures():
    claimed = "Claimed(address,address,uint256,uint256,uint256,uint256)"
    assert hashes_to("Deposit(address,uint256)", stakedao.GAUGE_DEPOSIT)
    assert hashes_to("Withdraw(address,uint256)", stakedao.GAUGE_WITHDRAW)
    assert hashes_to("Deposited(address,address,uint256,bool,bool)", stakedao.LOCKED)
    assert hashes_to(claimed, stakedao.BOUNTY_CLAIMED)
    assert hashes_to("RewardsClaimed(address[])", stakedao.REWARDS_CLAIMED)


def test_a_vault_gives_the_token_of_its_gauge():
    logs = [log(5, "gauge", stakedao.GAUGE_DEPOSIT, "w", data=[100])]
    one = activity(f"w > vault 100 LP; vault > {LOCKER} 100 LP; zero > w 100 gauge", logs=logs)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", "stakedao", 2)
    logs = [log(5, "gauge", stakedao.GAUGE_WITHDRAW, "w", data=[100])]
    one = activity(f"{LOCKER} > vault 100 LP; vault > w 100 LP; w > zero 100 gauge", logs=logs)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("unstake", "stakedao", 2)


def test_a_gauge_without_a_locker_is_somebody_elses():
    logs = [log(5, "gauge", stakedao.GAUGE_DEPOSIT, "w", data=[100])]
    one = activity("w > gauge 100 LP; zero > w 100 gauge", logs=logs)
    assert only(one, PROTOCOLS).protocol == "staking_rewards"
    logs.append(log(6, "claimer", stakedao.REWARDS_CLAIMED, data=[32, 0]))
    one = activity("w > gauge 100 LP; zero > w 100 gauge", logs=logs)
    assert only(one, PROTOCOLS).protocol == "staking_rewards"


def test_what_was_locked_is_a_stake_for_its_token():
    logs = [log(5, "depositor", stakedao.LOCKED, "w", "w", data=[100, 1, 0])]
    one = activity("w > depositor 100 CRV; zero > w 100 sdCRV", logs=logs)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", "stakedao", 2)


def test_bounties_are_rewards_in_the_token_and_size_that_the_log_names():
    claimed = log(5, "p", stakedao.BOUNTY_CLAIMED, "w", 2, data=["CRV", 40, 1, 9])
    assert only(activity("p > w 40 CRV", logs=[claimed]), PROTOCOLS).kind == "reward"
    assert only(activity("p > w 40 XYZ", logs=[claimed]), PROTOCOLS).kind == "receive"
    assert only(activity("p > w 41 CRV", logs=[claimed]), PROTOCOLS).kind == "receive"


def test_what_listed_gauges_paid_is_a_reward_and_nothing_beside_it():
    claimed = log(5, stakedao.CLAIMER, stakedao.REWARDS_CLAIMED, data=[32, 2, "g1", "g2"])
    one = activity("g1 > w 4 CRV; g2 > w 5 SDT; g3 > w 6 X", logs=[claimed])
    reward, other = events_of(one, PROTOCOLS)
    assert (reward.kind, reward.protocol, len(reward.legs)) == ("reward", "stakedao", 2)
    assert other.kind == "receive"


def test_a_list_that_claims_to_be_longer_than_it_is_is_read_as_far_as_it_goes():
    claimed = log(5, stakedao.CLAIMER, stakedao.REWARDS_CLAIMED, data=[32, 1 << 200, "g1"])
    assert only(activity("g1 > w 4 CRV", logs=[claimed]), PROTOCOLS).kind == "reward"


def test_what_an_accountant_pays_is_a_reward():
    accountant = min(stakedao.ACCOUNTANTS)
    event = only(activity(f"{accountant} > w 4 CRV", called=accountant), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "stakedao")


def test_what_an_accountant_pays_is_a_reward_whoever_asked_for_it():
    accountant = min(stakedao.ACCOUNTANTS)
    one = activity(f"{accountant} > w 4 CRV", caller="keeper")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "stakedao")
    other = activity("somebody > w 4 CRV", caller="keeper")
    assert only(other, PROTOCOLS).kind == "receive"
