"""Curve's loans: collateral in a pool, a debt at a controller, and what is sold softly between."""

from ledger.model.asset import debt, position
from ledger.protocols import curve_lend as lend
from tests.ledger.chains.evm.bodies import ALICE
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.debtors import asked, call, selector_of, words
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
KEPT = position(NETWORK, "curve_lend", address("ctl"))
OWED = debt(NETWORK, "curve_lend", address("ctl"))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Borrow(address,uint256,uint256)": lend.BORROW,
        "Repay(address,uint256,uint256)": lend.REPAY,
        "RemoveCollateral(address,uint256)": lend.REMOVE,
        "Liquidate(address,address,uint256,uint256,uint256)": lend.LIQUIDATE,
        "UserState(address,uint256,uint256,int256,int256,uint256)": lend.USER_STATE,
        "Deposit(address,uint256,int256,int256)": lend.POOL_DEPOSIT,
        "Withdraw(address,uint256,uint256)": lend.POOL_WITHDRAW,
        "Deposit(address,uint256,uint256,uint256,uint256,uint256)": lend.LEVERAGED,
    }.items():
        assert hashes_to(signature, topic)


def state(collateral, owed, user="w"):
    return log(91, "ctl", lend.USER_STATE, user, data=[collateral, owed, 1, 2, 3])


def put(amount):
    return log(80, "amm", lend.POOL_DEPOSIT, "w", data=[amount, 1, 2])


def taken(money, collateral):
    return log(80, "amm", lend.POOL_WITHDRAW, "w", data=[money, collateral])


def told(one, **known):
    return {event.kind: said(event) for event in events_of(one, PROTOCOLS, **known)}


def test_a_loan_is_collateral_put_in_and_a_debt():
    logs = [put(10), log(90, "ctl", lend.BORROW, "w", data=[10, 500]), state(10, 500)]
    one = activity("w > amm 10 C@1; ctl > w 500 U@2", logs=logs)
    assert told(one) == {
        "lend_deposit": [(-10, asset("C"), "plain"), (10, KEPT, "position")],
        "borrow": [(500, asset("U"), "plain"), (500, OWED, "debt")],
    }


def test_more_of_a_loan_shows_what_it_had_grown_by():
    logs = [put(10), log(90, "ctl", lend.BORROW, "w", data=[0, 100]), state(10, 620)]
    event = only(activity("ctl > w 100 U@2", logs=logs), PROTOCOLS, held={(WALLET, OWED): 500})
    assert event.kind == "borrow"
    assert said(event)[1:] == [(100, OWED, "debt"), (20, OWED, "interest")]


def test_a_leveraged_loan_is_own_money_and_a_debt_for_more_collateral():
    logs = [
        log(70, "zap", lend.LEVERAGED, "w", data=[0, 300, 3, 600, 6]),
        put(9),
        log(90, "ctl", lend.BORROW, "w", data=[9, 600]),
        state(9, 600),
    ]
    one = activity("ctl > zap 600 U@1; w > zap 300 U@2; zap > amm 9 C@3", logs=logs)
    assert told(one) == {
        "lend_deposit": [(-300, asset("U"), "plain"), (3, KEPT, "position")],
        "borrow": [(6, KEPT, "position"), (600, OWED, "debt")],
    }
    silent = activity("ctl > zap 600 U@1; w > zap 4 C@2; zap > amm 9 C@3", logs=logs[1:])
    assert told(silent) == {
        "lend_deposit": [(-4, asset("C"), "plain"), (4, KEPT, "position")],
        "borrow": [(5, KEPT, "position"), (600, OWED, "debt")],
    }


def test_a_repayment_in_full_gives_the_collateral_back():
    logs = [taken(0, 10), log(90, "ctl", lend.REPAY, "w", data=[10, 510]), state(0, 0)]
    one = activity("w > ctl 510 U@1; amm > w 10 C@2", logs=logs)
    assert told(one, held={(WALLET, KEPT): 10, (WALLET, OWED): 500}) == {
        "repay": [
            (-510, asset("U"), "plain"),
            (-510, OWED, "debt"),
            (10, OWED, "interest"),
        ],
        "lend_withdraw": [(10, asset("C"), "plain"), (-10, KEPT, "position")],
    }


def test_collateral_that_was_sold_softly_pays_for_debt():
    logs = [taken(300, 4), log(90, "ctl", lend.REPAY, "w", data=[4, 500]), state(0, 0)]
    one = activity("w > ctl 200 U@1; amm > w 4 C@2", logs=logs)
    assert told(one, held={(WALLET, KEPT): 10, (WALLET, OWED): 500}) == {
        "repay": [
            (-200, asset("U"), "plain"),
            (-6, KEPT, "position"),
            (-500, OWED, "debt"),
        ],
        "lend_withdraw": [(4, asset("C"), "plain"), (-4, KEPT, "position")],
    }


def test_collateral_alone_can_be_taken_out():
    logs = [taken(0, 10), log(90, "ctl", lend.REMOVE, "w", data=[3]), state(7, 500)]
    one = activity("amm > w 3 C@2", logs=logs)
    event = only(one, PROTOCOLS, held={(WALLET, KEPT): 10})
    assert (event.kind, said(event)[1]) == ("lend_withdraw", (-3, KEPT, "position"))
    assert only(one, PROTOCOLS).note == "position:unknown"


def test_a_liquidation_from_both_sides():
    logs = [
        taken(300, 4),
        log(90, "ctl", lend.LIQUIDATE, "x", "w", data=[4, 300, 500]),
        state(0, 0),
    ]
    one = activity("", logs=logs, caller="x")
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 490}
    assert told(one, held=held) == {
        "liquidation": [
            (-10, KEPT, "position"),
            (-500, OWED, "debt"),
            (10, OWED, "interest"),
        ]
    }
    assert not events_of(one, PROTOCOLS)
    logs = [
        log(80, "amm", lend.POOL_WITHDRAW, "x", data=[300, 4]),
        log(90, "ctl", lend.LIQUIDATE, "bot", "x", data=[4, 300, 500]),
        state(0, 0, "x"),
    ]
    one = activity("bot > ctl 200 U@1; amm > bot 4 C@2", logs=logs, caller="bot")
    assert only(one, PROTOCOLS).kind == "liquidation"


def test_who_calls_a_keeper_of_the_peg_is_paid_for_it():
    keeper = min(lend.KEEPERS)
    event = only(activity(f"{keeper} > w 3 LP@2", called=keeper), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "curve_lend")
    assert only(activity("other > w 3 LP@2"), PROTOCOLS).kind == "receive"


def test_a_log_without_the_users_state_or_of_others_says_nothing():
    logs = [put(10), log(90, "ctl", lend.BORROW, "w", data=[0, 500])]
    assert only(activity("ctl > w 500 U@2", logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(90, "ctl", lend.BORROW, "x", data=[0, 500]), state(10, 500, "x")]
    assert only(activity("ctl > w 500 U@2", logs=logs), PROTOCOLS).kind == "receive"
    logs = [log(90, "ctl", lend.BORROW, "w", data=[0, 500]), state(10, 500)]
    one = activity("ctl > w 500 U@2", logs=logs, caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


LOANS = "0x" + "c1" * 20


def test_what_is_owed_is_asked_of_the_controller():
    assert selector_of("debt(address)") == lend.DEBT
    owed = {call(LOANS, lend.DEBT, ALICE): words(77)}
    assert asked(lend, owed, LOANS)[0] == {"quantity": "77"}
    assert asked(lend, {}, LOANS)[0] is None
