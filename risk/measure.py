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
from risk.own_capital import OwnCapital, common, within
from risk.performance import performance_measures
from risk.ratios import ratio_measures
from risk.regime import regimes
from risk.returns import (
    PERIODS_PER_YEAR,
    between,
    contributed,
    from_nav,
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


def measure(
    points: Sequence[NavPoint],
    trades: Sequence[Trade],
    start: date | None = None,
    end: date | None = None,
    capital: Sequence[OwnCapital] = (),
) -> RiskReport:
    """Everything that is measured from daily NAV and closed trades over the days [start, end].

    What strategies add to the fund is found on their contributions, and weights on their returns
    on own `capital`: without any there are none.
    """
    returns = between(from_nav(points), start, end)
    own = [trade for trade in trades if is_within(trade.closed.astimezone(UTC).date(), start, end)]
    every, closed = _by_strategy(trades), _by_strategy(own)
    by_strategy = tuple(
        between(contributed(every[name], points, name), start, end) for name in sorted(closed)
    )
    moving = [series for series in by_strategy if varies(series.values)]
    weighed = common(within(capital, start, end)).series
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
        allocations=tuple(allocate(weighed, model) for model in REPORTED) if weighed else (),
        strategy_contributions=by_strategy,
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
