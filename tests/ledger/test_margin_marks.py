"""What a position on margin gained or lost is in its value once it was read, and in no entry."""

from dataclasses import replace
from datetime import timedelta

from ledger.books.marks import MARK, is_mark
from ledger.model.asset import AssetId
from ledger.model.fund import wallet_id
from ledger.model.position import Observation
from ledger.nav.margin import unread_margins
from tests.ledger import moves
from tests.ledger.moves import address
from tests.ledger.protocols.gmx_books import (
    ARBITRUM,
    ASKED,
    COIN,
    KEPT,
    OPENED,
    USDC,
    books_of,
    changed,
    decreased,
    done,
    executed,
    fees,
    nav_of,
    ordered,
    result,
)

ONE = 10**18
DAY = 86_400


def at(minutes):
    return moves.START + timedelta(minutes=minutes)


def read(block, *closing, units=98):
    """What closing would pay at a block, as a node said."""
    owner = wallet_id(ARBITRUM, address("w"))
    seen = Observation(owner, AssetId(KEPT), at(block), units, block, "node", f"0xproof{block}")
    return replace(seen, closing=closing)


def kept(*transactions, readings=()):
    return books_of(*transactions, observations=readings)


def codes(books, minutes, age=3 * DAY):
    found = unread_margins(books.entries, books.observations, at(minutes), age)
    return [(problem.code, problem.source) for problem in found]


def test_a_position_is_worth_its_collateral_until_it_is_read():
    books = kept(*OPENED)
    assert nav_of(books, at(8), KEPT) == 98 * ONE
    assert codes(books, 8) == [("position_unread", KEPT)]


def test_what_closing_would_pay_is_its_value_from_then_on():
    books = kept(*OPENED, readings=[read(6, (USDC, 40), (COIN, 3))])
    assert nav_of(books, at(5), KEPT) == 98 * ONE
    assert nav_of(books, at(6), KEPT) == (40 + 3 * 10) * ONE
    assert codes(books, 8) == []


def test_a_position_that_lost_everything_is_worth_nothing():
    books = kept(*OPENED, readings=[read(6, (USDC, 0), (COIN, 0))])
    assert nav_of(books, at(7), KEPT) == 0


def test_without_a_price_of_what_would_be_paid_nothing_is_said():
    books = kept(*OPENED, readings=[read(6, (moves.asset("Odd", ARBITRUM), 5))])
    assert nav_of(books, at(7), KEPT) == 98 * ONE


def test_a_mark_is_in_no_entry():
    closing = decreased(8, "pool > w 60 U", position=1)
    plain, marked = (
        kept(*OPENED, ASKED, closing),
        kept(*OPENED, ASKED, closing, readings=[read(6, (USDC, 40))]),
    )
    assert [one.hash for one in plain.entries] == [one.hash for one in marked.entries]
    assert result(plain) == result(marked)
    assert any(is_mark(quote) for quote in marked.prices.quotes)
    assert {q.source for q in marked.prices.quotes if is_mark(q)} == {f"{MARK}0xproof6"}


def test_once_a_position_changed_its_mark_says_nothing():
    grown = executed(8, "", fees(2), changed("PositionIncrease", 198, 1800, 2, delta=100), *done(2))
    history = (*OPENED, ordered(7, order=2), grown)
    books = kept(*history, readings=[read(6, (USDC, 40))])
    assert nav_of(books, at(9), KEPT) == 198 * ONE
    assert codes(books, 9) == [("position_unread", KEPT)]
    again = kept(*history, readings=[read(6, (USDC, 40)), read(10, (USDC, 150), units=198)])
    assert nav_of(again, at(11), KEPT) == 150 * ONE
    assert codes(again, 11) == []


def test_a_reading_ages_and_a_closed_position_needs_none():
    readings = [read(6, (USDC, 40))]
    assert codes(kept(*OPENED, readings=readings), 60 * 24 * 4) == [("position_unread", KEPT)]
    closed = kept(*OPENED, ASKED, decreased(8, "pool > w 90 U", position=1), readings=readings)
    assert codes(closed, 60 * 24 * 4) == []
