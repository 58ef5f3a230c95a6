"""Limits declared, checked against the books as they are kept, acknowledged and waived.

A check reads what the last keeping put down, so that it costs the same however long the history is;
a fund without limits is asked one question and no more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from api import given
from api.desk import Desk
from api.limit_figures import THRESHOLD, measured
from api.pool_risk import thresholds_of
from api.risk_views import figure_text
from ledger.model.amount import parse_decimal
from ledger.model.errors import BadAmount, BadInput
from ledger.model.limit import HYSTERESIS, Bound, Breach, EventKind, Limit, in_force
from risk.limits import Checked, fault_of

if TYPE_CHECKING:
    from ledger.store.limits import Outgoing

#: The longest name of a limit, and the longest reason, that is kept.
NAME_MAX: Final = 80
REASON_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A limit as somebody asks for it, in texts."""

    name: str
    measure: str
    level: str
    by: str
    reason: str
    bound: Bound = "most"
    strategy: str = ""
    hysteresis: str = str(HYSTERESIS)
    thresholds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The limits in force with their figures, and the breaches of all time."""

    checked: tuple[Checked, ...]
    breaches: tuple[Breach, ...]

    @property
    def to_look_at(self) -> tuple[Breach, ...]:
        """Breaches that nobody waived and that have not ended."""
        return tuple(breach for breach in self.breaches if breach.is_to_be_looked_at)


def told(desk: Desk, after: int, until: datetime | None = None) -> "tuple[Outgoing, ...]":
    """What the outside may wait for, of limits: everything behind a number, in order.

    With a time, what was told by then.
    """
    found = desk.store.limits.outbox(desk.fund.name, after)
    return tuple(one for one in found if until is None or one.recorded_at <= until)


def declare(desk: Desk, asked: Asked) -> Limit:
    """Keep a limit and check it. Raises BadInput for a measure, level or name that is none."""
    measure, strategy = asked.measure.strip(), asked.strategy.strip()
    fault = fault_of(measure, strategy)
    if fault is not None:
        raise BadInput(fault)
    try:
        level, hysteresis = parse_decimal(asked.level), parse_decimal(asked.hysteresis)
    except BadAmount as amount:
        raise BadInput(f"a level and a hysteresis are decimals: {amount}") from amount
    if level <= 0 or not 0 <= hysteresis < 1:
        raise BadInput("a level is above zero, a hysteresis at least 0 and below 1")
    stated = thresholds_of(asked.thresholds)
    if stated and measure != "health":
        raise BadInput("thresholds belong to a limit of health")
    limit = Limit(
        name=_words("a name", asked.name, NAME_MAX),
        measure=measure,
        bound=asked.bound,
        level=level,
        by=_words("a name", asked.by, given.NAME_MAX),
        reason=_words("a reason", asked.reason, REASON_MAX),
        strategy=strategy,
        hysteresis=hysteresis,
        parameters=tuple(
            sorted((f"{THRESHOLD}{name}", str(share)) for name, share in stated.items())
        ),
    )
    kept = desk.store.limits.declare(desk.fund.name, limit)
    check_limits(desk)
    return kept


def withdraw(desk: Desk, name: str, by: str, reason: str) -> Limit:
    """Take a limit out of force; a breach of it ends. Raises NotFound and BadInput."""
    known = in_force(desk.store.limits.declared(desk.fund.name)).get(name)
    who, why = _words("a name", by, given.NAME_MAX), _words("a reason", reason, REASON_MAX)
    gone = (
        Limit(name, "leverage", "most", HYSTERESIS, who, why, active=False)
        if known is None
        else replace(known, by=who, reason=why, active=False)
    )
    kept = desk.store.limits.declare(desk.fund.name, gone)
    check_limits(desk)
    return kept


def say(desk: Desk, breach: int, kind: EventKind, by: str, reason: str) -> Breach:
    """Acknowledge or waive a breach. Raises NotFound, BadInput and Conflict."""
    who, why = _words("a name", by, given.NAME_MAX), _words("a reason", reason, REASON_MAX)
    return desk.store.limits.say(desk.fund.name, breach, kind, who, why)


def check_limits(desk: Desk) -> Standing:
    """Measure every limit in force on the books as they stand; breaches open and end by it."""
    from ledger.store import Finding

    name = desk.fund.name
    limits = tuple(in_force(desk.store.limits.declared(name)).values())
    breaches = desk.store.limits.breaches(name)
    if not limits and not any(breach.stands for breach in breaches):
        return Standing((), breaches)
    at, checked = measured(desk, limits)
    findings = [
        Finding(one.limit.name, figure_text(one.figure) or "", one.beyond, one.within)
        for one in checked
    ]
    if desk.store.limits.found(name, at, findings):
        breaches = desk.store.limits.breaches(name)
    return Standing(checked, breaches)


def standing(
    desk: Desk,
    known_at: datetime | None = None,
    figures: Callable[[Sequence[Limit]], Sequence[Checked]] | None = None,
) -> Standing:
    """The same without opening or ending anything; of what was said by a time.

    `figures` measures limits on other books than those that stand now.
    """
    name = desk.fund.name
    limits = tuple(in_force(desk.store.limits.declared(name, known_at)).values())
    breaches = desk.store.limits.breaches(name, known_at)
    if not limits:
        return Standing((), breaches)
    checked = measured(desk, limits)[1] if figures is None else figures(limits)
    return Standing(tuple(checked), breaches)


def open_breaches(desk: Desk) -> int:
    """How many breaches are to be looked at, as they were last checked."""
    found = desk.store.limits.breaches(desk.fund.name)
    return sum(breach.is_to_be_looked_at for breach in found)


def _words(what: str, text: str, most: int) -> str:
    """A text of one line in one form, with single spaces. Raises BadInput."""
    joined = " ".join(text.split())
    if not joined or len(joined) > most:
        raise BadInput(f"{what} has from 1 to {most} characters")
    try:
        return given.plain(joined)
    except ValueError as fault:
        raise BadInput(f"{what}: {fault}") from fault
