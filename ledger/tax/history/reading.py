"""Rows and prices as JSON come in; rows with exact numbers, in order, and faults leave.

Most rows are like others of their file: the same columns, a text in each. Those are read column by
column, which takes two thirds of the time. Where anything is wrong, or of its own, each row is read
by itself, with what is wrong with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Any, Final, cast

from ledger.model.errors import BadAmount
from ledger.tax.history.events import Fault
from ledger.tax.history.rows import (
    FITTING,
    NAMES,
    PECULIAR,
    PHASES,
    PLACES_MIN,
    Amount,
    MoreDecimals,
    Read,
    Row,
    RowFault,
    TaxRow,
    Told,
    check_decimals,
    check_peculiar,
    decimals_of,
    read_price,
    read_row,
)
from ledger.tax.history.trades import TRADES, Columns, Leg, trades_of_columns
from ledger.tax.history.words import YEARS

_SIDES: Final = ("sent", "received", "fee")
#: What `int` passes over in a text, beside the end of a line.
_NO_DIGITS: Final = "+-_ \t\r\v\f"
#: Columns of which every cell is looked at when it is read.
_LOOKED_AT: Final = frozenset({"time", "value", *(f"{side}_quantity" for side in _SIDES)})
#: What every row says.
_NEEDED: Final = frozenset({"id", "time", "kind"})
#: Where any row stands among others.
_PLACE: Final = itemgetter(0)

#: How many rows, or columns, a problem names.
_NAMED: Final = 5

_ZONE: Final = attrgetter("tzinfo")
_YEAR: Final = attrgetter("year")
_YEARS: Final = frozenset(YEARS)

#: Columns by name, as long as each other; every cell is a text with something in it, once it was
#: looked at.
Texts = dict[str, tuple[str, ...]]

#: Makes a named tuple of a tuple of all its fields, without a call of Python's for each.
_new: Final = tuple.__new__


def read_rows(
    rows: Iterable[object], prices: Iterable[object], currency: str, *, fees_count: bool | None
) -> Read:
    """Every row that can be used, sorted; each other one is a `bad_row` with its reason.

    Trades for money may be their events at once: `fees_count` is whether money for a fee is a cost
    of the trade, None where rows are to be rows.
    """
    given, priced = list(rows), list(prices)
    try:
        return _read(given, priced, currency, PLACES_MIN, fees_count)
    except MoreDecimals:  # in few histories: no other is looked through for its longest number
        return _read(given, priced, currency, decimals_of((*given, *priced)), fees_count)


def _read(
    rows: Sequence[object],
    prices: Sequence[object],
    currency: str,
    places: int,
    fees_count: bool | None,  # noqa: FBT001 -- as it was given
) -> Read:
    """The same with so many decimals; raises MoreDecimals where any number has more of them."""
    faults: list[Fault] = []
    good: list[TaxRow | Told]
    try:
        good = _in_columns(rows, places, currency, fees_count)
    except (_OfItsOwn, RowFault):
        read, faults = _each(rows, places, currency)
        good = [*read]
    known = []
    for number, quote in enumerate(prices, 1):
        try:
            known.append(read_price(quote, places))
        except (RowFault, BadAmount) as fault:
            check_decimals(quote, places)
            faults.append(Fault("bad_row", f"price {number}: {fault}", None))
    good.sort(key=_PLACE)
    return Read(places, tuple(good), tuple(sorted(known)), tuple(faults))


def _each(rows: Sequence[object], places: int, currency: str) -> tuple[list[TaxRow], list[Fault]]:
    """The rows that can be used, each read by itself, and what is wrong with the others.

    An id is that of one row: said again in the same words it counts once, in others not at all, for
    nothing says which of them is true. The order of rows decides neither.
    """
    good: list[TaxRow] = []
    faults = []
    places_of: defaultdict[str | None, list[int]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        places_of[_id_of(row)].append(number)
    for number, row in enumerate(rows, 1):
        name, why = _id_of(row), ""
        numbers = places_of[name]
        if name is None:
            why = f"row {number} is no object with an id"
        elif number == numbers[0]:
            others = [rows[other - 1] for other in numbers[1:]]
            if others:
                why = _said_again(name, numbers, row, others)
            if all(other == row for other in others):
                try:
                    good.append(read_row(name, cast("Row", row), places, currency))
                except (RowFault, BadAmount) as fault:
                    why = f"{name}: {fault}"
        if why:
            faults.append(Fault("bad_row", why, name))
        if not good or good[-1].id != name:
            check_decimals(row, places)
    return good, sorted(faults, key=_by_row)


def _by_row(fault: Fault) -> str:
    """What orders faults of rows, whatever order these came in; those without an id go first."""
    return fault.row or ""


def _id_of(row: object) -> str | None:
    """The id of a row; None where it has none."""
    name = row.get("id") if isinstance(row, dict) else None
    return name if isinstance(name, str) and name else None


def _said_again(name: str, numbers: Sequence[int], row: object, others: Sequence[object]) -> str:
    """What is wrong with rows of one id."""
    first, cells = cast("Row", row), cast("Sequence[Row]", others)
    apart = [
        column
        for column in sorted({*first, *(key for one in cells for key in one)})
        if any(one.get(column) != first.get(column) for one in cells)
    ]
    which = ", ".join(map(str, numbers[:_NAMED])) + ("…" if len(numbers) > _NAMED else "")
    if not apart:
        return f"{name}: the id stands twice, in rows {which}, which are alike: it counts once"
    told = ", ".join(column[:40] for column in apart[:_NAMED])
    return (
        f"{name}: the id stands twice, in rows {which}, which differ in {told}: none of them is"
        " used"
    )


# ---- column by column


class _OfItsOwn(Exception):
    """Something in rows is not as it is in nearly all, which need not be wrong."""


def _in_columns(
    rows: Sequence[object],
    places: int,
    currency: str,
    fees_count: bool | None = None,  # noqa: FBT001 -- as it was given
) -> list[TaxRow | Told]:
    """All of the rows; raises _OfItsOwn or RowFault where one is to be read by itself."""
    if not {dict}.issuperset(map(type, rows)):
        raise _OfItsOwn
    given = cast("Sequence[Row]", rows)
    alike: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for names, row in zip(map(tuple, given), given, strict=True):
        alike[names].append(row)
    found: list[TaxRow | Told] = []
    ids: set[str] = set()
    for names, some in alike.items():
        columns = _columns(names, some)
        found += _alike(columns, places, currency, fees_count)
        ids.update(columns["id"])
    if len(ids) < len(rows):  # one stands twice
        raise _OfItsOwn
    return found


def _columns(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> Texts:
    """The columns of rows that have no others."""
    if not NAMES.issuperset(names) or not _NEEDED.issubset(names):
        raise _OfItsOwn
    columns: Texts = dict(zip(names, zip(*map(dict.values, rows), strict=True), strict=True))
    for cells in map(columns.__getitem__, columns.keys() - _LOOKED_AT):
        if not all(cells):
            raise _OfItsOwn
        _joined(cells)
    return columns


def _joined(cells: Iterable[str]) -> str:
    """Cells line by line, which is the quickest look whether all are texts."""
    try:
        return "\n".join(cells)
    except TypeError as error:
        raise _OfItsOwn from error


def _alike(
    texts: Texts,
    places: int,
    currency: str,
    fees_count: bool | None,  # noqa: FBT001 -- as it was given
) -> Iterable[TaxRow | Told]:
    ids, kinds = texts["id"], texts["kind"]
    legs = [_leg(texts, side, places) for side in _SIDES]
    sent, received, _ = legs
    said = set(kinds)
    if not FITTING.issuperset((kind, sent is not None, received is not None) for kind in said):
        raise _OfItsOwn
    if "value_currency" in texts and set(map(str.upper, texts["value_currency"])) != {currency}:
        raise _OfItsOwn
    values = _numbers(texts["value"], places) if "value" in texts else repeat(None)
    times, wallets = _times(texts["time"]), texts.get("wallet", repeat("main"))
    order = zip(times, map(PHASES.__getitem__, kinds), ids, strict=True)
    if fees_count is not None and TRADES.issuperset(said) and "to_wallet" not in texts:
        columns = Columns(times, ids, wallets, *legs)
        trades = trades_of_columns(columns, currency, fees_count=fees_count)
        if trades is not None:
            return zip(order, trades, strict=True)
    targets = texts.get("to_wallet", repeat(""))
    amounts = (
        repeat(None) if leg is None else map(_new, repeat(Amount), zip(*leg, strict=True))
        for leg in legs
    )
    told = zip(order, times, kinds, wallets, targets, *amounts, values)  # noqa: B905 -- some have no end
    found = list(map(_new, repeat(TaxRow), told))
    if "to_wallet" in texts or not PECULIAR.isdisjoint(said):
        for row in found:
            check_peculiar(row, currency)
    return found


def _times(texts: Sequence[str]) -> list[datetime]:
    """Times that say that they are in UTC, or of which none says a zone."""
    try:
        times = list(map(datetime.fromisoformat, texts))
    except (TypeError, ValueError) as error:
        raise _OfItsOwn from error
    zones = set(map(_ZONE, times))
    if zones == {None}:
        times = [time.replace(tzinfo=UTC) for time in times]
    elif zones != {UTC}:
        raise _OfItsOwn
    if not _YEARS.issuperset(map(_YEAR, times)):
        raise _OfItsOwn
    return times


def _leg(texts: Texts, side: str, places: int) -> Leg | None:
    assets, numbers = texts.get(f"{side}_asset"), texts.get(f"{side}_quantity")
    if assets is None and numbers is None:
        return None
    if assets is None or numbers is None:
        raise _OfItsOwn
    quantities = _numbers(numbers, places)
    if side != "fee" and not all(quantities):  # money may be zero, units not
        raise _OfItsOwn
    return Leg(assets, quantities)


def _numbers(texts: Sequence[str], places: int) -> list[int]:
    """Numbers that are not negative, in no more characters than they may have decimals.

    The same as `units_from_text` of each: of what `int` reads in ASCII, a number has digits, and
    points that stand between digits. Two of them in one text are no number to `int`.
    """
    lines = _joined(texts)
    if not lines.isascii() or any(map(lines.__contains__, _NO_DIGITS)):
        raise _OfItsOwn
    if lines.count("\n") >= len(texts) or max(map(len, texts)) > places:
        raise _OfItsOwn
    if "\n." in lines or ".\n" in lines or lines.startswith(".") or lines.endswith("."):
        raise _OfItsOwn
    scales = [10**lacking for lacking in range(places, -1, -1)]
    parts = map(str.partition, texts, repeat("."))
    try:
        if "." not in lines:
            return [int(whole) * scales[0] for whole in texts]
        return [int(whole + fraction) * scales[len(fraction)] for whole, _, fraction in parts]
    except ValueError as error:
        raise _OfItsOwn from error
