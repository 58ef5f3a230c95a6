"""Lines of a Partita CSV, the generic import, enter; activities leave, one a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ledger.model.activity import Activity, Statement, place_of_row
from ledger.model.amount import MONEY_DECIMALS, Money, portion
from ledger.model.asset import CURRENCIES, AssetId, currency
from ledger.model.evidence import StatementLine
from ledger.model.fund import Wallet
from ledger.model.problem import Problem
from ledger.venues._figures import asset_of, iso_time, units
from ledger.venues._partita import COLUMNS, KINDS
from ledger.venues._statements import (
    EXTERNAL,
    FEE,
    MARKET,
    NO_FACTS,
    Desk,
    Facts,
    Layout,
    Lines,
    Movements,
    Reading,
    RowFault,
    cells_of,
    distinct,
    statement_lines,
)
from ledger.venues._tables import Table

NAME: Final = "partita"
LAYOUT: Final = "partita_csv"

#: Kinds of a trade against money: where that side is blank, the stated value is its quantity.
_FOR_MONEY: Final = frozenset({"buy", "sell", "liquidation"})
#: Kinds whose two legs are sides of one trade.
_TRADES: Final = frozenset({"buy", "sell", "swap", "split", "liquidation"})


@dataclass(frozen=True, slots=True)
class _Amount:
    """A quantity of an asset, both given in the row."""

    asset: AssetId
    units: int


def layout_of(header: tuple[str, ...]) -> Layout | None:
    """The layout, by `time`, `kind` and a quantity; `lines` refuses columns it does not know."""
    names = set(header)
    if not {"time", "kind"} <= names or not names & {"sent_quantity", "received_quantity"}:
        return None
    return Layout(LAYOUT, len(names & set(COLUMNS)))


def lines(table: Table, layout: str, owner: str) -> Lines:
    """The rows of a table; a column that is unknown or stands twice refuses the file."""
    wrong = [name for name in table.header if name not in COLUMNS]
    twice = {name for name in table.header if table.header.count(name) > 1}
    messages = [f"unknown column {name[:80]!r}" for name in dict.fromkeys(wrong)]
    messages += [f"column {name[:80]!r} stands twice" for name in sorted(twice - set(wrong))]
    if messages:
        where = (table.name, table.name, table.header_line)
        return Lines((), tuple(Problem("unknown_column", message, *where) for message in messages))
    return statement_lines(NAME, table, layout, owner)


def read(
    lines: Sequence[StatementLine], wallets: Mapping[str, Wallet], assets: Facts = NO_FACTS
) -> Reading:
    """One activity a row, whatever the order of the rows."""
    desk = Desk(NAME, wallets, assets, plain_labels=True)
    return desk.reading(desk.each([(line,) for line in distinct(lines)], _activity))


def _activity(row: Sequence[StatementLine], desk: Desk) -> Activity:
    """The activity of a row; raises BadInput."""
    line = row[0]
    cells = cells_of(line)
    kind = cells["kind"]
    if kind not in KINDS:
        raise RowFault("unknown_kind", f"{kind[:40]!r} is no kind of Partita CSV")
    time = iso_time(cells["time"])
    wallet = desk.wallet(cells.get("wallet") or line.owner or "main")
    sent, received = (_amount(cells, side, desk) for side in ("sent", "received"))
    _check_legs(kind, sent, received)
    if kind in _FOR_MONEY:
        sent, received = sent or _money(cells, desk), received or _money(cells, desk)
    moves = Movements()
    if kind == "transfer":
        _move(moves, wallet, _destination(cells, wallet, desk), sent, received)
    else:
        other = MARKET if kind in _TRADES else EXTERNAL
        if sent:
            moves.add(sent.asset, sent.units, wallet.address, other)
        if received:
            moves.add(received.asset, received.units, other, wallet.address)
    fee = _amount(cells, "fee", desk)
    value = _value(cells)
    if fee:
        moves.add(fee.asset, fee.units, wallet.address, FEE)
        if kind == "transfer" and value and sent and sent.asset == fee.asset:
            # stated for the units sent, kept for all that left
            more = portion(value.units, fee.units, sent.units)
            value = replace(value, units=value.units + more)
    if kind == "fee" and not (sent or (fee and fee.units)):
        raise RowFault("bad_row", "a fee needs a sent quantity or a fee quantity above zero")
    return _assembled(line, cells, (time, wallet), moves, value)


def _assembled(
    line: StatementLine,
    cells: Mapping[str, str],
    place: tuple[datetime, Wallet],
    moves: Movements,
    value: Money | None,
) -> Activity:
    """The activity of a row whose movements are known; raises BadInput for its other cells."""
    time, wallet = place
    if "to_wallet" in cells and cells["to_wallet"] and cells["kind"] != "transfer":
        raise RowFault("bad_row", f"{cells['kind']} has no to_wallet")
    strategy = cells.get("strategy") or None
    if strategy and any(letter.isspace() or not letter.isprintable() for letter in strategy):
        raise RowFault("bad_row", f"{strategy[:40]!r} is no name of a strategy: it has spaces")
    txid = cells.get("txid", "")
    return Activity(
        id=f"venue:{NAME}/row:{line.id}",
        network=wallet.network,
        txid=txid,
        time=time,
        evidence=(line.id,),
        transfers=moves.transfers(),
        index=place_of_row(cells["kind"]),
        statement=Statement(cells["kind"], value, strategy, cells.get("note", ""), txid),
    )


def _amount(cells: Mapping[str, str], side: str, desk: Desk) -> _Amount | None:
    """The quantity and asset of one side of the row; None where both are blank."""
    name, text = cells.get(f"{side}_asset", ""), cells.get(f"{side}_quantity", "")
    if not name and not text:
        return None
    if not name or not text:
        missing = f"{side}_quantity" if name else f"{side}_asset"
        raise RowFault("bad_row", f"{missing} is missing")
    asset = asset_of(name)
    quantity = units(text, desk.decimals(asset))
    if quantity < 0:
        raise RowFault("bad_amount", f"{side}_quantity {text} is negative")
    return _Amount(asset, quantity)


def _check_legs(kind: str, sent: _Amount | None, received: _Amount | None) -> None:
    """Raises RowFault unless the row has the legs of its kind, none of them of zero units."""
    for rule, leg, side in zip(KINDS[kind], (sent, received), ("sent", "received"), strict=True):
        if rule == "+" and leg is None:
            raise RowFault("bad_row", f"{kind} needs {side}_asset and {side}_quantity")
        if rule == " " and leg is not None:
            raise RowFault("bad_row", f"{kind} has no {side}_asset and {side}_quantity")
        if leg is not None and not leg.units:
            raise RowFault("bad_row", f"{side}_quantity of a {kind} is zero")
    if kind in _TRADES - {"split"} and sent and received and sent.asset == received.asset:
        raise RowFault("bad_row", f"{kind} needs two assets; a split has one")


def _money(cells: Mapping[str, str], desk: Desk) -> _Amount:
    """The side of a trade that is left blank: its stated value, as money of the wallet."""
    value = _value(cells)
    if value is None or not value.units:
        raise RowFault("bad_row", f"{cells['kind']} needs its price: both sides, or value")
    asset = currency(value.currency)
    desk.decimals(asset)
    return _Amount(asset, value.units)


def _destination(cells: Mapping[str, str], wallet: Wallet, desk: Desk) -> Wallet:
    """The wallet that a transfer goes to."""
    if not cells.get("to_wallet"):
        raise RowFault("bad_row", "transfer needs to_wallet")
    destination = desk.wallet(cells["to_wallet"])
    if destination.id == wallet.id:
        raise RowFault("bad_row", "a transfer needs two wallets")
    return destination


def _move(
    moves: Movements, wallet: Wallet, target: Wallet, sent: _Amount | None, received: _Amount | None
) -> None:
    """The movements of a transfer: what did not arrive is its fee."""
    assert sent is not None, "legs were checked"
    arrived = sent.units if received is None else received.units
    if received and received.asset != sent.asset:
        raise RowFault("bad_row", "a transfer receives the asset that was sent")
    if arrived > sent.units:
        raise RowFault("bad_amount", "a transfer cannot receive more than was sent")
    moves.add(sent.asset, arrived, wallet.address, target.id)
    moves.add(sent.asset, sent.units - arrived, wallet.address, FEE)


def _value(cells: Mapping[str, str]) -> Money | None:
    """The stated value of the row; None where it is blank."""
    text, currency = cells.get("value", ""), cells.get("value_currency", "").upper()
    if not text:
        return None
    if currency not in CURRENCIES:
        raise RowFault("bad_row", f"value_currency {currency[:10]!r} is no currency of ISO 4217")
    value = units(text, MONEY_DECIMALS)
    if value < 0:
        raise RowFault("bad_amount", f"value {text} is negative")
    return Money(value, currency)
