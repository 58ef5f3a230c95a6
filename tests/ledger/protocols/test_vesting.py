"""Vesting and streams: paid in for others, paid out, given back."""

import pytest

from ledger.classify import after
from ledger.protocols import vesting
from tests.ledger.moves import activity, address, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    created = "VestingEscrowCreated(address,address,address,address,uint256,uint256,uint256,uint256"
    for signature, topic in {
        f"{created},bool)": vesting.ESCROW_CREATED,
        f"{created})": vesting.ESCROW_CREATED_V1,
        "CreateStream(uint256,address,address,uint256,address,uint256,uint256)": (
            vesting.CREATE_STREAM
        ),
        "WithdrawFromStream(uint256,address,uint256)": vesting.WITHDRAW_STREAM,
        "CancelStream(uint256,address,address,uint256,uint256)": vesting.CANCEL_STREAM,
        "WithdrawFromLockupStream(uint256,address,address,uint128)": vesting.WITHDRAW_LOCKUP,
        "WithdrawFromLockupStream(uint256,address,uint128)": vesting.WITHDRAW_LOCKUP_V1,
        "CancelLockupStream(uint256,address,address,address,uint128,uint128)": (
            vesting.CANCEL_LOCKUP
        ),
        "PlanRedeemed(uint256,uint256,uint256,uint256)": vesting.PLAN_REDEEMED,
        "Withdraw(address,address,uint216,bytes32,uint256)": vesting.LLAMA_WITHDRAW,
        "PayerDeposit(address,uint256)": vesting.LLAMA_DEPOSIT,
        "PayerWithdraw(address,uint256)": vesting.LLAMA_BACK,
        "ERC20Released(address,uint256)": vesting.RELEASED,
        "EtherReleased(uint256)": vesting.ETHER_RELEASED,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("topic", [vesting.ESCROW_CREATED, vesting.ESCROW_CREATED_V1])
def test_an_escrow_that_was_paid_is_a_position_and_the_rest_a_donation(topic):
    told = log(9, vesting.FACTORIES[0], topic, "w", "U", "x", data=["escrow", 90, 1, 2, 0, 1])
    text = f"w > escrow 90 U; w > {vesting.LANGUAGE} 1 U"
    stake, gift = events_of(activity(text, logs=[told]), PROTOCOLS)
    assert (stake.kind, gift.kind, gift.protocol) == ("stake", "donation", "yearn_vesting")
    assert [units for units, _, role in said(stake) if role == "position"] == [90]


def test_an_escrow_of_another_funder_claims_nothing():
    told = log(
        9, vesting.FACTORIES[0], vesting.ESCROW_CREATED, "x", "U", "w", data=["e", 90, 1, 2, 0, 1]
    )
    assert only(activity("w > e 90 U", logs=[told]), PROTOCOLS).kind == "send"


def paid(topic, who="w"):
    """A log of just nine units for somebody, by the table of what is paid out."""
    _, topics, words, place, amount = vesting.PAID_OUT[topic]
    indexed = [who if number == place else 7 for number in range(1, topics)]
    return log(9, "lock", topic, *indexed, data=[9 if n == amount else 5 for n in range(words)])


@pytest.mark.parametrize("topic", sorted(vesting.PAID_OUT))
def test_what_a_stream_pays_is_income(topic):
    event = only(activity("lock > w 9 U", logs=[paid(topic)], caller="w"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", vesting.PAID_OUT[topic][0])
    assert only(activity("lock > w 8 U", logs=[paid(topic)]), PROTOCOLS).kind == "receive"
    assert only(activity("other > w 9 U", logs=[paid(topic)]), PROTOCOLS).kind == "receive"


@pytest.mark.parametrize(
    "topic", [topic for topic, (_, _, _, who, _) in vesting.PAID_OUT.items() if who is not None]
)
def test_what_a_stream_pays_to_others_claims_nothing(topic):
    told = paid(topic, who="x")
    assert only(activity("lock > w 9 U", logs=[told], caller="x"), PROTOCOLS).kind == "receive"


def test_a_stream_that_was_cancelled_gives_back_what_had_not_vested():
    created = log(2, "lock", vesting.CREATE_STREAM, 1, "w", "x", data=[90, "U", 1, 2])
    into = only(activity("w > lock 90 U", logs=[created]), PROTOCOLS)
    assert (into.kind, into.protocol) == ("stake", "sablier")
    cancelled = log(2, "lock", vesting.CANCEL_STREAM, 1, "w", "x", data=[40, 50])
    held = after([into], {})
    back = only(activity("lock > w 40 U", logs=[cancelled]), PROTOCOLS, held=held)
    assert (back.kind, back.protocol) == ("unstake", "sablier")
    lockup = log(2, "lock", vesting.CANCEL_LOCKUP, "w", "x", "U", data=[1, 40, 50])
    assert only(activity("lock > w 40 U", logs=[lockup]), PROTOCOLS).kind == "unstake"


def test_a_payer_keeps_what_it_shall_stream():
    put = log(2, "llama", vesting.LLAMA_DEPOSIT, "w", data=[90])
    into = only(activity("w > llama 90 U", logs=[put]), PROTOCOLS)
    taken = log(2, "llama", vesting.LLAMA_BACK, data=["w", 90])
    held = after([into], {})
    back = only(activity("llama > w 90 U", logs=[taken]), PROTOCOLS, held=held)
    assert (into.kind, back.kind, back.protocol) == ("stake", "unstake", "llamapay")


def test_only_what_was_sent_to_the_language_is_the_donation():
    told = log(
        9, vesting.FACTORIES[0], vesting.ESCROW_CREATED, "w", "U", "x", data=["e", 90, 1, 2, 0, 1]
    )
    place = vesting.LANGUAGE
    text = f"w > e 90 U; w > {place} 1 U; w > {place} 2 V; {place} > w 3 U; w > x 4 U"
    found = events_of(activity(text, logs=[told]), PROTOCOLS)
    assert [leg.quantity for one in found if one.kind == "donation" for leg in one.legs] == [-1]


def test_each_escrow_is_a_position_of_its_own():
    told = log(
        9, vesting.FACTORIES[0], vesting.ESCROW_CREATED, "w", "U", "x", data=["one", 90, 1, 2, 0, 1]
    )
    (into,) = events_of(activity("w > one 90 U", logs=[told]), PROTOCOLS)
    (kept,) = (asset for _, asset, role in said(into) if role == "position")
    assert address("one") in kept


def test_what_others_put_in_and_took_out_claims_nothing():
    put = log(2, "llama", vesting.LLAMA_DEPOSIT, "x", data=[90])
    assert only(activity("w > llama 90 U", logs=[put]), PROTOCOLS).kind == "send"
    taken = log(2, "llama", vesting.LLAMA_BACK, data=["x", 90])
    assert only(activity("llama > w 90 U", logs=[taken]), PROTOCOLS).kind == "receive"
    created = log(2, "lock", vesting.CREATE_STREAM, 1, "x", "w", data=[90, "U", 1, 2])
    assert only(activity("w > lock 90 U", logs=[created]), PROTOCOLS).kind == "send"
    cancelled = log(2, "lock", vesting.CANCEL_STREAM, 1, "x", "x", data=[40, 50])
    assert only(activity("lock > w 40 U", logs=[cancelled]), PROTOCOLS).kind == "receive"
