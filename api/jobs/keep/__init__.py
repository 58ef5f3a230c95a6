"""A fund's desk enters; its books leave kept: from the first time that anything new concerns on.

Time is cut into stretches. Each is read and classified (`stretches`), then linked, priced, booked
and folded (`booking`), and what it gives replaces what the journal has of that time. What later
books depend on is put down between stretches, so that a new day costs that day.

Some things reach back: the other side of a move, a token that turns out to be no spam or is trusted
no longer, evidence that speaks of another time than was noted, an entry booked in closed time and
wanted in the open one. Then keeping starts again from before it (`Again`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from api.collecting import little_collecting
from api.jobs.keep.ahead import LONG, stretches_ahead
from api.jobs.keep.booking import Booker
from api.jobs.keep.plan import cuts
from api.jobs.keep.saving import Saver
from api.jobs.keep.stretches import Again, Foreknown, Stretch
from ledger.model.errors import PeriodLocked, SourceUnavailable

if TYPE_CHECKING:
    from api.desk import Desk
    from ledger.store import Written

__all__ = ("keep",)

#: How often keeping starts again before it gives up: each time something new was learnt.
ATTEMPTS: Final = 1_000


def keep(desk: "Desk") -> "Written":
    """Keep the books and check their limits; how many entries stayed, were booked and reversed.

    Raises SourceUnavailable where others change the evidence all the time.
    """
    from api.jobs.limits import check_limits

    written = _kept(desk)
    check_limits(desk)
    return written


def _kept(desk: "Desk") -> "Written":
    """Keep the books without looking at what they say."""
    from api.desk import Desk
    from ledger.store import Overtaken

    name, store = desk.fund.name, desk.store
    known, saver = Foreknown(), Saver(desk)
    for _ in range(ATTEMPTS):
        plan = cuts(desk)
        if plan is None:
            return saver.written()
        # its policy may be another one since the desk was opened; the turn tells of later changes
        asked = Desk(store, store.funds.get(name))
        try:
            saver.begin(plan, asked)
            booker = Booker(asked, plan)
            with little_collecting(long=plan.size >= LONG):
                for before, this, after in _in_threes(stretches_ahead(asked, plan, known)):
                    saver.take(booker.book(before, this, after, known), last=after is None)
        except Again as again:
            known.trusted |= again.trusted
            store.keeping.mark(name, again.since)
        except Overtaken:
            known = Foreknown()
        except PeriodLocked:
            if store.periods.until(name) == plan.closed:
                raise
            known = Foreknown()  # a month closed meanwhile
            store.keeping.mark(name, plan.cuts[0])
    raise SourceUnavailable("the evidence changes faster than the books can be kept")


def _in_threes(
    found: Iterator[Stretch],
) -> Iterator[tuple[Stretch | None, Stretch, Stretch | None]]:
    """Each stretch with the one before it and the one after it."""
    before, this = None, next(found, None)
    while this is not None:
        after = next(found, None)
        yield before, this, after
        before, this = this, after
