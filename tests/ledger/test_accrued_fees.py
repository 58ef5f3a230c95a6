"""What an open position of liquidity earned is in the books before it is paid out, and once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.books import keep_books
from ledger.model.amount import MONEY_ONE
from ledger.model.asset import fees_of, position
from ledger.model.fund import Policy
from ledger.model.position import Pooled
from ledger.nav.liquidity import pooled_results, unread
from ledger.nav.positions import positions
from ledger.nav.series import nav_series
from ledger.nav.valuation import Valuation
from ledger.protocols import _concentrated as v3
from ledger.reconcile import breaks
from tests.ledger import moves
from tests.ledger.tax import kept as tax
from tests.ledger.test_positions_without_token import (
    PRICES,
    TICKS,
    closed,
    codes,
    collected,
    cost_of,
    freed,
    funded,
    increased,
    opened,
    transaction,
)
from tests.ledger.written import Written, books_of, history, seen

NFT = position(moves.NETWORK, v3.MODEL, f"{moves.address('Nft')}.7")
FEES = fees_of(NFT)
PAID = [(1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (0, 0, 0)), *collected((7, 2))]


def read(block, due, amounts=(100, 10), liquidity=50):
    """What a node says of position 7 at a block."""
    pooled = Pooled((moves.asset("A"), moves.asset("B")), amounts, due)
    return replace(seen(NFT, liquidity, block), pooled=pooled)


def kept(*transactions, readings, prices=PRICES):
    return books_of(*funded(), *transactions, prices=prices, observations=readings)


def units(books, at=None):
    return {one.asset: one.quantity for one in positions(books.entries, at) if "/pos" in one.asset}


def value_at(books, minutes):
    time = moves.START + timedelta(minutes=minutes)
    (point,) = nav_series(books.entries, books.prices, books.policy, [time])
    return point.value


def income(books):
    """What was earned in pools, by the kind of its entry."""
    found: dict[str, int] = {}
    for entry in books.entries:
        for posting in entry.postings:
            if posting.account.path == "income:reward":
                found[entry.kind] = found.get(entry.kind, 0) - posting.value // MONEY_ONE
    return found


def test_fees_that_wait_in_a_position_are_assets_with_their_block_and_proof():
    reading = read(8, (5, 1))
    books = kept(opened(3), readings=(reading,))
    assert units(books) == {NFT: 50, FEES[0]: 5, FEES[1]: 1}
    accrued = [entry for entry in books.entries if entry.kind == "accrual"]
    assert {entry.order[2] for entry in accrued} == {8}
    assert {entry.evidence for entry in accrued} == {(reading.evidence,)}
    assert income(books) == {"accrual": 5 * 10 + 1 * 100}
    assert value_at(books, 9) == value_at(kept(opened(3), readings=()), 9) + 150 * MONEY_ONE
    assert codes(books) == set()


def test_a_second_reading_adds_what_grew_since_and_the_same_one_nothing():
    books = kept(opened(3), readings=(read(8, (5, 1)), read(8, (5, 1)), read(20, (9, 1))))
    assert units(books) == {NFT: 50, FEES[0]: 9, FEES[1]: 1}
    assert income(books) == {"accrual": 90 + 100}


@pytest.mark.parametrize("due", [(0, 0), (5, 1), (7, 2)])
def test_fees_are_earned_once_whether_they_were_seen_before_they_were_paid_or_not(due):
    paid = transaction(9, "pool > w 7 A; pool > w 2 B", PAID)
    books = kept(opened(3), paid, readings=(read(8, due),))
    assert units(books) == {NFT: 50}
    assert sum(income(books).values()) == 7 * 10 + 2 * 100
    assert [entry.kind for entry in books.entries].count("pool_fees") == 1
    assert codes(books) == set()
    assert cost_of(books) == cost_of(kept(opened(3), paid, readings=()))


def test_what_was_collected_before_the_reading_is_not_accrued_again():
    paid = transaction(7, "pool > w 7 A; pool > w 2 B", PAID)
    books = kept(opened(3), paid, readings=(read(8, (1, 0)),))
    assert units(books) == {NFT: 50, FEES[0]: 1}
    assert income(books) == {"pool_fees": 270, "accrual": 10}


def test_fees_that_are_collected_to_the_manager_and_swept_are_earned_once():
    logs = [
        (1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (0, 0, 0)),
        (3, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("Nft", 7, 2)),
        (4, "Nft", v3.COLLECT, (7,), ("Nft", 7, 2)),
    ]
    text = "pool > Nft 7 A; pool > Nft 2 B; Nft > w 7 A; Nft > w 2 B"
    books = kept(opened(3), transaction(9, text, logs), readings=(read(8, (5, 1)),))
    assert units(books) == {NFT: 50}
    assert income(books) == {"accrual": 150, "pool_fees": 2 * 10 + 1 * 100}


def test_what_was_taken_out_and_waits_is_no_fee():
    out = transaction(4, "", freed(25, (40, 6)))
    books = kept(opened(3), out, readings=(read(8, (45, 6), (40, 6), 25),))
    held = units(books)
    assert held[FEES[0]] == 5
    assert FEES[1] not in held
    assert income(books) == {"accrual": 50}


def test_a_position_that_ends_leaves_no_fees_behind():
    books = kept(opened(3), closed(9), readings=(read(8, (5, 1)),))
    assert units(books) == {}
    assert sum(income(books).values()) == 5 * 10 + 1 * 100
    assert codes(books) == set()


def test_fees_follow_the_token_of_their_position():
    moved = transaction(9, "w > w2 1 Nft#7")
    books = kept(opened(3), moved, readings=(read(8, (5, 1)),))
    held = {(one.wallet, one.asset) for one in positions(books.entries) if "/pos" in one.asset}
    assert {wallet.rpartition(":")[2] for wallet, _ in held} == {moves.address("w2")}
    assert {asset for _, asset in held} == {NFT, *FEES}


def test_a_reading_of_a_position_that_the_books_do_not_know_says_nothing():
    books = kept(readings=(read(8, (5, 1)),))
    assert units(books) == {}
    assert income(books) == {}


def test_liquidity_that_is_not_what_the_node_said_is_a_break():
    books = kept(opened(3), readings=(read(8, (5, 1), liquidity=40),))
    (found,) = breaks(books.entries, books.observations)
    assert (found.asset, found.ledger, found.observed) == (NFT, 50, 40)


def test_the_order_of_evidence_decides_nothing():
    paid = transaction(9, "pool > w 7 A; pool > w 2 B", PAID)
    readings = (read(8, (5, 1)), read(20, (3, 0)))
    one = kept(opened(3), paid, readings=readings)
    given = history(*reversed([*funded(), opened(3), paid]), prices=PRICES)
    again = keep_books(replace(given, observations=readings[::-1]), Policy(), Written())
    assert again.entries == one.entries
    assert units(one) == {NFT: 50, FEES[0]: 3}


def test_a_tax_year_counts_what_was_accrued_and_paid_out_once():
    paid = transaction(9, "pool > w 7 A; pool > w 2 B", PAID)
    books = kept(opened(3), paid, readings=(read(8, (5, 1)),))
    found = tax.year(*books.entries, quotes=books.prices.quotes)
    assert sum(line.value for line in found.income) == 270 * MONEY_ONE
    assert {line.kind for line in found.income} == {"reward"}
    assert not [line for line in found.lines if ".fees" in line.asset]


# ---- against holding -----------------------------------------------------------------------------


def against(books):
    def valuation(time):
        return Valuation(books.prices, time, books.policy)

    return pooled_results(books.entries, books.observations, books.assets, valuation)


def test_a_position_is_worth_what_it_would_give_back_and_is_compared_with_holding():
    # 100 A and 10 B were put in; A doubled against B, and the pool sold some of it
    books = kept(opened(3), readings=(read(8, (5, 1), (80, 11)),))
    (one,) = against(books)
    assert one.held_value == (100 * 10 + 10 * 100) * MONEY_ONE
    assert one.value == (80 * 10 + 11 * 100) * MONEY_ONE
    assert one.impermanent_loss == -100 * MONEY_ONE
    assert one.fees_value == 150 * MONEY_ONE
    assert one.against_holding == 50 * MONEY_ONE
    assert (one.seen.block, one.seen.source) == (8, "node")
    late = moves.START + timedelta(minutes=9)
    assert books.prices.value(NFT, 50, late, "USD") == one.value
    assert unread([one]) == ()


def test_a_larger_position_is_compared_with_all_that_was_put_in_and_a_smaller_one_with_the_rest():
    logs = [*freed(25, (200, 20)), *collected((200, 20))]
    half = transaction(5, "pool > w 200 A; pool > w 20 B", logs)
    books = kept(opened(3), increased(4), half, readings=(read(8, (0, 0), (300, 30), 75),))
    (one,) = against(books)
    assert one.liquidity == 75
    assert dict(one.deposited) == {moves.asset("A"): 300, moves.asset("B"): 30}
    assert one.impermanent_loss == 0


def test_what_nobody_read_since_liquidity_moved_is_unknown_and_a_problem():
    books = kept(opened(3), increased(9), readings=(read(8, (5, 1)),))
    (one,) = against(books)
    assert (one.seen, one.value, one.impermanent_loss, one.against_holding) == (None,) * 4
    assert dict(one.deposited)[moves.asset("A")] == 400
    (problem,) = unread([one])
    assert (problem.code, problem.source) == ("position_unread", NFT)


def test_without_a_price_of_one_asset_nothing_is_compared():
    books = kept(opened(3), readings=(read(8, (5, 1)),), prices={"A": 10})
    (one,) = against(books)
    assert one.seen is not None
    assert (one.value, one.held_value, one.against_holding) == (None, None, None)


def test_fees_that_were_paid_out_since_are_no_longer_counted():
    paid = transaction(9, "pool > w 7 A; pool > w 2 B", PAID)
    (one,) = against(kept(opened(3), paid, readings=(read(8, (5, 1)),)))
    assert one.fees_value == 0


def test_a_closed_position_is_in_no_comparison():
    assert against(kept(opened(3), closed(9), readings=(read(8, (5, 1)),))) == ()
