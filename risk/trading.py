"""Closed trades → how many won, what was won for what was lost, and how long it went one way."""

from collections.abc import Sequence
from itertools import groupby
from math import fsum
from typing import Final

import numpy as np

from ledger.model.position import Trade
from risk.model import Measure
from risk.returns import whole_units
from risk.standard_errors import error_of

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
    rate, factor, payoff = _errors(trades)
    return (
        Measure(
            "win_rate",
            len(wins) / count if count else None,
            "fraction",
            "closed trades with a net result above zero over all closed trades",
            count,
            error=rate,
            reason=none,
        ),
        Measure(
            "profit_factor",
            sum(wins) / sum(losses) if losses else None,
            "ratio",
            "sum of winning results over sum of losing ones, net of gas, tips and failures",
            count,
            error=factor,
            reason=none or ("" if losses else "no losing trade"),
        ),
        Measure(
            "payoff",
            (sum(wins) / len(wins)) / (sum(losses) / len(losses)) if wins and losses else None,
            "ratio",
            "mean winning result over mean losing one",
            count,
            error=payoff,
            reason=none or ("" if losses else "no losing trade") or ("" if wins else _NO_WIN),
        ),
        Measure(
            "expectancy",
            fsum(staked) / len(staked) if staked else None,
            "fraction",
            "mean net result of a trade over its stake, of trades with a stake",
            len(staked),
            error=error_of(np.sort(staked)) if len(staked) > 1 else None,
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


def _errors(trades: Sequence[Trade]) -> tuple[float | None, float | None, float | None]:
    """Of win rate, profit factor and payoff, of independent trades; None where there is none."""
    if len(trades) < 2:
        return None, None, None
    # the order of trades changes no digit
    results = np.sort([whole_units(trade.result) for trade in trades])
    won, lost = np.maximum(results, 0), np.maximum(-results, 0)
    rate = error_of((results > 0).astype(np.float64))
    if not lost.any() or not won.any():
        return rate, None, None
    factor = won.mean() / lost.mean()
    apart = won / won.mean() - lost / lost.mean()
    counts = (results > 0) / (results > 0).mean() - (results < 0) / (results < 0).mean()
    payoff = factor * (results < 0).mean() / (results > 0).mean()
    return rate, factor * error_of(apart), payoff * error_of(apart - counts)


def _longest(trades: Sequence[Trade], sign: int) -> int:
    """The longest run of results of one sign, in the order in which trades closed."""
    closed = sorted(trades, key=lambda trade: (trade.closed, trade.id))
    runs = groupby(closed, key=lambda trade: trade.result * sign > 0)
    return max((len(list(run)) for won, run in runs if won), default=0)
