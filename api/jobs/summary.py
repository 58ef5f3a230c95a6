"""Books and a month's figures → the lines that a fund manager reads first."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from api import figures
from ledger.books import Books
from ledger.model.amount import (
    MONEY_DECIMALS,
    basis_points_text,
    compounded,
    percent_text,
    rounded_text,
)
from ledger.model.position import NavPoint, StrategyResult
from reports.display import NOT_MEANINGFUL, incomplete, kelly_full, without_return
from reports.model import MonthlyFigures
from reports.names import VALUE_AT_RISK
from risk.model import Measure


def summary_lines(books: Books, drawn: MonthlyFigures) -> Iterator[str]:
    """NAV, returns, profit and loss by strategy, risk, sizes, weights, breaks and suspense."""
    last = drawn.nav[-1]
    currency = drawn.fund.base_currency
    start, end = figures.month_bounds(drawn.month)
    year = start.replace(month=1)
    activities = len(books.activities)
    yield f"{drawn.fund.name}, {drawn.month} (estimated), valued {end:%Y-%m-%d %H:%M}Z"
    yield ""
    beside = f", {incomplete(last.unpriced)}" if last.unpriced else ""
    yield f"net asset value   {_money(last.value):>16} {currency}{beside}"
    yield f"month             {_growth(drawn.nav, start, end):>16}   time-weighted, net"
    yield f"year to date      {_growth(drawn.nav, year, end):>16}"
    yield f"since inception   {_growth(drawn.nav, None, end):>16}"
    if drawn.days_without_return:
        yield f"{'':<34}   {without_return(drawn.days_without_return)}"
    yield ""
    yield from _by_strategy(drawn.month_results, drawn.year_results)
    yield ""
    yield from _risk(drawn)
    yield ""
    suspense = drawn.suspense
    points = None if suspense is None else basis_points_text(suspense, last.value, 2)
    yield f"activities        {activities:>16}   in {len(books.entries)} entries"
    yield f"breaks            {len(drawn.breaks):>16}   in {_compared(books)} balances compared"
    yield f"suspense          {points or '–':>16}   basis points of NAV"
    yield f"in flight         {len(books.in_flight):>16}   bridge transfers"
    for code, count in figures.counted(drawn.problems).items():
        yield f"{code:<18}{count:>16}"


def _by_strategy(month: Sequence[StrategyResult], year: Sequence[StrategyResult]) -> Iterator[str]:
    of_month = {result.strategy: result for result in month}
    heads = f"{'month':>14}{'year':>14}{'gas+tips':>12}{'failed':>10}{'trades':>8}"
    yield f"{'profit and loss':<26}{heads}"
    for result in sorted(year, key=_net, reverse=True):
        own = of_month.get(result.strategy)
        cells = (
            _money(own.net if own else 0),
            _money(result.net),
            _money(result.gas + result.tips),
            _money(result.failed),
        )
        yield (
            f"{result.strategy:<26}{cells[0]:>14}{cells[1]:>14}{cells[2]:>12}{cells[3]:>10}"
            f"{result.trades:>8}"
        )
    total = sum(result.net for result in month), sum(result.net for result in year)
    yield f"{'all':<26}{_money(total[0]):>14}{_money(total[1]):>14}"


def _risk(drawn: MonthlyFigures) -> Iterator[str]:
    risk = drawn.risk
    for label, name, percent in (
        (VALUE_AT_RISK[1], VALUE_AT_RISK[0], True),
        ("expected shortfall", "es_filtered_95", True),
        ("Sharpe", "sharpe", False),
        ("Sortino", "sortino", False),
        ("max drawdown", "max_drawdown", True),
        ("winning trades", "win_rate", True),
    ):
        yield f"{label:<26}{_figure(risk.measure(name), percent=percent):>8}"
    if risk.drawdowns:
        fall = risk.drawdowns[0]
        until = "still open" if fall.recovered is None else f"recovered {fall.recovered}"
        yield f"{'deepest fall':<34}   from {fall.peak} to {fall.trough}, {until}"
    weights = {allocation.model: dict(allocation.weights) for allocation in risk.allocations}
    yield ""
    heads = "".join(f"{model:>14}" for model in weights)
    yield f"{'sizing':<26}{'Kelly':>10}{'suggested':>12}{heads}"
    sizes = {size.strategy: size for size in risk.kelly}
    for name in sorted(sizes.keys() | {name for each in weights.values() for name in each}):
        shares = "".join(_share(each.get(name)) for each in weights.values())
        size = sizes.get(name)
        full = _full(None if size is None else size.full)
        suggested = None if size is None else size.suggested
        part = "n/a" if suggested is None else f"{suggested:.3f}"
        yield f"{name:<26}{full:>10}{part:>12}{shares}"
    if NOT_MEANINGFUL in {_full(size.full) for size in risk.kelly}:
        yield f"{NOT_MEANINGFUL}: not meaningful, the stakes are tiny beside the results"


def _full(value: float | None) -> str:
    shown = kelly_full(value)
    return shown if value is None or shown == NOT_MEANINGFUL else f"{value:.3f}"


def _share(weight: float | None) -> str:
    return f"{'–':>14}" if weight is None else f"{weight:>14.1%}"


def _figure(measure: Measure | None, *, percent: bool) -> str:
    if measure is None or measure.value is None:
        return "n/a"
    return f"{measure.value:z.2%}" if percent else f"{measure.value:z.2f}"


def _growth(points: Sequence[NavPoint], start: datetime | None, end: datetime) -> str:
    """The compounded return of the points in (start, end], in percent; without a start, of all."""
    factors = [
        point.growth
        for point in points
        if (start is None or start < point.time) and point.time <= end and point.growth is not None
    ]
    return f"{percent_text(compounded(factors), 2)} %" if factors else "n/a"


def _money(units: int) -> str:
    whole, _, cents = rounded_text(units, MONEY_DECIMALS, 2).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{cents}"


def _net(result: StrategyResult) -> int:
    return result.net


def _compared(books: Books) -> int:
    return len({(seen.wallet, seen.asset) for seen in books.observations})
