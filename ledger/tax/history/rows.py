"""Rows and prices as JSON come in; rows with exact numbers, in order, and faults leave."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ledger.model.errors import BadAmount
from ledger.model.whole import units_from_text
from ledger.tax.history.events import Fault
from ledger.tax.history.units import Place
from ledger.tax.history.words import YEARS
from ledger.venues._partita import COLUMNS, KINDS

#: Money and quantities have at least so many decimals.
PLACES_MIN: Final = 18
PLACES_MAX: Final = 36

_NUMBERS: Final = ("sent_quantity", "received_quantity", "fee_quantity", "value", "price")
_NAMES: Final = frozenset({"id", *COLUMNS})
#: What stands first at one instant: what comes in, what changes form, moves, what goes out.
_COMES: Final = frozenset(
    kind for kind, legs in KINDS.items() if legs[0] in " ?" and legs[1] == "+"
)


#: A row as JSON gives it.
Row = dict[str, object]


#: Makes a named tuple of a tuple of all its fields, without a call of Python's for each.
_new: Final = tuple.__new__


class Amount(NamedTuple):
    """A quantity of an asset in 10⁻ᵖ of a unit."""

    asset: str
    quantity: int


class TaxRow(NamedTuple):
    """A row of Partita CSV: money and quantities in 10⁻ᵖ; blank wallets are `main`."""

    place: Place
    time: datetime
    kind: str
    wallet: str
    to_wallet: str
    sent: Amount | None
    received: Amount | None
    fee: Amount | None
    value: int | None

    @property
    def id(self) -> str:
        """The row's id."""
        return self.place[2]


class Price(NamedTuple):
    """The price of a whole unit at a time, in 10⁻ᵖ of the currency; `whole` its smallest units."""

    time: datetime
    asset: str
    price: int
    whole: int | None = None


class Read(NamedTuple):
    """What a question's rows say; `places` is p, the decimals of every number."""

    places: int
    rows: tuple[TaxRow, ...]
    prices: tuple[Price, ...]
    faults: tuple[Fault, ...]


class _RowFault(ValueError):
    """Why a row cannot be used."""


def read_rows(rows: Iterable[object], prices: Iterable[object], currency: str) -> Read:
    """Every row that can be used, sorted; each other one is a `bad_row` with its reason."""
    given, priced = list(rows), list(prices)
    places = _places(given, priced)
    good: dict[str, TaxRow] = {}
    faults = []
    for number, row in enumerate(given, 1):
        if not isinstance(row, dict) or not isinstance(name := row.get("id"), str) or not name:
            faults.append(Fault("bad_row", f"row {number} is no object with an id", None))
        elif name in good:
            faults.append(Fault("bad_row", f"{name}: the id stands twice", name))
        else:
            try:
                good[name] = _row(name, row, places, currency)
            except (_RowFault, BadAmount) as fault:
                faults.append(Fault("bad_row", f"{name}: {fault}", name))
    known = []
    for number, quote in enumerate(priced, 1):
        try:
            known.append(_price(quote, places))
        except (_RowFault, BadAmount) as fault:
            faults.append(Fault("bad_row", f"price {number}: {fault}", None))
    return Read(places, tuple(sorted(good.values())), tuple(sorted(known)), tuple(faults))


def _places(rows: Iterable[object], prices: Iterable[object]) -> int:
    """As many decimals as the longest number has."""
    longest = PLACES_MIN
    for row in (*rows, *prices):
        if isinstance(row, dict):
            for name in _NUMBERS:
                text = row.get(name)
                if isinstance(text, str) and len(text) > longest:
                    longest = max(longest, len(text.partition(".")[2]))
    return min(longest, PLACES_MAX)


def _row(name: str, row: Row, places: int, currency: str) -> TaxRow:
    if not row.keys() <= _NAMES:
        wrong = next(key for key in row if key not in _NAMES)
        raise _RowFault(f"unknown column {str(wrong)[:40]!r}")
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise _RowFault(f"{str(kind)[:40]!r} is no kind of Partita CSV")
    time = _time(row.get("time"))
    sent = _amount(row, "sent_asset", "sent_quantity", places)
    received = _amount(row, "received_asset", "received_quantity", places)
    fee = _amount(row, "fee_asset", "fee_quantity", places)
    value = _value(row, places, currency)
    place = (time, _PHASES[kind], name)
    wallet, target = _text(row, "wallet") or "main", _text(row, "to_wallet")
    found = _new(TaxRow, (place, time, kind, wallet, target, sent, received, fee, value))
    _check_legs(found, currency)
    return found


def _check_legs(row: TaxRow, currency: str) -> None:
    """Raises unless a row has the legs of its kind."""
    kind, sent, received = row.kind, row.sent, row.received
    fits = (kind, sent is not None, received is not None) in _FITTING
    if not (fits and (sent is None or sent.quantity) and (received is None or received.quantity)):
        _check_each(row, currency)
    if kind == "transfer":
        _check_transfer(row)
    elif row.to_wallet:
        raise _RowFault(f"{kind} has no to_wallet")
    elif kind == "fee" and sent is None and row.fee is None:
        raise _RowFault("a fee needs a sent quantity or a fee quantity")
    elif kind == "split" and currency in {leg.asset for leg in (sent, received) if leg}:
        raise _RowFault("money is not split")


def _check_each(row: TaxRow, currency: str) -> None:
    """Raises what is wrong with either leg; money may be zero, units may not."""
    for rule, leg, side in zip(
        KINDS[row.kind], (row.sent, row.received), ("sent", "received"), strict=True
    ):
        if rule == "+" and leg is None:
            raise _RowFault(f"{row.kind} needs {side}_asset and {side}_quantity")
        if rule == " " and leg is not None:
            raise _RowFault(f"{row.kind} has no {side}_asset and {side}_quantity")
        counts = leg is not None and leg.asset != currency
        nothing_arrived = row.kind == "transfer" and side == "received"
        if counts and leg is not None and not leg.quantity and not nothing_arrived:
            raise _RowFault(f"{side}_quantity is zero")


def _check_transfer(row: TaxRow) -> None:
    if not row.to_wallet:
        raise _RowFault("a transfer needs to_wallet")
    if row.sent and row.received:
        if row.received.asset != row.sent.asset:
            raise _RowFault("a transfer receives the asset that was sent")
        if row.received.quantity > row.sent.quantity:
            raise _RowFault("a transfer cannot receive more than was sent")


def _price(quote: object, places: int) -> Price:
    if not isinstance(quote, dict):
        raise _RowFault("no object with time, asset and price")
    price = _number(quote.get("price"), "price", places)
    if price is None or not isinstance(quote.get("asset"), str):
        raise _RowFault("a price needs time, asset and price")
    return Price(_time(quote.get("time")), str(quote["asset"]), price)


def _amount(row: Row, name: str, units: str, places: int) -> Amount | None:
    """The quantity in the column `units` of the asset in the column `name`."""
    asset, number = row.get(name), row.get(units)
    if asset is None and number is None:
        return None
    if not isinstance(asset, str):
        asset = _text(row, name)
    quantity = _number(number, units, places)
    if asset and quantity is not None:
        return _new(Amount, (asset, quantity))
    if asset or quantity is not None:
        raise _RowFault(f"{units if asset else name} is missing")
    return None


def _value(row: Row, places: int, currency: str) -> int | None:
    value = _number(row.get("value"), "value", places)
    said = _text(row, "value_currency")
    if value is not None and said and said.upper() != currency:
        raise _RowFault(f"the value is in {said[:10]}, and no rate to {currency} is given")
    return value


def _number(value: object, name: str, places: int) -> int | None:
    """A number that is not negative; None where it is blank."""
    if not isinstance(value, str):
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise _RowFault(f"{name} is no decimal in a text")
        value = str(value)
    if not value:
        return None
    number = units_from_text(value, places)
    if number < 0:
        raise _RowFault(f"{name} {value[:40]} is negative")
    return number


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _RowFault(f"{name} is no text")
    return value


def _time(value: object) -> datetime:
    """An ISO 8601 time as UTC; no zone is UTC, no time is midnight."""
    try:
        time = datetime.fromisoformat(str(value))
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _RowFault(f"{str(value)[:40]!r} is no time of ISO 8601") from error
    if time.year not in YEARS:
        raise _RowFault(f"{time.year} is no year between {YEARS[0]} and {YEARS[-1]}")
    return time


def _phase(kind: str) -> int:
    if kind == "split":
        return 1
    if kind == "transfer":
        return 2
    return 0 if kind in _COMES else 3


def _fits(rule: str, *, there: bool) -> bool:
    return rule == "?" or there == (rule == "+")


_PHASES: Final = {kind: _phase(kind) for kind in KINDS}
#: Kinds with whether something was sent, and received.
_FITTING: Final = frozenset(
    (kind, sent, received)
    for kind, legs in KINDS.items()
    for sent in (False, True)
    for received in (False, True)
    if _fits(legs[0], there=sent) and _fits(legs[1], there=received)
)
