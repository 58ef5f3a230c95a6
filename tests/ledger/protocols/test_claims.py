"""What distributors pay: claims of quests, epochs, campaigns and of what locks earn."""

from ledger.protocols import staking_rewards as pool
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS
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
