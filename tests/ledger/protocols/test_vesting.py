"""Vesting and streams: paid in for others, paid out, given back."""

import pytest

from ledger.classify import after
from ledger.protocols import vesting
from tests.ledger.moves import activity, address, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

FIVE, FIVE_NUMBERS = ",".join(["address"] * 5), ",".join(["uint256"] * 5)

#: What an escrow logs of tokens that go back, of all versions in their order.
REVOCATIONS = {
    "RugPull(address,uint256)": ([], ["x", 90]),
    "RugPull(address,uint256,uint256)": ([], ["x", 90, 7]),
    "Revoked(address,address,uint256,uint256)": ([], ["x", "w", 90, 7]),
    "Revoked(address,address,address,uint256,uint256)": (["x", "w", "w"], [90, 7]),
}


def test_topics_are_the_hashes_of_their_signatures():
    created = "VestingEscrowCreated(address,address,address,address,uint256,uint256,uint256,uint256"
    for signature, topic in {
        f"{created},bool)": vesting.ESCROW_CREATED,
        f"{created})": vesting.ESCROW_CREATED_V1,
        f"TokenVestingEscrowCreated({FIVE},uint256,uint256,uint256,uint256,bool)": (
            vesting.TOKEN_ESCROW
        ),
        f"ERC4626VestingEscrowCreated({FIVE},address,address,{FIVE_NUMBERS},bool)": (
            vesting.VAULT_ESCROW
        ),
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
        "Claim(address,uint256)": vesting.CLAIMED,
        "ERC20Released(address,uint256)": vesting.RELEASED,
        "EtherReleased(uint256)": vesting.ETHER_RELEASED,
        **dict(zip(REVOCATIONS, vesting.REVOKED, strict=True)),
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("topic", [vesting.ESCROW_CREATED, vesting.ESCROW_CREATED_V1])
def test_an_escrow_that_was_paid_is_a_position_and_the_rest_a_donation(topic):
    told = log(9, vesting.FACTORIES[0], topic, "w", "U", "w2", data=["escrow", 90, 1, 2, 0, 1])
    text = f"w > escrow 90 U; w > {vesting.LANGUAGE} 1 U"
    stake, gift = events_of(activity(text, logs=[told]), PROTOCOLS)
    assert (stake.kind, gift.kind, gift.protocol) == ("stake", "donation", "yearn_vesting")
    assert [units for units, _, role in said(stake) if role == "position"] == [90]


@pytest.mark.parametrize(
    ("topic", "rest"),
    [
        (vesting.TOKEN_ESCROW, ["x", 90, 1, 2, 0, 1]),
        (vesting.VAULT_ESCROW, ["x", "x", "asset", 90, 88, 1, 2, 0, 1]),
    ],
)
def test_an_escrow_of_the_fourth_version_is_a_position_of_tokens_or_shares(topic, rest):
    told = log(9, vesting.FACTORIES[3], topic, "escrow", "U", "w2", data=["w", *rest])
    stake = only(activity("w > escrow 90 U", logs=[told]), PROTOCOLS)
    assert (stake.kind, stake.protocol) == ("stake", "yearn_vesting")
    assert [units for units, _, role in said(stake) if role == "position"] == [90]
    others = log(9, vesting.FACTORIES[3], topic, "escrow", "U", "w2", data=["x", *rest])
    assert only(activity("w > escrow 90 U", logs=[others]), PROTOCOLS).kind == "send"


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


def stream(recipient, number=1):
    created = log(2, "lock", vesting.CREATE_STREAM, number, "w", recipient, data=[90, "U", 1, 2])
    return only(activity("w > lock 90 U", logs=[created]), PROTOCOLS)


def units(event):
    return [quantity for quantity, _, role in said(event) if role == "position"]


def test_a_stream_for_somebody_else_is_no_position_and_what_comes_back_of_it_is_said():
    into = stream("x")
    assert (into.kind, into.note, units(into)) == ("stake", "position:unknown", [])
    cancelled = log(2, "lock", vesting.CANCEL_STREAM, 1, "w", "x", data=[40, 50])
    lockup = log(2, "lock", vesting.CANCEL_LOCKUP, "w", "x", "U", data=[1, 40, 50])
    for found in (cancelled, lockup):
        back = only(activity("lock > w 40 U", logs=[found]), PROTOCOLS, held=after([into], {}))
        assert (back.kind, back.protocol, back.note) == ("unstake", "sablier", "position:unknown")
    assert units(stream("x", 2)) == []


def test_a_stream_for_an_own_wallet_is_a_position_that_ends_as_it_is_paid_out():
    into = stream("w2")
    held = after([into], {})
    assert list(held.values()) == [90]
    paid = log(9, "lock", vesting.WITHDRAW_STREAM, 1, "w2", data=[30])
    other = log(9, "lock", vesting.WITHDRAW_STREAM, 2, "w2", data=[30])
    assert only(activity("lock > w2 30 U", logs=[other]), PROTOCOLS, held=held).kind == "reward"
    first = only(activity("lock > w2 30 U", logs=[paid]), PROTOCOLS, held=held)
    assert (first.kind, units(first)) == ("unstake", [-30])
    held = after([first], held)
    cancelled = log(9, "lock", vesting.CANCEL_STREAM, 1, "w", "w2", data=[40, 20])
    text = "lock > w 40 U; lock > w2 20 U"
    last = events_of(activity(text, logs=[cancelled]), PROTOCOLS, held=held)
    assert {event.kind for event in last} == {"unstake"}
    assert list(after(last, held).values()) == [0]


def test_an_escrow_for_an_own_wallet_is_claimed_to_nothing():
    told = log(
        9, vesting.FACTORIES[0], vesting.ESCROW_CREATED, "w", "U", "w2", data=["e", 90, 1, 2, 0, 1]
    )
    into = only(activity("w > e 90 U", logs=[told]), PROTOCOLS)
    claimed = log(9, "e", vesting.CLAIMED, "w2", data=[90])
    one = activity("e > w2 90 U", logs=[claimed])
    back = only(one, PROTOCOLS, held=after([into], {}))
    assert (back.kind, units(back)) == ("unstake", [-90])
    assert only(one, PROTOCOLS).protocol != "yearn_vesting"


@pytest.mark.parametrize("version", range(len(REVOCATIONS)))
def test_what_had_not_vested_comes_back_of_an_escrow(version):
    topic, (indexed, data) = [*vesting.REVOKED][version], [*REVOCATIONS.values()][version]
    told = log(9, "e", topic, *indexed, data=data)
    event = only(activity("e > w 90 U", logs=[told], called="e"), PROTOCOLS)
    assert (event.kind, event.protocol, event.note) == (
        *("unstake", "yearn_vesting"),
        "position:unknown",
    )
    for text in ("e > w 89 U", "x > w 90 U"):
        assert only(activity(text, logs=[told], called="e"), PROTOCOLS).kind == "receive"


def test_an_escrow_for_somebody_else_is_no_position():
    told = log(
        9, vesting.FACTORIES[0], vesting.ESCROW_CREATED, "w", "U", "x", data=["e", 90, 1, 2, 0, 1]
    )
    event = only(activity("w > e 90 U", logs=[told]), PROTOCOLS)
    assert (event.kind, event.note, units(event)) == ("stake", "position:unknown", [])


@pytest.mark.parametrize(
    "taken",
    [
        log(2, "llama", vesting.LLAMA_BACK, data=["w", 90]),
        log(2, "llama", vesting.LLAMA_BACK, "w", data=[90]),
    ],
)
def test_a_payer_keeps_what_it_shall_stream(taken):
    put = log(2, "llama", vesting.LLAMA_DEPOSIT, "w", data=[90])
    into = only(activity("w > llama 90 U", logs=[put]), PROTOCOLS)
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
        9,
        vesting.FACTORIES[0],
        vesting.ESCROW_CREATED,
        "w",
        "U",
        "w2",
        data=["one", 90, 1, 2, 0, 1],
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
