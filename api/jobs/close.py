"""A desk and a month → the month closed with its checkpoint, or what hinders it; or reopened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from api import figures
from api.reconciliation import reconciliation
from ledger.close import checkpoint, month_bounds
from ledger.model.activity import iso
from ledger.model.entry import in_order
from ledger.model.errors import BadInput, Conflict

if TYPE_CHECKING:
    from api.desk import Desk
    from ledger.store import Period, PeriodEvent

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Closing:
    """The months that closed, none where something is to be looked at first: `report` says what."""

    months: tuple[str, ...]
    report: Row


def close_month(
    desk: "Desk", month: str, person: str, at: datetime, *, with_open_problems: bool
) -> Closing:
    """Keep the books, then close a month and every open one before it.

    `at` is the time of day: a month that is not over does not close, and neither does one with
    something to look at unless the trace shall say so. Raises BadInput, Conflict, NotFound.
    """
    until = month_bounds(month)[1]
    if at < until:
        raise BadInput(f"{month} is not over: it ends {iso(until)}")
    from api.desk import policy_of
    from ledger.store import before

    fund, store = desk.fund, desk.store
    desk.keep()
    months = store.periods.to_close(fund.name, month)
    books = desk.books()
    last = until - timedelta(microseconds=1)
    report = reconciliation(figures.as_of(books, last), last)
    if report["to_look_at"] and not with_open_problems:
        return Closing((), report)
    sealed = [checkpoint(books, each, fund.valuation_time) for each in months]
    booked = in_order(entry for entry in books.entries if entry.time < until)
    with store.transaction(fund.name) as inside:
        # the lots that are sealed are those of the policy, which may have changed too
        policy = policy_of(inside, inside.funds.get(fund.name))
        if (
            policy != books.policy
            or inside.journal.live_entries(fund.name, before(until)) != booked
        ):
            raise Conflict("somebody else wrote to the books meanwhile; close again")
        inside.periods.close(fund.name, sealed, person, _open_problems(report))
    return Closing(months, report)


def _open_problems(report: Row) -> str:
    """What was to be looked at when a month was closed all the same; empty where nothing was."""
    if not report["to_look_at"]:
        return ""
    counts = {"breaks": len(report["breaks"]), "in suspense": len(report["suspense"])}
    found = [f"{count} {name}" for name, count in (counts | report["counts"]).items() if count]
    return f"with open problems: {', '.join(found)}"


def reopen_month(
    desk: "Desk", month: str, person: str, approver: str, reason: str
) -> tuple[str, ...]:
    """Reopen a month and those after it, then keep the books: what was adjusted is booked there.

    Gives the months, the last first. Raises BadInput, Conflict.
    """
    reopened = desk.store.periods.reopen(desk.fund.name, month, person, approver, reason)
    desk.keep()
    return reopened


def period_rows(desk: "Desk", known_at: datetime | None = None) -> list[Row]:
    """The months that were ever closed, each with its trace, in order; or as they stood then."""
    with desk.store.snapshot(desk.fund.name) as inside:
        periods = inside.periods.all(desk.fund.name, known_at)
        events = inside.periods.events(desk.fund.name, known_at)
    return [_period_row(period, events) for period in periods]


def _period_row(period: "Period", events: "tuple[PeriodEvent, ...]") -> Row:
    return {
        "month": period.month,
        "status": period.status,
        "closed_by": period.closed_by,
        "closed_at": iso(period.closed_at),
        "digest": period.digest,
        "trial_balance": period.trial_balance,
        "checkpoint": period.checkpoint,
        "head": period.head,
        "trace": [
            {
                "kind": event.kind,
                "time": iso(event.time),
                "by": event.person,
                "approved_by": event.approver,
                "reason": event.reason,
                "checkpoint": event.checkpoint,
            }
            for event in events
            if event.month == period.month
        ],
    }
