"""What distributors pay: claims of quests, epochs, campaigns and of what locks earn."""

from ledger.protocols import staking_rewards as pool
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to
from tests.ledger.protocols.test_staking_rewards import name_of


def test_what_locks_of_bal_earn_is_income_and_what_a_campaign_gives_a_gift():
    place = name_of("balancer")
    paid = log(5, place, pool.CLAIMED_FEES, data=["w", "R", 7, 9])
    event = only(activity(f"{place} > w 7 R", logs=[paid], called=place), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "balancer")
    given = log(5, "drop", pool.CLAIMED_CAMPAIGN, 1, "w", data=[7, 9])
    assert only(activity("drop > w 7 R", logs=[given]), PROTOCOLS).kind == "airdrop"
    assert only(activity("other > w 7 R", logs=[given]), PROTOCOLS).kind == "receive"


def test_what_a_quest_pays_is_income():
    place = name_of("paladin")
    paid = log(5, place, pool.CLAIMED_QUEST, 1, 2, "w", data=[3, 7, "R"])
    event = only(activity(f"{place} > w 7 R", logs=[paid], called=place), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "paladin")
    other = log(5, place, pool.CLAIMED_QUEST, 1, 2, "w", data=[3, 7, "S"])
    assert only(activity(f"{place} > w 7 R", logs=[other]), PROTOCOLS).kind == "receive"


def test_what_a_purse_pays_for_a_claim_of_an_epoch_is_income():
    place = name_of("spark")
    paid = log(5, place, pool.CLAIMED_OF_EPOCH, 1, "w", "R", data=[7])
    event = only(activity("purse > w 7 R", logs=[paid], called=place), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "spark")
    assert only(activity("purse > w 7 S", logs=[paid], called=place), PROTOCOLS).kind == "receive"


def test_a_claim_of_a_campaign_that_can_be_delegated_is_an_airdrop():
    for place, name in ((name_of("hedgey"), "hedgey"), ("drop", "staking_rewards")):
        paid = log(5, place, pool.CLAIMED_UNLOCKED, 1 << 128, "w", data=[7, 0])
        event = only(activity(f"{place} > w 7 R", logs=[paid], called=place), PROTOCOLS)
        assert (event.kind, event.protocol) == ("airdrop", name)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "RewardClaimed(address,address,uint256)": pool.REWARD_CLAIMED_IN,
        "RewardClaimed(bytes32,address,address,uint256)": pool.BRIBE_CLAIMED,
        "RewardClaimed(bytes32,address,address,uint256,uint256)": pool.BRIBE_CLAIMED_FIRST,
        "OnRewarded(address,uint256)": pool.ON_REWARDED,
        "UnlockedTokensClaimed(bytes16,address,uint256,uint256)": pool.CLAIMED_UNLOCKED,
        "Claimed(uint256,address,address,uint256)": pool.CLAIMED_OF_EPOCH,
    }.items():
        assert hashes_to(signature, topic)


def test_a_reward_in_the_token_that_is_named_is_income_and_no_other():
    bribes = name_of("hidden_hand")
    for place, name, topic, indexed in (
        ("farm", "staking_rewards", pool.REWARD_CLAIMED_IN, ("w", "R")),
        (bribes, "hidden_hand", pool.BRIBE_CLAIMED, (9, "R", "w")),
    ):
        paid = log(5, place, topic, *indexed, data=[7])
        event = only(activity(f"{place} > w 7 R", logs=[paid], called=place), PROTOCOLS)
        assert (event.kind, event.protocol) == ("reward", name)
        other = activity(f"{place} > w 7 S", logs=[paid], called=place)
        assert only(other, PROTOCOLS).kind == "receive"


def test_a_bribe_in_coin_is_named_by_its_vault():
    bribes, vault = name_of("hidden_hand"), "0x9ddb2da7dd76612e0df237b89af2cf4413733212"
    for token, coin in (("R", "R"), (vault, "ETH")):
        paid = log(5, bribes, pool.BRIBE_CLAIMED_FIRST, 9, token, "w", data=[7, 3])
        for caller in ("w", "x"):
            one = activity(f"{bribes} > w 7 {coin}", logs=[paid], called=bribes, caller=caller)
            event = only(one, PROTOCOLS)
            assert (event.kind, event.protocol) == ("reward", "hidden_hand")
        other = activity(f"{bribes} > w 7 S", logs=[paid], called=bribes)
        assert only(other, PROTOCOLS).kind == "receive"


def test_what_a_contract_beside_a_farm_pays_is_income():
    paid = log(5, "rewarder", pool.ON_REWARDED, "w", data=[7])
    for payer, kind in (("rewarder", "reward"), ("chef", "receive")):
        one = activity(f"{payer} > w 7 R", logs=[paid], called="chef")
        assert only(one, PROTOCOLS).kind == kind


def test_a_stake_of_blur_has_its_name():
    place = name_of("blur")
    put = log(5, place, pool.DEPOSITED, "w", data=[7])
    event = only(activity(f"w > {place} 7 BLUR", logs=[put], called=place), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "blur")


def test_several_rewards_that_a_log_lists_are_income_each_in_its_size():
    assert hashes_to("RewardsClaimed(address,address[],uint256[])", pool.REWARDS_LISTED)
    listed = [64, 160, 2, "R", "S", 2, 7, 9]
    paid = log(5, "farm", pool.REWARDS_LISTED, "w", data=listed)
    event = only(activity("farm > w 7 R; farm > w 9 S", logs=[paid], called="farm"), PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("reward", 2)
    for text in ("farm > w 8 R", "farm > w 7 T", "x > w 7 R"):
        assert only(activity(text, logs=[paid], called="farm"), PROTOCOLS).kind == "receive"
    others = log(5, "farm", pool.REWARDS_LISTED, "x", data=listed)
    assert only(activity("farm > w 7 R", logs=[others]), PROTOCOLS).kind == "receive"


def test_rewards_that_a_log_lists_are_of_their_token_in_their_size():
    def paid(text, *data):
        told = log(5, "farm", pool.REWARDS_LISTED, "w", data=data)
        one = activity(text, logs=[told], called="farm")
        events = events_of(one, PROTOCOLS)
        return {event.kind: [leg.quantity for leg in event.legs] for event in events}

    crossed = [64, 160, 2, "R", "S", 2, 7, 9]
    assert paid("farm > w 9 R; farm > w 7 S", *crossed) == {"receive": [9, 7]}
    assert paid("farm > w 7 R; farm > w 7 R", *crossed) == {"reward": [7], "receive": [7]}
    in_coin = [64, 160, 2, "R", "zero", 2, 7, 9]
    assert paid("farm > w 7 R; farm > w 9 ETH", *in_coin) == {"reward": [7, 9]}
    for broken in ([64, 160, 2, "R", "S", 3, 7, 9], [2**255, 160, 2, "R", "S", 2, 7, 9]):
        assert paid("farm > w 7 R", *broken) == {"receive": [7]}
