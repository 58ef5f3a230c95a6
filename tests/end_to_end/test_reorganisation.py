"""A chain takes blocks back: the books follow it, and still show what was known before."""

import itertools
import os
from contextlib import contextmanager

import pytest

from api.desk import Desk, now
from api.jobs.fork import REORG_DEPTH_MAX
from api.jobs.sync import Asking, observe, sync_chains
from ledger.model.asset import native
from ledger.model.errors import DeepReorganisation, SourceUnavailable
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store, upgrade
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, pay
from tests.ledger.store import postgres

NETWORK = "eip155:1"
COUNT = itertools.count()


@pytest.fixture
def chain():
    require_anvil()
    with Anvil(chain_id=1) as node:
        yield Chain(node)


@pytest.fixture(scope="module")
def server():
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'partita.db'}"
        return
    name = f"partita_reorganised_{os.getpid()}_{next(COUNT)}"
    with postgres.database(request.getfixturevalue("server"), name) as address:
        upgrade(address)
        yield address


@pytest.fixture
def desk(url, chain):
    """A desk of two wallets, hot and cold."""
    with desk_of(url, chain) as opened:
        yield opened


@pytest.fixture
def desk_on_sqlite(tmp_path, chain):
    with desk_of(f"sqlite:///{tmp_path / 'partita.db'}", chain) as opened:
        yield opened


@contextmanager
def desk_of(url, chain):
    with open_store(url, clock=now) as store:
        store.funds.create(Fund("main"))
        owned = zip(("hot", "cold"), chain.accounts, strict=False)
        store.wallets.add("main", [Wallet(NETWORK, one.lower(), label) for label, one in owned])
        yield Desk(store, store.funds.get("main"))


def sync(desk, chain, wallet=None, blocks=(None, None), tx=None):
    """Sync from the node; gives the row of its network."""
    url = chain.node.url
    (row,) = sync_chains(desk, Asking(wallet, tx, (url, None), blocks), lambda _: None)
    return row


def play(chain, blocks, first=1):
    """Blocks in which hot pays cold, each another sum, every third one empty. Gives the hashes."""
    hot, cold = chain.accounts[:2]
    hashes = []
    for number in range(first, first + blocks):
        if number % 3:
            hashes.append(chain.transact(pay(hot, cold, number)).hash)
        else:
            hashes.append(None)
            chain.block()
    return hashes


def take_back(chain, depth, again=()):
    """Replace the newest blocks by others, in which these transactions are mined again."""
    raws = [chain.node.rpc("eth_getRawTransactionByHash", txid) for txid, _ in again]
    placed = [[raw, place] for raw, (_, place) in zip(raws, again, strict=True)]
    chain.node.rpc("anvil_reorg", depth, placed)


def mine_otherwise(chain, blocks):
    """Empty blocks that are not those that the chain has had at their heights."""
    for later in range(blocks):
        chain.node.rpc("evm_mine", {"timestamp": chain.time + 1_000 + later})


def books_of(desk):
    return desk.store.journal.digest("main"), desk.store.journal.live_entries("main")


def fresh(chain):
    """The books of a fund that has seen nothing but the chain as it is now."""
    with desk_of("sqlite://", chain) as other:
        sync(other, chain)
        return books_of(other)


def txids(entries):
    return {entry.txid for entry in entries}


def nothing_changes_when_synced_again(desk, chain):
    before = desk.store.journal.all_entries("main")
    row = sync(desk, chain)
    assert (row["new"], row["orphaned"], row["from"]) == (0, 0, row["to"] + 1)
    whole = sync(desk, chain, blocks=(0, None))
    assert (whole["new"], whole["orphaned"]) == (0, 0)
    desk.keep()
    assert desk.store.journal.all_entries("main") == before
    desk.store.seals.verify("main")


@pytest.mark.parametrize("depth", [1, 2, 7, 64])
def test_transactions_of_blocks_that_are_gone_are_reversed_and_still_shown(desk, chain, depth):
    hashes = play(chain, 70)
    sync(desk, chain)
    before = desk.store.journal.all_entries("main")
    lost = {txid for txid in hashes[70 - depth :] if txid}
    take_back(chain, depth)
    row = sync(desk, chain)
    assert (row["orphaned"], row["new"]) == (len(lost), 0)
    assert books_of(desk) == fresh(chain)
    assert not lost & txids(desk.store.journal.live_entries("main"))
    after = desk.store.journal.all_entries("main")
    assert after[: len(before)] == before
    taken_back = [entry for entry in after[len(before) :] if entry.kind == "reversal"]
    assert {entry.txid for entry in taken_back} == lost
    nothing_changes_when_synced_again(desk, chain)


@pytest.mark.parametrize("depth", [2, 7, 64])
def test_transactions_mined_again_elsewhere_are_reversed_and_booked_anew(desk, chain, depth):
    hashes = play(chain, 70)
    sync(desk, chain)
    before = desk.store.journal.all_entries("main")
    moved = [txid for txid in hashes[70 - depth :] if txid]
    take_back(chain, depth, [(txid, 1 if depth > 2 else 0) for txid in moved])
    row = sync(desk, chain)
    assert (row["orphaned"], row["new"]) == (len(moved), len(moved))
    assert books_of(desk) == fresh(chain)
    live = desk.store.journal.live_entries("main")
    assert sorted(entry.txid for entry in live) == sorted(txid for txid in hashes if txid)
    assert desk.store.journal.all_entries("main")[: len(before)] == before
    nothing_changes_when_synced_again(desk, chain)


def test_a_chain_that_goes_back_gives_the_first_books_again(desk, chain):
    play(chain, 10)
    back_to = chain.time
    play(chain, 3, first=11)
    sync(desk, chain)
    first = books_of(desk)
    take_back(chain, 3)
    assert sync(desk, chain)["orphaned"] == 2
    other = books_of(desk)
    assert other == fresh(chain) != first
    chain.node.rpc("anvil_rollback", 3)
    chain.time, chain.height = back_to, 10
    play(chain, 3, first=11)
    row = sync(desk, chain)
    assert (row["orphaned"], row["new"]) == (0, 0)
    assert books_of(desk) == first == fresh(chain)
    assert len(desk.store.journal.all_entries("main")) > len(first[1])
    nothing_changes_when_synced_again(desk, chain)


def test_reorganisations_one_after_the_other_leave_the_books_of_the_last_chain(desk, chain):
    play(chain, 20)
    sync(desk, chain)
    for depth in (1, 5, 3, 12, 1):
        take_back(chain, depth)
        height = int(chain.node.rpc("eth_blockNumber"), 16)
        newest = chain.node.rpc("eth_getBlockByNumber", "latest", False)
        chain.height, chain.time = height, int(newest["timestamp"], 16)
        play(chain, 4, first=height + 1)
        sync(desk, chain)
        assert books_of(desk) == fresh(chain)
    nothing_changes_when_synced_again(desk, chain)


def test_what_happened_in_blocks_that_were_empty_before_is_found(desk_on_sqlite, chain):
    hashes = play(chain, 8)
    for _ in range(20):
        chain.block()
    sync(desk_on_sqlite, chain)
    hot, cold = chain.accounts[:2]
    payment = {"from": hot, "to": cold, "value": hex(77), "gas": hex(100_000)}
    fees = {"maxFeePerGas": hex(10**10), "maxPriorityFeePerGas": hex(10**9)}
    chain.node.rpc("anvil_reorg", 15, [[payment | fees, 4]])
    row = sync(desk_on_sqlite, chain)
    assert (row["orphaned"], row["new"]) == (0, 1)
    assert books_of(desk_on_sqlite) == fresh(chain)
    assert len(desk_on_sqlite.store.journal.live_entries("main")) == 1 + len(
        [txid for txid in hashes if txid]
    )


@pytest.mark.parametrize("how", ["whole", "range", "transaction", "empty range"])
def test_a_reorganisation_deeper_than_the_bound_stops_and_writes_nothing(
    desk_on_sqlite, chain, how
):
    desk = desk_on_sqlite
    hashes = play(chain, REORG_DEPTH_MAX + 12)
    sync(desk, chain)
    chain.node.rpc("anvil_reorg", REORG_DEPTH_MAX + 2, [])
    before = everything(desk)
    given = {
        "whole": {},
        "range": {"blocks": (0, 3)},
        "transaction": {"tx": hashes[0]},
        "empty range": {"blocks": (10**6, None)},
    }[how]
    with pytest.raises(DeepReorganisation) as caught:
        sync(desk, chain, **given)
    assert caught.value.code == "deep_reorganisation"
    assert everything(desk) == before


def test_a_reorganisation_as_deep_as_the_bound_is_followed(desk_on_sqlite, chain):
    play(chain, REORG_DEPTH_MAX + 12)
    sync(desk_on_sqlite, chain)
    take_back(chain, REORG_DEPTH_MAX)
    assert sync(desk_on_sqlite, chain)["orphaned"] > 50
    assert books_of(desk_on_sqlite) == fresh(chain)


def test_a_chain_with_another_first_block_is_no_reorganisation(desk_on_sqlite, chain):
    play(chain, 4)
    sync(desk_on_sqlite, chain)
    before = everything(desk_on_sqlite)
    with Anvil(chain_id=1, timestamp=chain.node.timestamp + 5) as node:
        other = Chain(node)
        play(other, 6)
        with pytest.raises(DeepReorganisation):
            sync(desk_on_sqlite, other)
    assert everything(desk_on_sqlite) == before


def test_a_node_that_lags_moves_nothing_and_what_it_then_mines_is_followed(desk_on_sqlite, chain):
    desk = desk_on_sqlite
    play(chain, 12)
    sync(desk, chain)
    before = everything(desk)
    chain.node.rpc("anvil_rollback", 5)
    row = sync(desk, chain)
    assert (row["transactions"], row["orphaned"]) == (0, 0)
    assert everything(desk) == before
    mine_otherwise(chain, 6)
    assert sync(desk, chain)["orphaned"] == 3
    assert books_of(desk) == fresh(chain)


def test_a_shorter_chain_of_other_blocks_orphans_what_stood_above_its_head(desk_on_sqlite, chain):
    desk = desk_on_sqlite
    play(chain, 13)
    sync(desk, chain)
    chain.node.rpc("anvil_rollback", 6)
    mine_otherwise(chain, 1)
    assert sync(desk, chain)["orphaned"] == 4
    assert books_of(desk) == fresh(chain)
    assert set(desk.store.evidence.cursors("main").values()) == {"8"}
    nothing_changes_when_synced_again(desk, chain)


def test_every_cursor_of_the_network_moves_back(desk_on_sqlite, chain):
    desk = desk_on_sqlite
    hashes = play(chain, 12)
    for wallet in ("hot", "cold"):
        sync(desk, chain, wallet=wallet)
    take_back(chain, 6, [(txid, 1) for txid in hashes[6:] if txid])
    sync(desk, chain, wallet="hot")
    row = sync(desk, chain, wallet="cold")
    assert (row["from"] <= 7, row["orphaned"], row["new"]) == (True, 0, 0)
    assert books_of(desk) == fresh(chain)


@pytest.mark.parametrize("given", [{"blocks": (0, 2)}, {"blocks": (10**6, None)}, "tx"])
def test_a_part_that_is_asked_for_takes_back_all_that_is_gone(desk_on_sqlite, chain, given):
    desk = desk_on_sqlite
    hashes = play(chain, 12)
    sync(desk, chain)
    take_back(chain, 4, [(hashes[9], 2)])
    row = sync(desk, chain, **({"tx": hashes[9]} if given == "tx" else given))
    assert row["orphaned"] == 2
    lost = {txid for txid in hashes[8:] if txid} - {hashes[9]}
    assert not lost & txids(desk.store.journal.live_entries("main"))
    assert sync(desk, chain)["orphaned"] == 0
    assert books_of(desk) == fresh(chain)


def test_a_balance_of_a_block_that_is_gone_is_not_observed(desk_on_sqlite, chain):
    desk = desk_on_sqlite
    play(chain, 8)
    sync(desk, chain)
    hot = next(wallet for wallet in desk.wallets().values() if wallet.label == "hot")
    asked = [(hot.id, native(NETWORK))]
    assert observe(desk, chain.node.url, asked) == 1
    (seen,) = desk.history().observations
    take_back(chain, 2)
    with pytest.raises(SourceUnavailable, match="sync it first"):
        observe(desk, chain.node.url, asked)
    sync(desk, chain)
    assert desk.history().observations == ()
    observe(desk, chain.node.url, asked)
    (again,) = desk.history().observations
    assert (again.block, again.quantity > seen.quantity) == (seen.block, True)


def everything(desk):
    store = desk.store
    return (
        store.fingerprints.of("main"),
        store.journal.all_entries("main"),
        store.evidence.cursors("main"),
        store.blocks.newest("main", NETWORK, 1_000),
        store.blocks.orphaned("main"),
    )
