"""Closed trades → how many won, what was won for what was lost, and how long it went one way."""

from collections.abc import Sequence
from itertools import groupby
from math import fsum
from typing import Final

from ledger.model.position import Trade
from risk.model import Measure

_NO_WIN: Final = "no winning trade"


def trade_measures(trades: Sequence[Trade]) -> tuple[Measure, ...]:
    """Win rate, profit factor, payoff, expectancy and streaks per closed trade, never per day.

    n/a where there is none.
    """
    count = len(trades)
    wins = [trade.result for trade in trades if trade.result > 0]
    losses = [-trade.result for trade in trades if trade.result < 0]
    staked = [trade.result / trade.stake for trade in trades if trade.stake > 0]
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
        Measure(
            "payoff",
            (sum(wins) / len(wins)) / (sum(losses) / len(losses)) if wins and losses else None,
            "ratio",
            "mean winning result over mean losing one",
            count,
            reason=none or ("" if losses else "no losing trade") or ("" if wins else _NO_WIN),
        ),
        Measure(
            "expectancy",
            fsum(staked) / len(staked) if staked else None,
            "fraction",
            "mean net result of a trade over its stake, of trades with a stake",
            len(staked),
            reason=none or ("" if staked else "no trade with a stake"),
        ),
        *(
            Measure(
                f"longest_{word}_streak",
                float(_longest(trades, sign)) if count else None,
                "count",
                f"most closed trades in a row with a net result {side} zero",
                count,
                reason=none,
            )
            for word, sign, side in (("winning", 1, "above"), ("losing", -1, "below"))
        ),
    )


def _longest(trades: Sequence[Trade], sign: int) -> int:
    """The longest run of results of one sign, in the order in which trades closed."""
    closed = sorted(trades, key=lambda trade: (trade.closed, trade.id))
    runs = groupby(closed, key=lambda trade: trade.result * sign > 0)
    return max((len(list(run)) for won, run in runs if won), default=0)
