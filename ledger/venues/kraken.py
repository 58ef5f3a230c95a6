"""Lines of Kraken's ledgers and trades files enter; activities leave, a trade's rows as one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.model.activity import Activity, Statement, place_of_row
from ledger.model.asset import SYMBOL_DECIMALS, AssetId, currency_of
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

NAME: Final = "kraken"

_COMMON: Final = frozenset("txid refid time type subtype aclass asset amount fee balance".split())
_FILLS: Final = frozenset("txid ordertxid pair time type ordertype price cost fee vol".split())
#: layout → the names it demands, and those it may have beside them.
LAYOUTS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "ledgers": (
        _COMMON,
        frozenset("subclass wallet amountusd feeusd balanceusd feecurrency".split()),
    ),
    "trades": (
        _FILLS | {"ledgers"},
        frozenset(
            "margin misc postxid posstatus cprice ccost cfee cvol cmargin net trades".split()
        ),
    ),
}

#: Codes of the first years: four letters with X or Z before the symbol.
_LEGACY: Final[Mapping[str, str]] = {
    f"{'Z' if symbol in {'EUR', 'USD', 'GBP', 'JPY', 'CAD', 'KRW', 'AUD'} else 'X'}{symbol}": symbol
    for symbol in (
        "XBT ETH ETC LTC XRP XLM XMR ZEC REP MLN ICN XDG NMC XVN DAO"
        " EUR USD GBP JPY CAD KRW AUD".split()
    )
}
_RENAMED: Final = {"XBT": "BTC", "XDG": "DOGE", "ETH2": "ETH"}
#: Longest first: USDT is not USD with a T.
_QUOTES: Final = (
    "PYUSD USDT USDC USDG EURT EURC USDQ EURQ RLUSD DAI USD EUR GBP CAD JPY AUD CHF AED"
    " XBT BTC ETH DOT SOL".split()
)

_TRADES: Final = frozenset(
    {"trade", "spend", "receive", "settled", "conversion", "sale", "dustsweeping"}
)
#: type, or type and subtype → kind of Partita CSV for units that come in.
_INCOME: Final = {
    "staking": "staking",
    "earn/reward": "income",
    "earn/airdrop": "airdrop",
    "reward": "income",
    "dividend": "income",
    "invite bonus": "income",
    "credit": "income",
    "transfer/airdrop": "airdrop",
    "transfer/fork": "fork",
}
#: type and subtype → the place beside the account where the units go, or from where they come.
_PLACES: Final = {
    "transfer/spottostaking": "staking",
    "transfer/stakingfromspot": "staking",
    "transfer/stakingtospot": "staking",
    "transfer/spotfromstaking": "staking",
    "transfer/spottofutures": "futures",
    "transfer/futuresfromspot": "futures",
    "transfer/futurestospot": "futures",
    "transfer/spotfromfutures": "futures",
    "earn/allocation": "earn",
    "earn/deallocation": "earn",
    "earn/autoallocation": "earn",
    "earn/migration": "earn",
    "hybridearnwithdrawal": "earn",
    "hybridearndeposit": "earn",
}
#: Results of margin positions and what holding them costs, by sign.
_MARGIN: Final = frozenset({"margin", "rollover"})


@dataclass(frozen=True, slots=True)
class _Row:
    """A booked row of the ledgers: `amount` is what changed before the fee, both signed."""

    line: StatementLine
    operation: str
    time: datetime
    asset: AssetId
    amount: int
    fee_asset: AssetId
    fee: int
    balance: int | None


def layout_of(header: tuple[str, ...]) -> Layout | None:
    """`ledgers` or `trades`, by their names."""
    return layout_by_names(header, LAYOUTS)


def lines(table: Table, layout: str, owner: str) -> Lines:
    """The rows of a table, the announced ones included."""
    marked = with_decimal_comma(table, layout, ("amount", "fee", "balance", "cost", "vol"))
    return statement_lines(NAME, table, marked, owner)


def read(
    lines: Sequence[StatementLine], wallets: Mapping[str, Wallet], assets: Facts = NO_FACTS
) -> Reading:
    """One activity a `refid` of the ledgers, and one a trade whose ledger rows are not there.

    A row without `txid` announces another one and books nothing. Fees come on top of amounts.
    """
    desk = Desk(NAME, wallets, assets)
    ledger = _once(line for line in lines if line.layout.startswith("ledgers"))
    fills = _once(line for line in lines if line.layout.startswith("trades"))
    activities = desk.each(_by_reference(ledger), _statement)
    ledger = desk.accepted(ledger)
    _prove(ledger, desk)
    booked = {cells_of(line)["txid"] for line in ledger}
    alone = [(line,) for line in fills if not booked & _ledger_rows(line)]
    return desk.reading([*activities, *desk.each(alone, _fill)])


def asset_named(code: str) -> AssetId:
    """The asset of Kraken's code: `XXBT` is BTC, staked or held forms (`DOT.S`) are the coin."""
    bare = code.strip().upper().partition(".")[0]
    if "." in code and bare[-2:].isdigit():
        bare = bare[:-2]
    symbol = _LEGACY.get(bare, bare)
    return asset_of(_RENAMED.get(symbol, symbol))


def split_pair(pair: str) -> tuple[str, str]:
    """Base and quote of a pair without separator; raises RowFault where it cannot be split."""
    text = pair.strip().upper()
    if "/" in text:
        base, _, quote = text.partition("/")
        return base, quote
    if text[-4:] in _LEGACY and (text[:-4] in _LEGACY or text[:-4] in {"USDT", "USDC"}):
        return text[:-4], text[-4:]
    for quote in _QUOTES:
        base = text.removesuffix(quote)
        if base not in {text, ""}:
            return base, quote
    raise RowFault("bad_row", f"the pair {pair[:20]!r} cannot be split; import the ledgers")


def _once(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """One line for each `txid`: newer exports repeat older rows with more columns."""
    by_id: dict[tuple[str, str], StatementLine] = {}
    for line in distinct(lines):
        txid = cells_of(line)["txid"]
        if txid:
            by_id.setdefault((line.owner, txid), line)
    return list(by_id.values())


def _by_reference(ledger: Iterable[StatementLine]) -> list[list[StatementLine]]:
    """The rows of each trade together; every other row by itself."""
    groups: defaultdict[tuple[str, str, str], list[StatementLine]] = defaultdict(list)
    for line in ledger:
        cells = cells_of(line)
        own = "" if _trades(_operation(cells)) and cells["refid"] else cells["txid"]
        groups[line.owner, cells["refid"], own].append(line)
    return list(groups.values())


def _operation(cells: Mapping[str, str]) -> str:
    """`type/subtype` where the type alone does not say what happened."""
    kind, subtype = cells["type"].lower(), cells["subtype"].lower()
    return f"{kind}/{subtype}" if kind in {"transfer", "earn"} else kind


def _trades(operation: str) -> bool:
    return operation in _TRADES or operation == "transfer/delistingconversion"


def _row(line: StatementLine) -> _Row:
    """The figures of a row of the ledgers; raises BadInput."""
    cells = cells_of(line)
    asset = asset_named(cells["asset"])
    comma = in_decimal_comma(line)
    amount = optional_units(cells["amount"], SYMBOL_DECIMALS, decimal_comma=comma)
    fee = optional_units(cells["fee"], SYMBOL_DECIMALS, decimal_comma=comma)
    balance = optional_units(cells["balance"], SYMBOL_DECIMALS, decimal_comma=comma)
    if amount is None:
        raise BadAmount("the row has no amount")
    fee_asset = asset_named(cells["feecurrency"]) if cells.get("feecurrency") else asset
    time = iso_time(cells["time"])
    return _Row(line, _operation(cells), time, asset, amount, fee_asset, fee or 0, balance)


def _prove(ledger: Iterable[StatementLine], desk: Desk) -> None:
    """The balance column proves the file: each row but the first of an asset follows another.

    Reports one problem an asset whose rows do not, whatever their order in the file.
    """
    chains: defaultdict[tuple[str, str, str], list[tuple[_Row, int]]] = defaultdict(list)
    for line in ledger:
        cells = cells_of(line)
        row = _row(line)
        if row.balance is not None:
            chains[line.owner, cells["asset"], cells.get("wallet", "")].append((row, row.balance))
    for key, chain in sorted(chains.items()):
        known = {after for _, after in chain}
        loose = [row for row, after in chain if _before(row, after) not in known]
        loose.sort(key=lambda row: (row.time, row.line.id))
        if len(loose) > 1:
            text = f"rows of {key[1]} are missing: {len(loose) - 1} balances follow from no other"
            desk.notice("statement_gap", text, loose[1].line)


def _before(row: _Row, after: int) -> int:
    """The balance before a row."""
    return after - row.amount + (row.fee if row.fee_asset == row.asset else 0)


def _statement(group: Sequence[StatementLine], desk: Desk) -> Activity:
    """The activity of the rows of one trade, or of one other row; raises BadInput."""
    rows = [_row(line) for line in group]
    account = desk.wallet(group[0].owner or "main")
    kind, other = _meaning(rows, account, desk)
    moves = Movements()
    for row in sorted(rows, key=lambda row: (row.amount > 0, row.asset, row.line.id)):
        moves.add(row.asset, row.amount, other, account.address)
    for row in rows:
        moves.add(row.fee_asset, row.fee, account.address, FEE)
    if kind == "swap" and len({row.amount > 0 for row in rows if row.amount}) == 1:
        desk.notice("unmatched_transfer", "the file has one side of this trade only", group[0])
    # units must have gone to a place before they come back from it in the same instant
    returned = other not in {MARKET, EXTERNAL, FEE} and rows[0].amount > 0
    return _activity(
        group, account, max(row.time for row in rows), (kind, moves), returned=returned
    )


def _meaning(rows: Sequence[_Row], account: Wallet, desk: Desk) -> tuple[str, str]:
    """The kind of Partita CSV of a statement and the other side of its movements."""
    operation, amount = rows[0].operation, rows[0].amount
    if _trades(operation):
        return _trade_kind(rows), MARKET
    if operation in {"deposit", "withdrawal"}:
        # a negative deposit or a positive withdrawal undoes one that failed
        return ("deposit" if amount > 0 else "withdrawal"), EXTERNAL
    if operation in _MARGIN:
        return ("income" if amount > 0 else "fee"), MARKET
    if operation in _INCOME and amount >= 0:
        return _INCOME[operation], EXTERNAL
    if operation in _PLACES:
        return "transfer", desk.part_of(account, _PLACES[operation]).id
    raise RowFault("unknown_kind", f"{operation[:60]!r} is no known operation of Kraken")


def _trade_kind(rows: Sequence[_Row]) -> str:
    """`buy` where money was spent, `sell` where money came in, else `swap`."""
    out = {currency_of(row.asset) for row in rows if row.amount < 0}
    into = {currency_of(row.asset) for row in rows if row.amount > 0}
    if not out or not into or (None in out and None in into):
        return "swap"
    return "sell" if None in out else "buy"


def _fill(group: Sequence[StatementLine], desk: Desk) -> Activity:
    """The activity of a row of the trades file; raises BadInput."""
    line = group[0]
    cells = cells_of(line)
    comma = in_decimal_comma(line)
    figures = {
        name: optional_units(cells.get(name, ""), SYMBOL_DECIMALS, decimal_comma=comma)
        for name in ("vol", "cost", "fee", "margin")
    }
    volume, cost = figures["vol"], figures["cost"]
    if figures["margin"] or cells.get("posstatus"):
        raise RowFault("unknown_kind", "a margin trade moves no units; import the ledgers")
    if volume is None or cost is None:
        raise BadAmount("the trade has no vol or no cost")
    side = cells["type"].lower()
    if side not in {"buy", "sell"}:
        raise RowFault("unknown_kind", f"{side[:40]!r} is no side of a trade")
    base, quote = (asset_named(code) for code in split_pair(cells["pair"]))
    account = desk.wallet(line.owner or "main")
    moves = Movements()
    given, taken = (
        ((quote, cost), (base, volume)) if side == "buy" else ((base, volume), (quote, cost))
    )
    moves.add(*given, account.address, MARKET)
    moves.add(*taken, MARKET, account.address)
    moves.add(quote, figures["fee"] or 0, account.address, FEE)
    kind = side if currency_of(quote) and not currency_of(base) else "swap"
    return _activity(group, account, iso_time(cells["time"]), (kind, moves))


def _ledger_rows(line: StatementLine) -> set[str]:
    """The ledger rows that a trade names."""
    return {part.strip() for part in cells_of(line)["ledgers"].split(",") if part.strip()}


def _activity(
    group: Sequence[StatementLine],
    account: Wallet,
    time: datetime,
    what: tuple[str, Movements],
    *,
    returned: bool = False,
) -> Activity:
    """An activity of one account; `what` is its kind and movements."""
    kind, moves = what
    cells = cells_of(group[0])
    evidence = tuple(sorted(line.id for line in group))
    reference = cells.get("refid") or cells["txid"]
    return Activity(
        id=f"venue:{NAME}/row:{evidence[0]}",
        network=account.network,
        txid=reference,
        time=time,
        evidence=evidence,
        transfers=moves.transfers(),
        index=place_of_row(kind, arriving=returned),
        statement=Statement(kind, note=cells["type"], reference=reference),
    )
