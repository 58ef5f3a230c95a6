"""Entries and a policy come in; open lots, disposals and problems leave, in one pass."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ledger.lots.bookkeeper import Bookkeeper
from ledger.model.entry import Entry, in_order
from ledger.model.fund import Policy
from ledger.model.lot import Disposal, Lot
from ledger.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Booking:
    """What the fold gives: lots still open, what was disposed of, and what was missing.

    `snapshots` holds the open lots after the entries up to and including each time that was asked
    for.
    """

    open: tuple[Lot, ...]
    disposals: tuple[Disposal, ...]
    problems: tuple[Problem, ...] = ()
    snapshots: Mapping[datetime, tuple[Lot, ...]] = field(default_factory=dict)


def book(
    entries: Iterable[Entry],
    policy: Policy,
    until: datetime | None = None,
    times: Iterable[datetime] = (),
) -> Booking:
    """Book all live entries up to and including `until` by the policy's method and scope.

    Entries may come in any order. Costs are in 10⁻¹⁸ of the policy's base currency. One pass, near
    linear in postings.
    """
    keeper = Bookkeeper(policy)
    waiting = deque(sorted(set(times)))
    snapshots = {}
    for entry in in_order(entries):
        if until is not None and entry.time > until:
            break
        while waiting and waiting[0] < entry.time:
            snapshots[waiting.popleft()] = keeper.open_lots()
        keeper.fold(entry)
    last = keeper.open_lots()
    snapshots.update(dict.fromkeys(waiting, last))
    return Booking(last, tuple(keeper.disposals), tuple(keeper.problems), snapshots)


def snapshots(
    entries: Iterable[Entry], policy: Policy, times: Iterable[datetime]
) -> Mapping[datetime, tuple[Lot, ...]]:
    """The open lots at each of several times, in one pass."""
    return book(entries, policy, times=times).snapshots
