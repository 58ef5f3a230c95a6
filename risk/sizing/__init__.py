"""Realised trades → what to stake: the Kelly fraction with its estimation error in sight.

Two outcomes: with chance p the stake grows by the fraction w, else it shrinks by l; growth is best
at f* = p/l − q/w (Kelly 1956; Thorp 2006). The fraction is estimated, so it is never used whole:
halved, or shrunken by SR²/(SR² + 1/n) where that is less, SR being the trade's mean over its
deviation; and no more than half of what the worst trade seen would have ruined, nor than half of
all there is. Other sizes stand beside: of many strategies at once, by drawdown, by volatility, by
ruin, by capacity.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import inf, sqrt
from typing import Final

import numpy as np

from ledger.model.position import Trade
from risk.model import KellySize, ReturnSeries
from risk.returns import varies

#: Trades below which no fraction is suggested.
TRADES_NEEDED: Final = 20
RESAMPLES: Final = 400
#: The part of full Kelly that is ever suggested: three quarters of its growth for half the swings.
HALF: Final = 0.5
LOST: Final = "the mean return is above zero, but together the trades earned nothing"

_OF_TRADES: Final = "p/l − q/w of the trades; suggested: min(½, c*) of it, c* = SR²/(SR² + 1/n)"
_OF_RETURNS: Final = "(μ − r)/σ²; suggested: min(½, c*) of it, c* = SR²/(SR² + 1/n)"
_BANDED: Final = ("band", f"5th and 95th percentile over {RESAMPLES} resamples")


def kelly_two_outcomes(chance: float, win: float, loss: float) -> float:
    """p/l − q/w: the share of wealth to stake; `win` and `loss` are positive fractions."""
    assert 0 <= chance <= 1 and win > 0 and loss > 0, "a bet has a chance, a win and a loss"
    return chance / loss - (1 - chance) / win


def kelly_continuous(mean: float, deviation: float, rate: float = 0.0) -> float:
    """(μ − r)/σ² for returns of one period (Merton 1969)."""
    assert deviation > 0, "a return that does not vary has no Kelly fraction"
    return (mean - rate) / deviation**2


def shrinkage(ratio: float, observations: float) -> float:
    """SR²/(SR² + 1/T): the part of full Kelly that grows best when SR is known from T periods."""
    assert observations > 0, "an estimate rests on observations"
    return ratio**2 / (ratio**2 + 1 / observations)


def fixed_fraction(risk: float, entry: float, stop: float, nav: float) -> float:
    """Units to hold so that a fall from `entry` to `stop` costs `risk` × `nav`."""
    assert 0 < risk < 1 and entry > stop > 0 and nav > 0, "a stop lies below the entry"
    return risk * nav / (entry - stop)


def kelly_size(strategy: str, trades: Sequence[Trade], seed: int = 1) -> KellySize:
    """The Kelly fraction of one strategy from its closed trades, with a bootstrap band.

    A trade's return is its net result over its stake; a trade without a stake has none and is left
    out. `seed` draws the resamples, so that the same trades give the same band in whatever order.
    """
    closed = [trade for trade in trades if trade.strategy == strategy]
    own = sorted((trade for trade in closed if trade.stake > 0), key=_closing)
    returns = np.asarray([trade.result / trade.stake for trade in own], dtype=np.float64)
    wins, entries = int((returns > 0).sum()), tuple(e for t in own for e in t.entries)
    full = _full(returns)
    bare = KellySize(
        *(strategy, len(own), wins, full, None),
        entries=entries,
        definition=_OF_TRADES,
        parameters=(_BANDED, ("seed", str(seed))),
    )
    if full is None:
        reason = _missing(returns) if own or not closed else "no trade with a stake"
        return replace(bare, reason=reason)
    if len(own) < TRADES_NEEDED:
        return replace(bare, reason=f"{len(own)} of at least {TRADES_NEEDED} trades")
    ruinous = 1 / -float(returns.min())
    suggested = _suggested(returns, ruinous, full)
    # returns weigh every trade alike: small stakes that won hide large ones that lost more
    if suggested > 0 and sum(trade.result for trade in own) <= 0:
        return replace(bare, reason=LOST)
    return _banded(replace(bare, suggested=suggested), _drawn(returns, ruinous, seed))


def kelly_of_returns(series: ReturnSeries, rate: float = 0.0, seed: int = 1) -> KellySize:
    """The Kelly fraction of a series of returns in excess of `rate`, a return of one period.

    Each return counts as a trade with a stake of one, won where it is above the rate. The same
    halving, shrinking and bounds as of trades, and the same band.
    """
    values = np.asarray(series.values, dtype=np.float64)
    count, wins = len(values), int((values > rate).sum())
    bare = KellySize(
        *(series.name, count, wins, None, None),
        definition=_OF_RETURNS,
        parameters=(("risk-free rate per period", f"{rate:g}"), _BANDED, ("seed", str(seed))),
    )
    if count < TRADES_NEEDED:
        return replace(bare, reason=f"{count} of at least {TRADES_NEEDED} returns")
    if not varies(series.values):
        return replace(bare, reason="the returns do not vary")
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    most = HALF / max(1.0, -float(values.min()))
    generator, drawn = np.random.Generator(np.random.PCG64(seed)), []
    for _ in range(RESAMPLES):
        again = values[generator.integers(0, count, count)]
        excess, spread = float(again.mean()) - rate, float(again.std(ddof=1))
        still = inf if excess > 0 else -inf
        whole = kelly_continuous(excess, spread) if spread > 0 else still
        drawn.append((_kept(excess, spread, count, most), whole))
    known = replace(
        bare,
        full=kelly_continuous(mean, deviation, rate),
        suggested=_kept(mean - rate, deviation, count, most),
    )
    return _banded(known, drawn)


def _kept(excess: float, deviation: float, count: int, most: float) -> float:
    """What is suggested of the continuous fraction, from 0 to the most."""
    if deviation <= 0:
        return most if excess > 0 else 0.0
    part = min(HALF, shrinkage(excess / deviation, count))
    return min(most, max(0.0, kelly_continuous(excess, deviation) * part))


def _closing(trade: Trade) -> tuple[datetime, str]:
    return (trade.closed, trade.id)


def _full(returns: np.ndarray) -> float | None:
    """p/l − q/w of the mean win and mean loss; a trade that came out even decides nothing."""
    wins, losses = returns[returns > 0], -returns[returns < 0]
    if not len(wins) or not len(losses):
        return None
    chance = len(wins) / (len(wins) + len(losses))
    return kelly_two_outcomes(chance, _mean(wins), _mean(losses))


def _mean(values: np.ndarray) -> float:
    """By the bare sum: what a mean looks at first is most of its time where samples are small."""
    return float(np.add.reduce(values)) / len(values)


def _missing(returns: np.ndarray) -> str:
    if not len(returns):
        return "no closed trade"
    return "no losing trade" if (returns > 0).any() else "no winning trade"


def _suggested(returns: np.ndarray, ruinous: float, full: float | None) -> float:
    """What to stake of NAV, in [0, ½]: no strategy is ever given all of it."""
    bound = HALF * min(1.0, ruinous)
    if full is None:
        return bound if (returns > 0).any() else 0.0
    mean = _mean(returns)
    apart = returns - mean
    deviation = sqrt(float(np.add.reduce(apart * apart)) / (len(returns) - 1))
    kept = shrinkage(mean / deviation, len(returns)) if deviation > 0 else 0.0
    return min(bound, max(0.0, full * min(HALF, kept)))


def _drawn(returns: np.ndarray, ruinous: float, seed: int) -> list[tuple[float, float]]:
    """What resampled trades say: the suggested fraction and the full one."""
    generator = np.random.Generator(np.random.PCG64(seed))
    count, drawn = len(returns), []
    for _ in range(RESAMPLES):
        again = returns[generator.integers(0, count, count)]
        full = _full(again)
        # without a loss nothing is too much, without a win everything is
        whole = full if full is not None else inf if (again > 0).any() else -inf
        drawn.append((_suggested(again, ruinous, full), whole))
    return drawn


def _banded(size: KellySize, drawn: Sequence[tuple[float, float]]) -> KellySize:
    """With the percentiles of suggested and of full fractions, the latter without end as drawn."""
    low, high = np.quantile([suggested for suggested, _ in drawn], (0.05, 0.95))
    every = sorted(whole for _, whole in drawn)
    last = len(every) - 1
    least, most = every[round(0.05 * last)], every[round(0.95 * last)]
    return replace(size, low=float(low), high=float(high), full_low=least, full_high=most)
