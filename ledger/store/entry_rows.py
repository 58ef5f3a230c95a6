"""An entry becomes cells of its tables, and rows of them an entry again, equal in every field."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Row

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting
from ledger.model.evidence import EvidenceId
from ledger.model.fund import WalletId
from ledger.store.bulk import Cell
from ledger.store.columns import checked_text
from ledger.store.tables import AccountRow, EntryRow, PostingRow, table_of
from ledger.store.times import time_of

ACCOUNTS: Final = table_of(AccountRow)
ENTRIES: Final = table_of(EntryRow)
POSTINGS: Final = table_of(PostingRow)

#: What the journal adds to an entry: n, batch, version and the n of the entry that it reverses.
Numbers = tuple[int, int, int, int | None]


def entry_cells(entry: Entry, fund_id: int, numbers: Numbers) -> tuple[Cell, ...]:
    """The cells of an entry's row in the order of the table's columns. Raises BadInput."""
    n, batch, version, reverses_n = numbers
    time, network, block, index, order_id = entry.order
    assert not any(" " in evidence for evidence in entry.evidence), "ids of evidence have no spaces"
    return (
        fund_id,
        n,
        batch,
        checked_text(entry.id),
        version,
        entry.kind,
        microseconds(entry.time),
        time,
        network,
        block,
        index,
        checked_text(order_id),
        " ".join(entry.evidence),
        entry.protocol,
        None if entry.strategy is None else checked_text(entry.strategy),
        entry.group,
        checked_text(entry.txid),
        entry.network,
        entry.called,
        checked_text(entry.note),
        entry.reverses,
        reverses_n,
        entry.hash,
    )


def posting_cells(
    entry: Entry, fund_id: int, n: int, accounts: Mapping[Account, int]
) -> Iterator[tuple[Cell, ...]]:
    """The cells of an entry's postings in the order of the table's columns."""
    for seq, posting in enumerate(entry.postings, 1):
        value = None if posting.value is None else str(posting.value)
        yield (
            fund_id,
            n,
            seq,
            accounts[posting.account],
            posting.asset,
            str(posting.quantity),
            posting.role,
            value,
        )


def account_of(row: Row[Any]) -> Account:
    """The account that a row holds."""
    return Account(row.type, row.name, WalletId(row.wallet) if row.wallet else None)


def posting_of(row: Row[Any], accounts: Mapping[int, Account]) -> Posting:
    """The posting that a row holds."""
    return Posting(accounts[row.account_id], AssetId(row.asset), row.quantity, row.role, row.value)


def entry_of(row: Row[Any], postings: tuple[Posting, ...]) -> Entry:
    """The entry that a row and its postings hold."""
    order = (row.order_time, row.order_network, row.order_block, row.order_index, row.order_id)
    return Entry(
        id=row.id,
        kind=row.kind,
        time=time_of(row.time),
        order=order,
        postings=postings,
        evidence=tuple(map(EvidenceId, row.evidence.split())),
        protocol=row.protocol,
        strategy=row.strategy,
        group=row.group_id,
        txid=row.txid,
        network=row.network,
        called=row.called,
        note=row.note,
        reverses=row.reverses,
    )
