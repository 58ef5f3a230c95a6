"""What pools say of themselves in transactions of the fund's: reserves, supplies, fees, ticks."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo import sample
from ledger.chains.evm import read
from ledger.nav import pool_states as room
from ledger.nav.pool_states import Concentrated, ConstantProduct, pool_states
from ledger.protocols._markets import CONCENTRATED
from ledger.protocols._pairs import BURN, MINT
from ledger.shapes import ZERO_ADDRESS
from tests.ledger import moves
from tests.ledger.pairs import Pair
from tests.ledger.protocols.registry import hashes_to
from tests.ledger.written import Written

MILLION = 1_000_000
FAR = moves.START + timedelta(days=1)
SHARE = moves.asset("pair")


def heard(*transactions, until=FAR):
    """What is known of pools after transactions of the fund `w`."""
    activities = [one for raw in transactions for one in Written().read_transaction(raw).activities]
    return pool_states(activities, moves.wallets("w"), until)


def test_the_topic_is_the_hash_of_its_signature():
    assert hashes_to("Sync(uint112,uint112)", room.SYNC)


def test_supplies_follow_from_what_shares_cost_and_gave():
    pair = Pair()
    first = heard(pair.put(1, 9_000 * MILLION + 1, 2_000 * MILLION)).shares[SHARE]
    assert (first.supply, list(first.reserves)) == (pair.supply, pair.reserves)
    pair.swap(2, 17 * MILLION)
    later = heard(pair.put(3, 80 * MILLION, 41 * MILLION)).shares[SHARE]
    assert later.supply == pytest.approx(pair.supply, rel=1e-6)
    last = heard(pair.take(4, 3 * MILLION)).shares[SHARE]
    assert last.supply == pytest.approx(pair.supply, rel=1e-6)
    assert list(last.reserves) == pair.reserves


@given(st.lists(st.integers(10 * MILLION, 10**15), min_size=2, max_size=6))
def test_whatever_was_put_in_the_supply_is_right_to_a_millionth(amounts):
    pair = Pair()
    pair.put(1, 10**13, 3 * 10**12)
    for number, amount in enumerate(amounts, 2):
        before = pair.supply
        known = heard(pair.put(number, amount, amount // 3 + MILLION)).shares.get(SHARE)
        assert (known is not None) or pair.supply - before < MILLION
        if known is not None:
            assert abs(known.supply - pair.supply) * MILLION <= pair.supply


def test_a_trade_tells_reserves_and_fee_and_nothing_of_shares():
    pair = Pair()
    pair.put(1, 4_000 * MILLION, 2_000 * MILLION)
    states = heard(pair.swap(2, 17 * MILLION))
    (pool,) = states.pools
    assert isinstance(pool, ConstantProduct)
    assert (list(pool.reserves), pool.fee, states.shares) == (pair.reserves, 3_000, {})
    assert states.pairs == {SHARE}
    assert [moves.asset(name) for name in pair.names] == list(pool.assets)


def test_the_last_that_was_heard_by_a_time_counts():
    pair = Pair()
    first, second = pair.put(1, 4_000 * MILLION, 2_000 * MILLION), pair.swap(5, 17 * MILLION)
    early = heard(first, second, until=moves.START + timedelta(minutes=4))
    (before,), (after,) = early.pools, heard(first, second).pools
    assert (before.heard.block, before.fee) == (1, None)
    assert (after.heard.block, after.fee) == (5, 3_000)
    assert after.heard.evidence == second.id


def test_strangers_tell_nothing_of_a_pair():
    pair = Pair()
    states = heard(pair.put(1, 4_000 * MILLION, 2_000 * MILLION, who="x", caller="x"))
    assert not (states.pools or states.shares or states.pairs)


def test_a_pair_that_says_other_than_what_moved_is_not_believed():
    pair = Pair()
    pair.put(1, 4_000 * MILLION, 2_000 * MILLION)
    (true,) = Written().read_transaction(pair.swap(2, 17 * MILLION)).activities
    forged = replace(true, transfers=moves.transfers(f"w > pair {16 * MILLION} A; pair > w 9 B"))
    states = pool_states([forged], moves.wallets("w"), FAR)
    assert not states.pools
    assert states.pairs == {SHARE}
    assert pool_states([true], moves.wallets("w"), FAR).pools


def test_what_failed_and_logs_that_are_too_short_tell_nothing():
    pair = Pair()
    first = pair.put(1, 4_000 * MILLION, 2_000 * MILLION)
    (one,) = Written().read_transaction(first).activities
    short = replace(one, logs=tuple(replace(log, data="0x") for log in one.logs))
    for each in (replace(one, status="failed"), short):
        assert pool_states([each], moves.wallets("w"), FAR).pools == ()


def test_a_deposit_of_dust_tells_no_supply():
    pair = Pair()
    pair.put(1, 4_000 * MILLION, 2_000 * MILLION)
    assert heard(pair.put(2, 4_000, 2_000)).shares == {}


USDC = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
WETH = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
POOL = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"  # Uniswap v3, USDC/WETH, 0.05 %


def concentrated(pool, tick):
    """A trade in a pool of concentrated liquidity."""
    data = (5, 7, 3 * 2**96, 11, tick)
    one = moves.log(3, pool, CONCENTRATED, "router", "w", data=data)
    text = f"w > {pool} 5 eip155:1/erc20:{USDC}; {pool} > w 7 eip155:1/erc20:{WETH}"
    return moves.activity(text, logs=[one], caller="x")


def test_a_pool_whose_address_proves_its_maker_tells_price_liquidity_fee_and_ticks():
    (pool,) = pool_states([concentrated(POOL, 2**256 - 5)], moves.wallets("w"), FAR).pools
    assert isinstance(pool, Concentrated)
    assert (pool.root, pool.liquidity, pool.tick) == (3 * 2**96, 11, -5)
    assert (pool.fee, pool.spacing) == (500, 10)
    assert pool.assets[0].endswith(USDC)


def test_a_pool_at_any_other_address_tells_nothing():
    assert pool_states([concentrated("pool", 5)], moves.wallets("w"), FAR).pools == ()


def test_in_the_sample_fund_supplies_differ_by_just_the_shares_that_were_made_and_burnt():
    """Nobody else puts anything into that pair, so each supply follows from the one before."""
    fund = sample.load()
    wallets = {wallet.id: wallet for wallet in fund.wallets}
    read_of = (read(raw)[0] for raw in fund.transactions)
    spoken = [one for one in read_of if not one.spoken.isdisjoint({MINT, BURN})]
    told = [
        (state, one)
        for one in spoken
        for state in pool_states([one], wallets, one.time).shares.values()
    ]
    assert len(told) == 14
    for (before, _), (after, one) in pairwise(told):
        made = sum(
            transfer.quantity * (1 if transfer.sender == ZERO_ADDRESS else -1)
            for transfer in one.transfers
            if transfer.asset == after.asset
            and ZERO_ADDRESS in (transfer.sender, transfer.recipient)
        )
        assert abs(after.supply - before.supply - made) < after.supply // 10**13
