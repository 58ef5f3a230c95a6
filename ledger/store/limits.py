"""Limits and what came of their breaches enter and leave, as they were said, for ever.

Each breach that opens or ends, and each word on one, goes into the outbox too, in the same
transaction: whoever tells the outside reads it from there, by number, and misses none.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, insert, select

from ledger.model.activity import iso, microseconds
from ledger.model.amount import parse_decimal, plain_text
from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.model.limit import Breach, EventKind, Limit, LimitEvent, breaches_of, in_force
from ledger.model.manual import person_key
from ledger.store.engine import Door, FundTransaction
from ledger.store.tables import LIMIT_EVENT, LIMIT_SET, OUTBOX
from ledger.store.times import time_of


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of a limit: its figure as text, and whether it is beyond or well within.

    Where it is neither, or the figure is not known, nothing changes.
    """

    limit: str
    figure: str
    beyond: bool
    within: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something for the outside, by its number in the fund."""

    n: int
    kind: str
    body: str
    recorded_at: datetime


class Limits:
    """The limits of each fund and the breaches of them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def declare(self, fund: str, limit: Limit) -> Limit:
        """Keep a limit; it replaces the one of its name. Raises BadInput, NotFound.

        One that is not active withdraws the limit of its name, which must be in force.
        """
        if not person_key(limit.by) or not limit.reason.strip() or not limit.name.strip():
            raise BadInput("a limit has a name, somebody who declares it and a reason")
        with self._door.write(fund) as inside:
            if not limit.active and limit.name not in in_force(_declared(inside)):
                raise NotFound("there is no limit of this name in force")
            values = {
                "name": limit.name,
                "measure": limit.measure,
                "bound": limit.bound,
                "level": plain_text(limit.level),
                "hysteresis": plain_text(limit.hysteresis),
                "strategy": limit.strategy,
                "parameters": json.dumps(dict(limit.parameters), sort_keys=True),
                "active": int(limit.active),
                "by_name": limit.by,
                "reason": limit.reason,
            }
            _append(inside, LIMIT_SET, values)
            return _declared(inside)[-1]

    def declared(self, fund: str, known_at: datetime | None = None) -> tuple[Limit, ...]:
        """Every limit ever declared, in that order; of what was known by a time."""
        with self._door.read(fund) as inside:
            return tuple(
                limit
                for limit in _declared(inside)
                if known_at is None or limit.declared_at is None or limit.declared_at <= known_at
            )

    def breaches(self, fund: str, known_at: datetime | None = None) -> tuple[Breach, ...]:
        """Every breach with what came of it; of what was known by a time."""
        with self._door.read(fund) as inside:
            return breaches_of(
                event
                for event in _events(inside)
                if known_at is None or event.recorded_at is None or event.recorded_at <= known_at
            )

    def found(self, fund: str, at: datetime, findings: Sequence[Finding]) -> tuple[Breach, ...]:
        """Open and end breaches by what a check found at a time of the books; gives those touched.

        A breach of a limit that is no longer in force ends.
        """
        with self._door.write(fund) as inside:
            standing = {
                breach.limit: breach for breach in breaches_of(_events(inside)) if breach.stands
            }
            limits, touched = in_force(_declared(inside)), []
            for found in findings:
                breach = standing.get(found.limit)
                if breach is None and found.beyond and found.limit in limits:
                    event = LimitEvent(0, found.limit, 0, "opened", found.figure, at)
                    touched.append(_say(inside, event))
                elif breach is not None and found.within:
                    event = LimitEvent(0, found.limit, breach.n, "ended", found.figure, at)
                    touched.append(_say(inside, event))
            for name, breach in standing.items():
                if name not in limits:
                    why = "the limit was withdrawn"
                    event = LimitEvent(0, name, breach.n, "ended", "", at, reason=why)
                    touched.append(_say(inside, event))
            every = {breach.n: breach for breach in breaches_of(_events(inside))}
            return tuple(every[number] for number in touched)

    def say(self, fund: str, breach: int, kind: EventKind, by: str, reason: str) -> Breach:
        """Acknowledge or waive a breach. Raises NotFound, BadInput and Conflict.

        What is waived was acknowledged before, by another person.
        """
        assert kind in {"acknowledged", "waived"}, "the rest is found by the check"
        if not person_key(by) or not reason.strip():
            raise BadInput("who speaks of a breach has a name and a reason")
        with self._door.write(fund) as inside:
            known = {each.n: each for each in breaches_of(_events(inside))}.get(breach)
            if known is None:
                raise NotFound("there is no breach of this number")
            _refuse(known, kind, by)
            first = known.events[0]
            event = LimitEvent(0, known.limit, known.n, kind, first.figure, first.at, by, reason)
            _say(inside, event)
            return next(each for each in breaches_of(_events(inside)) if each.n == breach)

    def outbox(self, fund: str, after: int = 0) -> tuple[Outgoing, ...]:
        """What happened since a number, in order."""
        with self._door.read(fund) as inside:
            ours = (OUTBOX.c.fund_id == inside.fund_id) & (OUTBOX.c.n > after)
            rows = inside.connection.execute(select(OUTBOX).where(ours).order_by(OUTBOX.c.n))
            return tuple(
                Outgoing(row.n, row.kind, row.body, time_of(row.recorded_at)) for row in rows
            )


def _refuse(known: Breach, kind: EventKind, by: str) -> None:
    if not known.stands:
        raise Conflict("the breach has ended")
    if known.event(kind) is not None:
        raise Conflict(f"the breach was {kind} already")
    if kind == "waived":
        before = known.event("acknowledged")
        if before is None:
            raise Conflict("a breach is acknowledged before another person waives it")
        if person_key(before.by) == person_key(by):
            raise Conflict(f"{before.by} acknowledged it: another person waives")


def _say(inside: FundTransaction, event: LimitEvent) -> int:
    """Keep an event, and put it into the outbox; gives the number of its breach."""
    n = _next(inside, LIMIT_EVENT)
    values = {
        "n": n,
        "name": event.limit,
        "breach": event.breach or n,
        "kind": event.kind,
        "figure": event.figure,
        "books_at": microseconds(event.at),
        "by_name": event.by,
        "by_key": person_key(event.by),
        "reason": event.reason,
    }
    _append(inside, LIMIT_EVENT, values)
    told = {
        "limit": event.limit,
        "breach": event.breach or n,
        "figure": event.figure,
        "at": iso(event.at),
        "by": event.by,
        "reason": event.reason,
    }
    kind = "limit.breached" if event.kind == "opened" else f"limit.{event.kind}"
    _append(inside, OUTBOX, {"kind": kind, "body": json.dumps(told, sort_keys=True)})
    return event.breach or n


def _append(inside: FundTransaction, table: Table, values: dict[str, Any]) -> None:
    number = values.get("n") or _next(inside, table)
    row = {"fund_id": inside.fund_id, "recorded_at": inside.recorded_at, **values, "n": number}
    inside.connection.execute(insert(table).values(**row))


def _next(inside: FundTransaction, table: Table) -> int:
    most = select(func.max(table.c.n)).where(table.c.fund_id == inside.fund_id)
    return (inside.connection.execute(most).scalar_one() or 0) + 1


def _declared(inside: FundTransaction) -> list[Limit]:
    ours = select(LIMIT_SET).where(LIMIT_SET.c.fund_id == inside.fund_id)
    rows = inside.connection.execute(ours.order_by(LIMIT_SET.c.n))
    return [_limit_of(row) for row in rows]


def _events(inside: FundTransaction) -> list[LimitEvent]:
    ours = select(LIMIT_EVENT).where(LIMIT_EVENT.c.fund_id == inside.fund_id)
    rows = inside.connection.execute(ours.order_by(LIMIT_EVENT.c.n))
    return [_event_of(row) for row in rows]


def _limit_of(row: Row[Any]) -> Limit:
    return Limit(
        name=row.name,
        measure=row.measure,
        bound=row.bound,
        level=parse_decimal(row.level),
        by=row.by_name,
        reason=row.reason,
        strategy=row.strategy,
        hysteresis=parse_decimal(row.hysteresis),
        parameters=tuple(sorted(json.loads(row.parameters).items())),
        active=bool(row.active),
        declared_at=time_of(row.recorded_at),
    )


def _event_of(row: Row[Any]) -> LimitEvent:
    return LimitEvent(
        n=row.n,
        limit=row.name,
        breach=row.breach,
        kind=row.kind,
        figure=row.figure,
        at=time_of(row.books_at),
        by=row.by_name,
        reason=row.reason,
        recorded_at=time_of(row.recorded_at),
    )
