"""What a pair on a real node says it holds, against what it answers when it is asked."""

import pytest

from ledger.model.asset import erc20
from ledger.model.fund import Wallet
from ledger.nav.pool_states import ConstantProduct, pool_states
from ledger.transport import Transport, json_rpc
from tests.chain.deploy import approve_all
from tests.chain.test_classification import ETHER, USD, Desk


@pytest.fixture
def desk(chain):
    transport = Transport(allow_private=True)
    yield Desk(chain, json_rpc(transport, chain.node.url))
    transport.close()


def test_reserves_and_supply_of_a_pair_are_those_that_it_answers(desk):
    fund, weth, usdc, exchange = desk.fund, desk.weth, desk.usdc, desk.one
    pair = exchange.pair(weth, usdc)
    desk.chain.block(*approve_all(exchange.router.address, (pair,), fund))
    share = erc20("eip155:1", pair.address)
    wallets = {one.id: one for one in [Wallet("eip155:1", fund.lower(), "fund")]}
    activities = []
    for step in (
        exchange.swap(fund, (weth, usdc), ETHER),
        exchange.add(fund, weth, usdc, 3 * ETHER, 9_000 * USD),
        exchange.swap_to_native(fund, (usdc, weth), 40_000 * USD),
        exchange.add_native(fund, usdc, 2_000 * USD, 3 * ETHER),
        exchange.remove(fund, weth, usdc, 10**13),
    ):
        activities.append(desk.activity(desk.chain.transact(step)))
        states = pool_states(activities, wallets, activities[-1].time)
        (pool,) = states.pools
        assert isinstance(pool, ConstantProduct)
        assert list(pool.reserves) == list(pair.call("getReserves")[:2])
        assert pool.fee == 3_000
        known = states.shares.get(share)
        if known is not None:
            true = pair.call("totalSupply")
            assert abs(known.supply - true) <= true // 10**6
    assert known is not None
    assert known.heard.block == activities[-1].block
