"""Dopex: collateral that writes options under a token, options bought and settled."""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import position
from ledger.protocols import dopex
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

KEPT = position(NETWORK, "dopex", f"{address('ssov')}.7")
WALLET = next(iter(wallets("w")))


def told(text, *logs, held=None, assets=None):
    known = {"held": held or {}} | ({"assets": assets} if assets else {})
    events = events_of(activity(text, logs=logs, called="ssov"), PROTOCOLS, **known)
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


def test_topics_are_the_hashes_of_their_signatures():
    five = ",".join(["uint256"] * 5)
    for signature, topic in {
        "Deposit(uint256,address,address)": dopex.DEPOSIT,
        f"Purchase({five},address,address)": dopex.PURCHASE,
        f"Settle({five},address,address)": dopex.SETTLE,
        f"Settle({five},address)": dopex.SETTLE_SHORT,
        "Withdraw(uint256,uint256,uint256[],address,address)": dopex.WITHDRAW,
    }.items():
        assert hashes_to(signature, topic)


def deposit(to="w", number=7):
    return log(3, "ssov", dopex.DEPOSIT, to, "w", data=[number])


def older(to="w"):
    return log(3, "ssov", dopex.DEPOSIT, data=[7, to, "w"])


def withdraw(amount, to="w"):
    return log(9, "ssov", dopex.WITHDRAW, to, "w", data=[7, amount, 96, 1, 5])


WRITTEN = "w > ssov 100 D; zero > w 1 ssov#7"


@pytest.mark.parametrize("made", [deposit(), older()])
def test_collateral_that_writes_options_is_a_position_under_its_token(made):
    found = told(WRITTEN, made)
    legs = [(-100, asset("D"), "plain"), (100, KEPT, "position"), (1, asset("ssov#7"), "title")]
    assert found == {"vault_deposit": ("dopex", sorted(legs))}


def test_it_is_the_position_of_whoever_has_its_token():
    one = activity(WRITTEN, logs=[deposit()], called="ssov")
    first, facts = classify(one, wallets(), PROTOCOLS)
    assets = {fact.id: fact for fact in facts}
    held = after(first.events, {})
    (moved,) = events_of(
        activity("w > w1 1 ssov#7", block=101), PROTOCOLS, held=held, assets=assets
    )
    assert {(leg.quantity, leg.asset) for leg in moved.legs} >= {(-100, KEPT), (100, KEPT)}


def test_what_it_came_to_is_taken_out_with_premium_and_rewards_apart():
    text = "w > zero 1 ssov#7; ssov > w 112 D; ssov > w 5 R"
    found = told(text, withdraw(112), held={(WALLET, KEPT): 100})
    legs = [
        (100, asset("D"), "plain"),
        (12, asset("D"), "reward"),
        (5, asset("R"), "reward"),
        (-1, asset("ssov#7"), "title"),
        (-100, KEPT, "position"),
    ]
    assert found == {"vault_withdraw": ("dopex", sorted(legs))}


def test_what_the_options_paid_is_lost():
    found = told("w > zero 1 ssov#7; ssov > w 80 D", withdraw(80), held={(WALLET, KEPT): 100})
    legs = [(80, asset("D"), "plain"), (-1, asset("ssov#7"), "title"), (-100, KEPT, "position")]
    assert found == {"vault_withdraw": ("dopex", sorted(legs))}


def test_a_position_that_is_not_known_leaves_with_a_note():
    one = activity("w > zero 1 ssov#7; ssov > w 80 D", logs=[withdraw(80)], called="ssov")
    (event,) = events_of(one, PROTOCOLS)
    assert (event.kind, event.note) == ("vault_withdraw", "position:unknown")


def purchase(to="w", premium=8, fee=1):
    return log(5, "ssov", dopex.PURCHASE, to, "w", data=[3, 100, 40, premium, fee])


def test_options_are_bought_for_premium_and_fee():
    found = told("w > ssov 9 D; zero > w 40 Option", purchase())
    legs = [(-9, asset("D"), "plain"), (40, asset("Option"), "plain")]
    assert found == {"option_buy": ("dopex", sorted(legs))}


@pytest.mark.parametrize("topic", [dopex.SETTLE, dopex.SETTLE_SHORT])
def test_options_are_burnt_for_what_they_pay(topic):
    settled = log(5, "ssov", topic, "w", *(["w"] * (topic == dopex.SETTLE)), data=[3, 9, 40, 6, 1])
    found = told("w > zero 40 Option; ssov > w 6 D", settled)
    legs = [(6, asset("D"), "plain"), (-40, asset("Option"), "plain")]
    assert found == {"option_exercise": ("dopex", sorted(legs))}


def test_logs_about_others_and_that_fit_nothing_say_nothing():
    def protocols(text, *logs):
        return {found[0] for found in told(text, *logs).values()}

    assert "dopex" not in protocols(WRITTEN, deposit("x"))
    assert "dopex" not in protocols(WRITTEN, deposit(number=8))
    assert "dopex" not in protocols(WRITTEN, log(3, "ssov", dopex.DEPOSIT, "w", data=[7]))
    assert "dopex" not in protocols("w > x 100 D; zero > w 1 ssov#7", deposit())
    for wrong in (purchase("x"), purchase(premium=9), purchase(premium=0, fee=0)):
        assert "dopex" not in protocols("w > ssov 9 D; zero > w 40 Option", wrong)
    for wrong in (withdraw(80, "x"), withdraw(79)):
        assert "dopex" not in protocols("w > zero 1 ssov#7; ssov > w 80 D", wrong)
    settled = log(5, "ssov", dopex.SETTLE, "x", "w", data=[3, 9, 40, 6, 1])
    assert "dopex" not in protocols("w > zero 40 Option; ssov > w 6 D", settled)
