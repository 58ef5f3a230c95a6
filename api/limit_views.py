"""Limits and breaches → rows of plain texts, for the command line and the web API."""

import json
from typing import TYPE_CHECKING, Any

from api.jobs.limits import Standing
from api.risk_views import figure_text
from ledger.model.activity import iso
from ledger.model.amount import plain_text
from ledger.model.limit import Breach, Limit, LimitEvent
from risk.limits import Checked

if TYPE_CHECKING:
    from ledger.store.limits import Outgoing

Row = dict[str, Any]


def limit_row(limit: Limit) -> Row:
    """A limit as it was declared."""
    return {
        "name": limit.name,
        "measure": limit.measure,
        "strategy": limit.strategy or None,
        "bound": limit.bound,
        "level": plain_text(limit.level),
        "ends_at": plain_text(limit.ends_at),
        "hysteresis": plain_text(limit.hysteresis),
        "parameters": dict(limit.parameters),
        "by": limit.by,
        "reason": limit.reason,
        "declared_at": None if limit.declared_at is None else iso(limit.declared_at),
    }


def breach_row(breach: Breach) -> Row:
    """A breach with all that was seen and said of it."""
    return {
        "n": breach.n,
        "limit": breach.limit,
        "state": breach.state,
        "figure": breach.events[0].figure,
        "at": iso(breach.events[0].at),
        "events": [_event_row(event) for event in breach.events],
    }


def told_row(one: "Outgoing") -> Row:
    """Something for the outside as Standard Webhooks has a body: type, timestamp and data.

    `n` is its number in the fund, which only grows: whoever sends it may make it the message's id.
    """
    return {
        "n": one.n,
        "type": one.kind,
        "timestamp": iso(one.recorded_at),
        "data": json.loads(one.body),
    }


def checked_rows(found: Standing) -> list[Row]:
    """Each limit in force with its figure, how much of it is used, and where its breach stands."""
    standing = {breach.limit: breach for breach in found.breaches if breach.stands}
    return [_checked_row(one, standing.get(one.limit.name)) for one in found.checked]


def _checked_row(one: Checked, breach: Breach | None) -> Row:
    without = "unknown" if one.figure is None else "kept"
    return limit_row(one.limit) | {
        "figure": figure_text(one.figure),
        "used": figure_text(one.used),
        "state": without if breach is None else breach.state,
        "breach": None if breach is None else breach.n,
        "unknown": one.reason,
        "basis": one.basis or None,
    }


def _event_row(event: LimitEvent) -> Row:
    return {
        "kind": event.kind,
        "figure": event.figure,
        "at": iso(event.at),
        "by": event.by or None,
        "reason": event.reason or None,
        "time": None if event.recorded_at is None else iso(event.recorded_at),
    }
