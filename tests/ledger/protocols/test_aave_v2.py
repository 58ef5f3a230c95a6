"""Aave v2: tokens that move by just what was paid, debt tokens of two kinds, liquidation."""

import pytest

from ledger.classify import classify
from ledger.model.asset import Asset
from ledger.protocols import aave_v2 as aave
from tests.ledger.moves import activity, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.delegated import accounts, drawn, facts_of, repaid
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

POOL = aave.POOLS[0]


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,address,address,uint256,uint16)": aave.DEPOSIT,
        "Withdraw(address,address,address,uint256)": aave.WITHDRAW,
        "Borrow(address,address,address,uint256,uint256,uint256,uint16)": aave.BORROW,
        "Repay(address,address,address,uint256)": aave.REPAY,
        "LiquidationCall(address,address,address,uint256,uint256,address,bool)": (
            aave.LIQUIDATION_CALL
        ),
        "FlashLoan(address,address,address,uint256,uint256,uint16)": aave.FLASH_LOAN,
        "Mint(address,uint256,uint256)": aave.TOKEN_MINT,
        "Burn(address,address,uint256,uint256)": aave.TOKEN_BURN,
        "BalanceTransfer(address,address,uint256,uint256)": aave.TOKEN_TRANSFER,
        "Mint(address,address,uint256,uint256)": aave.VARIABLE_MINT,
        "Burn(address,uint256,uint256)": aave.VARIABLE_BURN,
        "Mint(address,address,uint256,uint256,uint256,uint256,uint256,uint256)": (aave.STABLE_MINT),
        "Burn(address,uint256,uint256,uint256,uint256,uint256)": aave.STABLE_BURN,
    }.items():
        assert hashes_to(signature, topic)


def deposited(token="aU", text="w > aU 100 U@1; zero > w 100 aU@2", **more):
    logs = [
        log(3, token, aave.TOKEN_MINT, "w", data=[100, 1]),
        log(4, POOL, aave.DEPOSIT, "U", "w", 0, data=["w", 100]),
    ]
    return activity(text, logs=logs, **more)


def test_a_deposit_and_a_withdrawal():
    event = only(deposited(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("lend_deposit", "aave_v2")
    logs = [
        log(2, "aU", aave.TOKEN_BURN, "w", "w", data=[100, 1]),
        log(4, POOL, aave.WITHDRAW, "U", "w", "w", data=[100]),
    ]
    event = only(activity("w > zero 100 aU@1; aU > w 100 U@3", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("lend_withdraw", "aave_v2")


def test_tokens_follow_their_reserve():
    known = {asset("U"): Asset(asset("U"), "USDC", 6)}
    _, facts = classify(deposited(), wallets(), PROTOCOLS, known)
    assert [(f.symbol, f.decimals, f.underlying, f.accrues) for f in facts] == [
        ("aUSDC", 6, asset("U"), "interest")
    ]


def test_a_token_that_never_took_the_reserve_is_no_atoken():
    one = deposited("fake", "w > pair 100 U@1; zero > w 100 fake@2")
    assert only(one, PROTOCOLS).protocol is None


@pytest.mark.parametrize(
    ("topic", "data"),
    [(aave.VARIABLE_MINT, [50, 1]), (aave.STABLE_MINT, [50, 50, 0, 1, 1, 1])],
)
def test_a_loan_is_a_debt_and_never_income(topic, data):
    logs = [
        log(2, "dU", topic, "w", "w", data=data),
        log(4, POOL, aave.BORROW, "U", "w", 0, data=["w", 50, 2, 1]),
    ]
    event = only(activity("zero > w 50 dU@1; aU > w 50 U@3", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "aave_v2")
    assert said(event) == [(50, asset("dU"), "debt"), (50, asset("U"), "plain")]


def test_a_repayment_of_coin_over_the_gateway():
    logs = [
        log(2, "dW", aave.VARIABLE_BURN, "w", data=[50, 1]),
        log(4, POOL, aave.REPAY, "W", "w", "gate", data=[50]),
    ]
    text = "w > gate 60 ETH; w > zero 50 dW@1; gate > aW 50 W@3; gate > w 10 ETH"
    event = only(activity(text, logs=logs, called="gate"), PROTOCOLS)
    assert event.kind == "repay"
    assert said(event) == [
        (-60, asset("ETH"), "plain"),
        (-50, asset("dW"), "debt"),
        (10, asset("ETH"), "refund"),
    ]


def called(liquidator, user, receives=0):
    return [
        log(2, "dU", aave.VARIABLE_BURN, user, data=[50, 1]),
        log(4, "aC", aave.TOKEN_BURN, user, liquidator, data=[70, 1]),
        log(9, POOL, aave.LIQUIDATION_CALL, "C", "U", user, data=[50, 70, liquidator, receives]),
    ]


def test_a_liquidation_from_both_sides():
    text = "bot > aU 50 U@1; aC > bot 70 C@5"
    event = only(activity(text, logs=called("bot", "x"), caller="bot"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "aave_v2")
    text = "w > zero 50 dU@1; w > zero 70 aC@3"
    one = activity(text, logs=called("x", "w"), caller="x")
    # a token is no debt because a stranger says so
    legs = [leg for each in events_of(one, PROTOCOLS) for leg in each.legs]
    assert "debt" not in {leg.role for leg in legs}
    event = only(one, PROTOCOLS, assets={asset("dU"): Asset(asset("dU"), "dU", 6, "debt")})
    assert (event.kind, event.protocol) == ("liquidation", "aave_v2")
    assert said(event) == [(-50, asset("dU"), "debt"), (-70, asset("aC"), "plain")]


def test_a_flash_loan_takes_all():
    logs = [log(9, POOL, aave.FLASH_LOAN, "bot", "bot", "U", data=[100, 1, 0])]
    text = "aU > bot 100 U@1; bot > pool 100 U@2; pool > bot 103 U@3; bot > aU 101 U@4"
    event = only(activity(text, logs=logs, caller="bot"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("flash_loan", "aave_v2")
    assert (-1, asset("U"), "premium") in said(event)


def test_strangers_and_short_logs_say_nothing():
    assert only(deposited(caller="x"), PROTOCOLS).protocol != "aave_v2"
    logs = [log(4, POOL, aave.BORROW, "U", "w", 0, data=["w", 50])]
    assert only(activity("aU > w 50 U@3", logs=logs), PROTOCOLS).kind == "receive"


# ---- credit that others use


def test_a_loan_that_somebody_draws_on_the_funds_credit_is_owed_and_no_asset():
    one = drawn(POOL, aave.BORROW)
    (event,) = events_of(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "aave_v2")
    assert said(event) == [(50, asset("dU"), "debt"), (2, asset("dU"), "interest")]
    fact = facts_of(one)[asset("dU")]
    assert (fact.kind, fact.underlying) == ("debt", asset("U"))


def test_what_somebody_drew_stands_against_suspense_and_never_against_income():
    assert accounts(drawn(POOL, aave.BORROW)) == [
        ("liability", 50, -50),
        ("suspense:unmatched", -50, 50),
        ("liability", 2, -2),
        ("expense:interest", -2, 2),
    ]


def test_what_somebody_pays_back_for_the_fund_clears_its_debt():
    one = repaid(POOL, aave.REPAY)
    (event,) = events_of(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("repay", "aave_v2")
    assert said(event) == [(-50, asset("dU"), "debt"), (2, asset("dU"), "interest")]
    assert ("suspense:unmatched", 50, -50) in accounts(one)


def test_a_draw_that_no_pool_of_aaves_tells_of_is_no_debt():
    assert [one.kind for one in events_of(drawn("shop", aave.BORROW), PROTOCOLS)] == ["receive"]
    stranger = drawn(POOL, aave.BORROW, owner="x")
    assert [one.kind for one in events_of(stranger, PROTOCOLS)] == ["receive"]


def test_a_token_that_is_made_beside_a_draw_is_no_debt():
    text = "zero > w 90 fake@0; zero > w 52 dU@1; aU > x 50 U@3"
    events = events_of(drawn(POOL, aave.BORROW, text=text), PROTOCOLS)
    assert {one.kind: [leg.asset for leg in one.legs] for one in events} == {
        "receive": [asset("fake")],
        "borrow": [asset("dU"), asset("dU")],
    }


def test_the_fund_draws_on_the_credit_of_somebody_else():
    told = log(5, POOL, aave.BORROW, "U", "x", 0, data=["w", 50, 2, 1])
    event = only(activity("aU > w 50 U@3", logs=[told], called=POOL), PROTOCOLS)
    assert (event.kind, event.protocol, said(event)) == (
        "borrow",
        "aave_v2",
        [(50, asset("U"), "plain")],
    )


def test_the_pools_word_is_enough_for_a_liquidation_of_which_nothing_is_known():
    text = "w > zero 50 dU@1; w > zero 70 aC@3; aC > x 70 C@5; x > aU 50 U@6"
    one = activity(text, logs=called("x", "w"), caller="x", called="liquidator")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "aave_v2")
    assert said(event) == [(-50, asset("dU"), "debt"), (-70, asset("aC"), "plain")]
