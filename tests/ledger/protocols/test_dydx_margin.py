"""Margin accounts of dYdX and Dolomite: flash loans, deposits and loans of one signed balance."""

import pytest

from ledger.classify import after, classify
from ledger.protocols import dydx_margin as margin
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SOLO, DOLOMITE = margin.CONTRACTS


def test_topics_are_the_hashes_of_their_signatures():
    shape = "(address,uint256,uint256,((bool,uint256),(bool,uint128)),address)"
    assert hashes_to(f"LogDeposit{shape}", margin.DEPOSITED)
    assert hashes_to(f"LogWithdraw{shape}", margin.WITHDRAWN)


def step(index, amount, stands, owner="w", contract=SOLO, market=0):
    """A deposit of a positive amount or a withdrawal; `stands` is the balance after it."""
    topic = margin.DEPOSITED if amount > 0 else margin.WITHDRAWN
    data = [0, market, int(amount > 0), abs(amount), int(stands >= 0), abs(stands), owner]
    return log(index, contract, topic, owner, data=data)


@pytest.mark.parametrize(("contract", "name"), sorted(margin.CONTRACTS.items()))
def test_what_is_taken_and_put_back_in_one_operation_is_a_flash_loan(contract, name):
    text = f"{contract} > bot 100 WETH; bot > pool 100 WETH; pool > bot 130 WETH; bot > {contract}"
    logs = [step(2, -100, -100, "bot", contract), step(9, 102, 0, "bot", contract)]
    event = only(activity(f"{text} 102 WETH", logs=logs, called="bot"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("flash_loan", name)
    assert (-2, "premium") in [leg[::2] for leg in said(event)]
    assert (100, "plain") in [leg[::2] for leg in said(event)]


def told(amount, stands, held):
    text = f"w > {SOLO} {amount} DAI" if amount > 0 else f"{SOLO} > w {-amount} DAI"
    one = activity(text, logs=[step(2, amount, stands)], called=SOLO)
    classified, _ = classify(one, wallets(), PROTOCOLS, held=held)
    (event,) = classified.events
    return event, after([event], held)


def test_deposits_are_a_position_and_come_back_with_interest():
    event, held = told(100, 95, {})
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "lend_deposit",
        [(-100, "plain"), (100, "position")],
    )
    event, held = told(-110, 0, held)
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "lend_withdraw",
        [(100, "plain"), (10, "interest"), (-100, "position")],
    )
    assert set(held.values()) == {0}


def test_a_balance_below_zero_is_a_debt_and_is_paid_back_with_interest():
    event, held = told(-100, -95, {})
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "borrow",
        [(100, "plain"), (100, "debt")],
    )
    event, held = told(40, -60, held)
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "repay",
        [(-40, "plain"), (-40, "debt")],
    )
    event, held = told(65, 0, held)
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "repay",
        [(-65, "plain"), (-65, "debt"), (5, "interest")],
    )
    assert set(held.values()) == {0}


def test_a_step_across_zero_is_left_alone():
    _, held = told(100, 95, {})
    assert told(-300, -200, held)[0].protocol is None
    _, held = told(-100, -95, {})
    assert told(300, 190, held)[0].protocol is None


def test_accounts_and_logs_of_others_say_nothing():
    one = activity(f"w > {SOLO} 100 DAI", logs=[step(2, 100, 95, "x")], called=SOLO)
    assert only(one, PROTOCOLS).kind == "send"
    forged = step(2, 100, 95, contract="shop")
    one = activity("w > shop 100 DAI", logs=[forged], called="shop")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]
