"""Where the fund did not act, a log alone makes no income, no debt and no position."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from ledger.classify.unasked import believed, spoken
from ledger.model.activity import ENTRY_POINTS, USER_OPERATION
from ledger.model.asset import Asset, debt, position
from ledger.model.event import Leg
from ledger.protocols import (
    compound_v2,
    compound_v3,
    morpho_blue,
    octant,
    safe,
    staking_rewards,
)
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    logs_with,
    position_leg,
)
from tests.ledger import moves
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS

WALLET = next(iter(wallets()))


def paid(who):
    return log(2, who, staking_rewards.REWARD_PAID, "w", data=[777])


def test_a_reward_that_a_stranger_tells_of_is_only_something_that_came():
    one = activity("farm > w 777 R@1", logs=[paid("farm")], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"
    asked_for = activity("farm > w 777 R@1", logs=[paid("farm")])
    assert only(asked_for, PROTOCOLS).kind == "reward"


@pytest.mark.parametrize(("entry", "kind"), [("evil", "receive"), (min(ENTRY_POINTS), "reward")])
def test_who_acted_is_said_by_an_entry_point_and_by_nobody_else(entry, kind):
    acted = log(9, entry, USER_OPERATION, 1, "w", "zero", data=[0, 1, 0, 5])
    one = activity("farm > w 777 R@1", logs=[paid("farm"), acted], caller="x")
    assert kind in {each.kind for each in events_of(one, PROTOCOLS)}


#: What accounts log of coin that anybody gives them, and tokens of units that anybody moves.
RECEIPTS = {
    "SafeReceived(address,uint256)": ["evil", 1],
    "Received(address,uint256)": ["evil", 1],
    "Received(uint256,address,bytes)": [1, "evil", 64, 0],
    "Deposit(address,uint256)": ["evil", 1],
    "Deposited(address,uint256,bytes)": ["evil", 1, 96, 0],
    "Transfer(address,address,uint256)": ["evil", "evil", 1],
}


@pytest.mark.parametrize("signature", RECEIPTS)
def test_a_contract_of_the_fund_that_logs_what_it_was_given_did_not_act(signature):
    topic = "0x" + keccak(text=signature).hex()
    text = "evil > safe 1 ETH; evil > safe 7 R@9"
    said = [
        log(9, "evil", compound_v2.BORROW, data=["safe", 7, 7, 7]),
        log(9, "evil", staking_rewards.REWARD_PAID, "safe", data=[7]),
    ]
    got = log(5, "safe", topic, data=RECEIPTS[signature])
    did = log(5, "safe", safe.EXECUTION_SUCCESS, 1, data=[0])
    for each, kinds in zip(said, ("borrow", "reward"), strict=True):
        given = activity(text, logs=[got, each], caller="evil", called="evil", fee=0)
        acted = activity(text, logs=[did, each], caller="evil", called="evil", fee=0)
        assert {one.kind for one in events_of(given, PROTOCOLS)} == {"receive"}
        assert kinds in {one.kind for one in events_of(acted, PROTOCOLS)}


def test_a_loan_that_a_stranger_says_was_ours_is_no_flash_loan():
    lent = log(2, "evil", morpho_blue.FLASH_LOAN, "w", "U", data=[777])
    one = activity("evil > w 777 U@1", logs=[lent], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def changed(quantity, place, held, **context):
    """What is believed of an event that changes a debt or a position by so many units."""
    one = activity("w > x 9 A@1", caller=context.pop("caller", "x"))
    view = ActivityView(one, frozenset({address("w")}), (), context.pop("assets", {}), held)
    said = event(view, "repay", position_leg(WALLET, place, quantity))
    return believed(view, said, frozenset(context.pop("known", ()))) is not None


OWED = debt(NETWORK, "maker", "urn")
KEPT = position(NETWORK, "maker", "urn")


def test_debts_and_positions_get_less_by_what_the_books_know_at_most():
    for place in (OWED, KEPT):
        assert changed(-55, place, {(WALLET, place): 55})
        assert not changed(-56, place, {(WALLET, place): 55})
        assert not changed(-1, place, {})
        assert changed(-1, place, {}, caller="w")


def spoken_of(*logs, known=("vault",), called="router", caller="x", text="vault > w 9 A@1"):
    """What counts of a stake, or of income, that each log about `w` tells of; then what is said."""
    one = activity(text, logs=logs, caller=caller, called=called)
    legs = tuple(
        Leg(WALLET, move.asset, move.quantity, move.sender, (one.id, move.index))
        for move in one.transfers
    )
    view = ActivityView(one, frozenset({address("w")}), legs, {}, {})

    def recognise(seen):
        told = logs_with(seen.activity, KEPT, 2, 0)
        grown = tuple(event(seen, "stake", position_leg(WALLET, KEPT, log.index)) for log in told)
        earned = tuple(event(seen, "reward", legs) for _ in told[:1])
        return Recognised(grown + earned) if told else None

    who = frozenset(map(address, known))
    said = spoken(view, who, recognise)
    events = recognise(view).events if logs else ()
    found = [believed(view, one, who, said) for one in events]
    return [(one.kind, one.legs[0].quantity) for one in found if one is not None]


def told_by(who, index):
    return log(index, who, KEPT, "w")


def test_a_position_grows_by_the_log_of_a_contract_that_is_known_and_income_comes_by_it():
    assert spoken_of(told_by("vault", 5), text="safe > w 9 A@1") == [("stake", 5), ("reward", 9)]
    assert spoken_of(told_by("farm", 5), text="safe > w 9 A@1") == [("receive", 9)]


def test_what_else_a_known_contract_logs_or_that_it_was_called_speaks_for_no_stranger():
    beside = log(2, "vault", "0x" + "77" * 32, "w")
    farm = told_by("farm", 6)
    for said in (
        spoken_of(beside, farm, text="farm > w 9 A@1"),
        spoken_of(farm, called="vault", text="farm > w 9 A@1"),
        spoken_of(beside, farm, called="vault", text="farm > w 9 A@1"),
    ):
        assert said == [("receive", 9)]
    # both speak of the wallet: the one that is known counts, the other does not
    both = spoken_of(told_by("vault", 5), farm, text="vault > w 9 A@1")
    assert both == [("stake", 5), ("reward", 9)]


def test_what_is_there_without_any_log_is_said_by_none():
    one = activity("farm > w 9 A@1", logs=[told_by("vault", 5)], caller="x", called="vault")
    view = ActivityView(one, frozenset({address("w")}), (), {}, {})
    silent = event(view, "reward", ())
    assert spoken(view, frozenset({address("vault")}), lambda _: Recognised((silent,))) == ()


def test_what_a_known_contract_pays_itself_is_income_whoever_tells_of_it():
    assert spoken_of(told_by("farm", 5)) == [("reward", 9)]
    assert spoken_of(told_by("farm", 5), text="vault > w 8 A@1; farm > w 9 A@2") == [("receive", 8)]


def test_where_the_fund_acted_nobody_asks_who_spoke():
    assert spoken_of(told_by("farm", 5), caller="w", text="farm > w 9 A@1") == [
        ("stake", 5),
        ("reward", 9),
    ]


def test_a_debt_never_grows_by_a_log_alone():
    said = event(ActivityView(activity(caller="x"), frozenset(), (), {}, {}), "borrow", ())
    owed = replace(said, legs=position_leg(WALLET, OWED, 5))
    view = ActivityView(activity(caller="x"), frozenset({address("w")}), (), {}, {})
    assert believed(view, owed, frozenset(), (owed,)) is None


def test_a_token_is_a_debt_where_the_books_know_it_as_one():
    one = activity("w > zero 50 dU@1", caller="x")
    legs = (Leg(WALLET, asset("dU"), -50, "", (one.id, 1), "debt"),)
    for assets, counts in (
        ({}, False),
        ({asset("dU"): Asset(asset("dU"), "dU", 6)}, False),
        ({asset("dU"): Asset(asset("dU"), "dU", 6, "debt")}, True),
    ):
        view = ActivityView(one, frozenset({address("w")}), legs, assets, {})
        found = believed(view, event(view, "repay", legs), frozenset())
        assert (found is not None) == counts


def test_what_is_given_back_for_nothing_is_believed_of_who_is_known_alone():
    one = activity("vault > w 9 A@1", caller="x")
    legs = (Leg(WALLET, asset("A"), 9, address("vault"), (one.id, 1)),)
    view = ActivityView(one, frozenset({address("w")}), legs, {}, {})
    said = event(view, "vault_withdraw", legs)
    assert believed(view, said, frozenset()) is None
    assert believed(view, said, frozenset({address("vault")})) is said


#: Claims that anybody may make for their owner: who tells of them is known by its address.
ON_BEHALF = {
    "compound_v2": log(
        2, compound_v2.COMPTROLLER, compound_v2.SUPPLIER_COMP, "c", "w", data=[777, 0]
    ),
    "compound_v3": log(
        2, min(compound_v3.REWARDERS), compound_v3.REWARD_CLAIMED, "w", "w", "R", data=[777]
    ),
    "octant": log(2, octant.VAULT, octant.WITHDRAWN, data=["w", 777, 1]),
}


@pytest.mark.parametrize("protocol", ON_BEHALF)
def test_what_somebody_claims_for_the_fund_is_income_by_the_word_of_a_known_contract(protocol):
    told = ON_BEHALF[protocol]
    token = "ETH" if protocol == "octant" else "R"
    for emitter, kind in ((told.address, "reward"), (address("evil"), "receive")):
        text = f"{emitter} > w 777 {token}"
        one = activity(text, logs=[replace(told, address=emitter)], caller="x", called=emitter)
        event = only(one, PROTOCOLS)
        assert event.kind == kind


def test_what_keeps_a_stake_of_the_fund_pays_its_rewards_whoever_asked():
    one = activity("farm > w 777 R@1", logs=[paid("farm")], caller="x")
    for keeper, kind in (("farm", "reward"), ("other", "receive")):
        stake = position(NETWORK, "staking_rewards", address(keeper))
        (event,) = events_of(one, PROTOCOLS, held={(WALLET, stake): 5})
        assert event.kind == kind
    # a stranger's log beside it, and a stranger's payment, are no words of that contract
    stake = position(NETWORK, "staking_rewards", address("farm"))
    for text, said in (("evil > w 777 R@1", "farm"), ("farm > w 777 R@1", "evil")):
        one = activity(text, logs=[paid(said)], caller="x")
        (event,) = events_of(one, PROTOCOLS, held={(WALLET, stake): 5})
        assert (event.kind, text[:4]) in {("reward", "evil"), ("receive", "farm")}


@pytest.mark.parametrize(
    ("text", "kind", "legs"),
    [
        ("w > zero 40 dU", "repay", [(-40, "dU", "debt")]),
        ("zero > w 40 dU", "borrow", [(40, "dU", "debt")]),
        ("w > zero 40 dU; w > zero 7 dV", "repay", [(-40, "dU", "debt"), (-7, "dV", "debt")]),
    ],
)
def test_a_token_of_a_debt_that_nobody_names_is_no_asset(text, kind, legs):
    known = {asset(name): Asset(asset(name), name, 6, "debt") for name in ("dU", "dV")}
    event = only(activity(text, caller="x"), PROTOCOLS, assets=known)
    assert (event.kind, event.protocol) == (kind, None)
    assert moves.said(event) == [(units, asset(name), role) for units, name, role in legs]
    # what comes beside it by a stranger's hand is apart; by the fund's own it is the other side
    text += "; x > w 30 U"
    apart = events_of(activity(text, caller="x"), PROTOCOLS, assets=known)
    assert sorted(each.kind for each in apart) == sorted([kind, "receive"])
    event = only(activity(text), PROTOCOLS, assets=known)
    assert (event.kind, moves.said(event)[-1]) == (kind, (30, asset("U"), "plain"))
