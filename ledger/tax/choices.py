"""Choices of lots and a history come in; those that were made in time leave, and faults of others.

United States: an identification is made no later than the date and time of the sale (Reg.
§1.1012-1(j)(3)), a standing order holds from its time on; the allocation of what was one pool is
made before the later of the first sale or transfer from its date on and the last day of the return
(Rev. Proc. 2024-28), and then stays as it is: its digest is over every lot that was put into a
wallet.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from ledger.tax.history.events import Acquire, Carry, Dispose, Event, Fault, Left, Move
from ledger.tax.history.settings import Settings
from ledger.tax.history.units import Units
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar

#: What a sale, disposition or transfer of units is.
_LEAVES: Final = (Dispose, Move, Carry)


class Frozen(NamedTuple):
    """The lots of one pool as a day put them into wallets, and the digest of that."""

    day: date
    sha256: str


def in_time(
    settings: Settings, events: Sequence[Event], calendar: Calendar, rules: Rules
) -> tuple[Settings, tuple[Fault, ...]]:
    """The settings without what was chosen too late."""
    settings, faults = _identified(settings, events)
    late = late_allocation(settings, events, calendar, rules)
    if late is not None:
        settings = settings._replace(allocation=None)
        faults = (*faults, late)
    return settings, faults


def _identified(settings: Settings, events: Iterable[Event]) -> tuple[Settings, tuple[Fault, ...]]:
    if not settings.identified_at:
        return settings, ()
    given = {event.row: event.time for event in events if not isinstance(event, Acquire)}
    late = [row for row, at in settings.identified_at.items() if row in given and at > given[row]]
    text = "{}: lots were named at {}, after the units had left at {}, and count as not named"
    faults = []
    for row in late:
        said, left = settings.identified_at[row].isoformat(), given[row].isoformat()
        faults.append(Fault("late_identification", text.format(row[:40], said, left), row))
    timely = {row: lots for row, lots in settings.identified.items() if row not in late}
    return settings._replace(identified=timely), tuple(faults)


def late_allocation(
    settings: Settings, events: Iterable[Event], calendar: Calendar, rules: Rules
) -> Fault | None:
    """Whether the allocation of the settings was made too late, at its time.

    While nothing was sold or moved from its date on it is in time: the first is still to come.
    """
    said, since = settings.allocation, settings.wallets_from
    if said is None or said.at is None or since is None:
        return None
    begins = calendar.start(since)
    leaves = (one.time for one in events if isinstance(one, _LEAVES) and one.time >= begins)
    first = next(leaves, None)
    if first is None:
        return None
    due = said.due or _due(rules, since)
    last = first if due is None else max(first, calendar.start(due + timedelta(days=1)))
    if said.at < last:
        return None
    text = f"the allocation of {said.at.date()} is later than the first sale and the return"
    return Fault("late_identification", text, None)


def _due(rules: Rules, since: date) -> date | None:
    value = rules.on("allocation_due", since)
    return None if value is None else date.fromisoformat(str(value))


def frozen(settings: Settings, placed: Sequence[Left], units: Units, places: int) -> Frozen | None:
    """What the allocation of the settings came to; None where none was made."""
    if settings.allocation is None or settings.wallets_from is None or not placed:
        return None
    import hashlib  # few histories have an allocation
    from fractions import Fraction

    lines = sorted(
        "\x00".join(
            (
                one.asset,
                one.wallet or "",
                one.row or "",
                str(Fraction(one.quantity, units.whole(one.asset))),
                str(Fraction(one.cost, 10**places)),
            )
        )
        for one in placed
    )
    digest = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
    return Frozen(settings.wallets_from, digest)


def changed(settings: Settings, now: Frozen | None) -> Fault | None:
    """Whether an allocation that was frozen is not what it was."""
    said = settings.allocation
    if said is None or said.sha256 is None or now is None or now.sha256 == said.sha256.lower():
        return None
    text = f"lots before {now.day} are not those of the allocation of {said.at}: now {now.sha256}"
    return Fault("allocation_changed", text, None)
