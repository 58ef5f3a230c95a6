"""Months of a fund enter closed or reopened; what was sealed and the trace of it leave (P8).

Months close in order and reopen from the last one back, so that the closed time of a fund ends at
one instant. The database itself refuses an entry in it, and a row that changed in any other way
(migration 0007). What a close sealed stays in its event, whatever becomes of the month.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from ledger.close import (
    Checkpoint,
    Closed,
    checkpoint_digest,
    first_difference,
    month_bounds,
    months_between,
    trial_balance_of,
)
from ledger.model.activity import microseconds
from ledger.model.entry import Entry
from ledger.model.errors import BadInput, Conflict, NotFound, VerificationFailed
from ledger.store.engine import Door, FundTransaction
from ledger.store.journal import books_digest, closed_until, known_in, live_in
from ledger.store.keeping import mark
from ledger.store.known import recorded_by
from ledger.store.tables import BATCH, ENTRY, PERIOD, PERIOD_EVENT
from ledger.store.times import time_of


@dataclass(frozen=True, slots=True)
class Period:
    """A month that was ever closed; status `closed` or, where it was reopened since, `open`.

    `head` is the link that the journal ended with at the close; `digest` covers the entries in
    force in the month, `trial_balance` and `checkpoint` all before its end.
    """

    month: str
    status: str
    closed_by: str
    closed_at: datetime
    head: str
    digest: str
    trial_balance: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class PeriodEvent:
    """A month was `closed` or `reopened`; `checkpoint` is the digest of what a close sealed."""

    n: int
    month: str
    kind: str
    person: str
    approver: str | None
    reason: str
    time: datetime
    checkpoint: str | None


class Periods:
    """The months of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def closed(self, fund: str) -> Closed:
        """Where closed time ends, and the entries in force in it."""
        with self._door.read(fund) as inside:
            until = closed_until(inside)
            booked = () if until is None else live_in(inside, until)
        return Closed(until, booked)

    def until(self, fund: str) -> datetime | None:
        """Where closed time ends; None where no month is closed."""
        with self._door.read(fund) as inside:
            return closed_until(inside)

    def all(self, fund: str, known_at: datetime | None = None) -> tuple[Period, ...]:
        """Every month that was ever closed, in order; with `known_at`, as each stood then."""
        with self._door.read(fund) as inside:
            rows = _rows(inside)
            if known_at is None:
                return tuple(map(_period, rows))
            found = [_period_at(inside, row, known_at) for row in rows]
        return tuple(period for period in found if period is not None)

    def events(self, fund: str, known_at: datetime | None = None) -> tuple[PeriodEvent, ...]:
        """Every close and reopening, as they happened; with `known_at`, up to then."""
        with self._door.read(fund) as inside:
            own = PERIOD_EVENT.c.fund_id == inside.fund_id
            asked = select(PERIOD_EVENT).where(own, recorded_by(PERIOD_EVENT, known_at))
            rows = inside.connection.execute(asked.order_by(PERIOD_EVENT.c.n))
            return tuple(map(_event, rows))

    def body(self, fund: str, n: int) -> bytes:
        """The checkpoint that the close with this number sealed. Raises NotFound."""
        with self._door.read(fund) as inside:
            found = _body(inside, n)
        if found is None:
            raise NotFound(f"event {n} sealed nothing")
        return found

    def to_close(self, fund: str, month: str) -> tuple[str, ...]:
        """The months that close with one: every open one before it, and itself.

        Raises Conflict where it is closed already, NotFound where the fund has no entries.
        """
        with self._door.read(fund) as inside:
            return _to_close(inside, month)

    def close(self, fund: str, sealed: Sequence[Checkpoint], person: str, reason: str = "") -> None:
        """Close months, in order, each with its checkpoint; all of them or none.

        The digests are those of the entries in force now, which the caller has found to be those of
        the checkpoints. Raises BadInput without a name, Conflict where other months are to close.
        """
        person = _name(person)
        months = tuple(each.month for each in sealed)
        with self._door.write(fund) as inside:
            if not months or _to_close(inside, months[-1]) != months:
                raise Conflict("these are not the months that are to be closed now")
            live = live_in(inside, month_bounds(months[-1])[1])
            at = inside.recorded_at
            by = {"person": person, "head": _head(inside), "at": at}
            for each in sealed:
                said = (person, None, reason)
                n = _note(inside, each.month, "closed", said, at, each.body)
                _seal(inside, each, {"n": n, **by}, live)

    def reopen(
        self, fund: str, month: str, person: str, approver: str, reason: str
    ) -> tuple[str, ...]:
        """Reopen a month and every closed one after it; gives them, the last first.

        It takes two persons and a reason. Raises BadInput, Conflict where it is not closed.
        """
        person, approver = _name(person), _name(approver)
        if _same(person, approver):
            raise BadInput("who approves a reopening is another person than who asks for it")
        if not reason.strip():
            raise BadInput("a reopening has a reason")
        month_bounds(month)
        with self._door.write(fund) as inside:
            closed = [row.month for row in _rows(inside) if row.status == "closed"]
            if month not in closed:
                raise Conflict(f"{month} is not closed")
            # the database lets no month be open before a closed one
            reopened = tuple(reversed(closed[closed.index(month) :]))
            said, at = (person, approver, reason.strip()), inside.recorded_at
            for each in reopened:
                n = _note(inside, each, "reopened", said, at)
                this = (PERIOD.c.fund_id == inside.fund_id) & (PERIOD.c.month == each)
                changed = update(PERIOD).where(this).values(status="open", event_n=n)
                inside.connection.execute(changed)
            # what was adjusted is booked where it belongs, and what is closed still is adjusted
            mark(inside, 0)
        return reopened

    def verify(self, fund: str) -> int:
        """Compare every closed month with the journal; gives how many there are.

        Raises VerificationFailed with the first month that is not what was sealed.
        """
        with self._door.read(fund) as inside:
            rows = [row for row in _rows(inside) if row.status == "closed"]
            if not rows:
                return 0
            live = live_in(inside, time_of(rows[-1].until_time))
            bodies = {row.month: _body(inside, row.event_n) for row in rows}
            links = _links(inside)
            _verify_taken_back(inside, rows)
        for row in rows:
            _verify_row(row, bodies[row.month], live, links)
        stored = {month: body for month, body in bodies.items() if body is not None}
        different = first_difference(stored, live)
        if different is not None:
            month, part = different
            raise VerificationFailed(f"period {month}: its {part} are not those that were sealed")
        return len(rows)


def _rows(inside: FundTransaction) -> list[Row[Any]]:
    own = select(PERIOD).where(PERIOD.c.fund_id == inside.fund_id)
    return list(inside.connection.execute(own.order_by(PERIOD.c.from_time)))


def _to_close(inside: FundTransaction, month: str) -> tuple[str, ...]:
    start, until = month_bounds(month)
    known = closed_until(inside)
    if known is not None and known >= until:
        raise Conflict(f"{month} is closed already")
    first = inside.connection.execute(
        select(func.min(ENTRY.c.time)).where(ENTRY.c.fund_id == inside.fund_id)
    ).scalar_one()
    if first is None:
        raise NotFound("there are no entries, and so nothing to close")
    first = min([first, *(row.from_time for row in _rows(inside))])
    return months_between(known or min(time_of(first), start), until)


def _note(
    inside: FundTransaction,
    month: str,
    kind: str,
    said: tuple[str, str | None, str],
    at: int,
    body: bytes | None = None,
) -> int:
    """Write one line of the trace, `said` being person, approver and reason; gives its number."""
    newest = inside.connection.execute(
        select(func.max(PERIOD_EVENT.c.n)).where(PERIOD_EVENT.c.fund_id == inside.fund_id)
    ).scalar_one()
    n = int(newest or 0) + 1
    person, approver, reason = said
    inside.connection.execute(
        insert(PERIOD_EVENT).values(
            fund_id=inside.fund_id,
            n=n,
            month=month,
            kind=kind,
            person=person,
            approver=approver,
            reason=reason,
            recorded_at=at,
            body=body,
        )
    )
    return n


def _seal(
    inside: FundTransaction, sealed: Checkpoint, by: dict[str, Any], live: Sequence[Entry]
) -> None:
    """Write the row of a month, or that of one that was reopened anew."""
    start, until = month_bounds(sealed.month)
    cells = {
        "status": "closed",
        "event_n": by["n"],
        "closed_by": by["person"],
        "closed_at": by["at"],
        "head": by["head"],
        "digest": _digest_of(live, start, until),
        "trial_balance": sealed.trial_balance,
        "checkpoint": sealed.digest,
    }
    this = (PERIOD.c.fund_id == inside.fund_id) & (PERIOD.c.month == sealed.month)
    if inside.connection.execute(update(PERIOD).where(this).values(**cells)).rowcount:
        return
    bounds = {"from_time": microseconds(start), "until_time": microseconds(until)}
    key = {"fund_id": inside.fund_id, "month": sealed.month}
    inside.connection.execute(insert(PERIOD).values(**key, **bounds, **cells))


def _digest_of(live: Sequence[Entry], start: datetime, until: datetime) -> str:
    return books_digest([entry for entry in live if start <= entry.time < until])


def _verify_row(
    row: Row[Any], body: bytes | None, live: Sequence[Entry], links: frozenset[str]
) -> None:
    start, until = time_of(row.from_time), time_of(row.until_time)
    if row.head not in links:
        raise VerificationFailed(f"period {row.month}: its head is no link of the journal")
    if _digest_of(live, start, until) != row.digest:
        raise VerificationFailed(f"period {row.month}: its entries are not those that were sealed")
    if body is None or checkpoint_digest(body) != row.checkpoint:
        raise VerificationFailed(f"period {row.month}: its checkpoint is not the one that was kept")


def _verify_taken_back(inside: FundTransaction, closed: Sequence[Row[Any]]) -> None:
    """What takes an entry of closed time back stands in closed time, or the month looks whole."""
    until = closed[-1].until_time
    back = ENTRY.alias("back")
    within = (ENTRY.c.time < until) & (back.c.time >= until)
    in_place = (ENTRY.c.order_time < until) & (back.c.order_time >= until)
    asked = (
        select(ENTRY.c.id, ENTRY.c.time, back.c.n)
        .where(back.c.fund_id == inside.fund_id, back.c.reverses_n.is_not(None))
        .where(ENTRY.c.fund_id == inside.fund_id, ENTRY.c.n == back.c.reverses_n)
        .where(within | in_place)
        .order_by(back.c.n)
        .limit(1)
    )
    found = inside.connection.execute(asked).one_or_none()
    if found is None:
        return
    month = next((row.month for row in closed if found.time < row.until_time), closed[-1].month)
    raise VerificationFailed(
        f"period {month}: its entry {found.id} is taken back by entry n={found.n}, which stands"
        " outside closed time"
    )


def _body(inside: FundTransaction, n: int) -> bytes | None:
    this = (PERIOD_EVENT.c.fund_id == inside.fund_id) & (PERIOD_EVENT.c.n == n)
    return inside.connection.execute(select(PERIOD_EVENT.c.body).where(this)).scalar_one_or_none()


def _head(inside: FundTransaction) -> str:
    """The newest link of the journal, which has one: there are entries."""
    own = select(BATCH.c.link).where(BATCH.c.fund_id == inside.fund_id)
    newest = own.order_by(BATCH.c.number.desc()).limit(1)
    return str(inside.connection.execute(newest).scalar_one())


def _links(inside: FundTransaction) -> frozenset[str]:
    own = select(BATCH.c.link).where(BATCH.c.fund_id == inside.fund_id)
    return frozenset(inside.connection.execute(own).scalars())


def _period(row: Row[Any]) -> Period:
    return Period(
        row.month,
        row.status,
        row.closed_by,
        time_of(row.closed_at),
        row.head,
        row.digest,
        row.trial_balance,
        row.checkpoint,
    )


def _period_at(inside: FundTransaction, row: Row[Any], known_at: datetime) -> Period | None:
    """A month as it stood at a time; None where it was not closed by then.

    A month that was sealed anew since had another seal. Its checkpoint is kept; head and digest
    are those of the journal as it was when that close was recorded.
    """
    this = (PERIOD_EVENT.c.fund_id == inside.fund_id) & (PERIOD_EVENT.c.month == row.month)
    every = select(PERIOD_EVENT).where(this).order_by(PERIOD_EVENT.c.n)
    events = list(inside.connection.execute(every))
    known = [event for event in events if time_of(event.recorded_at) <= known_at]
    seal = next((event for event in reversed(known) if event.kind == "closed"), None)
    if seal is None:
        return None
    status = "closed" if seal is known[-1] else "open"
    if not any(event.kind == "closed" and event.n > seal.n for event in events):
        return replace(_period(row), status=status)
    closed_at, until = time_of(seal.recorded_at), time_of(row.until_time)
    head, live = known_in(inside, until, closed_at)
    digest = _digest_of(live, time_of(row.from_time), until)
    balances, checkpoint = trial_balance_of(seal.body), checkpoint_digest(seal.body)
    return Period(row.month, status, seal.person, closed_at, head, digest, balances, checkpoint)


def _event(row: Row[Any]) -> PeriodEvent:
    return PeriodEvent(
        row.n,
        row.month,
        row.kind,
        row.person,
        row.approver,
        row.reason,
        time_of(row.recorded_at).astimezone(UTC),
        None if row.body is None else checkpoint_digest(row.body),
    )


def _name(text: str) -> str:
    """A person's name as it is kept: composed, with single spaces. Raises BadInput."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise BadInput("a person has a name")
    return name


def _same(one: str, other: str) -> bool:
    """Whether two names are one but for case and the way letters are composed."""
    folded = (unicodedata.normalize("NFKC", name).casefold() for name in (one, other))
    return len({unicodedata.normalize("NFC", name) for name in folded}) == 1
