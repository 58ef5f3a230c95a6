"""Donations: given one by one or together, received, matching funds, deposits of projects."""

import pytest

from ledger.protocols import donations
from tests.ledger.moves import activity, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

MATCHING = "0xc8aca0b50f3ca9a0cbe413d8a110a7aab7d4c1ae"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "DonationMade(address,uint256,address,bytes)": donations.DONATION_MADE,
        "DonationSent(address,uint256,address,address)": donations.DONATION_SENT,
        "Allocated(address,uint256,address,address)": donations.ALLOCATED,
        "Allocated(address,uint256,address,address,address)": donations.ALLOCATED_FROM,
        "DirectAllocated(bytes32,address,uint256,address,address)": donations.DIRECT_ALLOCATED,
        "PayoutClaimed(address,uint256)": donations.PAYOUT_CLAIMED,
        "Contribution(address,uint256)": donations.CONTRIBUTION,
        "Given(address,address,uint128)": donations.GIVEN,
        "Collected(address,uint128,uint128)": donations.COLLECTED,
        "FundsClaimed(uint256,address,uint256)": donations.FUNDS_CLAIMED,
        "RequestSubmitted(bytes32,uint8,address,string,uint256)": donations.REQUEST_SUBMITTED,
        "RequestResolved(bytes32,uint8,bool,uint256,uint256)": donations.REQUEST_RESOLVED,
    }.items():
        assert hashes_to(signature, topic)


def giveth(index, to, amount, token):
    return log(index, "handler", donations.DONATION_MADE, to, token, data=[amount, 64, 0])


def test_donations_of_tokens_to_several_projects_are_one_event():
    one = activity(
        "w > a 3 GIV; w > b 4 GIV",
        logs=[giveth(2, "a", 3, "GIV"), giveth(4, "b", 4, "GIV")],
        called="handler",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("donation", "giveth", 2)


def test_coin_for_several_projects_is_paid_at_once():
    one = activity(
        "w > handler 7 ETH; handler > a 3 ETH; handler > b 4 ETH",
        logs=[giveth(2, "a", 3, "zero"), giveth(4, "b", 4, "zero")],
        called="handler",
    )
    assert only(one, PROTOCOLS).kind == "donation"


def test_a_donation_that_came_is_income():
    one = activity(
        "x > handler 3 ETH; handler > w 3 ETH",
        logs=[giveth(2, "w", 3, "zero")],
        caller="x",
        called="handler",
    )
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("receive", "giveth")


def test_a_donation_between_strangers_claims_nothing():
    one = activity("x > a 3 GIV; a > w 1 GIV", logs=[giveth(2, "a", 3, "GIV")], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


@pytest.mark.parametrize(
    "told",
    [
        log(3, "checkout", donations.DONATION_SENT, "0x" + "e" * 40, 9, "w", data=["a"]),
        log(3, "checkout", donations.ALLOCATED, "profile", data=[9, "0x" + "e" * 40, "w"]),
        log(3, "checkout", donations.ALLOCATED_FROM, "p", data=[9, "0x" + "e" * 40, "w", "w"]),
        log(3, "checkout", donations.DIRECT_ALLOCATED, 1, data=["a", 9, "0x" + "e" * 40, "w"]),
    ],
)
def test_gitcoin_is_known_by_its_checkout_and_rounds(told):
    one = activity("w > checkout 9 ETH; checkout > a 9 ETH", logs=[told], called="checkout")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("donation", "gitcoin")


def test_a_donation_of_another_size_is_not_explained_by_it():
    told = log(3, "checkout", donations.DONATION_SENT, "0x" + "e" * 40, 9, "w", data=["a"])
    assert only(activity("w > checkout 8 ETH", logs=[told]), PROTOCOLS).kind == "send"


def test_matching_funds_are_income():
    told = log(3, "round", donations.PAYOUT_CLAIMED, data=["w", 9])
    assert only(activity("round > w 9 DAI", logs=[told]), PROTOCOLS).kind == "reward"
    assert only(activity("other > w 9 DAI", logs=[told]), PROTOCOLS).kind == "receive"
    assert only(activity(f"{MATCHING} > w 9 DAI"), PROTOCOLS).protocol == "gitcoin"
    elsewhere = activity(f"{MATCHING} > w 9 DAI", network="eip155:10")
    assert only(elsewhere, PROTOCOLS, wallets("w", network="eip155:10")).kind == "receive"


def test_contributions_claims_and_deposits_of_a_round():
    def kind(text, told):
        event = only(activity(text, logs=[told]), PROTOCOLS)
        assert event.protocol == "clrfund"
        return event.kind

    contribution = log(3, "round", donations.CONTRIBUTION, "w", data=[9])
    assert kind("w > round 9 DAI", contribution) == "donation"
    claimed = log(3, "round", donations.FUNDS_CLAIMED, 4, "w", data=[9])
    assert kind("round > w 9 DAI", claimed) == "reward"
    asked = log(3, "round", donations.REQUEST_SUBMITTED, 1, 0, data=["w", 96, 5, 0])
    assert kind("w > round 9 ETH", asked) == "stake"
    resolved = log(3, "round", donations.REQUEST_RESOLVED, 1, 0, 0, data=[4, 5])
    assert kind("round > w 9 ETH", resolved) == "unstake"


def test_what_streams_are_given_and_what_is_collected_from_them():
    given = log(3, "hub", donations.GIVEN, "w", "x", data=[9])
    event = only(activity("w > hub 9 DAI", logs=[given]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("donation", "drips")
    collected = log(3, "hub", donations.COLLECTED, "w", data=[9, 1])
    event = only(activity("hub > w 9 DAI", logs=[collected]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "drips")
    others = log(3, "hub", donations.GIVEN, "x", "w", data=[9])
    assert only(activity("w > hub 9 DAI", logs=[others]), PROTOCOLS).kind == "send"


def test_who_is_named_as_the_recipient_got_it():
    for told in (
        log(3, "out", donations.DONATION_SENT, "zero", 9, "x", data=["w"]),
        log(3, "out", donations.DIRECT_ALLOCATED, 1, data=["w", 9, "zero", "x"]),
    ):
        one = activity("out > w 9 ETH", logs=[told], caller="x", called="out")
        assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("receive", "gitcoin")


def test_only_what_the_giver_asked_for_is_given():
    told = giveth(2, "a", 3, "GIV")
    unasked = activity("w > a 3 GIV", logs=[told], caller="x", called="handler")
    assert only(unasked, PROTOCOLS).protocol is None
    own = activity("w > w2 3 GIV", logs=[giveth(2, "w2", 3, "GIV")], called="handler")
    assert "donation" not in {one.kind for one in events_of(own, PROTOCOLS)}
    nothing = activity("w > a 3 GIV", logs=[giveth(2, "a", 0, "GIV")], called="handler")
    assert only(nothing, PROTOCOLS).kind == "send"


def test_only_coin_of_who_logged_is_a_deposit():
    told = log(3, "round", donations.REQUEST_SUBMITTED, 1, 0, data=["w", 96, 5, 0])
    found = events_of(
        activity("w > round 9 ETH; w > round 2 A; w > x 1 ETH", logs=[told]), PROTOCOLS
    )
    assert [leg.quantity for one in found if one.kind == "stake" for leg in one.legs] == [-9]
    assert [len(one.legs) for one in found if one.kind == "stake"] == [1]
    text = f"{MATCHING} > w 9 DAI; w > {MATCHING} 2 A"
    found = events_of(activity(text), PROTOCOLS)
    assert [leg.quantity for one in found if one.kind == "reward" for leg in one.legs] == [9]
