"""Leverage through helpers, in the books: what the fund put up itself is not sold, nor bought."""

from datetime import timedelta

import pytest

from ledger.model.asset import Asset
from ledger.protocols import _maker_vaults as vaults
from ledger.protocols import aave_v3 as aave
from ledger.protocols import makerdao as maker
from ledger.protocols._scaled import MINT
from tests.ledger import written
from tests.ledger.moves import START, asset, log
from tests.ledger.protocols.test_makerdao import (
    DAI,
    EXECUTED,
    KEPT,
    LENDER,
    OPENED,
    frob,
    managed,
    multiplied,
    slip,
)

PRICES = {"R": 1, "W": 100, "C": 100, "U": 1, DAI: 20}


def told(logs):
    """Logs as `written.transaction` takes them."""
    return [
        (
            each.index,
            each.address,
            each.topics[0],
            [int(topic, 16) for topic in each.topics[1:]],
            [int(each.data[place : place + 64], 16) for place in range(2, len(each.data), 64)],
        )
        for each in logs
    ]


def books_of(*transactions):
    known = (*written.tokens("R", "W", "C", "U", "aC"), Asset(asset(DAI), "DAI", 0))
    return written.books_of(*transactions, prices=PRICES, assets=known)


def lots(books, what):
    found = [lot for lot in books.booking.open if lot.asset == what]
    return sorted((lot.quantity, lot.acquired, lot.cost) for lot in found)


def sold(books):
    """What was given up, but for what the fund began with."""
    return {(one.asset, one.quantity) for one in books.booking.disposals if one.asset != asset("R")}


WRAPPED = OPENED.replace("proxy > mpa 10 ETH;", "proxy > mpa 10 ETH; mpa > W 10 ETH;")
COIN = written.transaction(0, "w > y 500 R; y > w 10 ETH", fee=0)
LEVERED = written.transaction(
    1, WRAPPED, told(multiplied(WRAPPED, EXECUTED).logs), fee=0, called="proxy"
)


def test_own_coin_that_a_helper_locks_with_what_it_bought_keeps_its_date_and_cost():
    books = books_of(COIN, LEVERED)
    assert sold(books) == set()
    assert lots(books, KEPT) == [
        (10, START, 500 * 10**18),
        (20, START + timedelta(minutes=1), 96 * 20 * 10**18),
    ]


def test_collateral_that_a_helper_gives_back_is_not_sold_with_the_rest():
    logs = [
        EXECUTED,
        log(1, vaults.DAI_JOIN, vaults.EXIT, "mpa", 96),
        log(3, vaults.DAI_JOIN, vaults.JOIN, "urn", 96),
        frob(4, -30, -90),
        managed(5, "mpa"),
        slip(6, -30),
        log(7, "gemjoin", vaults.EXIT, "mpa", 30),
        log(11, vaults.DAI_JOIN, vaults.JOIN, LENDER, 96),
        log(12, LENDER, maker.FLASH_LOAN, "mpa", data=[DAI, 96, 0]),
    ]
    text = f"""zero > mpa 96 {DAI}@1; mpa > zero 96 {DAI}@2; gemjoin > mpa 30 W@6
        mpa > px 24 W@7; px > mpa 98 {DAI}@8; mpa > {LENDER} 96 {DAI}@10; W > mpa 6 ETH
        mpa > w 6 ETH; {LENDER} > zero 96 {DAI}@11; mpa > w 2 {DAI}@13"""
    closed = written.transaction(2, text, told(logs), fee=0, called="proxy")
    books = books_of(COIN, LEVERED, closed)
    assert sum(quantity for what, quantity in sold(books) if what == KEPT) == 24
    assert lots(books, KEPT) == []
    assert sum(units for units, *_ in lots(books, asset("ETH"))) == 6
    assert {when for _, when, _ in lots(books, asset("ETH"))} <= {
        START,
        START + timedelta(minutes=1),
    }


def test_what_was_not_of_the_collateral_is_sold_for_it():
    other = WRAPPED.replace("10 ETH", "10 U").replace("mpa > W 10 U;", "mpa > px 10 U;")
    bought = written.transaction(0, "w > y 500 R; y > w 10 U", fee=0)
    levered = written.transaction(
        1, other, told(multiplied(other, EXECUTED).logs), fee=0, called="proxy"
    )
    assert sold(books_of(bought, levered)) == {(asset("U"), 10)}


@pytest.mark.parametrize("given", [1, 5])
def test_a_token_that_stands_for_as_many_units_carries_them(given):
    logs = [
        log(7, "aC", MINT, "lev", "w", data=[5, 0, 1]),
        log(8, aave.POOLS[0], aave.SUPPLY, "C", "w", 0, data=["lev", 5]),
        log(10, "dU", MINT, "lev", "w", data=[40, 0, 1]),
        log(11, aave.POOLS[0], aave.BORROW, "U", "w", 0, data=["lev", 40, 2, 1]),
    ]
    text = f"""w > lev {given} C@1; aU > lev 40 U@2; lev > px 40 U@3; px > lev {5 - given or 1} C@4
        lev > aC 5 C@5; zero > w 5 aC@6; zero > w 40 dU@9; px > w 39 U@12"""
    bought = written.transaction(0, "w > y 500 R; y > w 5 C", fee=0)
    levered = written.transaction(1, text, told(logs), fee=0, called="lev")
    books = books_of(bought, levered)
    assert sold(books) == set()
    dates = {when: units for units, when, _ in lots(books, asset("aC"))}
    assert dates[START] == given and sum(dates.values()) == 5
