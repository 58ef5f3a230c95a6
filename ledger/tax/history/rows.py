"""A row or a price as JSON comes in; it leaves with exact numbers, or what is wrong with it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ledger.model.whole import units_from_text
from ledger.tax.history.events import Acquire, Dispose, Fault
from ledger.tax.history.units import Place
from ledger.tax.history.words import YEARS
from ledger.venues._partita import COLUMNS, KINDS

#: Money and quantities have at least so many decimals.
PLACES_MIN: Final = 18
PLACES_MAX: Final = 36

_NUMBERS: Final = ("sent_quantity", "received_quantity", "fee_quantity", "value", "price")
NAMES: Final = frozenset({"id", *COLUMNS})
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


#: The event of a purchase, or of a sale, for money.
Trade = Acquire | Dispose
#: A row that is one and nothing else, with its place; the quantity is as the row has it.
Told = tuple[Place, Trade]


class Price(NamedTuple):
    """The price of a whole unit at a time, in 10⁻ᵖ of the currency; `whole` its smallest units."""

    time: datetime
    asset: str
    price: int
    whole: int | None = None


class Read(NamedTuple):
    """What a question's rows say; `places` is p, the decimals of every number."""

    places: int
    rows: tuple[TaxRow | Told, ...]
    prices: tuple[Price, ...]
    faults: tuple[Fault, ...]


class RowFault(ValueError):
    """Why a row cannot be used."""


class MoreDecimals(Exception):
    """A number has more decimals than all were to be read with."""


def decimals_of(given: Iterable[object]) -> int:
    """As many decimals as the longest number has, whatever else is wrong with its row."""
    longest = PLACES_MIN
    for row in given:
        if isinstance(row, dict):
            texts = [text for name in _NUMBERS if isinstance(text := row.get(name), str)]
            longest = max(longest, *[len(text.partition(".")[2]) for text in texts], 0)
    return min(longest, PLACES_MAX)


def check_decimals(row: object, places: int) -> None:
    """Raises MoreDecimals where a row that cannot be used has more decimals."""
    if decimals_of([row]) > places:
        raise MoreDecimals


def read_row(name: str, row: Row, places: int, currency: str) -> TaxRow:
    """The row of an id; raises RowFault, BadAmount or MoreDecimals."""
    if not NAMES.issuperset(row):
        wrong = next(key for key in row if key not in NAMES)
        raise RowFault(f"unknown column {str(wrong)[:40]!r}")
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise RowFault(f"{str(kind)[:40]!r} is no kind of Partita CSV")
    time = _time(row.get("time"))
    sent = _amount(row, "sent_asset", "sent_quantity", places)
    received = _amount(row, "received_asset", "received_quantity", places)
    fee = _amount(row, "fee_asset", "fee_quantity", places)
    value = _value(row, places, currency) if not _VALUE.isdisjoint(row) else None
    place = (time, PHASES[kind], name)
    wallet = _text(row, "wallet") or "main"
    target = _text(row, "to_wallet") if "to_wallet" in row else ""
    found = _new(TaxRow, (place, time, kind, wallet, target, sent, received, fee, value))
    fits = (kind, sent is not None, received is not None) in FITTING
    if not (fits and (sent is None or sent[1]) and (received is None or received[1])):
        _check_each(found, currency)
    if target or kind in PECULIAR:
        check_peculiar(found, currency)
    return found


def check_peculiar(row: TaxRow, currency: str) -> None:
    """Raises unless a row has what its kind alone asks for."""
    kind, sent, received = row.kind, row.sent, row.received
    if kind == "transfer":
        _check_transfer(row)
    elif row.to_wallet:
        raise RowFault(f"{kind} has no to_wallet")
    elif kind == "fee" and sent is None and row.fee is None:
        raise RowFault("a fee needs a sent quantity or a fee quantity")
    elif kind == "split" and currency in {leg.asset for leg in (sent, received) if leg}:
        raise RowFault("money is not split")


def _check_each(row: TaxRow, currency: str) -> None:
    """Raises what is wrong with either leg; money may be zero, units may not."""
    for rule, leg, side in zip(
        KINDS[row.kind], (row.sent, row.received), ("sent", "received"), strict=True
    ):
        if rule == "+" and leg is None:
            raise RowFault(f"{row.kind} needs {side}_asset and {side}_quantity")
        if rule == " " and leg is not None:
            raise RowFault(f"{row.kind} has no {side}_asset and {side}_quantity")
        counts = leg is not None and leg.asset != currency
        nothing_arrived = row.kind == "transfer" and side == "received"
        if counts and leg is not None and not leg.quantity and not nothing_arrived:
            raise RowFault(f"{side}_quantity is zero")


def _check_transfer(row: TaxRow) -> None:
    if not row.to_wallet:
        raise RowFault("a transfer needs to_wallet")
    if row.sent and row.received:
        if row.received.asset != row.sent.asset:
            raise RowFault("a transfer receives the asset that was sent")
        if row.received.quantity > row.sent.quantity:
            raise RowFault("a transfer cannot receive more than was sent")


def read_price(quote: object, places: int) -> Price:
    """A price; raises RowFault, BadAmount or MoreDecimals."""
    if not isinstance(quote, dict):
        raise RowFault("no object with time, asset and price")
    price = _number(quote.get("price"), "price", places)
    if price is None or not isinstance(quote.get("asset"), str):
        raise RowFault("a price needs time, asset and price")
    return Price(_time(quote.get("time")), str(quote["asset"]), price)


def _amount(row: Row, name: str, column: str, places: int) -> Amount | None:
    """The quantity in the column `column` of the asset in the column `name`."""
    asset, number = row.get(name), row.get(column)
    if asset is None and number is None:
        return None
    if isinstance(number, str) and 0 < len(number) <= places and isinstance(asset, str) and asset:
        units = units_from_text(number, places)  # as nearly all are
        if units >= 0:
            return _new(Amount, (asset, units))
    if not isinstance(asset, str):
        asset = _text(row, name)
    quantity = _number(number, column, places)
    if quantity is not None and asset:
        return _new(Amount, (asset, quantity))
    if asset or quantity is not None:
        raise RowFault(f"{column if asset else name} is missing")
    return None


def _value(row: Row, places: int, currency: str) -> int | None:
    value = _number(row.get("value"), "value", places)
    said = _text(row, "value_currency")
    if value is not None and said and said.upper() != currency:
        raise RowFault(f"the value is in {said[:10]}, and no rate to {currency} is given")
    return value


def _number(value: object, name: str, places: int) -> int | None:
    """A number that is not negative; None where it is blank."""
    if not isinstance(value, str):
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise RowFault(f"{name} is no decimal in a text")
        value = str(value)
    if not value:
        return None
    if len(value) > places and len(value.partition(".")[2]) > places < PLACES_MAX:
        raise MoreDecimals
    number = units_from_text(value, places)
    if number < 0:
        raise RowFault(f"{name} {value[:40]} is negative")
    return number


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowFault(f"{name} is no text")
    return value


def _time(value: object) -> datetime:
    """An ISO 8601 time as UTC; no zone is UTC, no time is midnight."""
    try:
        time = datetime.fromisoformat(str(value))
        if time.tzinfo is not UTC:
            time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowFault(f"{str(value)[:40]!r} is no time of ISO 8601") from error
    if time.year not in YEARS:
        raise RowFault(f"{time.year} is no year between {YEARS[0]} and {YEARS[-1]}")
    return time


def _phase(kind: str) -> int:
    if kind == "split":
        return 1
    if kind == "transfer":
        return 2
    return 0 if kind in _COMES else 3


def _fits(rule: str, *, there: bool) -> bool:
    return rule == "?" or there == (rule == "+")


_VALUE: Final = frozenset({"value", "value_currency"})
#: Kinds of which more is asked than their legs.
PECULIAR: Final = frozenset({"transfer", "fee", "split"})
PHASES: Final = {kind: _phase(kind) for kind in KINDS}
#: Kinds with whether something was sent, and received.
FITTING: Final = frozenset(
    (kind, sent, received)
    for kind, legs in KINDS.items()
    for sent in (False, True)
    for received in (False, True)
    if _fits(legs[0], there=sent) and _fits(legs[1], there=received)
)
