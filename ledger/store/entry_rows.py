"""An entry becomes cells of its tables, and rows of them an entry again, equal in every field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, count, repeat
from typing import Any

from sqlalchemy import ARRAY, Connection, Row, Select, Text, cast, func, literal, select, true

from ledger.model.content import Place, content_hash, encoded_place, encoded_postings
from ledger.model.encoded import encoded_again
from ledger.model.entry import Account, Entry, Posting
from ledger.model.errors import BadInput
from ledger.model.evidence import EvidenceId
from ledger.model.fund import WalletId
from ledger.store.bulk import Cell, array_of, insert_rows
from ledger.store.columns import checked_text
from ledger.store.tables import ACCOUNT, ENTRY, POSTING
from ledger.store.times import time_of

#: An entry, its version, and the number of the entry that it takes back.
Numbered = tuple[Entry, int, int | None]


@dataclass(frozen=True, slots=True)
class BatchColumns:
    """The cells of a batch, column by column in the order of the tables', and the entries' hashes.

    Columns, for what is done to one is done to all at once: a call a posting is what takes time.
    """

    entries: list[Sequence[Cell]]
    postings: list[Sequence[Cell]]
    hashes: list[EvidenceId]


def columns_of(
    fund_id: int, batch: int, first: int, numbered: Sequence[Numbered], ids: Mapping[Place, int]
) -> BatchColumns:
    """The columns of entries that stand in a batch from the number `first` on. Raises BadInput.

    `ids` are the numbers of the accounts that are used.
    """
    entries = [entry for entry, *_ in numbered]
    evidence = [" ".join(entry.evidence) for entry in entries]
    assert " ".join(evidence).split() == [id_ for entry in entries for id_ in entry.evidence], (
        "ids of evidence are words"
    )
    heads = [entry.head for entry in entries]
    id_, kind, time, order, *names, reverses = zip(*heads, strict=True)
    at, network, block, index, order_id = zip(*order, strict=True)
    check_texts(entries, [id_, kind, network, order_id, evidence, *names])
    postings, said = _postings_of(fund_id, first, entries, ids)
    ends = list(accumulate([len(entry.postings) for entry in entries]))
    hashes = [
        content_hash(head, entry.evidence, said[begin:end])
        for head, entry, begin, end in zip(heads, entries, [0, *ends], ends, strict=False)
    ]
    columns: list[Sequence[Cell]] = [
        [fund_id] * len(entries),
        range(first, first + len(entries)),
        [batch] * len(entries),
        *(id_, [version for _, version, _ in numbered], kind, time),
        *(at, network, block, index, order_id, evidence, *names),
        *(reverses, [back for *_, back in numbered], hashes),
    ]
    return BatchColumns(columns, postings, hashes)


def check_texts(entries: Sequence[Entry], columns: Sequence[Sequence[str | None]]) -> None:
    """Refuse what a database could not keep as it is. Raises BadInput, which names the entry's id.

    One look at a column; where it finds something, entry by entry.
    """
    try:
        for column in columns:
            checked_text("".join(filter(None, column)))
    except BadInput:
        for entry, texts in zip(entries, zip(*columns, strict=True), strict=True):
            checked_text(entry.id + "".join(filter(None, texts)))
        raise


def _postings_of(
    fund_id: int, first: int, entries: Sequence[Entry], ids: Mapping[Place, int]
) -> tuple[list[Sequence[Cell]], list[str]]:
    """The columns of entries' postings, and what is hashed of each."""
    postings = [posting for entry in entries for posting in entry.postings]
    counts = [len(entry.postings) for entry in entries]
    accounts = [posting.account for posting in postings]
    assets = [posting.asset for posting in postings]
    roles = [posting.role for posting in postings]
    quantities = [str(posting.quantity) for posting in postings]
    values = [None if posting.value is None else str(posting.value) for posting in postings]
    # by identity: an account is compared field by field
    used = list(zip(map(id, accounts), assets, strict=True))
    known = {
        (number, asset): (ids[account.place], encoded_place(account.place) + encoded_again(asset))
        for (number, asset), account in dict(zip(used, accounts, strict=True)).items()
    }
    numbers, fronts = zip(*map(known.__getitem__, used), strict=True)
    columns: list[Sequence[Cell]] = [
        [fund_id] * len(postings),
        list(chain.from_iterable(map(repeat, count(first), counts))),
        list(chain.from_iterable([range(1, of + 1) for of in counts])),
        *(numbers, assets, quantities, roles, values),
    ]
    encoded_roles = list(map(encoded_again, roles))
    return columns, encoded_postings(fronts, quantities, encoded_roles, values)


def account_ids(connection: Connection, fund_id: int, used: set[Place]) -> dict[Place, int]:
    """The number of each account of a fund; those used for the first time get the next ones."""
    known: dict[Place, int] = {
        account.place: id_ for id_, account in accounts_of(connection, fund_id).items()
    }
    new = sorted(used.difference(known), key=lambda place: (f"{place[0]}:{place[1]}", place[2]))
    added = dict(zip(new, count(max(known.values(), default=0) + 1), strict=False))
    insert_rows(connection, ACCOUNT, [(fund_id, id_, *place) for place, id_ in added.items()])
    return {**known, **added}


def accounts_of(connection: Connection, fund_id: int) -> dict[int, Account]:
    """The accounts of a fund by their numbers."""
    rows = connection.execute(select(ACCOUNT).where(ACCOUNT.c.fund_id == fund_id))
    return {row.id: account_of(row) for row in rows}


def account_of(row: Row[Any]) -> Account:
    """The account that a row holds."""
    return Account(row.type, row.name, WalletId(row.wallet) if row.wallet else None)


def postings_as_texts() -> Select[Any]:
    """n, seq, account, asset, quantity, role and value of postings, numbers as the texts stored.

    What verifies must not take `05` for `5`; what loads makes an int of a text sooner than of a
    decimal.
    """
    return select(
        POSTING.c.n,
        POSTING.c.seq,
        POSTING.c.account_id,
        POSTING.c.asset,
        cast(POSTING.c.quantity, Text).label("quantity"),
        POSTING.c.role,
        cast(POSTING.c.value, Text).label("value"),
    )


def newest_by_id(fund_id: int, ids: Sequence[str]) -> Select[Any]:
    """Id, n, version, hash and reversal of the newest entry of each id, as PostgreSQL is asked.

    Each is looked up, however it is planned: a list of thousands of parameters is compared with
    every entry as soon as a plan of it is kept.
    """
    given = cast(literal(array_of(ids), Text), ARRAY(Text))
    wanted = func.unnest(given).table_valued("id", name="wanted").render_derived()
    ours = (ENTRY.c.fund_id == fund_id) & ENTRY.c.reverses_n.is_(None)
    newest = (
        select(ENTRY.c.id, ENTRY.c.n, ENTRY.c.version, ENTRY.c.hash)
        .where(ours, ENTRY.c.id == wanted.c.id)
        .order_by(ENTRY.c.version.desc())
        .limit(1)
        .lateral("newest")
    )
    back = ENTRY.alias("back")
    reversal = (
        select(back.c.n)
        .where(back.c.fund_id == fund_id, back.c.reverses_n == newest.c.n)
        .scalar_subquery()
    )
    return select(*newest.c, reversal).select_from(wanted).join(newest, true())


def posting_of(row: Sequence[Any], accounts: Mapping[int, Account]) -> Posting:
    """The posting that a row of `postings_as_texts` holds."""
    _, _, account_id, asset, quantity, role, value = row
    return Posting(
        accounts[account_id], asset, int(quantity), role, None if value is None else int(value)
    )


def entry_of(row: Sequence[Any], postings: tuple[Posting, ...]) -> Entry:
    """The entry that a row and its postings hold."""
    # in the order of the table's columns, which is that of the fields from the evidence on: by name
    # each cell would be looked up
    _, _, _, id_, _, kind, time, *rest = row
    order, evidence, origin = tuple(rest[:5]), rest[5], rest[6:14]
    # as it is sealed: other white space is no word's end
    words = tuple(evidence.split(" ")) if evidence else ()
    return Entry(id_, kind, time_of(time), order, postings, words, *origin)
