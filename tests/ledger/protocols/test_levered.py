"""Debts of Aave that helpers draw, turn and clear for the fund; the word of the pool."""

from dataclasses import replace

import pytest

from ledger.protocols import aave_v2
from ledger.protocols import aave_v3 as aave
from ledger.protocols._scaled import MINT
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.delegated import accounts, facts_of
from tests.ledger.protocols.registry import PROTOCOLS
from tests.ledger.protocols.test_aave_v3 import burn, liquidated

POOL = aave.POOLS[0]


def test_a_position_that_a_helper_levered_owes_what_was_drawn():
    one = activity(
        "w > lev 1 C@1; aU > lev 40 U@2; lev > px 40 U@3; px > lev 4 C@4; lev > aC 5 C@5;"
        "zero > w 5 aC@6; zero > w 40 dU@9",
        logs=[
            log(7, "aC", MINT, "lev", "w", data=[5, 0, 1]),
            log(8, POOL, aave.SUPPLY, "C", "w", 0, data=["lev", 5]),
            log(10, "dU", MINT, "lev", "w", data=[40, 0, 1]),
            log(11, POOL, aave.BORROW, "U", "w", 0, data=["lev", 40, 2, 1]),
        ],
        called="lev",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "aave_v3")
    assert said(event) == [
        (-1, asset("C"), "plain"),
        (5, asset("aC"), "plain"),
        (40, asset("dU"), "debt"),
    ]
    assert {fact.kind for fact in facts_of(one).values()} == {"debt", "token"}


def swapped(text="zero > w 101 dD@1; aD > lev 101 D@2; w > zero 98 dU@6; lev > aU 100 U@8"):
    """One debt is drawn to clear another: 2 of interest had run up."""
    return activity(
        text,
        logs=[
            log(3, "dD", MINT, "lev", "w", data=[101, 0, 1]),
            log(4, POOL, aave.BORROW, "D", "w", 0, data=["lev", 101, 2, 1]),
            burn(7, "dU", "w", "zero", 98, 2),
            log(9, POOL, aave.REPAY, "U", "w", "lev", data=[100, 0]),
        ],
        called="lev",
    )


def test_a_debt_that_became_another_debt_is_no_asset_and_no_suspense():
    event = only(swapped(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("repay", "aave_v3")
    assert said(event) == [
        (101, asset("dD"), "debt"),
        (-100, asset("dU"), "debt"),
        (2, asset("dU"), "interest"),
    ]
    found = accounts(swapped())
    assert not [account for account, *_ in found if account.startswith("suspense")]


def test_collateral_that_a_helper_sold_repays_the_debt():
    text = "w > lev 3 aC@1; w > zero 98 dU@6; lev > aU 100 U@8"
    event = only(swapped(text), PROTOCOLS)
    assert (event.kind, event.protocol) == ("repay", "aave_v3")
    assert said(event) == [
        (-3, asset("aC"), "plain"),
        (-100, asset("dU"), "debt"),
        (2, asset("dU"), "interest"),
    ]


def test_a_pool_that_nobody_knows_speaks_for_no_helper():
    one = swapped()
    strange = [
        log(each.index, "shop", *each.topics, data=[int(each.data[2:66], 16), 101, 2, 1])
        if each.address == POOL
        else each
        for each in one.logs
    ]
    kinds = {each.kind for each in events_of(replace(one, logs=tuple(strange)), PROTOCOLS)}
    assert "borrow" not in kinds


def test_the_second_version_knows_the_helper_too():
    pool = aave_v2.POOLS[0]
    drawn = activity(
        "w > lev 1 C@1; lev > aC 5 C@5; zero > w 5 aC@6; aU > lev 40 U@8; zero > w 40 dU@9",
        logs=[
            log(7, "aC", aave_v2.TOKEN_MINT, "w", data=[5, 1]),
            log(8, pool, aave_v2.DEPOSIT, "C", "w", 0, data=["lev", 5]),
            log(10, "dU", aave_v2.VARIABLE_MINT, "lev", "w", data=[40, 1]),
            log(11, pool, aave_v2.BORROW, "U", "w", 0, data=["lev", 40, 2, 1]),
        ],
        called="lev",
    )
    event = only(drawn, PROTOCOLS)
    assert (event.kind, event.protocol) == ("borrow", "aave_v2")
    assert said(event) == [
        (-1, asset("C"), "plain"),
        (5, asset("aC"), "plain"),
        (40, asset("dU"), "debt"),
    ]
    cleared = activity(
        "w > lev 3 aC@1; w > zero 98 dU@6; lev > aU 98 U@8",
        logs=[
            log(7, "dU", aave_v2.VARIABLE_BURN, "w", data=[98, 1]),
            log(9, pool, aave_v2.REPAY, "U", "w", "lev", data=[98]),
        ],
        called="lev",
    )
    event = only(cleared, PROTOCOLS)
    assert (event.kind, said(event)) == (
        "repay",
        [(-3, asset("aC"), "plain"), (-98, asset("dU"), "debt")],
    )


def test_the_pools_word_is_enough_for_a_liquidation_of_which_nothing_is_known():
    text = "w > zero 48 dU@1; w > zero 9 aC@3; w > treasury 1 aC@5; aC > x 9 C@6; x > aU 50 U@7"
    one = activity(text, logs=liquidated("w", "x"), caller="x", called="liquidator")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "aave_v3")
    assert said(event) == [
        (-50, asset("dU"), "debt"),
        (2, asset("dU"), "interest"),
        (-9, asset("aC"), "plain"),
        (-1, asset("aC"), "plain"),
    ]
    assert facts_of(one)[asset("dU")].kind == "debt"


def test_a_liquidation_out_of_a_loan_of_the_pools_own_keeps_its_name():
    one = activity(
        "aU > bot 50 U@1; bot > aU 50 U@3; aC > bot 9 C@5; bot > px 9 C@10; px > bot 55 U@11;"
        "bot > aU 51 U@12",
        logs=[
            *liquidated("x", "bot"),
            log(13, POOL, aave.FLASH_LOAN, "bot", "U", 0, data=["bot", 50, 0, 1]),
        ],
        called="bot",
    )
    liquidation, loan = events_of(one, PROTOCOLS)
    assert (liquidation.kind, loan.kind) == ("liquidation", "flash_loan")
    assert [leg.quantity for leg in liquidation.legs] == [-50, 9, -9, 55]
    assert [(leg.quantity, leg.role) for leg in loan.legs] == [
        (50, "plain"),
        (-50, "plain"),
        (-1, "premium"),
    ]


def put_up(text, logs=(), supplied=90):
    """A helper supplies B for the wallet; what else moved is in the text."""
    logs = [
        *logs,
        log(17, "aB", MINT, "swapper", "w", data=[supplied, 0, 1]),
        log(18, POOL, aave.SUPPLY, "B", "w", 0, data=["swapper", supplied]),
    ]
    text += f"; swapper > aB {supplied} B@15; zero > w {supplied} aB@16"
    return activity(text, logs=logs, called="swapper")


def test_collateral_that_a_swapper_turned_into_another_was_traded_and_keeps_its_reserve():
    sold = "aA > swapper 100 A@3; swapper > px 100 A@5; px > swapper 90 B@6"
    logs = [
        burn(2, "aA", "swapper", "swapper", 100, 0),
        log(4, POOL, aave.WITHDRAW, "A", "swapper", "swapper", data=[100]),
    ]
    one = put_up(f"w > swapper 100 aA@0; swapper > zero 100 aA@1; {sold}", logs)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "aave_v3")
    assert sorted(said(event)) == [(-100, asset("aA"), "plain"), (90, asset("aB"), "plain")]
    assert facts_of(one)[asset("aB")].underlying == asset("B")
    one = put_up("w > swapper 100 C@0; swapper > px 100 C@5; px > swapper 90 B@6")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("swap", "aave_v3")


def test_a_reserve_that_a_helper_brought_out_of_another_pool_is_no_trade():
    one = put_up("w > swapper 88 old@0; swapper > zero 88 old@1; old > swapper 90 B@2")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("migrate", "aave_v3")


@pytest.mark.parametrize(
    "text",
    [
        "w > swapper 100 B@0; swapper > x 10 B@1",
        "w > swapper 100 B@0; swapper > x 9 B@1; swapper > w 1 B@2",
        "w > swapper 100 ETH; swapper > x 10 ETH; swapper > B 90 ETH",
    ],
)
def test_what_a_helper_put_up_of_what_it_was_given_is_a_deposit_though_it_kept_a_fee(text):
    assert only(put_up(text), PROTOCOLS).kind == "lend_deposit"


@pytest.mark.parametrize(("called", "paid"), [("router", "router"), ("Meme", "Meme")])
def test_what_a_token_put_up_in_the_midst_of_a_trade_cuts_no_trade(called, paid):
    logs = [
        log(17, "aB", MINT, "Meme", "w", data=[1, 0, 1]),
        log(18, POOL, aave.SUPPLY, "B", "w", 0, data=["Meme", 1]),
    ]
    text = f"w > {paid} 50 U@0; px > w 40 Meme@2; Meme > aB 1 B@15; zero > w 1 aB@16"
    event = only(activity(text, logs=logs, called=called), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", None)
    assert {leg.quantity for leg in event.legs} == {-50, 40, 1}


def test_what_a_token_pays_back_in_the_midst_of_a_trade_cuts_no_trade():
    logs = [
        burn(17, "dB", "w", "zero", 1, 0),
        log(18, POOL, aave.REPAY, "B", "w", "Meme", data=[1, 0]),
    ]
    text = "w > router 50 U@0; px > w 40 Meme@2; Meme > aB 1 B@15; w > zero 1 dB@16"
    events = events_of(activity(text, logs=logs, called="router"), PROTOCOLS)
    assert {event.kind: {leg.quantity for leg in event.legs} for event in events} == {
        "swap": {-50, 40},
        "repay": {-1},
    }


def test_a_trade_beside_what_somebody_supplied_for_himself_is_a_trade():
    told = log(18, POOL, aave.SUPPLY, "B", "x", 0, data=["swapper", 90])
    one = activity("w > router 50 U@0; px > w 40 C@2", logs=[told], called="router")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("swap", None)


def test_what_somebody_put_up_for_the_fund_for_nothing_is_no_trade_of_its():
    event = only(put_up("px > swapper 90 B@6"), PROTOCOLS)
    assert event.kind not in {"swap", "migrate"}
