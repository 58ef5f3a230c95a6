"""The fourth page: what is held and owed, at which price and from where, and on which network."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from ledger.model.activity import iso
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.model.position import Mark
from reports.display import price, quantity, share
from reports.model import MonthlyFigures
from reports.names import asset_of, label_of, network_of_position, symbol_of
from reports.statement import Block, Cell, Column, Figure, Note, Page, Source, Table
from reports.statements.monthly.words import amount, change, count

#: A mark and the key that its figures are called by.
_Named = tuple[str, Mark]

#: Rows beyond this are one row together; the export of positions has them all.
ROWS_SHOWN = 60
COLUMNS = (
    Column("Asset", 19),
    Column("Network", 14),
    Column("Wallet", 15),
    Column("Quantity", 15, "decimal"),
    Column("Price", 12, "decimal"),
    Column("Price from", 13),
    Column("Value", 13, "right"),
    Column("NAV", 7, "right"),
)


def page(figures: MonthlyFigures) -> Page:
    """Positions by value with the unpriced ones below, then exposure by network."""
    at = f"{figures.month}/positions"
    marks = _named(sorted(figures.marks, key=_place))
    priced = [(key, mark) for key, mark in marks if mark.value is not None]
    unpriced = [(key, mark) for key, mark in marks if mark.value is None]
    blocks: list[Block] = [_priced(at, priced, figures)]
    if unpriced:
        blocks.append(_unpriced(at, unpriced, figures))
    blocks.append(_networks(at, priced, figures))
    return Page("Positions", tuple(blocks))


def _place(mark: Mark) -> tuple[int, str, str, bool]:
    position = mark.position
    return (-abs(mark.value or 0), position.wallet, position.asset, position.liability)


def _named(marks: Iterable[Mark]) -> list[_Named]:
    """Each mark with the key of its figures; a second of the same place has a number."""
    seen: Counter[str] = Counter()
    named = []
    for mark in marks:
        side = "|debt" if mark.position.liability else ""
        key = f"{mark.position.wallet}|{mark.position.asset}{side}"
        seen[key] += 1
        named.append((key if seen[key] == 1 else f"{key}#{seen[key]}", mark))
    return named


def _source(key: str, mark: Mark) -> Source:
    quote = mark.quote
    if quote is None:
        return Source("position", (key,))
    return Source("position", (key, f"quote:{quote.source}@{iso(quote.time)}"))


def _network(wallet: WalletId, asset: AssetId, figures: MonthlyFigures) -> str:
    network = network_of_position(wallet, asset)
    return figures.network_names.get(network, network.removeprefix("venue:"))


def _nav(figures: MonthlyFigures) -> int:
    return figures.nav[-1].value if figures.nav else 0


def _holding_cells(at: str, named: _Named, figures: MonthlyFigures) -> tuple[Cell, ...]:
    key, mark = named
    position = mark.position
    asset = asset_of(position.asset, figures.assets)
    named_by = asset.underlying if position.liability and asset.underlying else position.asset
    symbol = symbol_of(named_by, figures.assets)
    signed = -position.quantity if position.liability else position.quantity
    return (
        f"{symbol} owed" if position.liability else symbol,
        _network(position.wallet, position.asset, figures),
        label_of(position.wallet, figures.wallets),
        Figure(f"{at}/{key}/quantity", quantity(signed, asset.decimals), _source(key, mark)),
    )


def _priced(at: str, marks: Sequence[_Named], figures: MonthlyFigures) -> Table:
    nav, currency = _nav(figures), figures.fund.base_currency
    rows: list[tuple[Cell, ...]] = []
    for name, mark in marks[:ROWS_SHOWN]:
        key, source, value = f"{at}/{name}", _source(name, mark), mark.value or 0
        quote = mark.quote
        rows.append(
            (
                *_holding_cells(at, (name, mark), figures),
                "" if quote is None else Figure(f"{key}/price", price(quote.price), source),
                "" if quote is None else quote.source.partition(":")[0],
                amount(f"{key}/value", value, source),
                Figure(f"{key}/share", share(value, nav), source),
            )
        )
    rest = marks[ROWS_SHOWN:]
    if rest:
        rows.append(_sum_row(f"{at}/rest", f"{len(rest)} smaller", rest, nav))
    totals = [_sum_row(f"{at}/total", "Priced positions", marks, nav)]
    difference = nav - sum(mark.value or 0 for _, mark in marks)
    if difference:
        source = Source("sum", (f"{figures.month}/cover/nav", f"{at}/total/value"))
        left = change(f"{at}/difference/value", difference, source)
        part = Figure(f"{at}/difference/share", share(difference, nav), source)
        totals.append(("Difference to NAV", *("",) * 5, left, part))
    note = f"Values in {currency} at the month's end; what is owed is negative."
    return Table("Positions by value", COLUMNS, (*rows, *totals), len(totals), note)


def _sum_row(at: str, label: str, marks: Sequence[_Named], nav: int) -> tuple[Cell, ...]:
    total = sum(mark.value or 0 for _, mark in marks)
    source = Source("position", tuple(key for key, _ in marks))
    shown = Figure(f"{at}/share", share(total, nav), source)
    return (label, "", "", "", "", "", amount(f"{at}/value", total, source), shown)


def _unpriced(at: str, marks: Sequence[_Named], figures: MonthlyFigures) -> Table:
    rows = [(*_holding_cells(at, named, figures), "unpriced") for named in marks[:ROWS_SHOWN]]
    note = "No quote is known: these positions have no value in the net asset value, not zero."
    if len(marks) > ROWS_SHOWN:
        note += f" {len(marks) - ROWS_SHOWN} more stand in the export of positions."
    columns = (*COLUMNS[:4], Column("Value", 20, "right"))
    return Table("Unpriced positions", columns, tuple(rows), note=note)


def _networks(at: str, marks: Iterable[_Named], figures: MonthlyFigures) -> Block:
    nav = _nav(figures)
    located = sorted(
        (
            _network(mark.position.wallet, mark.position.asset, figures),
            key,
            mark.value or 0,
        )
        for key, mark in marks
    )
    if not located:
        return Note("No position has a price.", "Exposure by network")
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    sums: defaultdict[str, int] = defaultdict(int)
    for network, group in groupby(located, key=lambda item: item[0]):
        held = list(group)
        source = Source("position", tuple(key for _, key, _ in held))
        here = f"{at}/network/{network}"
        long = sum(value for _, _, value in held if value > 0)
        short = sum(value for _, _, value in held if value < 0)
        for part, value in (("long", long), ("short", short), ("net", long + short)):
            sums[part] += value
        cells = (
            network,
            count(f"{here}/count", len(held), source),
            *_exposure(here, long, short, nav, source),
        )
        rows.append((long + short, cells))
    rows.sort(key=lambda row: (-row[0], str(row[1][0])))
    total = Source("sum", (f"{at}/network",))
    last = ("All", "", *_exposure(f"{at}/network-total", sums["long"], sums["short"], nav, total))
    columns = (
        Column("Network", 26),
        Column("Positions", 12, "right"),
        Column("Held", 20, "right"),
        Column("Owed", 18, "right"),
        Column("Net", 20, "right"),
        Column("NAV", 10, "right"),
    )
    shown = (*(cells for _, cells in rows), last)
    return Table("Exposure by network", columns, shown, totals=1)


def _exposure(here: str, long: int, short: int, nav: int, source: Source) -> tuple[Cell, ...]:
    return (
        amount(f"{here}/held", long, source),
        amount(f"{here}/owed", short, source),
        amount(f"{here}/net", long + short, source),
        Figure(f"{here}/share", share(long + short, nav), source),
    )
