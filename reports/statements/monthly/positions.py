"""The fourth page: what is held and owed, at which price and from where, on which network."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

#: Rows beyond this are one row together; the export of positions has them all.
ROWS_SHOWN = 26
IN_FLIGHT = "transit:"
COLUMNS = (
    Column("Asset", 16),
    Column("Network", 13),
    Column("Held in", 14),
    Column("Quantity", 15, "decimal"),
    Column("Price", 14, "decimal"),
    Column("Price from", 12),
    Column("Value", 14, "right"),
    Column("NAV", 8, "right"),
)


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset on one network, held or owed, over all wallets; `key` names its figures."""

    key: str
    marks: tuple[Mark, ...]

    @property
    def quantity(self) -> int:
        """Base units; what is owed is negative."""
        units = sum(mark.position.quantity for mark in self.marks)
        return -units if self.marks[0].position.liability else units

    @property
    def value(self) -> int:
        """The exact sum of what is priced."""
        return sum(mark.value or 0 for mark in self.marks)

    @property
    def source(self) -> Source:
        """Every position with its wallet, and the quotes they were valued at."""
        quotes = sorted({f"quote:{q.source}@{iso(q.time)}" for m in self.marks if (q := m.quote)})
        places = sorted(f"{m.position.wallet}|{m.position.asset}" for m in self.marks)
        return Source("position", (*places, *quotes))


def page(figures: MonthlyFigures) -> Page:
    """Exposure by network, positions by value, and the unpriced ones below."""
    at = f"{figures.month}/positions"
    priced = _holdings(mark for mark in figures.marks if mark.value is not None)
    unpriced = _holdings(mark for mark in figures.marks if mark.value is None)
    blocks: list[Block] = [_networks(at, priced, figures), _priced(at, priced, figures)]
    if unpriced:
        blocks.append(_unpriced(f"{at}/unpriced", unpriced, figures))
    return Page("Positions", tuple(blocks))


def _holdings(marks: Iterable[Mark]) -> list[Holding]:
    """Positions of one asset on one network together, largest value first."""
    groups: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        position = mark.position
        flight = "|in flight" if position.wallet.startswith(IN_FLIGHT) else ""
        owed = "|owed" if position.liability else ""
        network = network_of_position(position.wallet, position.asset)
        groups[f"{network}|{position.asset}{owed}{flight}"].append(mark)
    held = [
        Holding(key, tuple(sorted(group, key=lambda mark: (mark.position.wallet, mark.value or 0))))
        for key, group in groups.items()
    ]
    return sorted(held, key=lambda holding: (-abs(holding.value), holding.key))


def _network(wallet: WalletId, asset: AssetId, figures: MonthlyFigures) -> str:
    network = network_of_position(wallet, asset)
    return figures.network_names.get(network, network.removeprefix("venue:"))


def _nav(figures: MonthlyFigures) -> int:
    return figures.nav[-1].value if figures.nav else 0


def _holding_cells(at: str, holding: Holding, figures: MonthlyFigures) -> tuple[Cell, ...]:
    position = holding.marks[0].position
    asset = asset_of(position.asset, figures.assets)
    named_by = asset.underlying if position.liability and asset.underlying else position.asset
    symbol = symbol_of(named_by, figures.assets)
    shown = quantity(holding.quantity, asset.decimals)
    return (
        f"{symbol} owed" if position.liability else symbol,
        _network(position.wallet, position.asset, figures),
        _custody(holding, figures),
        Figure(f"{at}/{holding.key}/quantity", shown, holding.source),
    )


def _custody(holding: Holding, figures: MonthlyFigures) -> str:
    wallets = sorted({mark.position.wallet for mark in holding.marks})
    if wallets[0].startswith(IN_FLIGHT):
        return "in flight"
    return label_of(wallets[0], figures.wallets) if len(wallets) == 1 else f"{len(wallets)} wallets"


def _priced(at: str, holdings: Sequence[Holding], figures: MonthlyFigures) -> Table:
    nav, currency = _nav(figures), figures.fund.base_currency
    rows: list[tuple[Cell, ...]] = []
    for holding in holdings[:ROWS_SHOWN]:
        key, source, value = f"{at}/{holding.key}", holding.source, holding.value
        quote = holding.marks[0].quote
        rows.append(
            (
                *_holding_cells(at, holding, figures),
                "" if quote is None else Figure(f"{key}/price", price(quote.price), source),
                "" if quote is None else quote.source.partition(":")[0],
                amount(f"{key}/value", value, source),
                Figure(f"{key}/share", share(value, nav), source),
            )
        )
    rest = holdings[ROWS_SHOWN:]
    if rest:
        rows.append(_sum_row(f"{at}-rest", f"{len(rest)} smaller", rest, nav))
    totals = [_sum_row(f"{at}-total", "Priced positions", holdings, nav)]
    difference = nav - sum(holding.value for holding in holdings)
    if difference:
        source = Source("sum", (f"{figures.month}/cover/nav", f"{at}-total/value"))
        left = change(f"{at}-difference/value", difference, source)
        part = Figure(f"{at}-difference/share", share(difference, nav), source)
        totals.append(("Difference to NAV", *("",) * 5, left, part))
    note = (
        f"Values in {currency} at the month's end; what is owed is negative. Wallets of one network"
        " are one row an asset; the export of positions has each."
    )
    return Table("Positions by value", COLUMNS, (*rows, *totals), len(totals), note)


def _sum_row(at: str, label: str, holdings: Sequence[Holding], nav: int) -> tuple[Cell, ...]:
    total = sum(holding.value for holding in holdings)
    source = Source("position", tuple(holding.key for holding in holdings))
    shown = Figure(f"{at}/share", share(total, nav), source)
    return (label, "", "", "", "", "", amount(f"{at}/value", total, source), shown)


def _unpriced(at: str, holdings: Sequence[Holding], figures: MonthlyFigures) -> Table:
    rows = [(*_holding_cells(at, each, figures), "unpriced") for each in holdings[:ROWS_SHOWN]]
    note = "No quote is known: these positions have no value in the net asset value, not zero."
    if len(holdings) > ROWS_SHOWN:
        note += f" {len(holdings) - ROWS_SHOWN} more stand in the export of positions."
    columns = (*COLUMNS[:4], Column("Value", 20, "right"))
    return Table("Unpriced positions", columns, tuple(rows), note=note)


def _networks(at: str, holdings: Iterable[Holding], figures: MonthlyFigures) -> Block:
    nav = _nav(figures)
    located = sorted(
        (
            _network(mark.position.wallet, mark.position.asset, figures),
            f"{mark.position.wallet}|{mark.position.asset}",
            mark.value or 0,
        )
        for holding in holdings
        for mark in holding.marks
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
