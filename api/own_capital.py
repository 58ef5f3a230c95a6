"""Books and their daily points → the own capital of each strategy, and what stands in none.

A strategy's own capital is what stands in its wallets, as in `partita risk returns --by strategy`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from api.part_returns import division
from ledger.model.errors import BadInput
from ledger.model.position import NavPoint
from ledger.nav.parts import PartSeries, part_series
from ledger.strategies import UNASSIGNED
from risk.model import ReturnSeries
from risk.own_capital import LEAST_SHARE, NO_WALLET, OwnCapital, own_capital
from risk.returns import whole_units

if TYPE_CHECKING:
    from ledger.books import Books

_LEFT: Final = "left alone, as asked"


@dataclass(frozen=True, slots=True)
class Rule:
    """The least share of the fund that is capital enough, and strategies to be left alone."""

    least: float = LEAST_SHARE
    leave: tuple[str, ...] = ()


USUAL: Final = Rule()


@dataclass(frozen=True, slots=True)
class Capital:
    """All of the fund at its last valuation, in whole units: strategies, and the rest by part.

    `rest` is of wallets of no strategy (`none`), of units on a bridge (`in-flight`) and of those
    that a protocol holds for an order (`escrow`). Both sum to `nav`, but for strategies without a
    wallet of their own: what they have is in others' or in the rest.
    """

    strategies: tuple[OwnCapital, ...] = ()
    rest: Mapping[str, float] = field(default_factory=dict)
    nav: float = 0.0
    time: datetime | None = None
    least: float = LEAST_SHARE


def parts_of(books: "Books", points: Sequence[NavPoint]) -> tuple[PartSeries, ...]:
    """The value and flows of each strategy's wallets at the times of the fund's points."""
    times = [point.time for point in points]
    return part_series(
        books.entries, books.prices, books.policy, times, division(books, "strategy")
    )


def capital_of(
    books: "Books", points: Sequence[NavPoint], parts: Sequence[PartSeries], rule: Rule = USUAL
) -> Capital:
    """What each strategy has of its own. Raises BadInput for one to leave that there is not."""
    found = {part.name: part for part in parts if part.points}
    owning = {str(one.strategy) for one in books.wallets.values() if one.strategy is not None}
    traded = {entry.strategy for entry in books.entries if entry.strategy is not None}
    names = sorted(owning | traded - {UNASSIGNED})
    for name in rule.leave:
        if name not in names:
            raise BadInput(f"no strategy is called {name[:60]!r}; strategies: {', '.join(names)}")
    by_time = {point.time: point for point in points}
    strategies = []
    for name in names:
        if name not in owning:
            strategies.append(OwnCapital(name, None, _none(name), rule.least, barred=NO_WALLET))
            continue
        part = found[name].points if name in found else ()
        barred = _LEFT if name in rule.leave else ""
        strategies.append(own_capital(name, part, by_time, rule.least, barred))
    rest = {
        name: whole_units(part.points[-1].value)
        for name, part in sorted(found.items())
        if name not in owning and part.points[-1].value
    }
    last = points[-1] if points else None
    nav, time = (0.0, None) if last is None else (whole_units(last.value), last.time)
    return Capital(tuple(strategies), rest, nav, time, rule.least)


def capital_now(books: "Books", points: Sequence[NavPoint], rule: Rule = USUAL) -> Capital:
    """The same for who asks once. Raises BadInput."""
    return capital_of(books, points, parts_of(books, points), rule)


def _none(name: str) -> ReturnSeries:
    return ReturnSeries(name, (), ())
