"""Alchemix: deposits are positions in the token that earns, what is drawn is a debt."""

import pytest

from ledger.model.asset import Asset, debt, position
from ledger.protocols import alchemix
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
ALCHEMIST = min(alchemix.ALCHEMISTS)
KEPT = position(NETWORK, "alchemix", f"{ALCHEMIST}.{address('Y')}")
OWED = debt(NETWORK, "alchemix", ALCHEMIST)
DOLLARS = {asset("U"): Asset(asset("U"), "USDC", 6), asset("D"): Asset(asset("D"), "DAI", 18)}


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,address,uint256,address)": alchemix.DEPOSIT,
        "Withdraw(address,address,uint256,address)": alchemix.WITHDRAW,
        "Repay(address,address,uint256,address)": alchemix.REPAY,
        "Mint(address,uint256,address)": alchemix.MINT,
        "Burn(address,uint256,address)": alchemix.BURN,
        "Liquidate(address,address,address,uint256)": alchemix.LIQUIDATE,
    }.items():
        assert hashes_to(signature, topic)


def told(text, *logs, held=None, **more):
    held = {(WALLET, kept): units for kept, units in (held or {}).items()}
    one = activity(text, logs=logs, **{"called": ALCHEMIST, **more})
    events = events_of(one, PROTOCOLS, held=held, assets=DOLLARS)
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


def say(topic, *indexed, data, by=ALCHEMIST):
    return log(5, by, topic, *indexed, data=data)


def test_what_earns_is_deposited_as_it_is():
    found = told(f"w > {ALCHEMIST} 90 Y", say(alchemix.DEPOSIT, "w", "Y", data=[90, "w"]))
    legs = sorted([(-90, asset("Y"), "plain"), (90, KEPT, "position")])
    assert found == {"lend_deposit": ("alchemix", legs)}


def test_what_it_is_made_of_becomes_units_of_it():
    text = f"w > {ALCHEMIST} 100 D; {ALCHEMIST} > Y 100 D; zero > {ALCHEMIST} 90 Y"
    found = told(text, say(alchemix.DEPOSIT, "w", "Y", data=[90, "w"]))
    legs = sorted([(-100, asset("D"), "plain"), (90, KEPT, "position")])
    assert found == {"lend_deposit": ("alchemix", legs)}


def test_a_withdrawal_takes_the_units_that_left_the_alchemist():
    text = f"{ALCHEMIST} > adapter 40 Y; adapter > w 50 D"
    found = told(text, say(alchemix.WITHDRAW, "w", "Y", data=[33, "w"]), held={KEPT: 90})
    legs = sorted([(50, asset("D"), "plain"), (-40, KEPT, "position")])
    assert found == {"lend_withdraw": ("alchemix", legs)}


def test_what_is_drawn_is_owed_and_burning_clears_it():
    found = told("zero > w 70 A", say(alchemix.MINT, "w", data=[70, "w"]))
    legs = sorted([(70, asset("A"), "plain"), (70, OWED, "debt")])
    assert found == {"borrow": ("alchemix", legs)}
    back = told("w > zero 30 A", say(alchemix.BURN, "w", data=[30, "w"]), held={OWED: 70})
    legs = sorted([(-30, asset("A"), "plain"), (-30, OWED, "debt")])
    assert back == {"repay": ("alchemix", legs)}


def test_a_repayment_is_counted_with_the_decimals_of_the_debt():
    text = f"w > {ALCHEMIST} 3 U"
    logs = say(alchemix.REPAY, "w", "U", data=[3, "w"])
    _, legs = told(text, logs, held={OWED: 10**13})["repay"]
    assert sorted(legs) == sorted([(-3, asset("U"), "plain"), (-3 * 10**12, OWED, "debt")])


def test_an_owners_own_deposit_may_repay_the_debt():
    text = f"{ALCHEMIST} > adapter 20 Y; adapter > {ALCHEMIST} 25 D"
    logs = say(alchemix.LIQUIDATE, "w", "Y", "D", data=[18])
    found = told(text, logs, held={KEPT: 90, OWED: 70})
    assert sorted(found["repay"][1]) == sorted([(-20, KEPT, "position"), (-25, OWED, "debt")])


@pytest.mark.parametrize("held", [{}, {OWED: 0}])
def test_of_an_unknown_debt_nothing_is_repaid(held):
    found = told("w > zero 30 A", say(alchemix.BURN, "w", data=[30, "w"]), held=held)
    assert "repay" not in found


def test_others_that_log_the_same_and_logs_about_others_say_nothing():
    stranger = say(alchemix.DEPOSIT, "w", "Y", data=[90, "w"], by="evil")
    assert set(told("w > pool 90 Y", stranger)) == {"send"}
    other = say(alchemix.DEPOSIT, "w", "Y", data=[90, "x"])
    assert set(told(f"w > {ALCHEMIST} 90 Y", other)) == {"send"}
    minted = say(alchemix.MINT, "x", data=[70, "w"])
    assert "borrow" not in told("zero > w 70 A", minted)
