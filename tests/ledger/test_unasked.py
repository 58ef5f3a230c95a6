"""Where the fund did not act, a log alone makes no income, no debt and no position."""

import pytest

from ledger.classify.unasked import believed
from ledger.model.asset import Asset, debt, position
from ledger.model.event import Leg
from ledger.protocols import morpho_blue, staking_rewards
from ledger.shapes import ENTRY_POINTS, USER_OPERATION, ActivityView, event, position_leg
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, only, wallets
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


def test_a_position_grows_where_a_contract_that_is_known_has_spoken_and_a_debt_never():
    one = activity("w > x 9 A@1", logs=[log(2, "vault", KEPT, "w")], caller="x")
    for place, known, counts in (
        (KEPT, {address("vault")}, True),
        (KEPT, set(), False),
        (OWED, {address("vault")}, False),
    ):
        view = ActivityView(one, frozenset({address("w")}), (), {}, {})
        said = event(view, "receive", position_leg(WALLET, place, 5))
        assert (believed(view, said, frozenset(known)) is not None) == counts


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
