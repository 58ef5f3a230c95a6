"""Points of a strategy's own wallets and of the fund → returns on its own capital, or why none.

A weight is a share of capital, so it is found on what a strategy earned on the capital that stood
in its own wallets. What it added to the fund is another figure, its contribution
(`returns.contributed`): a strategy with a hundredth of the fund that earned a tenth on it and one
with all of the fund that earned a thousandth contributed the same, and are worth different weights.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from ledger.model.position import NavPoint
from risk.model import ReturnSeries
from risk.returns import between, from_nav, whole_units

#: The part of the fund's capital under which a day's return says nothing of what a share earns.
LEAST_SHARE: Final = 0.01
#: Days with a return, and of those days that moved, without which a strategy gets no weight.
DAYS_NEEDED: Final = 30
NO_WALLET: Final = "no wallet of its own: what its capital is, is not known"
_NOTHING: Final = "nothing has stood in its wallets"
_OWES: Final = "it owes more than it holds"


@dataclass(frozen=True, slots=True)
class OwnCapital:
    """What stands in a strategy's own wallets, and what it earned on that.

    `value` is at the last valuation, in whole units, less what is owed; None without a wallet.
    `returns` are of the days on which it had capital enough: `least` of the fund's; `short` counts
    those with less, `dark` those on which a price was missing, `bare` those that began and
    went on with nothing above zero. `unpriced` counts assets without a price at the last valuation:
    they stand in no value. `barred` says why it gets no weight whatever it returned.
    """

    name: str
    value: float | None
    returns: ReturnSeries
    least: float = LEAST_SHARE
    short: int = 0
    dark: int = 0
    bare: int = 0
    unpriced: int = 0
    barred: str = ""

    @property
    def reason(self) -> str:
        """Why it is left alone; empty where it can be weighed."""
        if self.barred:
            return self.barred
        values = self.returns.values
        if len(values) < DAYS_NEEDED:
            return (
                f"{len(values)} of at least {DAYS_NEEDED} days with a return on own capital of at"
                f" least {self.least:.6g} of the fund's{self._missing()}"
            )
        moved = sum(value != 0 for value in values)
        if moved < DAYS_NEEDED:
            return f"its capital moved on {moved} of at least {DAYS_NEEDED} days"
        worst = min(values)
        if worst < -1:
            day = self.returns.days[values.index(worst)]
            return f"more than its own capital was lost on {day}: it owed more than it held"
        return ""

    @property
    def ruined(self) -> bool:
        """Whether it lost more than it had: a past without it is chosen by what came of it."""
        return self.barred == _OWES or (
            not self.barred and min(self.returns.values, default=0) < -1
        )

    def _missing(self) -> str:
        told = ((self.short, "with less"), (self.dark, "without a price"), (self.bare, "with none"))
        said = ", ".join(f"{count} {what}" for count, what in told if count)
        return f" ({said})" if said else ""


@dataclass(frozen=True, slots=True)
class Common:
    """The returns of those that can be weighed, on the days that all of them have.

    Without series `reason` says why.
    """

    series: tuple[ReturnSeries, ...]
    reason: str = ""


def own_capital(
    name: str,
    points: Sequence[NavPoint],
    fund: Mapping[datetime, NavPoint],
    least: float = LEAST_SHARE,
    barred: str = "",
) -> OwnCapital:
    """A strategy by the points of its wallets, in time order, and the fund's by their time.

    The capital of a day is what was invested: what it began with and what came. The share is of
    the same of the fund. What is owed beyond what is held bars a weight: it cannot be sold.
    """
    assert 0 <= least < 1, "a share of the fund"
    if not points:
        none = ReturnSeries(name, (), ())
        return OwnCapital(name, 0.0, none, least, barred=barred or _NOTHING)
    kept: list[NavPoint] = []
    short = dark = bare = unpriced = 0
    for point in points:
        whole, unseen = fund[point.time], unpriced or point.unpriced
        unpriced = point.unpriced
        if point.invested <= 0:
            # what is there without a price is not nothing
            dark += bool(unseen)
            bare += not unseen
        elif point.growth is None:
            dark += 1
        elif point.invested < least * max(whole.invested, 0):
            short += 1
        else:
            kept.append(point)
    last = points[-1]
    barred = barred or ("" if last.value >= 0 else _OWES)
    counts = (short, dark, bare, last.unpriced)
    return OwnCapital(name, whole_units(last.value), from_nav(kept, name), least, *counts, barred)


def within(found: Iterable[OwnCapital], start: date | None, end: date | None) -> list[OwnCapital]:
    """The same with the returns of [start, end] alone."""
    return [replace(one, returns=between(one.returns, start, end)) for one in found]


def common(found: Sequence[OwnCapital]) -> Common:
    """The series to weigh, by name, of the days that all have; none is made up, none filled in."""
    weighed = sorted((one for one in found if not one.reason), key=lambda one: one.name)
    if not weighed:
        told = "; ".join(f"{one.name}: {one.reason}" for one in found)
        return Common((), f"no strategy can be weighed: {told}" if told else "there is no strategy")
    days = set(weighed[0].returns.days).intersection(*(one.returns.days for one in weighed))
    if len(days) < DAYS_NEEDED:
        fewest = min(weighed, key=lambda one: len(one.returns.days))
        return Common(
            (),
            f"{len(weighed)} strategies have {len(days)} of at least {DAYS_NEEDED} days in common;"
            f" {fewest.name} has the fewest, {len(fewest.returns.days)}: leave it alone to weigh"
            " the others",
        )
    return Common(tuple(_on(one.returns, days) for one in weighed))


def _on(series: ReturnSeries, days: set[date]) -> ReturnSeries:
    pairs = [
        (day, value) for day, value in zip(series.days, series.values, strict=True) if day in days
    ]
    kept, values = zip(*pairs, strict=True)
    return ReturnSeries(series.name, kept, values)
