"""How far the books are kept, and what stood at moments on the way: all of it can be made again.

Whoever changes what the books follow from marks the fund dirty from the first time that it concerns
(`mark`), in the same transaction. Keeping the books starts at the checkpoint before that time, and
says how far it came in the transactions that write the entries; a change that came in between shows
by the turn, which counts them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, text, update

from ledger.model.errors import PartitaError
from ledger.model.evidence import EvidenceId
from ledger.model.position import NavPoint, Quote
from ledger.store.bulk import in_chunks, insert_rows
from ledger.store.columns import SQLITE, begins_with, deflate
from ledger.store.engine import Door, FundTransaction
from ledger.store.tables import (
    CHECKPOINT,
    EVIDENCE_TIME,
    IMPLIED_QUOTE,
    KEEPING,
    LINK_SIDE,
    NAV_POINT,
    SEEN,
)
from ledger.store.values import nav_cells, nav_point_of, quote_cells, quote_of_row

#: Where the parts stand that are read now, after every checkpoint.
NOW: Final = 2**62
#: Where the parts of tax assessments stand, after those (tax_checkpoints.py).
TAX: Final = NOW + 1
#: The part of a checkpoint that later books go on from.
STATE: Final = "state"

#: The earliest time of a subject stays.
_SEE: Final = (
    "INSERT INTO seen (fund_id, subject, time) VALUES (:fund_id, :subject, :time)"
    " ON CONFLICT (fund_id, subject) DO UPDATE SET time = {earlier}(seen.time, excluded.time)"
    " WHERE excluded.time < seen.time"
)


class Overtaken(PartitaError):
    """What the books follow from changed while they were kept; keeping starts again."""

    code = "conflict"


@dataclass(frozen=True, slots=True)
class HowFar:
    """`dirty_from` in microseconds, None where the books are up to date."""

    dirty_from: int | None
    unplaced: bool
    turn: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What was made of a span of time, [start, until) in microseconds.

    `states` are bodies of checkpoints by their moment; `seen` and `sides` as the tables have them.
    """

    start: int
    until: int
    seen: Mapping[str, int]
    sides: Sequence[tuple[str, str, int]]
    points: Sequence[NavPoint]
    quotes: Sequence[Quote]
    states: Mapping[int, bytes]


class Keeping:
    """How far the books of each fund are kept."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def how_far(self, fund: str) -> HowFar:
        """How far the books are kept."""
        with self._door.read(fund) as inside:
            row = inside.connection.execute(
                select(KEEPING).where(KEEPING.c.fund_id == inside.fund_id)
            ).one()
        return HowFar(row.dirty_from, bool(row.unplaced), row.turn)

    def mark(self, fund: str, time: int) -> None:
        """Say that the books may be other ones from a time on."""
        with self._door.write(fund) as inside:
            mark(inside, time)

    def state_before(self, fund: str, time: int) -> tuple[int, bytes] | None:
        """The newest checkpoint at or before a time, and its moment."""
        with self._door.read(fund) as inside:
            row = inside.connection.execute(
                select(CHECKPOINT.c.until, CHECKPOINT.c.body)
                .where(
                    CHECKPOINT.c.fund_id == inside.fund_id,
                    CHECKPOINT.c.part == STATE,
                    CHECKPOINT.c.until <= time,
                )
                .order_by(CHECKPOINT.c.until.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else (row.until, row.body)

    def part(self, fund: str, name: str) -> bytes | None:
        """A part of what stands now."""
        with self._door.read(fund) as inside:
            return inside.connection.execute(
                select(CHECKPOINT.c.body).where(
                    CHECKPOINT.c.fund_id == inside.fund_id,
                    CHECKPOINT.c.until == NOW,
                    CHECKPOINT.c.part == name,
                )
            ).scalar_one_or_none()

    def parts(self, fund: str, prefix: str) -> dict[str, bytes]:
        """The parts of what stands now whose names begin alike, by name and in their order."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(
                select(CHECKPOINT.c.part, CHECKPOINT.c.body).where(
                    CHECKPOINT.c.fund_id == inside.fund_id,
                    CHECKPOINT.c.until == NOW,
                    begins_with(CHECKPOINT.c.part, prefix, inside.connection.dialect.name),
                )
            )
            return dict(sorted((row.part, row.body) for row in rows))

    def first_seen(self, fund: str, subjects: Iterable[str]) -> int | None:
        """When any of these addresses and assets first took part in something."""
        with self._door.read(fund) as inside:
            return first_seen(inside, subjects)

    def sides_between(self, fund: str, start: int, until: int) -> set[str]:
        """What the sides in [start, until) and their other sides name."""
        with self._door.read(fund) as inside:
            asked = select(LINK_SIDE.c.key).where(
                LINK_SIDE.c.fund_id == inside.fund_id,
                LINK_SIDE.c.time >= start,
                LINK_SIDE.c.time < until,
            )
            return set(inside.connection.execute(asked.distinct()).scalars())

    def earliest_side(self, fund: str, keys: Sequence[str], before: int) -> int | None:
        """The time of the earliest event before a time that is the other side of any of these."""
        found: list[int] = []
        with self._door.read(fund) as inside:
            for chunk in in_chunks(keys):
                these = LINK_SIDE.c.key.in_(chunk) & (LINK_SIDE.c.time < before)
                asked = select(func.min(LINK_SIDE.c.time)).where(
                    LINK_SIDE.c.fund_id == inside.fund_id, these
                )
                found += [
                    time for time in inside.connection.execute(asked).scalars() if time is not None
                ]
        return min(found, default=None)

    def earliest_named(self, fund: str, beginning: str, before: int) -> int | None:
        """The time of the earliest side before a time whose key begins so."""
        with self._door.read(fund) as inside:
            named = begins_with(LINK_SIDE.c.key, beginning, inside.connection.dialect.name)
            asked = select(func.min(LINK_SIDE.c.time)).where(
                LINK_SIDE.c.fund_id == inside.fund_id, LINK_SIDE.c.time < before, named
            )
            found = inside.connection.execute(asked).scalar_one()
        return None if found is None else int(found)

    def nav(self, fund: str) -> tuple[NavPoint, ...]:
        """The net asset values in order of time."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(
                select(NAV_POINT)
                .where(NAV_POINT.c.fund_id == inside.fund_id)
                .order_by(NAV_POINT.c.time)
            )
            return tuple(map(nav_point_of, rows))

    def implied(self, fund: str, start: int, until: int, beginning: str = "") -> tuple[Quote, ...]:
        """What the fund's own trades implied of prices in [start, until), by how ids begin."""
        with self._door.read(fund) as inside:
            dialect = inside.connection.dialect.name
            rows = inside.connection.execute(
                select(IMPLIED_QUOTE).where(
                    IMPLIED_QUOTE.c.fund_id == inside.fund_id,
                    IMPLIED_QUOTE.c.time >= start,
                    IMPLIED_QUOTE.c.time < until,
                    begins_with(IMPLIED_QUOTE.c.asset, beginning, dialect),
                )
            )
            return tuple(map(quote_of_row, rows))

    def days(self, fund: str, start: int, length: int) -> list[tuple[int, int]]:
        """Days of `length` microseconds with evidence from a time on, each with how much."""
        day = EVIDENCE_TIME.c.time - EVIDENCE_TIME.c.time % length
        with self._door.read(fund) as inside:
            asked = (
                select(day, func.count())
                .where(EVIDENCE_TIME.c.fund_id == inside.fund_id, EVIDENCE_TIME.c.time >= start)
                .group_by(day)
                .order_by(day)
            )
            return [(int(first), int(count)) for first, count in inside.connection.execute(asked)]

    def place(self, fund: str, turn: int, times: Mapping[EvidenceId, int]) -> None:
        """Say when that took place of which pieces of evidence speak that had no time yet.

        Nothing is said where the turn is another one: there may be more of them by now.
        """
        with self._door.write(fund) as inside:
            here = (KEEPING.c.fund_id == inside.fund_id) & (KEEPING.c.turn == turn)
            done = update(KEEPING).where(here).values(unplaced=0, turn=turn + 1)
            if inside.connection.execute(done).rowcount:
                _put_times(inside, times)

    def replace_times(self, fund: str, times: Mapping[EvidenceId, int]) -> None:
        """Say that that took place at other times of which evidence speaks."""
        with self._door.write(fund) as inside:
            for chunk in in_chunks(list(times)):
                these = (EVIDENCE_TIME.c.fund_id == inside.fund_id) & EVIDENCE_TIME.c.evidence.in_(
                    chunk
                )
                inside.connection.execute(delete(EVIDENCE_TIME).where(these))
            _put_times(inside, times)
            mark(inside, min(times.values(), default=None))

    def advance(
        self, fund: str, turn: int, made: Sequence[Progress], dirty_from: int | None
    ) -> int:
        """Keep what was made of spans of time, the books being dirty from then on; the new turn.

        Raises Overtaken where the turn is another one.
        """
        with self._door.write(fund) as inside:
            moved = inside.connection.execute(
                update(KEEPING)
                .where(KEEPING.c.fund_id == inside.fund_id, KEEPING.c.turn == turn)
                .values(dirty_from=dirty_from, turn=turn + 1)
            )
            if moved.rowcount != 1:
                raise Overtaken("the evidence changed while the books were kept")
            for progress in made:
                _write(inside, progress)
        return turn + 1

    def put_parts(self, fund: str, parts: Mapping[str, bytes]) -> None:
        """Make these the parts that are read now; those that are the same stay."""
        with self._door.write(fund) as inside:
            here = (CHECKPOINT.c.fund_id == inside.fund_id) & (CHECKPOINT.c.until == NOW)
            known = dict(
                inside.connection.execute(
                    select(CHECKPOINT.c.part, CHECKPOINT.c.digest).where(here)
                ).all()
            )
            digests = {part: hashlib.sha256(body).hexdigest() for part, body in parts.items()}
            other = [part for part, digest in known.items() if digests.get(part) != digest]
            for chunk in in_chunks(other):
                gone = here & CHECKPOINT.c.part.in_(chunk)
                inside.connection.execute(delete(CHECKPOINT).where(gone))
            rows = [
                (inside.fund_id, NOW, part, digest, deflate(parts[part]))
                for part, digest in digests.items()
                if known.get(part) != digest
            ]
            insert_rows(inside.connection, CHECKPOINT, rows)

    def prune(self, fund: str, keep: Iterable[int], last_point: int) -> None:
        """Forget checkpoints at other moments than these, and values after the last one."""
        kept = {*keep, NOW, TAX}
        with self._door.write(fund) as inside:
            here = CHECKPOINT.c.fund_id == inside.fund_id
            moments = inside.connection.execute(
                select(CHECKPOINT.c.until).where(here).distinct()
            ).scalars()
            for moment in [moment for moment in moments if moment not in kept]:
                gone = here & (CHECKPOINT.c.until == moment)
                inside.connection.execute(delete(CHECKPOINT).where(gone))
            late = (NAV_POINT.c.fund_id == inside.fund_id) & (NAV_POINT.c.time > last_point)
            inside.connection.execute(delete(NAV_POINT).where(late))

    def moments(self, fund: str) -> tuple[int, ...]:
        """The moments at which there is a checkpoint."""
        with self._door.read(fund) as inside:
            found = inside.connection.execute(
                select(CHECKPOINT.c.until).where(
                    CHECKPOINT.c.fund_id == inside.fund_id, CHECKPOINT.c.part == STATE
                )
            ).scalars()
            return tuple(sorted(found))


def mark(inside: FundTransaction, time: int | None, *, unplaced: bool = False) -> None:
    """Say that the books may be other ones from a time on.

    None says that nothing of them is concerned as far as is known: a keeping that is under way may
    know more, and is told by the turn.
    """
    here = KEEPING.c.fund_id == inside.fund_id
    row = inside.connection.execute(select(KEEPING).where(here)).one()
    times = [each for each in (time, row.dirty_from) if each is not None]
    inside.connection.execute(
        update(KEEPING)
        .where(here)
        .values(
            dirty_from=min(times, default=None),
            unplaced=max(int(unplaced), row.unplaced),
            turn=row.turn + 1,
        )
    )


def _put_times(inside: FundTransaction, times: Mapping[EvidenceId, int]) -> None:
    rows = [(inside.fund_id, evidence, time) for evidence, time in times.items()]
    insert_rows(inside.connection, EVIDENCE_TIME, rows)


def first_seen(inside: FundTransaction, subjects: Iterable[str]) -> int | None:
    """When any of these addresses and assets first took part in something; None if never."""
    found: list[int] = []
    for chunk in in_chunks(sorted(set(subjects))):
        these = (SEEN.c.fund_id == inside.fund_id) & SEEN.c.subject.in_(chunk)
        asked = select(func.min(SEEN.c.time)).where(these)
        found += [time for time in inside.connection.execute(asked).scalars() if time is not None]
    return min(found, default=None)


def _write(inside: FundTransaction, made: Progress) -> None:
    fund_id, connection = inside.fund_id, inside.connection
    for table in (LINK_SIDE, IMPLIED_QUOTE):
        span = (table.c.time >= made.start) & (table.c.time < made.until)
        connection.execute(delete(table).where(table.c.fund_id == fund_id, span))
    connection.execute(
        delete(NAV_POINT).where(NAV_POINT.c.fund_id == fund_id, NAV_POINT.c.time >= made.start)
    )
    connection.execute(
        delete(CHECKPOINT).where(
            CHECKPOINT.c.fund_id == fund_id,
            CHECKPOINT.c.part == STATE,
            CHECKPOINT.c.until > made.start,
        )
    )
    _write_seen(inside, made.seen)
    _forget_later(inside, made)
    insert_rows(connection, LINK_SIDE, [(fund_id, *side) for side in made.sides])
    insert_rows(connection, NAV_POINT, [(fund_id, *nav_cells(point)) for point in made.points])
    insert_rows(
        connection, IMPLIED_QUOTE, [(fund_id, *quote_cells(quote)) for quote in made.quotes]
    )
    states = [
        (fund_id, until, STATE, hashlib.sha256(body).hexdigest(), deflate(body))
        for until, body in made.states.items()
    ]
    insert_rows(connection, CHECKPOINT, states)


def _forget_later(inside: FundTransaction, made: Progress) -> None:
    """Sides that stood later and are earlier now stand once; their time is not kept yet."""
    ours = LINK_SIDE.c.fund_id == inside.fund_id
    earlier = {(key, event) for key, event, _ in made.sides}
    for chunk in in_chunks(sorted({key for key, _ in earlier})):
        these = ours & LINK_SIDE.c.key.in_(chunk)
        asked = select(LINK_SIDE.c.key, LINK_SIDE.c.event).where(
            these, LINK_SIDE.c.time >= made.until
        )
        for key, event in inside.connection.execute(asked).all():
            if (key, event) in earlier:
                this = ours & (LINK_SIDE.c.key == key) & (LINK_SIDE.c.event == event)
                inside.connection.execute(delete(LINK_SIDE).where(this))


def _write_seen(inside: FundTransaction, seen: Mapping[str, int]) -> None:
    if not seen:
        return
    earlier = "min" if inside.connection.dialect.name == SQLITE else "least"
    inside.connection.execute(
        text(_SEE.format(earlier=earlier)),
        [
            {"fund_id": inside.fund_id, "subject": subject, "time": time}
            for subject, time in sorted(seen.items())
        ],
    )


__all__ = (
    "NOW",
    "STATE",
    "TAX",
    "HowFar",
    "Keeping",
    "Overtaken",
    "Progress",
    "first_seen",
    "mark",
)
