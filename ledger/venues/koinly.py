"""Lines of Koinly's templates and exports enter; activities leave, one a row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Activity, Statement, place_of_row
from ledger.model.amount import MONEY_DECIMALS, Money
from ledger.model.asset import CURRENCIES, AssetId, currency_of
from ledger.model.errors import BadAmount
from ledger.model.evidence import StatementLine
from ledger.model.fund import Wallet
from ledger.venues._figures import asset_of, iso_time, optional_units
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
    in_decimal_comma,
    layout_by_names,
    statement_lines,
    with_decimal_comma,
)
from ledger.venues._tables import Table

NAME: Final = "koinly"

_FEE: Final = frozenset({"fee amount", "fee currency"})
_SIDES: Final = frozenset({"sent amount", "sent currency", "received amount", "received currency"})
_BULK: Final = frozenset({"from amount", "from currency", "to amount", "to currency", "type"})
LAYOUTS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "universal": (
        _SIDES | _FEE | {"date", "net worth amount", "net worth currency", "txhash"},
        frozenset({"label", "description"}),
    ),
    "transactions": (
        _SIDES | _FEE | {"date", "type", "sending wallet", "receiving wallet"},
        frozenset(
            {"label", "sent cost basis", "received cost basis", "gain", "net value", "fee value"}
            | {"txsrc", "txdest", "txhash", "description"}
        ),
    ),
    "bulk": (
        _BULK | _FEE | {"date", "label", "from wallet", "to wallet"},
        frozenset(
            {"id", "parent id", "from wallet id", "to wallet id", "net worth amount", "deleted"}
            | {"net worth currency", "fee worth amount", "fee worth currency", "net value"}
            | {"fee value", "value currency", "from source", "to source", "negative balances"}
            | {"missing rates", "missing cost basis", "synced to accounting at"}
            | {"txsrc", "txdest", "txhash", "description"}
        ),
    ),
    "trades": (
        _FEE | {"koinly date", "pair", "side", "amount", "total"},
        frozenset({"order id", "trade id"}),
    ),
    "simple": (
        frozenset({"koinly date", "amount", "currency", "label"}),
        frozenset({"txhash"}),
    ),
}
#: Names in brackets at the end of a column's name: a currency, a zone, "read-only".
_BRACKETS: Final = re.compile(r" \(([^()]*)\)$")

_IN: Final = {
    "": "deposit",
    "airdrop": "airdrop",
    "fork": "fork",
    "mining": "mining",
    "reward": "staking",
    "staking": "staking",
    "staking reward": "staking",
    "lending interest": "interest",
    "interest": "interest",
    "income": "income",
    "other income": "income",
    "salary": "income",
    "cashback": "income",
    "fee refund": "income",
    "gift": "gift_received",
    "gift received": "gift_received",
    "loan": "borrow",
    "borrow": "borrow",
}
_OUT: Final = {
    "": "withdrawal",
    "gift": "gift_sent",
    "gift sent": "gift_sent",
    "donation": "donation",
    "lost": "lost",
    "stolen": "stolen",
    "cost": "spend",
    "payment": "spend",
    "fee": "fee",
    "loan fee": "fee",
    "margin fee": "fee",
    "interest payment": "fee",
    "loan repayment": "repay",
}
_BOTH: Final = frozenset({"", "swap", "exchange", "trade", "buy", "sell"})
#: Labels of units that go to a pool of the fund's own, or come back from it.
_POOL: Final = frozenset(
    {"stake", "to pool", "sent to pool", "unstake", "from pool", "received from pool"}
)


_NAMED_SIDES: Final = (
    ("sent amount", "sent currency", "sending wallet"),
    ("received amount", "received currency", "receiving wallet"),
)
_BULK_SIDES: Final = (
    ("from amount", "from currency", "from wallet"),
    ("to amount", "to currency", "to wallet"),
)


@dataclass(frozen=True, slots=True)
class _Side:
    """A quantity that the row sends, receives or pays, and the account that it names for it."""

    asset: AssetId
    units: int
    account: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of any layout in one shape."""

    time: str
    label: str
    sent: _Side | None
    received: _Side | None
    fee: _Side | None
    value: Money | None = None
    note: str = ""
    txid: str = ""


def layout_of(header: tuple[str, ...]) -> Layout | None:
    """`universal`, `transactions`, `bulk`, `trades` or `simple`, by their names."""
    return layout_by_names(tuple(map(_canonical, header)), LAYOUTS)


def lines(table: Table, layout: str, owner: str) -> Lines:
    """The rows of a table."""
    figures = {name for name in table.header if "amount" in name.lower() or name == "Total"}
    return statement_lines(NAME, table, with_decimal_comma(table, layout, figures), owner)


def read(
    lines: Sequence[StatementLine], wallets: Mapping[str, Wallet], assets: Facts = NO_FACTS
) -> Reading:
    """One activity a row; the fee comes on top of what is sent, a deleted row books nothing."""
    desk = Desk(NAME, wallets, assets)
    rows = [(line,) for line in distinct(lines) if not _deleted(line)]
    return desk.reading(desk.each(rows, _activity))


def _canonical(name: str) -> str:
    """A column's name in lower case, without brackets; a tag is a label."""
    lower = _BRACKETS.sub("", name.strip().lower())
    return "label" if lower == "tag" else lower


def _deleted(line: StatementLine) -> bool:
    return cells_of(line).get("Deleted", "").lower() in {"true", "yes", "1"}


def _activity(group: Sequence[StatementLine], desk: Desk) -> Activity:
    """The activity of a row; raises BadInput."""
    line = group[0]
    cells = {_canonical(name): text for name, text in cells_of(line).items()}
    layout = line.layout.partition(",")[0]
    row = _trade(line, cells, desk) if layout == "trades" else _sides(line, cells, desk, layout)
    sent, received = row.sent, row.received
    owner = line.owner or "main"
    into = received.account if received else ""
    source = desk.wallet((sent.account if sent else into) or owner)
    target = desk.wallet(into or owner) if received else source
    kind, other = _meaning(row, source, target, desk)
    moves = Movements()
    if sent and received and source.id != target.id:
        kind = _between(moves, source, target, (sent, received))
    else:
        if sent:
            moves.add(sent.asset, sent.units, source.address, other)
        if received:
            moves.add(received.asset, received.units, other, source.address)
    if row.fee:
        moves.add(row.fee.asset, row.fee.units, source.address, FEE)
    return Activity(
        id=f"venue:{NAME}/row:{line.id}",
        network=source.network,
        txid=row.txid,
        time=iso_time(row.time),
        evidence=(line.id,),
        transfers=moves.transfers(),
        index=place_of_row(kind, arriving=not sent),
        statement=Statement(kind, row.value, note=row.note, reference=row.txid),
    )


def _between(moves: Movements, source: Wallet, target: Wallet, sides: tuple[_Side, _Side]) -> str:
    """The movements of a row between two own accounts; its kind."""
    sent, received = sides
    if sent.asset != received.asset:
        moves.add(sent.asset, sent.units, source.address, MARKET)
        moves.add(received.asset, received.units, MARKET, target.id)
        return "swap"
    if received.units > sent.units:
        raise RowFault("bad_amount", "a transfer cannot receive more than was sent")
    moves.add(sent.asset, received.units, source.address, target.id)
    moves.add(sent.asset, sent.units - received.units, source.address, FEE)
    return "transfer"


def _meaning(row: _Row, source: Wallet, target: Wallet, desk: Desk) -> tuple[str, str]:
    """The kind of Partita CSV of a row and the other side of its movements; raises RowFault."""
    label = row.label
    if row.sent and row.received:
        if source.id == target.id and label not in _BOTH:
            raise RowFault("unknown_kind", f"{label[:40]!r} is no known label of a trade")
        paid, got = currency_of(row.sent.asset), currency_of(row.received.asset)
        return ("buy" if paid and not got else "sell" if got and not paid else "swap"), MARKET
    if not (row.sent or row.received):
        if row.fee:
            return "fee", EXTERNAL
        raise RowFault("bad_row", "the row neither sends nor receives")
    if label in _POOL:
        return "transfer", desk.part_of(source, "pool").id
    known = _OUT if row.sent else _IN
    if label not in known:
        raise RowFault("unknown_kind", f"{label[:40]!r} is no known label of Koinly")
    return known[label], EXTERNAL


def _sides(line: StatementLine, cells: Mapping[str, str], desk: Desk, layout: str) -> _Row:
    """A row of the layouts that name what was sent and received."""
    comma = in_decimal_comma(line)
    time = cells["koinly date"] if layout == "simple" else cells["date"]
    label = cells.get("label", "").lower().replace("_", " ")
    note, txid = cells.get("description", ""), cells.get("txhash", "")
    if layout == "simple":
        amount = _amount((cells["amount"], cells["currency"], ""), desk, comma=comma)
        if amount is None or not amount.units:
            raise RowFault("bad_row", "the row neither sends nor receives")
        side = _Side(amount.asset, abs(amount.units))
        sent, received = (side, None) if amount.units < 0 else (None, side)
        return _Row(time, label, sent, received, None, None, note, txid)
    sent, received = (
        _positive((cells[amount], cells[name], cells.get(place, "")), desk, comma=comma)
        for amount, name, place in (_BULK_SIDES if layout == "bulk" else _NAMED_SIDES)
    )
    fee = _positive((cells["fee amount"], cells["fee currency"], ""), desk, comma=comma)
    return _Row(time, label, sent, received, fee, _value(line, cells), note, txid)


def _trade(line: StatementLine, cells: Mapping[str, str], desk: Desk) -> _Row:
    """A row of the trade template: an amount of the pair's base, a total of its quote."""
    base, _, quote = cells["pair"].replace("/", "-").partition("-")
    side = cells["side"].lower()
    if side not in {"buy", "sell"}:
        raise RowFault("unknown_kind", f"{side[:40]!r} is no side of a trade")
    comma = in_decimal_comma(line)
    amount = _positive((cells["amount"], base, ""), desk, comma=comma)
    total = _positive((cells["total"], quote, ""), desk, comma=comma)
    if amount is None or total is None:
        raise RowFault("bad_row", "a trade needs an amount and a total")
    fee = _positive((cells["fee amount"], cells["fee currency"], ""), desk, comma=comma)
    sent, received = (total, amount) if side == "buy" else (amount, total)
    reference = cells.get("trade id") or cells.get("order id", "")
    return _Row(cells["koinly date"], "", sent, received, fee, None, "", reference)


def _amount(texts: tuple[str, str, str], desk: Desk, *, comma: bool) -> _Side | None:
    """A side of a row from the texts of its amount, currency and account; None without an amount.

    Currencies and wallets may end in `;<id>`, a number of Koinly's own.
    """
    figure, name, account = texts
    symbol = name.partition(";")[0]
    if not figure.strip() and not symbol.strip():
        return None
    asset = asset_of(symbol)
    quantity = optional_units(figure, desk.decimals(asset), decimal_comma=comma)
    return None if quantity is None else _Side(asset, quantity, account.partition(";")[0].strip())


def _positive(texts: tuple[str, str, str], desk: Desk, *, comma: bool) -> _Side | None:
    """A side that cannot be negative; none for zero. Raises BadAmount."""
    side = _amount(texts, desk, comma=comma)
    if side and side.units < 0:
        raise BadAmount(f"{texts[0][:40]!r} is negative")
    return side if side and side.units else None


def _value(line: StatementLine, cells: Mapping[str, str]) -> Money | None:
    """The stated worth of a row; its currency stands beside it or in the column's name.

    Zero says that Koinly has no price.
    """
    figure = cells.get("net worth amount", "")
    code = cells.get("net worth currency", "").partition(";")[0].upper()
    if not figure:
        figure = cells.get("net value", "")
        named = (_BRACKETS.search(name) for name, _ in line.cells if name.startswith("Net Value"))
        code = next((found[1].upper() for found in named if found), "")
        code = cells.get("value currency", "").upper() if code == "READ-ONLY" else code
    worth = optional_units(figure, MONEY_DECIMALS, decimal_comma=in_decimal_comma(line))
    if not worth:
        return None
    if code not in CURRENCIES:
        raise RowFault("bad_row", f"{code[:10]!r} is no currency of ISO 4217")
    if worth < 0:
        raise BadAmount(f"{figure[:40]!r} is negative")
    return Money(worth, code)
