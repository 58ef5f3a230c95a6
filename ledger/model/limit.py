"""Limits as people declared them, what was seen and said of their breaches, and where each stands.

A breach is opened by a figure beyond its limit and ended by one that is well within it: between the
two nothing happens, so that a figure that dances around its limit is one breach and not ten.

    open ──► acknowledged ──► waived          each may be ended by a figure within the limit
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from ledger.model.amount import parse_decimal

#: Whether a figure may be at most, or must be at least, the level.
Bound = Literal["most", "least"]
EventKind = Literal["opened", "acknowledged", "waived", "ended"]
BreachState = Literal["open", "acknowledged", "waived", "ended"]

#: The part of a level by which a figure must be within it again.
HYSTERESIS: Final = parse_decimal("0.05")
EVENT_KINDS: Final = ("opened", "acknowledged", "waived", "ended")


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a fund, or of one of its strategies; a later one of the same name replaces it.

    `measure` names the figure, `parameters` what it depends on beside the books. One that is not
    `active` was withdrawn.
    """

    name: str
    measure: str
    bound: Bound
    level: Decimal
    by: str
    reason: str
    strategy: str = ""
    hysteresis: Decimal = HYSTERESIS
    parameters: tuple[tuple[str, str], ...] = ()
    active: bool = True
    declared_at: datetime | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        assert self.level > 0, "a limit is above zero"
        assert 0 <= self.hysteresis < 1, "a hysteresis is a part of the level"

    @property
    def ends_at(self) -> Decimal:
        """Where a figure is within the limit again."""
        margin = self.level * self.hysteresis
        return self.level - margin if self.bound == "most" else self.level + margin


@dataclass(frozen=True, slots=True)
class LimitEvent:
    """Something that was seen or said of a breach; `breach` is the number of what opened it.

    `figure` is the measured text, `at` the time of the books that it was measured of. What the
    check itself found is said by nobody.
    """

    n: int
    limit: str
    breach: int
    kind: EventKind
    figure: str
    at: datetime
    by: str = ""
    reason: str = ""
    recorded_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach and all that came of it, by number; the first opened it."""

    events: tuple[LimitEvent, ...]

    @property
    def n(self) -> int:
        """Its number in the fund."""
        return self.events[0].n

    @property
    def limit(self) -> str:
        """The name of its limit."""
        return self.events[0].limit

    @property
    def state(self) -> BreachState:
        """Where it stands."""
        last = self.events[-1].kind
        return "open" if last == "opened" else last

    @property
    def stands(self) -> bool:
        """Whether the figure has not come back: a waived one stands too."""
        return self.state != "ended"

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether nobody waived it and it has not ended."""
        return self.state in {"open", "acknowledged"}

    def event(self, kind: EventKind) -> LimitEvent | None:
        """What was seen or said of a kind; None where it was not."""
        return next((event for event in self.events if event.kind == kind), None)


def breaches_of(events: Iterable[LimitEvent]) -> tuple[Breach, ...]:
    """Each breach with its events, both in the order of their numbers."""
    found: dict[int, list[LimitEvent]] = {}
    for event in sorted(events, key=lambda event: event.n):
        found.setdefault(event.breach, []).append(event)
    return tuple(Breach(tuple(each)) for _, each in sorted(found.items()))


def in_force(declared: Iterable[Limit]) -> dict[str, Limit]:
    """The newest limit of each name, in the order given, without those withdrawn."""
    newest = {limit.name: limit for limit in declared}
    return {name: limit for name, limit in sorted(newest.items()) if limit.active}
