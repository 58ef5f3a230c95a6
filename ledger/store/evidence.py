"""Transactions and statement rows, verbatim, with how far each source was read (P5, P6).

The key is the hash of the content, so importing again adds nothing, and of equal rows the files
together keep as many as one file had at most: an occurrence number is part of the identity.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select

from ledger.model.evidence import (
    BlockRef,
    EvidenceId,
    RawTransaction,
    StatementLine,
    canonical_json,
)
from ledger.store.blocks import orphaned_blocks
from ledger.store.bulk import Cell, in_chunks, insert_rows
from ledger.store.columns import checked_text, deflate
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import mark
from ledger.store.known import in_force_at, put_in_place, recorded_by
from ledger.store.tables import EVIDENCE, EVIDENCE_TIME, SYNC_CURSOR
from ledger.store.times import stored_time

#: What the world said of the fund's doings.
Evidence = RawTransaction | StatementLine

_BLOCK_HASH: Final = re.compile(rb'"blockHash":"(0x[0-9a-fA-F]{64})"')


class EvidenceStore:
    """The evidence of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(
        self,
        fund: str,
        evidence: Iterable[Evidence],
        cursors: Mapping[str, str] | None = None,
        times: Mapping[EvidenceId, int] | None = None,
    ) -> tuple[EvidenceId, ...]:
        """Keep evidence and move cursors, both or neither; gives the ids that are new, in order.

        `times` say in microseconds when that took place of which each piece speaks; what it does
        not name is read again before the books are kept.
        """
        by_id = {item.id: item for item in evidence}
        with self._door.write(fund) as inside:
            known = _known(inside, list(by_id))
            new = tuple(found for found in by_id if found not in known)
            rows = [_row_of(inside, found, by_id[found]) for found in new]
            insert_rows(inside.connection, EVIDENCE, rows)
            _place(inside, [by_id[found] for found in new], new, times or {})
            for source, position in (cursors or {}).items():
                _move(inside, source, position)
        return new

    def unknown(self, fund: str, ids: Sequence[EvidenceId]) -> tuple[EvidenceId, ...]:
        """Which ids are not kept yet, in order: what an import would add."""
        with self._door.read(fund) as inside:
            known = _known(inside, ids)
        return tuple(found for found in dict.fromkeys(ids) if found not in known)

    def transactions(
        self, fund: str, known_at: datetime | None = None
    ) -> tuple[RawTransaction, ...]:
        """One answer for each transaction, by network and hash: of several the one that says most.

        A node may have answered again, with traces or after the chain went another way. Answers
        from orphaned blocks are left out (blocks.py). Of the rest the later block wins, then the
        answer with a state difference, then with calls; so the choice does not depend on which came
        first (P11). With `known_at`, evidence and orphaned blocks are those known by then.
        """
        best: dict[tuple[str, str], RawTransaction] = {}
        until = stored_time(known_at)
        with self._door.read(fund) as inside:
            orphaned = set(orphaned_blocks(inside, until))
            hashes = {block.hash for block in orphaned}
            for row in _of_kind(inside, "transaction", known_at):
                found = RawTransaction(row.source, row.reference, row.body)
                if orphaned and _is_of(found, hashes, orphaned):
                    continue
                other = best.get((found.network, found.txid))
                best[found.network, found.txid] = found if other is None else _better(found, other)
        return tuple(best[key] for key in sorted(best))

    def concern(self, fund: str, blocks: AbstractSet[BlockRef]) -> tuple[str, ...]:
        """Say that the books are other ones from when evidence of these blocks took place on.

        Gives the hashes of the transactions that evidence puts into them, sorted.
        """
        if not blocks:
            return ()
        hashes = {block.hash for block in blocks}
        with self._door.write(fund) as inside:
            found = [
                raw
                for row in _of_kind(inside, "transaction", None)
                if _is_of(
                    raw := RawTransaction(row.source, row.reference, row.body), hashes, blocks
                )
            ]
            mark(inside, min(_times_of(inside, [raw.id for raw in found]).values(), default=None))
        return tuple(sorted({raw.txid for raw in found}))

    def statements(self, fund: str, known_at: datetime | None = None) -> tuple[StatementLine, ...]:
        """Every statement row, in the order of ids; with `known_at`, those that were known then."""
        with self._door.read(fund) as inside:
            lines = [_line_of(row) for row in _of_kind(inside, "statement", known_at)]
        return tuple(sorted(lines, key=lambda line: line.id))

    def unplaced(self, fund: str) -> tuple[Evidence, ...]:
        """The evidence of which nobody said when that took place of which it speaks."""
        with self._door.read(fund) as inside:
            ours = EVIDENCE.c.fund_id == inside.fund_id
            known = select(EVIDENCE_TIME.c.evidence).where(
                EVIDENCE_TIME.c.fund_id == inside.fund_id
            )
            rows = inside.connection.execute(
                select(EVIDENCE).where(ours, EVIDENCE.c.id.not_in(known))
            )
            return tuple(_item_of(row) for row in rows)

    def between(
        self, fund: str, start: int, until: int
    ) -> tuple[tuple[RawTransaction, ...], tuple[StatementLine, ...]]:
        """Transactions and statement rows that speak of [start, until), in microseconds.

        Of several answers about one transaction the one that `transactions` would take, and none
        where that one speaks of another time.
        """
        best: dict[tuple[str, str], RawTransaction] = {}
        lines: list[StatementLine] = []
        with self._door.read(fund) as inside:
            these = (EVIDENCE_TIME.c.time >= start) & (EVIDENCE_TIME.c.time < until)
            placed = (EVIDENCE_TIME.c.fund_id == EVIDENCE.c.fund_id) & (
                EVIDENCE_TIME.c.evidence == EVIDENCE.c.id
            )
            asked = (
                select(EVIDENCE)
                .select_from(EVIDENCE_TIME.join(EVIDENCE, placed))
                .where(EVIDENCE_TIME.c.fund_id == inside.fund_id, these)
            )
            orphaned = set(orphaned_blocks(inside))
            hashes = {block.hash for block in orphaned}
            for row in inside.connection.execute(asked):
                item = _item_of(row)
                if isinstance(item, StatementLine):
                    lines.append(item)
                elif not (orphaned and _is_of(item, hashes, orphaned)):
                    best[item.network, item.txid] = item
            for other in _answered_again(inside, best):
                if not (orphaned and _is_of(other, hashes, orphaned)):
                    key = (other.network, other.txid)
                    best[key] = _better(best[key], other)
            chosen = _placed_within(inside, best.values(), start, until)
        return (
            tuple(raw for _, raw in sorted(best.items()) if raw.id in chosen),
            tuple(sorted(lines, key=lambda line: line.id)),
        )

    def get(self, fund: str, evidence: EvidenceId) -> Evidence | None:
        """The evidence at an address; None where there is none."""
        with self._door.read(fund) as inside:
            this = (EVIDENCE.c.fund_id == inside.fund_id) & (EVIDENCE.c.id == evidence)
            row = inside.connection.execute(select(EVIDENCE).where(this)).one_or_none()
            if row is None:
                return None
            return _item_of(row)

    def cursors(self, fund: str, known_at: datetime | None = None) -> dict[str, str]:
        """How far each source was read; with `known_at`, how far it was then."""
        with self._door.read(fund) as inside:
            ours = (SYNC_CURSOR.c.fund_id == inside.fund_id) & in_force_at(SYNC_CURSOR, known_at)
            found = inside.connection.execute(
                select(SYNC_CURSOR.c.source, SYNC_CURSOR.c.position).where(ours)
            )
            return {str(source): str(position) for source, position in sorted(found)}


def _known(inside: FundTransaction, ids: Sequence[EvidenceId]) -> set[str]:
    known: set[str] = set()
    for chunk in in_chunks(ids):
        these = (EVIDENCE.c.fund_id == inside.fund_id) & EVIDENCE.c.id.in_(chunk)
        known.update(inside.connection.execute(select(EVIDENCE.c.id).where(these)).scalars())
    return known


def _row_of(inside: FundTransaction, found: EvidenceId, item: Evidence) -> tuple[Cell, ...]:
    if isinstance(item, RawTransaction):
        kind, source, reference, owner = "transaction", item.network, item.txid, ""
        occurrence, file, line, body = 1, "", 0, item.body
    else:
        kind, source, reference, owner = "statement", item.venue, item.layout, item.owner
        occurrence, file, line = item.occurrence, item.file, item.line
        body = canonical_json(item.cells)
    return (
        inside.fund_id,
        found,
        kind,
        *map(checked_text, (source, reference, owner)),
        occurrence,
        checked_text(file),
        line,
        deflate(body),
        inside.recorded_at,
    )


def _of_kind(inside: FundTransaction, kind: str, known_at: datetime | None) -> Iterable[Row[Any]]:
    these = (EVIDENCE.c.fund_id == inside.fund_id) & (EVIDENCE.c.kind == kind)
    known = recorded_by(EVIDENCE, known_at)
    return inside.connection.execute(select(EVIDENCE).where(these, known))


def _item_of(row: Row[Any]) -> Evidence:
    if row.kind == "statement":
        return _line_of(row)
    return RawTransaction(row.source, row.reference, row.body)


def _place(
    inside: FundTransaction,
    items: Sequence[Evidence],
    new: Sequence[EvidenceId],
    times: Mapping[EvidenceId, int],
) -> None:
    """Note when what is new took place, and that the books are other ones from then on."""
    placed = {found: times[found] for found in new if found in times}
    rows = [(inside.fund_id, found, time) for found, time in placed.items()]
    insert_rows(inside.connection, EVIDENCE_TIME, rows)
    if len(placed) < len(new):
        mark(inside, 0, unplaced=True)
    elif new:
        again = {(i.network, i.txid): i for i in items if isinstance(i, RawTransaction)}
        older = [raw.id for raw in _answered_again(inside, again)]
        mark(inside, min((*placed.values(), *_times_of(inside, older).values())))


def _answered_again(
    inside: FundTransaction, known: Mapping[tuple[str, str], RawTransaction]
) -> list[RawTransaction]:
    """Other answers about the same transactions."""
    ids = {raw.id for raw in known.values()}
    found: list[RawTransaction] = []
    for chunk in in_chunks(sorted({txid for _, txid in known})):
        these = (
            (EVIDENCE.c.fund_id == inside.fund_id)
            & (EVIDENCE.c.kind == "transaction")
            & EVIDENCE.c.source.in_({network for network, _ in known})
            & EVIDENCE.c.reference.in_(chunk)
        )
        several = (
            select(EVIDENCE.c.source, EVIDENCE.c.reference)
            .where(these)
            .group_by(EVIDENCE.c.source, EVIDENCE.c.reference)
            .having(func.count() > 1)
        )
        twice = [reference for _, reference in inside.connection.execute(several)]
        for part in in_chunks(twice):
            rows = inside.connection.execute(
                select(EVIDENCE).where(these, EVIDENCE.c.reference.in_(part))
            )
            found += [
                raw
                for row in rows
                if isinstance(raw := _item_of(row), RawTransaction)
                and (raw.network, raw.txid) in known
                and raw.id not in ids
            ]
    return found


def _times_of(inside: FundTransaction, ids: Sequence[EvidenceId]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in in_chunks(ids):
        these = (EVIDENCE_TIME.c.fund_id == inside.fund_id) & EVIDENCE_TIME.c.evidence.in_(chunk)
        rows = inside.connection.execute(
            select(EVIDENCE_TIME.c.evidence, EVIDENCE_TIME.c.time).where(these)
        )
        found.update({evidence: int(time) for evidence, time in rows})
    return found


def _placed_within(
    inside: FundTransaction, chosen: Iterable[RawTransaction], start: int, until: int
) -> set[str]:
    times = _times_of(inside, [raw.id for raw in chosen])
    return {found for found, time in times.items() if start <= time < until}


def _line_of(row: Row[Any]) -> StatementLine:
    cells = json.loads(row.body)
    return StatementLine(
        venue=row.source,
        layout=row.reference,
        cells=tuple(map(tuple, cells)),
        occurrence=row.occurrence,
        owner=row.owner,
        file=row.file,
        line=row.line,
        address=EvidenceId(row.id),
    )


def _is_of(raw: RawTransaction, hashes: AbstractSet[str], blocks: AbstractSet[BlockRef]) -> bool:
    """Whether a transaction is of one of these blocks; parses only where a hash of them stands."""
    named = (found.decode().lower() for found in _BLOCK_HASH.findall(raw.body))
    return any(found in hashes for found in named) and raw.block in blocks


def _better(one: RawTransaction, other: RawTransaction) -> RawTransaction:
    return max(one, other, key=lambda raw: (*_standing(raw), raw.id))


def _standing(raw: RawTransaction) -> tuple[int, bool, bool]:
    said = raw.answers()
    block = (said.get("receipt") or {}).get("blockNumber") or "0x0"
    told = said.get("state_diff") or (said.get("credits") or {}).get("paid")
    return int(str(block), 16), bool(told), bool(said.get("calls"))


def _move(inside: FundTransaction, source: str, position: str) -> None:
    put_in_place(inside, SYNC_CURSOR, {"source": source}, {"position": position})
