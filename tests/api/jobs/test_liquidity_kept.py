"""A position's fees are kept from day to day as they are when all is kept at once."""

import pytest

from api import figures
from api.desk import Desk
from api.jobs.sync import Asking, observe, sync_chains
from api.jobs.verify import verified
from ledger.model.asset import native
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain
from tests.chain.test_concentrated import FEE, USD, Market

DAY = 86_400


@pytest.fixture
def market():
    require_anvil()
    with Anvil(chain_id=1) as node:
        yield Market(Chain(node))


@pytest.fixture
def desk(tmp_path, market):
    with open_store(f"sqlite:///{tmp_path}/books.db") as store:
        desk = Desk(store, Fund("main"))
        store.funds.create(desk.fund)
        store.wallets.add(desk.fund.name, [Wallet("eip155:1", market.fund.lower(), "hot")])
        yield desk


def synced(desk, market):
    sync_chains(desk, Asking(rpcs=(market.chain.node.url, None)), lambda _: None)


def read(desk, market):
    assert observe(desk, market.chain.node.url, figures.held(desk.books()))
    desk.keep()


def swapped(market, dollars):
    path = (market.usdc, market.weth)
    market.chain.transact(market.exchange.swap(market.trader, path, FEE, dollars * USD))


def moved(entry):
    """Base units of each asset that wallets gained or gave in an entry."""
    found: dict[str, int] = {}
    for posting in entry.postings:
        if posting.account.wallet is not None:
            found[posting.asset] = found.get(posting.asset, 0) + posting.quantity
    return found


def test_fees_that_were_read_and_then_collected_are_earned_once(desk, market):
    chain, exchange = market.chain, market.exchange
    wide = exchange.around(market.weth, market.usdc, FEE, 100)
    number = exchange.minted_position(
        chain.transact(exchange.mint(market.fund, market.amounts(200), FEE, wide))
    )
    swapped(market, 100_000)
    synced(desk, market)
    read(desk, market)
    chain.block(timestamp=chain.time + 2 * DAY)
    swapped(market, 50_000)
    before = market.held(market.fund)
    chain.transact(exchange.collect(market.fund, number))
    paid = market.held(market.fund)[1] - before[1]
    synced(desk, market)
    entries = desk.books().entries
    (accrued,) = [entry for entry in entries if entry.kind == "accrual"]
    (collected,) = [entry for entry in entries if entry.kind == "pool_fees"]
    ((fees, known),) = moved(accrued).items()
    assert fees.endswith((".fees0", ".fees1"))
    assert 0 < known < paid
    assert moved(collected)[fees] == -known
    earned = [posting for posting in collected.postings if posting.account.type == "income"]
    assert sum(posting.quantity for posting in earned) == known - paid
    (position,) = figures.pooled(desk.books())
    assert [units for _, units in position.fees] == [0, 0]
    read(desk, market)
    assert verified(desk, None, rebuild=True).rebuilt is not None
    # the coin of the first block came from nowhere; liquidity and tokens tie
    assert [one.asset for one in figures.balance_breaks(desk.books())] == [native("eip155:1")]
