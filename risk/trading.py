"""Closed trades → how many won, and what was won for what was lost."""

from collections.abc import Sequence

from ledger.model.position import Trade
from risk.model import Measure


def trade_measures(trades: Sequence[Trade]) -> tuple[Measure, ...]:
    """Win rate and profit factor per closed trade, never per day; n/a where there is none."""
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
