"""Aave v1: interest as a transfer of its own, debts without a token that the pool says grew."""

from ledger.model.asset import debt
from ledger.protocols import aave_v1 as aave
from ledger.protocols._loans import COIN_ADDRESS
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
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

OWED = debt(NETWORK, "aave_v1", f"{aave.POOL}.{address('U')}")
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,address,uint256,uint16,uint256)": aave.DEPOSIT,
        "RedeemUnderlying(address,address,uint256,uint256)": aave.REDEEM_UNDERLYING,
        "Borrow(address,address,uint256,uint256,uint256,uint256,uint256,uint16,uint256)": (
            aave.BORROW
        ),
        "Repay(address,address,address,uint256,uint256,uint256,uint256)": aave.REPAY,
        "LiquidationCall(address,address,address,uint256,uint256,uint256,address,bool,uint256)": (
            aave.LIQUIDATION_CALL
        ),
        "MintOnDeposit(address,uint256,uint256,uint256)": aave.MINT_ON_DEPOSIT,
        "Redeem(address,uint256,uint256,uint256)": aave.REDEEM,
        "BurnOnLiquidation(address,uint256,uint256,uint256)": aave.BURN_ON_LIQUIDATION,
    }.items():
        assert hashes_to(signature, topic)


def test_a_deposit_of_coin():
    logs = [
        log(1, aave.POOL, aave.DEPOSIT, COIN_ADDRESS, "w", 0, data=[100, 1]),
        log(3, "aE", aave.MINT_ON_DEPOSIT, "w", data=[100, 0, 1]),
    ]
    event = only(activity("w > pool 100 ETH; zero > w 100 aE@2", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("lend_deposit", "aave_v1")


def test_a_withdrawal_and_the_interest_that_it_settled():
    logs = [
        log(4, aave.POOL, aave.REDEEM_UNDERLYING, "U", "w", data=[100, 1]),
        log(5, "aU", aave.REDEEM, "w", data=[100, 7, 1]),
    ]
    one = activity("zero > w 7 aU@1; w > zero 100 aU@2; core > w 100 U@3", logs=logs)
    found = {event.kind: said(event) for event in events_of(one, PROTOCOLS)}
    assert found == {
        "reward": [(7, asset("aU"), "interest")],
        "lend_withdraw": [(-100, asset("aU"), "plain"), (100, asset("U"), "plain")],
    }


def test_a_loan_grows_by_its_fee_and_by_what_the_pool_says():
    logs = [log(2, aave.POOL, aave.BORROW, "U", "w", 0, data=[100, 1, 1, 2, 3, 1])]
    event = only(activity("core > w 100 U@1", logs=logs), PROTOCOLS)
    assert event.kind == "borrow"
    assert said(event) == [
        (100, asset("U"), "plain"),
        (100, OWED, "debt"),
        (5, OWED, "interest"),
    ]


def test_a_repayment_with_the_fee_apart():
    logs = [log(3, aave.POOL, aave.REPAY, "U", "w", "w", data=[60, 1, 4, 1])]
    one = activity("w > fees 1 U@1; w > core 60 U@2", logs=logs)
    event = only(one, PROTOCOLS, held={(WALLET, OWED): 57})
    assert event.kind == "repay"
    assert said(event) == [
        (-1, asset("U"), "plain"),
        (-60, asset("U"), "plain"),
        (-61, OWED, "debt"),
        (4, OWED, "interest"),
    ]


def test_a_liquidation_from_both_sides():
    logs = [log(9, aave.POOL, aave.LIQUIDATION_CALL, "C", "U", "x", data=[50, 70, 2, "bot", 0, 1])]
    text = "bot > core 50 U@1; core > bot 70 C@2"
    assert only(activity(text, logs=logs, caller="bot"), PROTOCOLS).kind == "liquidation"
    logs = [log(9, aave.POOL, aave.LIQUIDATION_CALL, "C", "U", "w", data=[50, 70, 2, "x", 0, 1])]
    one = activity("w > zero 70 aC@1", logs=logs, caller="x")
    assert "liquidation" not in {each.kind for each in events_of(one, PROTOCOLS)}
    event = only(one, PROTOCOLS, held={(next(iter(wallets())), OWED): 48})
    assert said(event) == [
        (-70, asset("aC"), "plain"),
        (-50, OWED, "debt"),
        (2, OWED, "interest"),
    ]


def test_logs_of_others_are_not_ours():
    logs = [log(2, aave.POOL, aave.BORROW, "U", "x", 0, data=[100, 1, 1, 2, 3, 1])]
    assert only(activity("core > w 100 U@1", logs=logs), PROTOCOLS).kind == "receive"
