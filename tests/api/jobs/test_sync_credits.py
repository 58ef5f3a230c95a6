"""A sync reads what blocks give beside their transactions, once, and again after a fork."""

import pytest

from api.desk import Desk
from api.jobs.coverage import coverage
from api.jobs.cursors import source_of
from api.jobs.sync import Asking, sync_chains
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store
from tests.ledger.chains.evm.beacon import GWEI, PAYING, Beacon, block, block_hash, withdrawal
from tests.ledger.chains.evm.bodies import ALICE
from tests.ledger.web_server import rpc, served

HOT = Wallet("eip155:1", ALICE, "hot")


def synced(desk, node):
    with served(rpc(node)) as server:
        return sync_chains(desk, Asking(rpcs=(server.url, None)), lambda _: None)


@pytest.fixture
def desk(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/books.db") as store:
        desk = Desk(store, Fund("main"))
        store.funds.create(desk.fund)
        store.wallets.add(desk.fund.name, [HOT])
        yield desk


def kept(desk):
    return [raw.txid for raw in desk.store.evidence.transactions(desk.fund.name)]


def coin(desk):
    return sum(
        posting.quantity
        for entry in desk.books().entries
        for posting in entry.postings
        if posting.account.name == HOT.id and posting.asset.endswith("slip44:60")
    )


def test_a_sync_books_withdrawals_once(desk):
    node = Beacon(PAYING)
    (first,) = synced(desk, node)
    (again,) = synced(desk, node)
    assert (first["new"], again["new"]) == (1, 0)
    assert kept(desk) == [block_hash(7)]
    assert coin(desk) == 32_018_000_000 * GWEI


def test_a_block_that_was_taken_back_gives_nothing_any_more(desk):
    synced(desk, Beacon(PAYING))
    other = [block(0), *(block(number, branch="c") for number in range(1, 21))]
    other[1]["parentHash"] = block_hash(0)
    other[8] = block(8, withdrawal(900, 41, ALICE, 3), branch="c")
    (row,) = synced(desk, Beacon(*other, head=20))
    assert row["orphaned"] == 1
    assert kept(desk) == [block_hash(8, "c")]
    assert coin(desk) == 3 * GWEI


def test_what_blocks_gave_is_read_where_their_transactions_alone_were(desk):
    """A cursor of a time when this was not kept says nothing of it."""
    desk.store.evidence.add("main", [], cursors={source_of(HOT.network, [ALICE]): "15"})
    node = Beacon(PAYING, block(18, withdrawal(910, 41, ALICE, 5)))
    (row,) = synced(desk, node)
    assert (row["from"], row["to"], row["new"]) == (16, 20, 2)
    assert kept(desk) == [block_hash(7), block_hash(18)]
    assert coin(desk) == 32_018_000_005 * GWEI
    (covered,) = coverage(desk)
    assert covered["read"] == [{"from": 0, "to": 20, "source": "node"}]
    assert covered["transactions_alone"] == covered["gaps"] == []
    asked = len(node.asked)
    (again,) = synced(desk, node)
    assert again["new"] == 0 and len(node.asked) - asked < 10


def test_until_then_coverage_says_that_transactions_alone_were_read(desk):
    desk.store.evidence.add("main", [], cursors={source_of(HOT.network, [ALICE]): "15"})
    (covered,) = coverage(desk)
    assert (covered["read"], covered["transactions_alone"]) == ([], [{"from": 0, "to": 15}])


def test_a_sync_that_is_stopped_before_it_has_read_that_goes_on_there(desk, monkeypatch):
    monkeypatch.setattr("api.jobs.sync.BLOCKS_AT_ONCE", 4)
    desk.store.evidence.add("main", [], cursors={source_of(HOT.network, [ALICE]): "15"})
    stops = iter([False, False, True])
    node = Beacon(PAYING, block(18, withdrawal(910, 41, ALICE, 5)))
    with served(rpc(node)) as server:
        asking = Asking(rpcs=(server.url, None), stopped=lambda: next(stops, False))
        sync_chains(desk, asking, lambda _: None)
    assert kept(desk) == [block_hash(7)]
    (covered,) = coverage(desk)
    assert covered["transactions_alone"] == [{"from": 8, "to": 15}]
    synced(desk, node)
    assert kept(desk) == [block_hash(7), block_hash(18)]
    assert coverage(desk)[0]["read"] == [{"from": 0, "to": 20, "source": "node"}]


def test_a_range_by_itself_is_read_with_what_its_blocks_gave(desk):
    node = Beacon(PAYING)
    with served(rpc(node)) as server:
        asking = Asking(rpcs=(server.url, None), blocks=(5, 9))
        sync_chains(desk, asking, lambda _: None)
    assert kept(desk) == [block_hash(7)]
    assert coverage(desk)[0]["read"] == [{"from": 5, "to": 9, "source": "node"}]
