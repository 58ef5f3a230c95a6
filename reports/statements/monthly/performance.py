"""The second page: growth and falls over time, the deepest falls, best and worst months."""

from reports.display import UNKNOWN, measured, percent, share, tone_of
from reports.model import MonthlyFigures
from reports.statement import Cell, Column, Figure, LineChart, Page, Source, Table, Tile, Tiles
from reports.statements.monthly.history import (
    Compounded,
    Month,
    by_month,
    growth_path,
    underwater,
)
from reports.statements.monthly.words import SHORT_MONTHS, count, return_figure
from risk.model import Drawdown

DRAWDOWNS_SHOWN = 5
COLUMNS = (
    Column("Peak", 20),
    Column("Trough", 20),
    Column("Recovered", 20),
    Column("Depth", 20, "right"),
    Column("Days", 20, "right"),
)


def page(figures: MonthlyFigures) -> Page:
    """Growth and drawdown charts, months in figures, the five deepest drawdowns."""
    at = f"{figures.month}/performance"
    growth = LineChart(
        "growth", "Net return since inception", growth_path(figures.nav), "fraction", from_zero=True
    )
    fallen = LineChart(
        "drawdown",
        "Drawdown from the highest value reached",
        underwater(figures.nav),
        "fraction",
        tone="loss",
        from_zero=True,
    )
    falls = sorted(figures.risk.drawdowns, key=lambda each: (-each.depth, each.peak))
    rows = tuple(
        _row(f"{at}/drawdown/{number}", fall)
        for number, fall in enumerate(falls[:DRAWDOWNS_SHOWN], 1)
    )
    table = Table(
        "Deepest drawdowns",
        COLUMNS,
        rows,
        note="Days run from the peak to the recovery, or to the month's end while it is open."
        if rows
        else "The fund has not fallen below an earlier value.",
    )
    return Page("Performance", (growth, fallen, _months(at, figures), table))


def _months(at: str, figures: MonthlyFigures) -> Tiles:
    known = {m: r for m, r in by_month(figures.nav).items() if r.parts is not None}
    ranked = sorted(known.items(), key=lambda item: (item[1].parts, item[0]))
    positive = sum((result.parts or 0) > 0 for result in known.values())
    source = Source("nav", tuple(time for result in known.values() for time in result.times[-1:]))
    path = underwater(figures.nav)
    now = path[-1][1] if path else 0
    return Tiles(
        (
            _extreme(f"{at}/best", "Best month", ranked[-1:]),
            _extreme(f"{at}/worst", "Worst month", ranked[:1]),
            Tile(
                "Months with a gain",
                Figure(f"{at}/positive", share(positive, len(known), 0), source),
                f"{positive} of {len(known)}",
            ),
            Tile(
                "Current drawdown",
                Figure(f"{at}/current", percent(now), source, tone_of(now)),
                "from the highest value",
            ),
        )
    )


def _extreme(identity: str, label: str, found: list[tuple[Month, Compounded]]) -> Tile:
    if not found:
        return Tile(label, Figure(identity, UNKNOWN, Source("nav"), "muted"))
    (year, month), result = found[0]
    return Tile(label, return_figure(identity, result), f"{SHORT_MONTHS[month - 1]} {year}")


def _row(identity: str, fall: Drawdown) -> tuple[Cell, ...]:
    source = Source("measure", ("drawdowns", fall.peak.isoformat()))
    depth = f"−{measured(fall.depth, 'fraction')}"
    return (
        fall.peak.isoformat(),
        fall.trough.isoformat(),
        fall.recovered.isoformat() if fall.recovered else "open",
        Figure(f"{identity}/depth", depth, source, "loss"),
        count(f"{identity}/days", fall.days, source),
    )
