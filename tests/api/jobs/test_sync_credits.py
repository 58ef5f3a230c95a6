"""A sync reads what blocks give beside their transactions, once, and again after a fork."""

import pytest

from api.desk import Desk
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
