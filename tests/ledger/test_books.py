"""The books of a history: nothing but the evidence decides what stands in them."""

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.books import History, in_force, keep_books
from ledger.model.amount import MONEY_ONE
from ledger.model.asset import erc20
from ledger.model.evidence import RawTransaction, StatementLine
from ledger.model.fund import Policy, StrategyRule
from ledger.nav.positions import positions
from ledger.protocols import aave_v3 as aave
from ledger.protocols import across
from ledger.protocols._scaled import BURN, MINT
from ledger.reconcile import breaks, trial_balance
from tests.ledger import moves
from tests.ledger import test_positions_without_token as liquidity
from tests.ledger.written import (
    Written,
    books_of,
    history,
    seen,
    tokens,
    transaction,
)

PRICES = {"A": 10, "B": 100, "ETH": 2000}
BUY = transaction(1, "w > pool 1000 ETH; pool > w 200 A")
SELL = transaction(4, "w > pool 20 A; pool > w 3 B")


def line(kind, number=1, occurrence=1, **cells):
    """A row of Partita CSV, of minute `number`."""
    told = {"time": f"2024-03-01T12:{number:02}:00Z", "kind": kind, "wallet": "bank", **cells}
    return StatementLine("partita", "partita_csv", tuple(told.items()), occurrence)


LINES = (
    line("contribution", 0, received_asset="USD", received_quantity="1000"),
    line("buy", 2, sent_asset="USD", sent_quantity="300", received_asset="BTC",
         received_quantity="0.01"),
    line("buy", 2, 2, sent_asset="USD", sent_quantity="300", received_asset="BTC",
         received_quantity="0.01"),
    line("sell", 9, sent_asset="BTC", sent_quantity="0.015", received_asset="USD",
         received_quantity="600", fee_asset="USD", fee_quantity="2"),
)  # fmt: skip


def lent(number):
    """100 A deposited for a token that grows."""
    logs = [
        (1, "aA", MINT, ("w", "w"), (100, 0, 1)),
        (2, aave.POOLS[0], aave.SUPPLY, ("A", "w", 0), ("w", 100)),
    ]
    return transaction(number, "w > aA 100 A; zero > w 100 aA", logs)


def borrowed(number):
    """50 B borrowed for a debt that grows."""
    logs = [
        (1, "dB", MINT, ("w", "w"), (50, 0, 1)),
        (2, aave.POOLS[0], aave.BORROW, ("B", "w", 0), ("w", 50, 2, 1)),
    ]
    return transaction(number, "zero > w 50 dB; aB > w 50 B", logs)


SEEN = (
    seen("aA", 104, 8),
    seen("dB", 53, 8),
    seen("aA", 109, 20),
)
EVERYTHING = history(
    BUY,
    *(liquidity.opened(2), liquidity.closed(3)),
    SELL,
    lent(5),
    borrowed(6),
    transaction(7, "x > w 7 R", caller="x", called="R"),
    transaction(8, "", status="failed"),
    transaction(9, "w > w2 5 A"),
    transaction(10, "pool > w 1 A; w > pool 1 ETH; q > w 3 B; w > q 2 A", caller="x", called="p"),
    lines=LINES,
    prices=PRICES,
    observations=SEEN,
    assets=tokens("A", "B", "aA", "dB", "R"),
)


def kept(told, policy=None):
    return keep_books(told, policy or Policy(), Written())


# ---- evidence alone decides


def shuffled(told, seed):
    """The same history with each of its parts in another order."""
    chance = random.Random(seed)
    parts = {}
    for one in fields(History):
        members = list(getattr(told, one.name))
        chance.shuffle(members)
        parts[one.name] = tuple(members)
    return History(**parts)


@pytest.mark.parametrize(
    "policy", [Policy(), Policy(method="hifo", scope="fund"), Policy(method="lifo")]
)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_input_changes_nothing(policy, seed):
    one, other = kept(EVERYTHING, policy), kept(shuffled(EVERYTHING, seed), policy)
    assert other.entries == one.entries
    assert [entry.hash for entry in other.entries] == [entry.hash for entry in one.entries]
    assert other.events == one.events
    assert other.unexplained == one.unexplained
    assert other.booking == one.booking
    assert other.problems == one.problems
    assert other.prices.quotes == one.prices.quotes
    assert other.assets == one.assets
    assert other.wallets == one.wallets


def test_keeping_twice_gives_the_same():
    assert kept(EVERYTHING).entries == kept(EVERYTHING).entries
    assert kept(EVERYTHING).booking == kept(EVERYTHING).booking


@settings(max_examples=20, deadline=None)
@given(dropped=st.integers(0, 9), dropped_line=st.integers(0, 3))
def test_what_does_not_concern_an_entry_leaves_its_content_alone(dropped, dropped_line):
    """An entry changes only with its own evidence, or with a fact about what it moved."""
    lines = tuple(one for place, one in enumerate(LINES) if place != dropped_line)
    some = replace(EVERYTHING, lines=lines)
    gone = LINES[dropped_line].id
    before = {entry.id: entry.hash for entry in kept(EVERYTHING).entries}
    after = {entry.id: entry.hash for entry in kept(some).entries}
    assert {name for name in before if name not in after} == {
        entry.id for entry in kept(EVERYTHING).entries if gone in entry.evidence
    }
    assert all(before[name] == content for name, content in after.items())


def test_two_answers_about_one_transaction_are_booked_once_whichever_came_first():
    other = RawTransaction(
        SELL.network, SELL.txid, SELL.body.replace(b'"index"', b'"index"') + b" "
    )
    one, two = books_of(BUY, SELL, other), books_of(other, BUY, SELL)
    assert one.entries == two.entries
    assert len([entry for entry in one.entries if entry.txid == SELL.txid]) == 1


# ---- the order of the steps


def test_books_with_the_entries_of_a_journal_book_lots_and_problems_over_these():
    books = books_of(BUY, SELL, prices={"B": 100})
    assert [disposal.entry for disposal in books.booking.disposals] != []
    first, *_ = books.entries
    before = in_force(books, [first], books.assets)
    assert before.entries == (first,)
    assert before == in_force(before, [first], books.assets)
    alone = books_of(BUY, prices={"B": 100})
    assert (before.booking, before.events) == (alone.booking, books.events)
    assert {p for p in before.problems if p.code == "missing_price"} == {
        p for p in alone.problems if p.code == "missing_price"
    }


def test_the_same_entries_in_force_change_nothing_but_what_was_known_of_assets():
    books = books_of(BUY, SELL, prices=PRICES)
    assert in_force(books, books.entries[::-1], {}) == books
    asset = next(iter(books.assets.values()))
    told = in_force(books, books.entries, {asset.id: replace(asset, symbol="as it was called")})
    assert told.assets[asset.id].symbol == "as it was called"
    assert replace(told, assets=books.assets) == books


def test_every_asset_sums_to_zero_and_every_wallet_is_what_was_seen():
    books = kept(EVERYTHING)
    assert trial_balance(books.entries).balanced
    assert breaks(books.entries, books.observations) == ()


def test_every_entry_leads_to_evidence_that_exists():
    books = kept(EVERYTHING)
    known = {raw.id for raw in EVERYTHING.transactions} | {one.id for one in EVERYTHING.lines}
    known |= {one.evidence for one in SEEN}
    for entry in books.entries:
        assert entry.evidence, entry.id
        assert set(entry.evidence) <= known


def test_an_accrual_names_the_wallet_and_block_where_it_was_seen():
    accruals = [entry for entry in kept(EVERYTHING).entries if entry.kind == "accrual"]
    places = {
        (one.order[2], posting.account.wallet) for one in accruals for posting in one.postings
    }
    assert {(o.block, o.wallet) for o in SEEN} <= places


def test_a_strategy_is_part_of_the_entry_and_of_its_lots():
    rule = StrategyRule("pairs", contract=moves.address("pool"))
    books = books_of(BUY, SELL, policy=Policy(strategy_rules=(rule,)), prices=PRICES)
    assert {entry.strategy for entry in books.entries} == {"pairs"}
    assert {lot.strategy for lot in books.booking.open if lot.cost is not None} == {"pairs"}


def test_both_sides_of_a_bridge_are_joined_before_they_are_booked():
    words = ("A", "Z", 10, 9, 1, 2, 3, "w", "zero", 320, 0)
    sent = (4, "spoke", across.FUNDS_DEPOSITED, (10, 17, "w"), words)
    paid = ("A", "Z", 10, 9, 1, 2, 1, "zero", "w", "w", 0, "w", 0, 9, 0)
    fill = (4, "spoke", across.FILLED_RELAY, (1, 17, "x"), paid)
    out = transaction(3, "w > spoke 10 A", [sent])
    came = transaction(4, "x > w 9 Z", [fill], network="eip155:10", caller="x", called="spoke")
    far = tuple(moves.wallets("w", network="eip155:10").values())
    alone = history(BUY, out, prices=PRICES)
    (event,) = kept(alone).in_flight
    assert event.kind == "bridge_out"
    both = kept(replace(alone, transactions=(came, BUY, out), wallets=(*alone.wallets, *far)))
    assert both.in_flight == ()
    assert not [one for one in positions(both.entries) if one.wallet.startswith("transit")]
    (lot,) = [lot for lot in both.booking.open if lot.wallet == far[0].id]
    assert lot.quantity == 9
    assert lot.acquired < both.entries[-1].time


def test_what_a_trade_implies_prices_the_next_one():
    books = books_of(BUY, SELL, prices={"A": 10})
    (sold,) = [entry for entry in books.entries if entry.txid == SELL.txid]
    values = {p.value for p in sold.postings if p.asset == moves.asset("B")}
    assert values == {200 * MONEY_ONE, -200 * MONEY_ONE}
    (quote,) = [one for one in books.prices.quotes if one.asset == moves.asset("B")]
    assert quote.source.startswith("implied:")


def test_a_fact_learnt_later_serves_what_came_before():
    """The first observation makes no accrual of a token that nobody says grows."""
    books = books_of(BUY, lent(5), prices=PRICES, observations=SEEN[:1], assets=tokens("A", "aA"))
    assert books.assets[erc20(moves.NETWORK, moves.address("aA"))].accrues == "interest"
    assert [entry.kind for entry in books.entries].count("accrual") == 1


# ---- what is missing


def test_an_asset_without_a_price_is_a_problem_and_has_no_value():
    books = books_of(transaction(1, "w > pool 9 A; pool > w 7 B"))
    codes = {(one.code, one.source) for one in books.problems}
    assert ("missing_price", moves.asset("A")) in codes
    assert ("missing_price", moves.asset("B")) in codes
    traded = [p for entry in books.entries for p in entry.postings if p.asset != moves.asset("ETH")]
    assert all(posting.value is None for posting in traded)


def test_what_came_from_nobody_known_is_unmatched_and_no_missing_price():
    books = books_of(transaction(1, "x > w 7 A", caller="x", called="A", fee=0))
    assert "missing_price" not in {one.code for one in books.problems}
    (entry,) = books.entries
    assert {posting.account.path for posting in entry.postings if posting.quantity < 0} == {
        "suspense:unmatched"
    }


def test_an_unexplained_movement_is_booked_and_named():
    books = kept(EVERYTHING)
    named = {one.source for one in books.problems if one.code == "unexplained_transfer"}
    assert named == {one.activity for one in books.unexplained}
    assert books.unexplained
    suspended = [entry for entry in books.entries if entry.kind == "suspense"]
    assert len(suspended) == len(books.unexplained)


# ---- balances that grow


def test_a_balance_that_grew_between_observations_is_income():
    books = kept(EVERYTHING)
    grown = [
        (p.quantity, p.value)
        for entry in books.entries
        if entry.kind == "accrual"
        for p in entry.postings
        if p.account.path == "income:interest"
    ]
    assert grown == [(-4, -40 * MONEY_ONE), (-5, -50 * MONEY_ONE)]


def test_a_debt_that_grew_is_an_expense_and_never_income():
    books = kept(EVERYTHING)
    debts = [
        (p.account.path, p.quantity)
        for entry in books.entries
        if entry.kind == "accrual"
        for p in entry.postings
        if p.asset == moves.asset("dB") and p.account.type in {"income", "expense"}
    ]
    assert debts == [("expense:interest", -3)]


def test_an_observation_of_a_token_that_does_not_grow_books_nothing():
    books = books_of(BUY, prices=PRICES, observations=(seen("A", 205, 8),))
    assert [entry.kind for entry in books.entries] == ["swap"]
    (found,) = breaks(books.entries, books.observations)
    assert found.difference == 5


def test_grown_units_are_lots_that_can_be_given_up():
    back = transaction(
        30,
        "aA > w 109 A; w > zero 109 aA",
        [
            (1, "aA", BURN, ("w", "w"), (109, 0, 1)),
            (2, aave.POOLS[0], aave.WITHDRAW, ("A", "w", "w"), (109,)),
        ],
    )
    told = replace(EVERYTHING, transactions=(*EVERYTHING.transactions, back))
    books = kept(told)
    assert not [lot for lot in books.booking.open if lot.asset == moves.asset("aA")]
    before = {(one.code, one.source) for one in kept(EVERYTHING).problems}
    about = [one for one in books.problems if (one.code, one.source) not in before]
    assert not [one for one in about if moves.asset("aA") in one.message]
