"""The first page: how the fund stands, what the month brought, every month since inception."""

from collections.abc import Sequence

from ledger.model.activity import iso
from ledger.model.position import NavPoint
from reports.display import (
    UNKNOWN,
    basis_points,
    incomplete,
    minute,
    percent,
    tone_of,
    without_return,
)
from reports.model import MonthlyFigures
from reports.names import VALUE_AT_RISK
from reports.statement import (
    Figure,
    Heat,
    HeatCell,
    LineChart,
    Note,
    Page,
    Source,
    Tile,
    Tiles,
)
from reports.statements.monthly.history import (
    Compounded,
    by_month,
    compounded,
    day_closed,
    month_of,
    of_year,
)
from reports.statements.monthly.words import (
    SHORT_MONTHS,
    amount,
    change,
    measure_figure,
    return_figure,
)

#: Years that leave room for the rest of the first page.
YEARS_SHOWN = 7

#: (label, name of the measure, what it says)
RISK_TILES = (
    ("Volatility", "volatility", "annualised"),
    ("Sharpe", "sharpe", "annualised"),
    ("Sortino", "sortino", "annualised"),
    ("Maximum drawdown", "max_drawdown", "since inception"),
    (VALUE_AT_RISK[1], VALUE_AT_RISK[0], "of net asset value"),
)


def page(figures: MonthlyFigures) -> Page:
    """Net asset value and net returns, risk in one row, the grid of months, the NAV chart."""
    currency, points = figures.fund.base_currency, figures.nav
    at = f"{figures.month}/cover"
    year, _ = month_of(figures.month)
    months = by_month(points)
    closing = points[-1].value if points else None
    last = Source("nav", tuple(iso(point.time) for point in points[-1:]))
    year_end = Source("result", ("month", *sorted(r.strategy for r in figures.month_results)))
    month_net = sum(result.net for result in figures.month_results)
    year_net = sum(result.net for result in figures.year_results)
    year_source = Source("result", ("year", *sorted(r.strategy for r in figures.year_results)))
    this_month = months.get(month_of(figures.month), Compounded(None))
    headline = Tiles(
        (
            Tile(
                f"Net asset value, {currency}{', incomplete' if figures.unpriced else ''}",
                amount(f"{at}/nav", closing, last, places=0),
                _valued(points),
            ),
            Tile(
                "Month",
                return_figure(f"{at}/return_month", this_month),
                change(f"{at}/result_month", month_net, year_end, places=0),
            ),
            Tile(
                "Year to date",
                return_figure(f"{at}/return_year", of_year(points, year)),
                change(f"{at}/result_year", year_net, year_source, places=0),
            ),
            Tile(
                "Since inception",
                return_figure(f"{at}/return_inception", compounded(points)),
                f"from {day_closed(points[0]).isoformat()}" if points else "",
            ),
        ),
        large=True,
    )
    risk = Tiles(
        tuple(
            Tile(label, measure_figure(f"{at}/{name}", name, figures.risk.measure(name)), said)
            for label, name, said in RISK_TILES
        )
    )
    chart = LineChart(
        "nav",
        f"Net asset value, {currency}",
        tuple((day_closed(point), point.value) for point in points),
        "money",
        currency,
    )
    blocks = (headline, risk, returns_grid(at, points), chart, _matters(at, figures, closing))
    return Page("", (*blocks, Note(_meaning(figures))))


def _valued(points: Sequence[NavPoint]) -> str:
    """When the last value was taken, or shortly what it leaves out."""
    if points and points[-1].unpriced:
        unpriced = points[-1].unpriced
        return f"{unpriced} unpriced asset{'' if unpriced == 1 else 's'} not counted"
    return f"{minute(points[-1].time)} UTC" if points else ""


def _matters(at: str, figures: MonthlyFigures, closing: int | None) -> Tiles:
    """What moved the month, and what stands between these figures and certainty."""
    ranked = sorted(figures.month_results, key=lambda each: (each.net, each.strategy))
    extremes = []
    for label, name, found in (
        ("Best strategy", "largest", ranked[-1:]),
        ("Weakest strategy", "least", ranked[:1]),
    ):
        for result in found:
            source = Source("result", (f"month|{result.strategy}|net",))
            figure = change(f"{at}/{name}", result.net, source, places=0)
            extremes.append(Tile(label, figure, result.strategy))
    suspense, unknown = figures.suspense, figures.suspense is None or closing is None
    said = UNKNOWN if suspense is None or closing is None else basis_points(suspense, closing)
    source = Source("books", ("suspense",))
    breaks = Source("break", tuple(sorted(f"{b.wallet}|{b.asset}" for b in figures.breaks)))
    return Tiles(
        (
            *extremes,
            Tile(
                "Suspense",
                Figure(f"{at}/suspense", said, source, "muted" if unknown else "plain"),
                "not yet explained, of NAV",
            ),
            Tile(
                "Breaks",
                Figure(f"{at}/breaks", f"{len(figures.breaks):,}", breaks),
                "ledger against outside",
            ),
        )
    )


def returns_grid(at: str, points: Sequence[NavPoint]) -> Heat:
    """Years by months with the compounded year, newest year first, as many as the page holds."""
    months = by_month(points)
    known = [month.parts for month in months.values() if month.parts is not None]
    limit = max(map(abs, known), default=0)
    rows = []
    years = sorted({year for year, _ in months}, reverse=True)
    for year in years[:YEARS_SHOWN]:
        cells = [
            _cell(f"{at}/grid/{year}-{month:02d}", months.get((year, month)), limit)
            for month in range(1, 13)
        ]
        whole = _cell(f"{at}/grid/{year}", of_year(points, year), 0)
        cells.append(whole)
        rows.append((str(year), tuple(cells)))
    return Heat(
        "months",
        "Monthly net returns, %",
        (*SHORT_MONTHS, "Year"),
        tuple(rows),
        set_off=True,
        note=f"The last {YEARS_SHOWN} of {len(years)} years." if len(years) > YEARS_SHOWN else "",
    )


def _cell(identity: str, result: Compounded | None, limit: int) -> HeatCell | None:
    if result is None or result.parts is None:
        return None
    text = percent(result.parts).removesuffix("%")
    figure = Figure(identity, text, Source("nav", result.times), tone_of(result.parts))
    return HeatCell(figure, result.parts * 100 // limit if limit else 0)


def _meaning(figures: MonthlyFigures) -> str:
    priced = "Every position has a price."
    if any(mark.value is None for mark in figures.marks):
        priced = "Positions without a price are not in the net asset value; they are listed."
    if figures.unpriced:
        priced = f"The net asset value is incomplete: {incomplete(figures.unpriced)}. {priced}"
    if dark := without_return(figures.days_without_return):
        priced = f"{priced} {dark}: those days are in no return and no measure of risk."
    return (
        "Returns are time-weighted, compounded from daily valuations, cut at every contribution and"
        " redemption, and net of network fees, tips, failed transactions and trading fees. Amounts"
        f" beside them are the results by strategy in {figures.fund.base_currency}. {priced}"
        " Past performance says nothing about the future."
    )
