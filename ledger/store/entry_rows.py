"""An entry becomes cells of its tables, and rows of them an entry again, equal in every field."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import ARRAY, Connection, Row, Select, Text, cast, func, literal, select, true

from ledger.model.asset import AssetId
from ledger.model.content import Place, Said, content_hash, encoded_place
from ledger.model.encoded import encoded_again
from ledger.model.entry import Account, Entry, Posting, Role
from ledger.model.evidence import EvidenceId
from ledger.model.fund import WalletId
from ledger.store.bulk import Cell, array_of, insert_rows
from ledger.store.columns import checked_text
from ledger.store.tables import ACCOUNT, ENTRY, POSTING
from ledger.store.times import time_of


class BatchRows:
    """Entries of one batch become the cells of their rows; what comes again is looked up once."""

    def __init__(self, fund_id: int, batch: int, accounts: Mapping[Place, int]) -> None:
        #: Cells in the order of the columns of `entry` and of `posting`.
        self.entries: list[tuple[Cell, ...]] = []
        self.postings: list[tuple[Cell, ...]] = []
        self._fund_id = fund_id
        self._batch = batch
        self._ids = accounts
        # by identity: an account is compared field by field; it is kept, so that no other has it
        self._seen: dict[tuple[int, AssetId, Role], tuple[Account, int, str, str]] = {}

    def add(self, entry: Entry, n: int, version: int, reverses_n: int | None) -> EvidenceId:
        """Add the rows of an entry, and return the hash of its content. Raises BadInput."""
        head = entry.head
        id_, kind, time, order, protocol, strategy, group, txid, network, called, note, reverses = (
            head
        )
        evidence = " ".join(entry.evidence)
        assert tuple(evidence.split()) == entry.evidence, "ids of evidence are words"
        # one look at all texts: a fault names the beginning, which is the entry's id
        checked_text(
            f"{id_}{kind}{order[1]}{order[-1]}{evidence}{protocol}{strategy}{group}{txid}{network}"
            f"{called}{note}"
        )
        postings = self._add_postings(entry.postings, n)
        hash_ = content_hash(head, entry.evidence, postings)
        self.entries.append(
            # put together, not unpacked into one: that takes longer
            (self._fund_id, n, self._batch, id_, version, kind, time)  # noqa: RUF005
            + order
            + (evidence, protocol, strategy, group, txid, network, called, note)
            + (reverses, reverses_n, hash_)
        )
        return hash_

    def _add_postings(self, postings: Sequence[Posting], n: int) -> list[Said]:
        """Add the rows of an entry's postings, and return what is hashed of them."""
        fund_id, seen, rows = self._fund_id, self._seen, self.postings
        said: list[Said] = []
        for seq, posting in enumerate(postings, 1):
            account = posting.account
            asset = posting.asset
            role = posting.role
            value = posting.value
            known = seen.get((id(account), asset, role))
            if known is None:
                known = self._look_up(account, asset, role)
            quantity = str(posting.quantity)
            worth = None if value is None else str(value)
            rows.append((fund_id, n, seq, known[1], asset, quantity, role, worth))
            said.append((known[2], quantity, known[3], worth))
        return said

    def _look_up(
        self, account: Account, asset: AssetId, role: Role
    ) -> tuple[Account, int, str, str]:
        place = account.place
        front = encoded_place(place) + encoded_again(asset)
        known = account, self._ids[place], front, encoded_again(role)
        self._seen[id(account), asset, role] = known
        return known


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
