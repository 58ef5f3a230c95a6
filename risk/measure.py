"""NAV points and trades → a RiskReport: the order in which the measures of risk are taken."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from ledger.model.position import NavPoint, Trade
from risk.allocation import MODELS, allocate
from risk.dependence import correlation
from risk.drawdown import drawdowns
from risk.model import Measure, ReturnSeries, RiskReport
from risk.ratios import ratio_measures
from risk.returns import between, from_nav, from_trades
from risk.sizing import kelly_size
from risk.tail import tail_measures

CONFIDENCES = (0.95, 0.99)


def measure(
    points: Sequence[NavPoint],
    trades: Sequence[Trade],
    start: date | None = None,
    end: date | None = None,
) -> RiskReport:
    """Everything that is measured from daily NAV and closed trades over [start, end]."""
    returns = between(from_nav(points), start, end)
    own = [trade for trade in trades if _inside(trade.closed.date(), start, end)]
    by_strategy = [between(from_trades(own, points, name), start, end) for name in _strategies(own)]
    moving = [series for series in by_strategy if any(series.values)]
    falls = drawdowns(returns)
    return RiskReport(
        start=returns.days[0] if returns.days else start or date.min,
        end=returns.days[-1] if returns.days else end or date.min,
        returns=returns,
        measures=return_measures(returns)
        + _trade_measures(own)
        + (_deepest(returns, falls[0].depth if falls else 0.0),),
        drawdowns=falls,
        correlation=correlation([returns, *moving]) if moving else None,
        kelly=tuple(kelly_size(name, own) for name in _strategies(own)),
        allocations=tuple(allocate(moving, model) for model in MODELS) if moving else (),
        strategy_returns=tuple(by_strategy),
    )


def return_measures(
    returns: ReturnSeries, periods: int = 365, rate: float = 0.0
) -> tuple[Measure, ...]:
    """Ratios and tails of one return series."""
    tails = [found for level in CONFIDENCES for found in tail_measures(returns.values, level)]
    return ratio_measures(returns, periods, rate) + tuple(tails)


def _strategies(trades: Sequence[Trade]) -> list[str]:
    return sorted(Counter(trade.strategy for trade in trades))


def _inside(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _deepest(returns: ReturnSeries, depth: float) -> Measure:
    sample = len(returns.values)
    return Measure(
        "max_drawdown",
        depth if sample else None,
        "fraction",
        "deepest fall of compounded returns from a peak; the start counts as a peak",
        sample,
        reason="" if sample else "no returns",
    )


def _trade_measures(trades: Sequence[Trade]) -> tuple[Measure, ...]:
    count = len(trades)
    wins = [trade.result for trade in trades if trade.result > 0]
    losses = [-trade.result for trade in trades if trade.result < 0]
    none = "" if count else "no closed trade"
    return (
        Measure(
            "win_rate",
            len(wins) / count if count else None,
            "fraction",
            "closed trades with a net result above zero over all closed trades",
            count,
            reason=none,
        ),
        Measure(
            "profit_factor",
            sum(wins) / sum(losses) if losses else None,
            "ratio",
            "sum of winning results over sum of losing ones, net of gas, tips and failures",
            count,
            reason=none or ("" if losses else "no losing trade"),
        ),
    )
