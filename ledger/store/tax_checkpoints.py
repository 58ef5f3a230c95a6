"""What tax assessments came to, part by part, enters and leaves; it can be thrown away.

Parts stand beside the checkpoints of the books, at a moment of their own, each with the digest of
its body. A body that does not have its digest is as good as none.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, LargeBinary, delete, func, select, type_coerce

from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.store.bulk import in_chunks, insert_rows
from ledger.store.columns import begins_with, deflate, inflate
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import TAX
from ledger.store.reading import hashes_in_turn, numbered_entries, numbered_in_turn
from ledger.store.tables import ACCOUNT, BATCH, CHECKPOINT, ENTRY, POSTING

#: How the names of all parts begin.
_FRONT: Final = "tax:"


class Sealed(NamedTuple):
    """How far a journal goes: its last entry, its last batch, and the link that seals this."""

    number: int
    batch: int
    link: str


class TaxCheckpoints:
    """The parts that were put down of each question; a question is named by a digest."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # ---- parts

    def parts(self, fund: str, question: str, names: Sequence[str]) -> dict[str, bytes]:
        """Parts by name; those that are not there, or are not what was put down, are left out."""
        front = f"{_FRONT}{question}:"
        found: dict[str, bytes] = {}
        with self._door.read(fund) as inside:
            for chunk in in_chunks([front + name for name in names]):
                packed = type_coerce(CHECKPOINT.c.body, LargeBinary)
                asked = select(CHECKPOINT.c.part, CHECKPOINT.c.digest, packed)
                these = _here(inside) & CHECKPOINT.c.part.in_(chunk)
                for part, digest, stored in inside.connection.execute(asked.where(these)):
                    body = _body(stored)
                    if body is not None and hashlib.sha256(body).hexdigest() == digest:
                        found[part.removeprefix(front)] = body
        return found

    def put(
        self, fund: str, question: str, parts: Mapping[str, bytes], gone: Iterable[str] = ()
    ) -> None:
        """Put parts down in the place of those of the same names; others are forgotten."""
        front = f"{_FRONT}{question}:"
        with self._door.write(fund) as inside:
            for chunk in in_chunks([front + name for name in (*gone, *parts)]):
                these = _here(inside) & CHECKPOINT.c.part.in_(chunk)
                inside.connection.execute(delete(CHECKPOINT).where(these))
            rows = []
            for name, body in parts.items():
                digest = hashlib.sha256(body).hexdigest()
                rows.append((inside.fund_id, TAX, front + name, digest, deflate(body)))
            insert_rows(inside.connection, CHECKPOINT, rows)

    def questions(self, fund: str, part: str) -> tuple[str, ...]:
        """The questions of which a part was put down."""
        with self._door.read(fund) as inside:
            named = CHECKPOINT.c.part.like(f"{_FRONT}%:{part}")
            asked = select(CHECKPOINT.c.part).where(_here(inside), named)
            parts = inside.connection.execute(asked).scalars()
            return tuple(sorted(each.split(":")[1] for each in parts))

    def forget(self, fund: str, question: str) -> None:
        """Throw away what was put down of a question."""
        with self._door.write(fund) as inside:
            dialect = inside.connection.dialect.name
            named = begins_with(CHECKPOINT.c.part, f"{_FRONT}{question}:", dialect)
            inside.connection.execute(delete(CHECKPOINT).where(_here(inside), named))

    # ---- the journal that they are of

    def sealed(self, fund: str) -> Sealed:
        """How far the journal goes."""
        with self._door.read(fund) as inside:
            row = inside.connection.execute(
                select(BATCH.c.last_n, BATCH.c.number, BATCH.c.link)
                .where(BATCH.c.fund_id == inside.fund_id)
                .order_by(BATCH.c.number.desc())
                .limit(1)
            ).one_or_none()
        return Sealed(0, 0, "") if row is None else Sealed(*row)

    def link(self, fund: str, batch: int) -> str | None:
        """The link that seals a batch; None where there is no such batch."""
        with self._door.read(fund) as inside:
            this = (BATCH.c.fund_id == inside.fund_id) & (BATCH.c.number == batch)
            return inside.connection.execute(select(BATCH.c.link).where(this)).scalar_one_or_none()

    def changes(
        self, fund: str, after: int, most: int
    ) -> list[tuple[int, Entry, int | None]] | None:
        """Entries that came after a number, each with the number of the one it takes back.

        None where there are more than that.
        """
        with self._door.read(fund) as inside:
            ours = (ENTRY.c.fund_id == inside.fund_id) & (ENTRY.c.n > after)
            asked = select(ENTRY.c.n, ENTRY.c.reverses_n).where(ours).limit(most + 1)
            reverses = dict(inside.connection.execute(asked).all())
            if len(reverses) > most:
                return None
            return [
                (n, entry, reverses[n]) for n, entry in numbered_entries(inside, sorted(reverses))
            ]

    def numbered(self, fund: str, numbers: Sequence[int]) -> list[tuple[int, Entry]]:
        """Entries by their numbers."""
        with self._door.read(fund) as inside:
            return numbered_entries(inside, numbers)

    def in_turn(self, fund: str) -> Iterator[tuple[int, Entry]]:
        """The live entries of a journal in canonical order, each with its number."""
        with self._door.read(fund) as inside:
            yield from numbered_in_turn(inside)

    def hashes(self, fund: str) -> Iterator[str]:
        """The stored hashes of the live entries in canonical order."""
        with self._door.read(fund) as inside:
            yield from hashes_in_turn(inside)

    def counts(self, fund: str) -> dict[AssetId, int]:
        """How many postings there are of each asset."""
        with self._door.read(fund) as inside:
            asked = select(POSTING.c.asset, func.count()).where(POSTING.c.fund_id == inside.fund_id)
            rows = inside.connection.execute(asked.group_by(POSTING.c.asset))
            return {AssetId(asset): int(count) for asset, count in rows}

    def linking(self, fund: str, *, moves: bool) -> Iterator[Entry]:
        """Entries that may make assets depend on each other: changes of form, debts, splits.

        With `moves` all that moved something. None is left out, others are among them.
        """
        with self._door.read(fund) as inside:
            connection, ours = inside.connection, POSTING.c.fund_id == inside.fund_id
            moved = select(POSTING.c.n).where(ours, POSTING.c.role == "move").group_by(POSTING.c.n)
            if not moves:
                moved = moved.having(func.min(POSTING.c.asset) != func.max(POSTING.c.asset))
            debts = select(ACCOUNT.c.id).where(
                ACCOUNT.c.fund_id == inside.fund_id, ACCOUNT.c.type == "liability"
            )
            owed = list(connection.execute(debts).scalars())
            found = set(connection.execute(moved).scalars())
            if owed:
                of_debts = select(POSTING.c.n).where(ours, POSTING.c.account_id.in_(owed))
                found.update(connection.execute(of_debts.distinct()).scalars())
            migrated = select(ENTRY.c.n).where(
                ENTRY.c.fund_id == inside.fund_id, ENTRY.c.kind == "migrate"
            )
            found.update(connection.execute(migrated).scalars())
            for chunk in in_chunks(sorted(found)):
                yield from (entry for _, entry in numbered_entries(inside, chunk))


def _here(inside: FundTransaction) -> ColumnElement[bool]:
    return (CHECKPOINT.c.fund_id == inside.fund_id) & (CHECKPOINT.c.until == TAX)


def _body(stored: bytes) -> bytes | None:
    """What was put down; None where it cannot be read."""
    try:
        return inflate(bytes(stored))
    except zlib.error:
        return None
