"""Recorded standing orders and a question come in; the lots that count leave, and what is late.

From 2025 on units are first in first out within a wallet unless they were identified no later than
the sale, in the taxpayer's books (Reg. §1.1012-1(j)(1) to (3)); a standing order in them identifies
what is sold after it was recorded (Notice 2025-7), and nothing before. A method that somebody types
later identifies nothing: a year by it is held against the same year by what was recorded in time.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from ledger.model.amount import MONEY_DECIMALS
from ledger.model.entry import Entry
from ledger.model.evidence import canonical_json
from ledger.model.filing import FiledYear
from ledger.model.problem import Problem
from ledger.model.tax import TaxLine, TaxYear
from ledger.model.whole import text_from_units
from ledger.tax.history.settings import WHOLE, Settings, StandingOrder
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar
from ledger.tax.trial import TRIED, Harvest, Trial

Value = TypeVar("Value")
Taken = tuple[Any, ...]

#: What goes where nothing was identified.
UNNAMED: Final = "fifo"
#: What lots are that were not named in time, whoever named them.
CODE: Final = "late_identification"
#: Methods that go by what a unit cost, which `hifo_key` says how to reckon.
_BY_COST: Final = frozenset({"hifo", "lofo"})
#: Disposals that a problem names.
_NAMED_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    """A standing order as the record has it: a method for what leaves a wallet, or any (None).

    It holds from `said_at` on, the time of the program's clock. `digest` is the seal.
    """

    method: str
    wallet: str | None
    by: str
    said_at: datetime
    digest: str


def body_of(method: str, wallet: str | None) -> str:
    """An order as text, for the record."""
    return canonical_json({"method": method, "wallet": wallet}).decode()


def order_of(filed: FiledYear) -> RecordedOrder:
    """The order of a statement in the record."""
    assert filed.is_order, "a year as filed is no order"
    said = json.loads(filed.body)
    return RecordedOrder(said["method"], said["wallet"], filed.by, filed.filed_at, filed.digest)


def in_time_from(rules: Rules) -> date | None:
    """The day from which lots count as named only if that was said before; None where never."""
    days = (one.since for one in rules.dated if one.name == "identification")
    return next(days, None)


def standing(
    orders: Iterable[RecordedOrder], wallets: Collection[str] = ()
) -> tuple[StandingOrder, ...]:
    """Recorded orders as matching reads them, oldest first.

    One for all wallets replaces those of single ones too; `wallets` are others that have any.
    """
    found: list[StandingOrder] = []
    named = dict.fromkeys(wallets)
    for one in orders:
        found.append(StandingOrder(one.said_at, one.wallet, one.method))
        if one.wallet is None:
            found += [StandingOrder(one.said_at, wallet, one.method) for wallet in named]
        else:
            named[one.wallet] = None
    return tuple(found)


def of_record(settings: Settings, orders: Sequence[RecordedOrder], since: datetime) -> Settings:
    """The settings with the lots that count from a time on: what was ordered, else the oldest.

    Before that time the question's own methods stay.
    """
    ordered = [one.wallet for one in settings.standing] + [one.wallet for one in orders]
    wallets = sorted({*settings.by_wallet, *(name for name in ordered if name is not None)})
    recorded = standing(orders, wallets)
    first = [
        StandingOrder(since, wallet, _ordered(recorded, wallet, since) or UNNAMED)
        for wallet in (None, *wallets)
    ]
    before = [one for one in settings.standing if one.at < since]
    # the regime reckons by price; which cost of a unit is the highest is not chosen afterwards
    by_cost = any(one.method in _BY_COST for one in recorded)
    return settings._replace(
        method=UNNAMED if settings.method in WHOLE else settings.method,
        standing=(*before, *first, *(one for one in recorded if one.at > since)),
        by_unit_cost=settings.by_unit_cost and not by_cost,
    )


def unlike(settings: Settings, recorded: Settings, since: datetime, calendar: Calendar) -> bool:
    """Whether lots leave otherwise, from a time on, than by what was recorded."""
    named = settings.identified, settings.identified_at, settings.by_unit_cost
    if named != (recorded.identified, recorded.identified_at, recorded.by_unit_cost):
        return True
    both = (*settings.standing, *recorded.standing)
    times = {since, *(one.at for one in both)}
    times |= {_start(calendar, year) for year, _ in settings.by_year}
    wallets = {None, *settings.by_wallet, *(one.wallet for one in both)}
    return any(
        _method(settings, calendar, wallet, time) != _method(recorded, calendar, wallet, time)
        for time in times
        if time >= since
        for wallet in wallets
    )


def named_since(
    asked: Settings, recorded: Settings, since: datetime, entries: Iterable[Entry]
) -> Settings:
    """The settings asked, with the lots that the record names in place of theirs from a time on."""
    names = asked.identified.keys() | recorded.identified.keys()
    if not names:
        return asked
    late = {one.id for one in entries if one.id in names and one.time >= since}
    return asked._replace(
        identified=_put(asked.identified, recorded.identified, late),
        identified_at=_put(asked.identified_at, recorded.identified_at, late),
    )


def late_year(found: TaxYear, recorded: TaxYear) -> Problem | None:
    """What keeps a year from being final whose lots are not those that were named in time.

    None where they are the same, whatever they were asked by.
    """
    here, there = Counter(map(_taken, found.lines)), Counter(map(_taken, recorded.lines))
    unlike_ones = (here - there) + (there - here)
    sources = list(dict.fromkeys(source for _, source, *_ in sorted(unlike_ones, key=_when)))
    if not sources:
        return None
    shown = ", ".join(sources[:_NAMED_MOST]) + (" …" if len(sources) > _NAMED_MOST else "")
    take = "disposal ({}) takes" if len(sources) == 1 else "disposals ({}) take"
    text = (
        f"{len(sources)} {take.format(shown)} lots that nothing named before:"
        f" {_sums(found.short, found.long)}; by what was recorded in time, else first in first out:"
        f" {_sums(recorded.short, recorded.long)}. A standing order is for sales after it"
    )
    return Problem(CODE, text, sources[0])


def late_trial(found: Trial, recorded: Trial) -> Problem | None:
    """What is to be ordered before a sale that is tried, for its lots to be these; else None."""
    if _lots(found) == _lots(recorded):
        return None
    text = (
        "nothing that was recorded until now names these lots:"
        f" {_sums(found.short, found.long)}; by that, else first in first out:"
        f" {_sums(recorded.short, recorded.long)}. A standing order or a plan is for sales after it"
    )
    return Problem(CODE, text, TRIED)


def late_harvest(found: Harvest, recorded: Harvest) -> Problem | None:
    """What is to be said of open lots that are not those that what was recorded in time left."""
    if found.lots == recorded.lots:
        return None
    here, there = (sum(one.gain for one in each.lots) for each in (found, recorded))
    text = (
        f"nothing named in time what was sold of these lots, {_money(here)} below cost; what was"
        f" recorded in time, else first in first out, leaves others, {_money(there)} below cost"
    )
    return Problem(CODE, text, "")


def _lots(trial: Trial) -> Counter[Taken]:
    return Counter(_taken(one) for one, _ in trial.lines)


def _taken(line: TaxLine) -> Taken:
    """Which units a line is of, at which cost: in which order they went is in no law.

    The last piece of a disposal takes the remainder of its proceeds, whichever that is.
    """
    where = line.disposed, line.source, line.kind, line.asset, line.wallet
    return *where, line.lot, line.acquired, line.quantity, line.cost, line.denied, line.term


def _when(taken: Taken) -> tuple[Any, ...]:
    return taken[:2]


def _ordered(orders: Sequence[StandingOrder], wallet: str | None, time: datetime) -> str | None:
    """The method that orders give at a time: those of the wallet go before those of all."""
    held = {one.wallet: one.method for one in orders if one.at <= time}
    return held.get(wallet) or held.get(None)


def _method(settings: Settings, calendar: Calendar, wallet: str | None, time: datetime) -> str:
    """The method by which units leave a wallet; None for one that nothing is said of."""
    years = [name for year, name in settings.by_year if year <= calendar.year(time)]
    own = settings.by_wallet.get(wallet) if wallet is not None else None
    found = _ordered(settings.standing, wallet, time) or own or [settings.method, *years][-1]
    # where lots are named, those that nobody named are the oldest
    return UNNAMED if found == "specific" else found


def _start(calendar: Calendar, year: int) -> datetime:
    """When a tax year begins."""
    return calendar.start(calendar.last_day(year - 1) + timedelta(days=1))


def _put(
    asked: Mapping[str, Value], recorded: Mapping[str, Value], late: Collection[str]
) -> dict[str, Value]:
    kept = {name: value for name, value in asked.items() if name not in late}
    return kept | {name: value for name, value in recorded.items() if name in late}


def _sums(short: int, long: int) -> str:
    return f"short {_money(short)}, long {_money(long)}"


def _money(units: int) -> str:
    return text_from_units(units, MONEY_DECIMALS)
