"""NAV points and trades → a RiskReport: the order in which the measures of risk are taken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Final

from ledger.model.position import NavPoint, Trade
from risk.allocation import REPORTED, allocate
from risk.backtest import backtests_at, with_exceptions
from risk.contribution import METHODS as CONTRIBUTED
from risk.contribution import of_strategies
from risk.covariance import correlations, stability
from risk.dependence import correlation
from risk.downside import downside_measures
from risk.drawdown import depth_measures, drawdowns
from risk.growth import growth_measures
from risk.model import Backtest, Measure, ReturnSeries, RiskReport
from risk.performance import performance_measures
from risk.ratios import ratio_measures
from risk.regime import regimes
from risk.returns import (
    PERIODS_PER_YEAR,
    between,
    from_nav,
    from_trades,
    invested_over,
    is_within,
    varies,
)
from risk.shape import shape_measures
from risk.significance import significance_measures
from risk.sizing import kelly_size
from risk.standard_errors import with_errors
from risk.tail import tail_measures
from risk.trading import trade_measures

CONFIDENCES: Final = (0.95, 0.99)
#: Days with a result below which a strategy gets no weight: what hardly trades looks safe.
ACTIVE_DAYS_NEEDED: Final = 30


def measure(
    points: Sequence[NavPoint],
    trades: Sequence[Trade],
    start: date | None = None,
    end: date | None = None,
) -> RiskReport:
    """Everything that is measured from daily NAV and closed trades over the days [start, end]."""
    returns = between(from_nav(points), start, end)
    own = [trade for trade in trades if is_within(trade.closed.astimezone(UTC).date(), start, end)]
    every, closed = _by_strategy(trades), _by_strategy(own)
    by_strategy = tuple(
        between(from_trades(every[name], points, name), start, end) for name in sorted(closed)
    )
    moving = [series for series in by_strategy if varies(series.values)]
    active = [series for series in moving if _active_days(series) >= ACTIVE_DAYS_NEEDED]
    tested = backtests_at(returns.values, CONFIDENCES)
    return RiskReport(
        start=returns.days[0] if returns.days else start or date.min,
        end=returns.days[-1] if returns.days else end or date.min,
        returns=returns,
        measures=(
            *return_measures(returns, tested=tested),
            *performance_measures(invested_over(points, start, end)),
            *trade_measures(own),
            stability(by_strategy),
        ),
        drawdowns=drawdowns(returns),
        correlation=correlation([returns, *moving]) if moving else None,
        kelly=tuple(kelly_size(name, closed[name]) for name in sorted(closed)),
        allocations=tuple(allocate(active, model) for model in REPORTED) if active else (),
        strategy_returns=by_strategy,
        backtests=tuple(
            each
            for found in tested.values()
            for each in found.values()
            if isinstance(each, Backtest)
        ),
        contributions=tuple(
            of_strategies(returns, by_strategy, level, method)
            for level in CONFIDENCES
            for method in CONTRIBUTED
        )
        if by_strategy
        else (),
        correlations=correlations(moving),
        regimes=regimes(returns),
    )


def strategy_series(
    points: Sequence[NavPoint], trades: Sequence[Trade]
) -> tuple[ReturnSeries, ...]:
    """The daily returns of the strategies that can be weighed, by name."""
    every = _by_strategy(trades)
    found = (from_trades(every[name], points, name) for name in sorted(every))
    return tuple(one for one in found if _active_days(one) >= ACTIVE_DAYS_NEEDED)


def return_measures(
    returns: ReturnSeries,
    periods: int = PERIODS_PER_YEAR,
    rate: float = 0.0,
    tested: Mapping[float, Mapping[str, Backtest | str]] | None = None,
) -> tuple[Measure, ...]:
    """Growth, ratios and tails of one return series; `rate` is the risk-free one of a period.

    `tested` says how the methods came out at a confidence, where that was asked.
    """
    known = tested or {}
    tails = [
        found
        for level in CONFIDENCES
        for found in with_exceptions(tail_measures(returns.values, level), known.get(level, {}))
    ]
    every = (
        growth_measures(returns)
        + ratio_measures(returns, periods, rate)
        + downside_measures(returns, periods, rate)
        + shape_measures(returns.values)
        + significance_measures(returns, periods, rate)
        + tuple(tails)
        + tuple(one for level in CONFIDENCES for one in depth_measures(returns, level))
    )
    return with_errors(every, returns, CONFIDENCES, periods, rate)


def _by_strategy(trades: Sequence[Trade]) -> dict[str, list[Trade]]:
    found: defaultdict[str, list[Trade]] = defaultdict(list)
    for trade in trades:
        found[trade.strategy].append(trade)
    return dict(found)


def _active_days(series: ReturnSeries) -> int:
    return sum(value != 0 for value in series.values)
