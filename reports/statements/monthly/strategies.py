"""The third page: what each strategy earned and cost, the way from NAV to NAV, and sizes."""

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.model.position import StrategyResult
from reports.display import NOT_MEANINGFUL, UNKNOWN, kelly_full, measured, share
from reports.model import MonthlyFigures
from reports.statement import (
    BarChart,
    Block,
    Cell,
    Column,
    Figure,
    Page,
    Source,
    Table,
    Tone,
)
from reports.statements.monthly.history import bridge, month_of
from reports.statements.monthly.words import amount, change, count, first_day
from risk.model import KellySize

#: (heading, part of StrategyResult, −1 where it is a cost and shown with its minus)
PARTS = (
    ("Realised", "realised", 1),
    ("Income", "income", 1),
    ("Unrealised", "unrealised", 1),
    ("Gas", "gas", -1),
    ("Tips", "tips", -1),
    ("Failed", "failed", -1),
    ("Fees", "fees", -1),
)
KELLY_NOTE = (
    "Kelly is p/l − q/w of the stake from realised trades; what is suggested is halved and"
    " shrunken for the error of the estimate, and at most one half, with its band. It is a figure,"
    " not advice."
)
TINY_STAKES_NOTE = "n/m, not meaningful: beyond ten, the stakes are tiny beside the results."
WEIGHTS_NOTE = (
    "Weights are shares of capital, by what each strategy returned on what stood in its own"
    " wallets; one without a weight had too little of it, or on too few days."
)
COLUMNS = (
    Column("Strategy", 24),
    *(Column(title, 9, "right") for title, _, _ in PARTS),
    Column("Net", 11, "right"),
    Column("Trades", 7, "right"),
    Column("Won", 8, "right"),
)


def page(figures: MonthlyFigures) -> Page:
    """Results of the month and of the year, as bars and in parts; the bridge; Kelly and weights."""
    at, currency = f"{figures.month}/strategies", figures.fund.base_currency
    ranked = _ranked(figures.month_results)
    bars = BarChart(
        "strategies",
        f"Net result of the month by strategy, {currency}",
        tuple((result.strategy, result.net) for result in ranked),
        "money",
        currency,
    )
    blocks: list[Block] = [
        bars,
        results_table(f"{at}/month", "Results of the month", figures.month_results, figures),
        _bridges(at, figures),
        results_table(f"{at}/year", "Results of the year to date", figures.year_results, figures),
        _sizes(at, figures),
    ]
    return Page("Strategies", tuple(blocks))


def _ranked(results: Iterable[StrategyResult]) -> list[StrategyResult]:
    return sorted(results, key=lambda result: (-result.net, result.strategy))


def results_table(
    at: str, title: str, results: Sequence[StrategyResult], figures: MonthlyFigures
) -> Table:
    """A row a strategy, largest net first, and their exact total; costs carry a minus."""
    period = at.rpartition("/")[2]
    rows = [_row(at, period, result, figures) for result in _ranked(results)]
    strategies = sorted(result.strategy for result in results)
    total: list[Cell] = ["Total"]
    for _, part, sign in (*PARTS, ("Net", "net", 1)):
        units = sum(sign * getattr(result, part) for result in results)
        source = Source("sum", tuple(f"{at}/{strategy}/{part}" for strategy in strategies))
        figure = change if part == "net" else amount
        total.append(figure(f"{at}-total/{part}", units, source, places=0))
    trades, wins = sum(each.trades for each in results), sum(each.wins for each in results)
    counted = Source("sum", tuple(f"{at}/{strategy}/trades" for strategy in strategies))
    total += [
        count(f"{at}-total/trades", trades, counted),
        Figure(f"{at}-total/won", share(wins, trades, 0), counted),
    ]
    unknown = sum(result.unknown for result in results)
    note = f"In whole {figures.fund.base_currency}, each figure rounded by itself."
    if unknown:
        note += f" Not in these sums, without a price or a basis: {unknown}."
    return Table(title, COLUMNS, (*rows, tuple(total)), totals=1, note=note)


def _row(at: str, period: str, result: StrategyResult, figures: MonthlyFigures) -> tuple[Cell, ...]:
    name = result.strategy
    entries = figures.month_entries.get(name, ()) if period == "month" else ()
    cells: list[Cell] = [name]
    for _, part, sign in (*PARTS, ("Net", "net", 1)):
        source = Source("result", (f"{period}|{name}|{part}", *entries))
        units = sign * getattr(result, part)
        figure = change if part == "net" else amount
        cells.append(figure(f"{at}/{name}/{part}", units, source, places=0))
    source = Source("trades", (f"{period}|{name}", *entries))
    cells.append(count(f"{at}/{name}/trades", result.trades, source))
    cells.append(Figure(f"{at}/{name}/won", share(result.wins, result.trades, 0), source))
    return tuple(cells)


def _bridges(at: str, figures: MonthlyFigures) -> Table:
    year, _ = month_of(figures.month)
    spans = (
        ("month", first_day(figures), figures.month_results),
        ("year", date(year, 1, 1), figures.year_results),
    )
    columns = []
    for period, start, results in spans:
        found = bridge(figures.nav, start, sum(result.net for result in results))
        source, here = Source("nav", found.times), f"{at}/bridge/{period}"
        # what is not attributed is what the closing value leaves, which is nobody's sum
        parts = ("closing", "opening", "flows", "net")
        columns.append(
            (
                amount(f"{here}/opening", found.opening, source),
                change(f"{here}/flows", found.flows, source),
                change(f"{here}/net", found.net, Source("sum", (f"{at}/{period}-total/net",))),
                change(
                    f"{here}/unattributed",
                    found.unattributed,
                    Source("sum", tuple(f"{here}/{part}" for part in parts)),
                ),
                amount(f"{here}/closing", found.closing, source),
            )
        )
    names = (
        "Opening net asset value",
        "Contributions less redemptions",
        "Net result of all strategies",
        "Not attributed: rounding, unknown prices and bases",
        "Closing net asset value",
    )
    rows = tuple((name, *cells) for name, *cells in zip(names, *columns, strict=True))
    currency = figures.fund.base_currency
    return Table(
        "From net asset value to net asset value",
        (Column(currency, 50), Column("Month", 25, "right"), Column("Year to date", 25, "right")),
        rows,
        totals=1,
    )


def _sizes(at: str, figures: MonthlyFigures) -> Table:
    models = figures.risk.allocations
    weights = [dict(model.weights) for model in models]
    kelly = {size.strategy: size for size in figures.risk.kelly}
    names = sorted(set(kelly).union(*weights))
    rows = []
    for name in names:
        here = f"{at}/size/{name}"
        cells = _kelly_cells(here, name, kelly.get(name))
        for model, weight in zip(models, weights, strict=True):
            value, source = weight.get(name), Source("measure", (f"allocation|{model.model}", name))
            tone: Tone = "muted" if value is None else "plain"
            text = measured(value, "fraction")
            cells.append(Figure(f"{here}/{model.model}", text, source, tone))
        rows.append(tuple(cells))
    notes = [KELLY_NOTE, WEIGHTS_NOTE] if models else [KELLY_NOTE]
    if NOT_MEANINGFUL in {kelly_full(size.full) for size in kelly.values()}:
        notes.append(TINY_STAKES_NOTE)
    notes += [
        f"{_model(model.model)} fell back to {model.fallback}."
        for model in models
        if model.fallback
    ]
    return Table(
        "Kelly fraction and weights by strategy",
        (
            Column("Strategy", 24),
            Column("Trades", 8, "right"),
            Column("Won", 8, "right"),
            Column("Full Kelly", 11, "right"),
            Column("Suggested", 20, "right"),
            Column("Band", 17, "right"),
            *(Column(_model(model.model), 12, "right") for model in models),
        ),
        tuple(rows),
        note=" ".join(notes),
    )


def _model(name: str) -> str:
    """`hrp` as HRP, `risk-parity` as Risk parity."""
    said = name.replace("-", " ").replace("_", " ")
    return said.upper() if len(said) <= 3 else said[:1].upper() + said[1:]


def _kelly_cells(here: str, name: str, size: KellySize | None) -> list[Cell]:
    if size is None:
        return [name, "", "", "", "", ""]
    source = Source("trades", (name, *size.entries))
    band = f"{measured(size.low, 'fraction')} – {measured(size.high, 'fraction')}"
    known = size.suggested is not None
    missing = f"{UNKNOWN}: {size.reason}" if size.reason else UNKNOWN
    suggested = measured(size.suggested, "fraction") if known else missing
    return [
        name,
        count(f"{here}/trades", size.trades, source),
        Figure(f"{here}/won", share(size.wins, size.trades, 0), source),
        Figure(f"{here}/full", kelly_full(size.full), source),
        Figure(f"{here}/suggested", suggested, source, "plain" if known else "muted"),
        Figure(f"{here}/band", band if size.low is not None else "", source, "muted"),
    ]
