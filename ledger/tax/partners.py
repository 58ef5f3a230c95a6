"""A year's lines, income and the shares of partners come in; what is whose leaves, in layers.

A partnership that revalues its books when its partners change allocates the gain of each period by
the shares of that period (Reg. §1.704-1(b)(2)(iv)(f)); tax follows the partners who had the book
gain when it is realised (Reg. §1.704-1(b)(4)(i), §1.704-3(a)(6), "reverse" section 704(c)). Here
each disposed lot has a layer for each period in which it was held: no layer of one lot nets
another's.

Where a partner's layers add up to the other sign than the gain that is taxed, the ceiling rule
binds (Reg. §1.704-3(b)(1)): `traditional` gives that partner nothing and takes from the others in
proportion, `remedial` makes offsetting items (Reg. §1.704-3(d)). Terms are those of the line, with
what was held for more than three years apart (IRC §1061(a)).
"""

import csv
import io
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from ledger.model.amount import MONEY_DECIMALS, rounded_text, spread, units_from_text
from ledger.model.asset import Asset, AssetId
from ledger.model.errors import BadAmount, BadInput
from ledger.model.partner import (
    Ceiling,
    Layer,
    PartnerAllocation,
    PartnerGain,
    PartnerIncome,
    PartnerTerm,
    Period,
)
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine
from ledger.tax.sizes import quantity_text

#: Shares are texts of up to 18 decimals; only their proportion counts.
_SHARE_DECIMALS: Final = 18
_COLUMNS: Final = ("from", "partner", "share")

#: What the units of a line were worth at a moment, in 10⁻¹⁸; None without a price.
Value = Callable[[TaxLine, datetime], int | None]


def read_periods(text: str, file: str) -> tuple[Period, ...]:
    """The periods of a register `from,partner,share`: all partners of a date are its shares.

    `from` is ISO 8601 (no zone: UTC). Raises BadInput for a row that is none: shares without one
    partner would be wrong for all others.
    """
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as fault:
        raise BadInput(f"{file} is no CSV: {fault}") from fault
    if not rows or tuple(cell.strip().lower() for cell in rows[0]) != _COLUMNS:
        raise BadInput(f"{file}: the columns are {','.join(_COLUMNS)}")
    shares: defaultdict[datetime, dict[str, int]] = defaultdict(dict)
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(_COLUMNS):
            raise BadInput(f"{file}:{number}: {len(cells)} cells for {len(_COLUMNS)} columns")
        start, partner, share = (cell.strip() for cell in cells)
        try:
            weight = units_from_text(share, _SHARE_DECIMALS)
        except BadAmount as fault:
            raise BadInput(f"{file}:{number}: {fault}") from fault
        if not partner or weight <= 0:
            raise BadInput(f"{file}:{number}: a partner has a name and a share above zero")
        of_date = shares[_moment(start, f"{file}:{number}")]
        if partner in of_date:
            raise BadInput(f"{file}:{number}: {partner[:40]!r} stands twice on one date")
        of_date[partner] = weight
    if not shares:
        raise BadInput(f"{file}: there is no partner in it")
    return tuple(Period(start, tuple(sorted(of.items()))) for start, of in sorted(shares.items()))


def _moment(text: str, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise BadInput(f"{place}: {text[:40]!r} is no ISO 8601 time") from fault


def allocate(
    lines: Iterable[TaxLine],
    income: Iterable[IncomeLine],
    periods: Sequence[Period],
    value: Value,
    ceiling: Ceiling = "traditional",
    assets: Mapping[AssetId, Asset] = MappingProxyType({}),
) -> PartnerAllocation:
    """Every line with a gain and all priced income by partner; the rest is a problem each.

    The parts of a line add up to its gain, and those of income to its value, to the last unit. What
    is not assessed is nobody's. `assets` say how units are told.
    """
    assert periods and all(one.start < two.start for one, two in pairwise(periods))
    gains: list[PartnerGain] = []
    parts: list[PartnerIncome] = []
    problems: list[Problem] = []
    for line in lines:
        if not line.assessed:
            continue
        units = quantity_text(assets, line.asset, line.quantity)
        found = _unknown(line, units) or _layers(line, periods, value, units)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            gains += _gains(line, found, periods, ceiling)
    for one in income:
        period = _period_at(periods, one.time)
        if period is None:
            units = quantity_text(assets, one.asset, one.quantity)
            problems.append(_before_all(one.source, one.time, f"income of {units}"))
        elif one.value is None:
            units = quantity_text(assets, one.asset, one.quantity)
            text = f"{one.source}: income of {units} has no price, and is allocated to nobody"
            problems.append(Problem("missing_price", text, one.source))
        else:
            for partner, part in _shared(one.value, period):
                parts.append(PartnerIncome(partner, one, part))
    return PartnerAllocation(ceiling, tuple(periods), tuple(gains), tuple(parts), tuple(problems))


def _unknown(line: TaxLine, units: str) -> Problem | None:
    """Why a line has no gain to allocate; None where it has one."""
    if line.gain is not None:
        return None
    code = "missing_basis" if line.cost is None else "missing_price"
    lacks = "basis" if line.cost is None else "price"
    money = "" if line.proceeds is None else f", sold for {_money(line.proceeds)},"
    text = f"{line.source}: {units}{money} have no known {lacks}, so no gain to allocate"
    return Problem(code, text, line.source)


def _layers(
    line: TaxLine, periods: Sequence[Period], value: Value, units: str
) -> tuple[Layer, ...] | Problem:
    """What the line gained in each period; a price that is missing at one's begin is a problem.

    The gain at a moment is value less cost; of a closed short, what it was taken up at less value.
    What is bought at the moment of a change is of those who are partners then; what is sold at it,
    of those who were.
    """
    assert line.gain is not None and line.proceeds is not None and line.cost is not None
    about = f"{units}, gain {_money(line.gain)}"
    if line.acquired is None:
        text = f"{line.source}: no date of acquisition, so no period of ownership ({about})"
        return Problem("missing_basis", text, line.source)
    if _period_at(periods, line.acquired) is None:
        return _before_all(line.source, line.acquired, about)
    begun, gained, layers = line.acquired, 0, []
    for period in periods:
        if not line.acquired < period.start < line.disposed:
            continue
        worth = value(line, period.start)
        if worth is None:
            when = period.start.isoformat()
            text = f"{line.source}: no price of {line.asset} at {when}, when shares changed"
            text += f" ({about})"
            return Problem("missing_price", text, line.source)
        short = line.rule == "short_closed"
        then = line.proceeds - worth if short else worth - line.cost
        layers.append(Layer(begun, period.start, then - gained))
        begun, gained = period.start, then
    layers.append(Layer(begun, line.disposed, line.gain - gained))
    return tuple(layers)


def _gains(
    line: TaxLine, layers: tuple[Layer, ...], periods: Sequence[Period], ceiling: Ceiling
) -> Iterator[PartnerGain]:
    book: defaultdict[str, int] = defaultdict(int)
    for layer in layers:
        period = _period_at(periods, layer.start)
        assert period is not None, "the first layer begins in a period"
        for partner, part in _shared(layer.gain, period):
            book[partner] += part
    assert line.gain is not None
    taxed = _taxed(dict(book), line.gain, ceiling)
    term = _term(line)
    for partner, part in sorted(book.items()):
        yield PartnerGain(partner, line, layers, term, part, taxed[partner])


def _taxed(book: dict[str, int], gain: int, ceiling: Ceiling) -> dict[str, int]:
    """What of the book gain is taxed: all of it, unless the ceiling rule binds."""
    assert sum(book.values()) == gain, "layers add up to the gain"
    sign = (gain > 0) - (gain < 0)
    within = {name: part for name, part in book.items() if part * sign > 0}
    beyond = any(part * sign <= 0 and part for part in book.values())
    if ceiling == "remedial" or not beyond:
        return book
    if not gain:
        return dict.fromkeys(book, 0)
    parts = spread(gain, tuple(abs(part) for part in within.values()))
    return dict.fromkeys(book, 0) | dict(zip(within, parts, strict=True))


def _shared(amount: int, period: Period) -> Iterator[tuple[str, int]]:
    """An amount by shares, exact: the last partner by name takes what division leaves."""
    weights = tuple(weight for _, weight in period.shares)
    for (partner, _), part in zip(period.shares, spread(amount, weights), strict=True):
        yield partner, part


def _period_at(periods: Sequence[Period], moment: datetime) -> Period | None:
    index = bisect_right(periods, moment, key=_start)
    return periods[index - 1] if index else None


def _start(period: Period) -> datetime:
    return period.start


def _money(units: int) -> str:
    """Money as a problem says it."""
    return rounded_text(units, MONEY_DECIMALS, 2)


def _before_all(source: str, moment: datetime, about: str) -> Problem:
    when = moment.isoformat()
    text = f"{source}: no shares are known at {when}, before the first period ({about})"
    return Problem("missing_shares", text, source)


def _term(line: TaxLine) -> PartnerTerm:
    """Over three years is counted as more than one year is: from the day after, by UTC dates."""
    if line.term == "short" or line.acquired is None:
        return "short"
    begins = line.acquired.astimezone(UTC).date() + timedelta(days=1)
    leap = (begins.month, begins.day) == (2, 29)
    after = date(begins.year + 3, 3, 1) if leap else begins.replace(year=begins.year + 3)
    return "over_three_years" if line.disposed.astimezone(UTC).date() >= after else "long"
