"""Shares of pools that are tokens: what was put in, staked, and what they are worth."""

from decimal import Decimal
from fractions import Fraction
from math import isqrt

import pytest

from ledger.model.amount import MONEY_ONE
from ledger.nav.pool_shares import pool_shares, worth
from ledger.nav.pool_states import pool_states
from ledger.protocols.staking_rewards import STAKED
from tests.ledger import moves
from tests.ledger.nav.test_pool_states import FAR, MILLION
from tests.ledger.pairs import Pair
from tests.ledger.written import books_of, tokens, transaction

SHARE = moves.asset("pair")
FACTS = tokens("A", "B", "S", "pair")


def funded():
    return (transaction(1, f"shop > w {10**11} A"), transaction(2, f"shop > w {10**11} B"))


def held(*transactions):
    books = books_of(*funded(), *transactions, assets=FACTS)
    states = pool_states(books.activities, books.wallets, FAR)
    return pool_shares(books.entries, states, books.assets)


def test_what_was_put_in_and_not_taken_out_stands_beside_the_shares():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    first = pair.put(4, 400 * MILLION, 200 * MILLION)
    (one,) = held(first)
    assert dict(one.deposited) == {moves.asset("A"): 400 * MILLION, moves.asset("B"): 200 * MILLION}
    assert (one.asset, one.protocol, one.pair) == (SHARE, "uniswap_v2", True)
    (half,) = held(first, pair.take(5, one.units // 2))
    assert dict(half.deposited)[moves.asset("A")] == pytest.approx(200 * MILLION, abs=2)
    assert half.state is not None and half.state.heard.block == 5


def test_shares_that_were_all_given_back_are_none():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    first = pair.put(4, 400 * MILLION, 200 * MILLION)
    (one,) = held(first)
    assert held(first, pair.take(5, one.units)) == ()


def test_shares_that_came_from_outside_have_no_deposit_to_compare_with():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    (one,) = held(pair.swap(4, MILLION), transaction(5, "x > w 7000 pair"))
    assert (one.units, one.deposited, one.pair, one.state) == (7_000, None, True, None)


def test_a_refund_of_a_deposit_is_no_share_of_a_pool():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    assert {one.asset for one in held(pair.put(4, 400 * MILLION, 200 * MILLION))} == {SHARE}


def test_shares_of_a_pool_that_is_no_pair_are_held_all_the_same():
    """A contract that takes two assets and gives its own token for them, and logs nothing."""
    (one,) = held(transaction(3, "w > S 100 A; w > S 10 B; zero > w 5 S"))
    assert (one.asset, one.pair, one.state) == (moves.asset("S"), False, None)


def test_the_worth_is_that_of_a_constant_product_at_the_prices():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    (one,) = held(pair.put(4, 400 * MILLION, 200 * MILLION))
    found = worth(one, (Decimal(3), Decimal("0.5")), (0, 0))
    part = Fraction(one.units, pair.supply)
    root = isqrt(int(pair.reserves[0] * pair.reserves[1] * part**2))
    assert found == pytest.approx(2 * root * Fraction(3, 2) ** Fraction(1, 2) * MONEY_ONE, rel=1e-6)
    # at the prices of the deposit it is what was put in
    dear, cheap = (Decimal(1), Decimal(2)) if pair.names[0] == "A" else (Decimal(2), Decimal(1))
    put_in = 800 * MILLION * MONEY_ONE
    assert worth(one, (dear, cheap), (0, 0)) == pytest.approx(put_in, rel=1e-6)


def test_shares_that_are_staked_are_still_shares():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    first = pair.put(4, 400 * MILLION, 200 * MILLION)
    (before,) = held(first)
    part = before.units // 3
    staked = transaction(5, f"w > farm {part} pair", [(5, "farm", STAKED, ("w",), (part,))])
    (after,) = held(first, staked)
    assert (after.asset, after.units) == (SHARE, before.units)
    assert after.deposited == before.deposited


def test_shares_that_went_to_somebody_take_their_part_of_the_deposit_along():
    pair = Pair()
    pair.put(3, 4_000 * MILLION, 2_000 * MILLION, who="x")
    first = pair.put(4, 400 * MILLION, 200 * MILLION)
    (before,) = held(first)
    (after,) = held(first, transaction(5, f"w > x {before.units // 2} pair"))
    assert dict(after.deposited)[moves.asset("A")] == pytest.approx(200 * MILLION, abs=2)
    assert after.units == before.units - before.units // 2
