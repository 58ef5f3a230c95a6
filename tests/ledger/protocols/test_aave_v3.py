"""Aave v3: lending, debt as a liability, liquidation from both sides, flash loans."""

from ledger.classify import classify
from ledger.model.asset import Asset
from ledger.protocols import aave_v3 as aave
from ledger.protocols._scaled import BURN, MINT
from tests.ledger.moves import activity, address, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.delegated import accounts, drawn, facts_of, repaid
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

POOL = aave.POOLS[0]


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Supply(address,address,address,uint256,uint16)": aave.SUPPLY,
        "Withdraw(address,address,address,uint256)": aave.WITHDRAW,
        "Borrow(address,address,address,uint256,uint8,uint256,uint16)": aave.BORROW,
        "Repay(address,address,address,uint256,bool)": aave.REPAY,
        "LiquidationCall(address,address,address,uint256,uint256,address,bool)": (
            aave.LIQUIDATION_CALL
        ),
        "FlashLoan(address,address,address,uint256,uint8,uint256,uint16)": aave.FLASH_LOAN,
        "Mint(address,address,uint256,uint256,uint256)": MINT,
        "Burn(address,address,uint256,uint256,uint256)": BURN,
    }.items():
        assert hashes_to(signature, topic)


def mint(index, token, user, value, increase):
    return log(index, token, MINT, user, user, data=[value, increase, 1])


def burn(index, token, user, target, value, increase):
    return log(index, token, BURN, user, target, data=[value, increase, 1])


SUPPLIED = activity(
    "w > aU 100 U@1; zero > w 103 aU@2",
    logs=[mint(3, "aU", "w", 103, 3), log(4, POOL, aave.SUPPLY, "U", "w", 0, data=["w", 100])],
)


def test_a_deposit_keeps_principal_and_interest_apart():
    event = only(SUPPLIED, PROTOCOLS)
    assert (event.kind, event.protocol) == ("lend_deposit", "aave_v3")
    assert said(event) == [
        (-100, asset("U"), "plain"),
        (100, asset("aU"), "plain"),
        (3, asset("aU"), "interest"),
    ]


def test_an_atoken_follows_its_reserve_and_grows():
    fact = facts_of(SUPPLIED)[asset("aU")]
    assert (fact.underlying, fact.accrues, fact.kind) == (asset("U"), "interest", "token")


def test_decimals_are_those_of_the_reserve_where_they_are_known():
    known = {asset("U"): Asset(asset("U"), "USDC", 6)}
    _, facts = classify(SUPPLIED, wallets(), PROTOCOLS, known)
    assert [(fact.symbol, fact.decimals) for fact in facts] == [("aUSDC", 6)]


def test_a_deposit_of_coin_over_the_gateway_is_recognised():
    one = activity(
        "w > gate 100 ETH; gate > aW 100 W@1; zero > w 100 aW@2",
        logs=[
            mint(3, "aW", "w", 100, 0),
            log(4, POOL, aave.SUPPLY, "W", "w", 0, data=["gate", 100]),
        ],
        called="gate",
    )
    assert said(only(one, PROTOCOLS)) == [
        (-100, asset("ETH"), "plain"),
        (100, asset("aW"), "plain"),
    ]


def test_a_withdrawal_burns_less_than_it_gives_by_the_interest():
    one = activity(
        "w > zero 97 aU@1; aU > w 100 U@3",
        logs=[
            burn(2, "aU", "w", "w", 97, 3),
            log(4, POOL, aave.WITHDRAW, "U", "w", "w", data=[100]),
        ],
    )
    event = only(one, PROTOCOLS)
    assert event.kind == "lend_withdraw"
    assert said(event) == [
        (-100, asset("aU"), "plain"),
        (3, asset("aU"), "interest"),
        (100, asset("U"), "plain"),
    ]


def test_a_withdrawal_smaller_than_the_interest_is_logged_as_a_mint():
    one = activity(
        "zero > w 2 aU@1; aU > w 1 U@3",
        logs=[mint(2, "aU", "w", 2, 3), log(4, POOL, aave.WITHDRAW, "U", "w", "w", data=[1])],
    )
    event = only(one, PROTOCOLS)
    assert event.kind == "lend_withdraw"
    assert said(event)[:2] == [(-1, asset("aU"), "plain"), (3, asset("aU"), "interest")]


BORROWED = activity(
    "zero > w 52 dU@1; aU > w 50 U@3",
    logs=[mint(2, "dU", "w", 52, 2), log(4, POOL, aave.BORROW, "U", "w", 0, data=["w", 50, 2, 1])],
)


def test_a_loan_is_a_debt_and_never_income():
    event = only(BORROWED, PROTOCOLS)
    assert event.kind == "borrow"
    assert said(event) == [
        (50, asset("dU"), "debt"),
        (2, asset("dU"), "interest"),
        (50, asset("U"), "plain"),
    ]
    assert facts_of(BORROWED)[asset("dU")].kind == "debt"
    assert facts_of(BORROWED)[asset("dU")].underlying == asset("U")


def test_a_repayment_lowers_the_debt_by_what_was_paid_and_shows_the_interest():
    one = activity(
        "w > zero 48 dU@1; w > aU 50 U@3",
        logs=[
            burn(2, "dU", "w", "zero", 48, 2),
            log(4, POOL, aave.REPAY, "U", "w", "w", data=[50, 0]),
        ],
    )
    event = only(one, PROTOCOLS)
    assert event.kind == "repay"
    assert said(event) == [
        (-50, asset("dU"), "debt"),
        (2, asset("dU"), "interest"),
        (-50, asset("U"), "plain"),
    ]


def test_a_repayment_with_atokens_burns_both():
    one = activity(
        "w > zero 50 dU@1; w > zero 50 aU@3",
        logs=[
            burn(2, "dU", "w", "zero", 50, 0),
            burn(4, "aU", "w", "aU", 50, 0),
            log(5, POOL, aave.REPAY, "U", "w", "w", data=[50, 1]),
        ],
    )
    assert said(only(one, PROTOCOLS)) == [
        (-50, asset("dU"), "debt"),
        (-50, asset("aU"), "plain"),
    ]


def liquidated(user, liquidator):
    return [
        burn(2, "dU", user, "zero", 50, 0),
        burn(4, "aC", user, liquidator, 9, 0),
        log(9, POOL, aave.LIQUIDATION_CALL, "C", "U", user, data=[50, 9, liquidator, 0]),
    ]


def test_the_liquidator_pays_a_debt_and_gets_collateral():
    one = activity("aC > bot 9 C@5; bot > aU 50 U@6", logs=liquidated("x", "bot"), called="bot")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "aave_v3")
    assert said(event) == [(9, asset("C"), "plain"), (-50, asset("U"), "plain")]


def test_the_collateral_sold_in_the_same_transaction_is_a_swap_beside_it():
    one = activity(
        "aC > bot 9 C@5; bot > aU 50 U@6; bot > pool 9 C@11; pool > bot 55 U@12;"
        "bot > producer 1 ETH",
        logs=liquidated("x", "bot"),
        called="bot",
    )
    liquidation, swap = events_of(one, PROTOCOLS)
    assert (liquidation.kind, swap.kind) == ("liquidation", "swap")
    assert said(liquidation)[-1] == (-1, asset("ETH"), "tip")


def test_the_liquidated_loses_collateral_and_debt():
    one = activity(
        "w > zero 50 dU@1; w > zero 9 aC@3; w > treasury 1 aC@5",
        logs=liquidated("w", "x"),
        caller="x",
        called=POOL,
    )
    event = only(one, PROTOCOLS, assets={asset("dU"): Asset(asset("dU"), "dU", 6, "debt")})
    assert event.kind == "liquidation"
    assert said(event) == [
        (-50, asset("dU"), "debt"),
        (-9, asset("aC"), "plain"),
        (-1, asset("aC"), "plain"),
    ]


def test_debts_that_the_last_of_the_collateral_does_not_pay_for_are_written_off_with_it():
    logs = [
        burn(2, "dU", "w", "zero", 50, 0),
        burn(4, "aC", "w", "x", 9, 0),
        burn(6, "dV", "w", "zero", 7, 2),
        log(9, POOL, aave.LIQUIDATION_CALL, "C", "U", "w", data=[40, 9, "x", 0]),
    ]
    moved = "w > zero 50 dU@1; w > zero 9 aC@3; w > zero 7 dV@5"
    one = activity(moved, logs=logs, caller="x", called=POOL)
    known = {asset(name): Asset(asset(name), name, 6, "debt") for name in ("dU", "dV")}
    event = only(one, PROTOCOLS, assets=known)
    assert event.kind == "liquidation"
    assert said(event) == [
        (-50, asset("dU"), "debt"),
        (-9, asset("aC"), "plain"),
        (-9, asset("dV"), "debt"),
        (2, asset("dV"), "interest"),
    ]


def flash_loan(index, taker, amount, premium, mode=0):
    data = [taker, amount, mode, premium]
    return log(index, POOL, aave.FLASH_LOAN, taker, "U", 0, data=data)


FLASH = "aU > bot 1000 U; bot > p 1000 U; p > bot 7 A; bot > q 7 A; q > bot 1020 U; bot > aU 1005 U"


def test_a_flash_loan_keeps_every_gross_leg_and_splits_the_premium():
    one = activity(
        FLASH + "; bot > producer 4 ETH", logs=[flash_loan(9, "bot", 1000, 5)], called="bot"
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("flash_loan", "aave_v3")
    assert [(leg.quantity, leg.role) for leg in event.legs] == [
        (1000, "plain"),
        (-1000, "plain"),
        (7, "plain"),
        (-7, "plain"),
        (1020, "plain"),
        (-1000, "plain"),
        (-5, "premium"),
        (-4, "tip"),
    ]


def test_both_legs_of_a_premium_have_one_claim():
    event = only(activity(FLASH, logs=[flash_loan(9, "bot", 1000, 5)], called="bot"), PROTOCOLS)
    assert event.legs[-1].claim == event.legs[-2].claim


def test_a_flash_loan_of_somebody_else_is_not_ours():
    one = activity("x > w 5 A", logs=[flash_loan(9, "x", 1000, 5)], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_fork_at_a_known_address_has_its_own_name():
    spark = next(pool for (network, pool), name in aave.FORKS.items() if name == "spark")
    logs = [mint(3, "aU", "w", 100, 0), log(4, spark, aave.SUPPLY, "U", "w", 0, data=["w", 100])]
    event = only(activity("w > aU 100 U@1; zero > w 100 aU@2", logs=logs), PROTOCOLS)
    assert event.protocol == "spark"


def test_logs_of_a_stranger_claim_nothing_of_ours():
    logs = [log(4, POOL, aave.SUPPLY, "U", "x", 0, data=["x", 100])]
    one = activity("w > shop 100 U@1; shop > w 3 B@2", logs=logs)
    assert only(one, PROTOCOLS).kind == "swap"
    assert address("x") != address("w")


def test_a_stranger_cannot_give_us_a_token_that_counts_as_our_reserve():
    logs = [
        mint(2, "fake", "w", 10**30, 10**30),
        log(4, POOL, aave.WITHDRAW, "U", "w", "w", data=[1]),
    ]
    one = activity("zero > w 1 fake@1; fake > w 1 U@3", logs=logs, caller="x", called="fake")
    assert not facts_of(one)
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_token_that_never_held_the_reserve_is_no_atoken():
    logs = [mint(2, "fake", "w", 100, 0), log(4, POOL, aave.SUPPLY, "U", "w", 0, data=["w", 100])]
    one = activity("w > pair 100 U@1; zero > w 100 fake@2", logs=logs)
    assert not facts_of(one)
    assert only(one, PROTOCOLS).kind == "swap"


# ---- credit that others use


def test_a_loan_that_somebody_draws_on_the_funds_credit_is_owed_and_no_asset():
    one = drawn(POOL, aave.BORROW)
    (event,) = events_of(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "aave_v3")
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
    assert (event.kind, event.protocol) == ("repay", "aave_v3")
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
        "aave_v3",
        [(50, asset("U"), "plain")],
    )


def test_what_was_earned_to_the_unit_is_withdrawn_without_a_move_of_the_token():
    one = activity(
        "aU > w 3 U@3",
        logs=[
            burn(2, "aU", "w", "w", 0, 3),
            log(4, POOL, aave.WITHDRAW, "U", "w", "w", data=[3]),
        ],
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, sorted(said(event), key=str)) == (
        "lend_withdraw",
        sorted(
            [
                (3, asset("U"), "plain"),
                (-3, asset("aU"), "position"),
                (3, asset("aU"), "interest"),
            ],
            key=str,
        ),
    )


def test_interest_that_is_paid_to_the_unit_leaves_the_debt_as_it_was():
    one = activity(
        "w > aU 3 U@3",
        logs=[
            burn(2, "dU", "w", "zero", 0, 3),
            log(4, POOL, aave.REPAY, "U", "w", "w", data=[3, 0]),
        ],
    )
    event = only(one, PROTOCOLS)
    owed = [leg for leg in said(event) if leg[1] == asset("dU")]
    assert (event.kind, sorted(owed)) == (
        "repay",
        [(-3, asset("dU"), "debt"), (3, asset("dU"), "interest")],
    )
