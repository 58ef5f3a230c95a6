"""Transactions and statement rows, verbatim, with how far each source was read (P5, P6).

The key is the hash of the content, so importing again adds nothing, and of equal rows the files
together keep as many as one file had at most: an occurrence number is part of the identity.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select

from ledger.model.evidence import EvidenceId, RawTransaction, StatementLine, canonical_json
from ledger.store.bulk import Cell, in_chunks, insert_rows
from ledger.store.columns import checked_text, deflate
from ledger.store.engine import Door, FundTransaction
from ledger.store.known import recorded_by
from ledger.store.tables import EvidenceRow, SyncCursorRow, table_of

#: What the world said of the fund's doings.
Evidence = RawTransaction | StatementLine

_EVIDENCE: Final = table_of(EvidenceRow)
_CURSORS: Final = table_of(SyncCursorRow)


class EvidenceStore:
    """The evidence of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(
        self,
        fund: str,
        evidence: Iterable[Evidence],
        cursors: Mapping[str, str] | None = None,
    ) -> tuple[EvidenceId, ...]:
        """Keep evidence and move cursors, both or neither; gives the ids that are new, in order."""
        by_id = {item.id: item for item in evidence}
        with self._door.write(fund) as inside:
            known = _known(inside, list(by_id))
            new = tuple(found for found in by_id if found not in known)
            rows = [_row_of(inside, found, by_id[found]) for found in new]
            insert_rows(inside.connection, _EVIDENCE, rows)
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

        A node may have answered again, with traces or after the chain went another way. The later
        block wins, then the answer with a state difference, then with calls; so the choice does not
        depend on which came first (P11). With `known_at`, of the answers that were known then.
        """
        best: dict[tuple[str, str], RawTransaction] = {}
        with self._door.read(fund) as inside:
            for row in _of_kind(inside, "transaction", known_at):
                found = RawTransaction(row.source, row.reference, row.body)
                other = best.get((found.network, found.txid))
                best[found.network, found.txid] = found if other is None else _better(found, other)
        return tuple(best[key] for key in sorted(best))

    def statements(self, fund: str, known_at: datetime | None = None) -> tuple[StatementLine, ...]:
        """Every statement row, in the order of ids; with `known_at`, those that were known then."""
        with self._door.read(fund) as inside:
            lines = [_line_of(row) for row in _of_kind(inside, "statement", known_at)]
        return tuple(sorted(lines, key=lambda line: line.id))

    def get(self, fund: str, evidence: EvidenceId) -> Evidence | None:
        """The evidence at an address; None where there is none."""
        with self._door.read(fund) as inside:
            this = (_EVIDENCE.c.fund_id == inside.fund_id) & (_EVIDENCE.c.id == evidence)
            row = inside.connection.execute(select(_EVIDENCE).where(this)).one_or_none()
            if row is None:
                return None
            if row.kind == "statement":
                return _line_of(row)
            return RawTransaction(row.source, row.reference, row.body)

    def cursors(self, fund: str) -> dict[str, str]:
        """How far each source was read."""
        with self._door.read(fund) as inside:
            found = inside.connection.execute(
                select(_CURSORS.c.source, _CURSORS.c.position).where(
                    _CURSORS.c.fund_id == inside.fund_id
                )
            )
            return {str(source): str(position) for source, position in sorted(found)}


def _known(inside: FundTransaction, ids: Sequence[EvidenceId]) -> set[str]:
    known: set[str] = set()
    for chunk in in_chunks(ids):
        these = (_EVIDENCE.c.fund_id == inside.fund_id) & _EVIDENCE.c.id.in_(chunk)
        known.update(inside.connection.execute(select(_EVIDENCE.c.id).where(these)).scalars())
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
    these = (_EVIDENCE.c.fund_id == inside.fund_id) & (_EVIDENCE.c.kind == kind)
    known = recorded_by(_EVIDENCE, known_at)
    return inside.connection.execute(select(_EVIDENCE).where(these, known))


def _line_of(row: Row[Any]) -> StatementLine:
    cells = json.loads(row.body)
    return StatementLine(
        venue=row.source,
        layout=row.reference,
        cells=tuple((column, cell) for column, cell in cells),
        occurrence=row.occurrence,
        owner=row.owner,
        file=row.file,
        line=row.line,
    )


def _better(one: RawTransaction, other: RawTransaction) -> RawTransaction:
    return max(one, other, key=lambda raw: (*_standing(raw), raw.id))


def _standing(raw: RawTransaction) -> tuple[int, bool, bool]:
    said = raw.answers()
    block = (said.get("receipt") or {}).get("blockNumber") or "0x0"
    return int(str(block), 16), bool(said.get("state_diff")), bool(said.get("calls"))


def _move(inside: FundTransaction, source: str, position: str) -> None:
    this = (_CURSORS.c.fund_id == inside.fund_id) & (_CURSORS.c.source == source)
    inside.connection.execute(delete(_CURSORS).where(this))
    inside.connection.execute(
        insert(_CURSORS).values(fund_id=inside.fund_id, source=source, position=position)
    )
