"""Realised trades → what to stake: the Kelly fraction with its estimation error in sight.

Two outcomes: with chance p the stake grows by the fraction w, else it shrinks by l; growth is best
at f* = p/l − q/w (Kelly 1956; Thorp 2006). The fraction is estimated, so it is never used whole:
halved, and shrunken by SR²/(SR² + 1/n), where SR is the trade's mean over its deviation.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ledger.model.position import Trade
from risk.model import KellySize

#: Trades below which no fraction is suggested.
TRADES_NEEDED: Final = 20
RESAMPLES: Final = 400


def kelly_two_outcomes(chance: float, win: float, loss: float) -> float:
    """p/l − q/w: the share of wealth to stake; `win` and `loss` are positive fractions."""
    assert 0 <= chance <= 1 and win > 0 and loss > 0, "a bet has a chance, a win and a loss"
    return chance / loss - (1 - chance) / win


def kelly_continuous(mean: float, deviation: float, rate: float = 0.0) -> float:
    """(μ − r)/σ² for returns of one period (Merton 1969)."""
    assert deviation > 0, "a return that does not vary has no Kelly fraction"
    return (mean - rate) / deviation**2


def fixed_fraction(risk: float, entry: float, stop: float, nav: float) -> float:
    """Units to hold so that a fall from `entry` to `stop` costs `risk` × `nav`."""
    assert 0 < risk < 1 and entry > stop > 0 and nav > 0, "a stop lies below the entry"
    return risk * nav / (entry - stop)


def kelly_size(strategy: str, trades: Sequence[Trade], seed: int = 1) -> KellySize:
    """The Kelly fraction of one strategy from its closed trades, with a bootstrap band.

    A trade's return is its net result over its stake. `seed` draws the resamples, so that the same
    trades give the same band.
    """
    own = sorted((t for t in trades if t.strategy == strategy and t.stake > 0), key=_closing)
    returns = np.asarray([trade.result / trade.stake for trade in own], dtype=np.float64)
    wins, entries = int((returns > 0).sum()), tuple(e for t in own for e in t.entries)
    full = _full(returns)
    if full is None:
        missing = "no losing trade" if wins else "no winning trade"
        reason = missing if own else "no closed trade"
        return KellySize(strategy, len(own), wins, None, None, reason=reason, entries=entries)
    if len(own) < TRADES_NEEDED:
        reason = f"{len(own)} of at least {TRADES_NEEDED} trades"
        return KellySize(strategy, len(own), wins, full, None, reason=reason, entries=entries)
    low, high = _band(returns, seed)
    suggested = min(1.0, max(0.0, full * min(0.5, _shrinkage(returns))))
    return KellySize(strategy, len(own), wins, full, suggested, low, high, entries=entries)


def _closing(trade: Trade) -> tuple[object, str]:
    return (trade.closed, trade.id)


def _full(returns: np.ndarray) -> float | None:
    wins, losses = returns[returns > 0], -returns[returns < 0]
    if not len(wins) or not len(losses):
        return None
    return kelly_two_outcomes(len(wins) / len(returns), float(wins.mean()), float(losses.mean()))


def _shrinkage(returns: np.ndarray) -> float:
    deviation = float(returns.std(ddof=1))
    squared = (float(returns.mean()) / deviation) ** 2 if deviation > 0 else 0.0
    return squared / (squared + 1 / len(returns))


def _band(returns: np.ndarray, seed: int) -> tuple[float | None, float | None]:
    """The 5th and 95th percentile of the fraction over resampled trades."""
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = [
        _full(returns[generator.integers(0, len(returns), len(returns))]) for _ in range(RESAMPLES)
    ]
    known = [value for value in drawn if value is not None]
    if len(known) < RESAMPLES // 2:
        return None, None
    return float(np.quantile(known, 0.05)), float(np.quantile(known, 0.95))
