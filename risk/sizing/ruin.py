"""Realised trades → how likely trading on as before ever loses a given part of NAV.

Trades of the sizes seen are repeated for ever, drawn independently of those seen; results add up
instead of compounding. Then the chance of ever losing u is at most exp(−R·u), where R > 0 solves
mean exp(−R·result) = 1 (Lundberg 1926; Cramér 1930): equality for a coin, where it is (q/p)^u of
the gambler's ruin. Where this does not hold there is no figure: a mean that is not above zero (ruin
is certain in the end), no loss seen, few trades, or results that follow the one before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from ledger.model.position import Trade
from risk.model import Measure, Sizing
from risk.returns import whole_units

METHOD: Final = "ruin"
TRADES_NEEDED: Final = 20
RESAMPLES: Final = 200
LEAST: Final = 1e-300
_DEFINITION: Final = (
    "at most exp(−R·u), mean exp(−R·result) = 1: Lundberg's bound; trades independent and of"
    " unchanged size, for ever"
)


def adjustment(results: np.ndarray) -> float | None:
    """R > 0 with mean exp(−R·result) = 1; None where the mean is not above zero or none is lost."""
    from scipy.optimize import brentq

    if results.mean() <= 0 or results.min() >= 0:
        return None
    scaled = results / -results.min()

    def above(rate: float) -> float:
        return float(np.log(np.exp(-rate * scaled - _peak(rate)).mean()) + _peak(rate))

    def _peak(rate: float) -> float:
        return float((-rate * scaled).max())

    high = 1.0
    while above(high) <= 0:
        high *= 2
    # beside zero, which always solves it, the function is negative up to the root
    low = high
    while above(low) >= 0:
        low /= 2
        if low < 1e-12:
            return None
    return float(brentq(above, low, high, xtol=1e-14)) / float(-results.min())


def chance_of_ruin(results: np.ndarray, capital: float) -> float | None:
    """exp(−R·capital); results and capital in the same money."""
    assert capital > 0, "there is something to lose"
    rate = adjustment(results)
    # a bound that is too small for a float is not zero: nothing is certain
    return None if rate is None else max(float(np.exp(-rate * capital)), LEAST)


def ruin_of(strategy: str, trades: Sequence[Trade], nav: float, part: float) -> Sizing:
    """How likely one strategy, traded on as before, ever loses `part` of `nav` (whole units).

    The band are the 5th and 95th percentile over resampled trades.
    """
    assert nav > 0 and 0 < part < 1, "a part of a net asset value above zero"
    own = sorted((one for one in trades if one.strategy == strategy), key=_closing)
    results = np.asarray([whole_units(one.result) for one in own], dtype=np.float64)
    reason = _reason(results)
    told: tuple[tuple[str, str], ...] = (("part of NAV", f"{part:g}"), ("NAV", f"{nav:.12g}"))
    chance = None if reason else chance_of_ruin(results, part * nav)
    if chance is not None:
        low, high = _band(results, part * nav)
        told = (*told, ("5th percentile", f"{low:.6g}"), ("95th percentile", f"{high:.6g}"))
    measure = Measure(
        "chance_of_ruin",
        chance,
        "fraction",
        _DEFINITION,
        len(results),
        told,
        reason=reason or ("" if chance is not None else "no rate solves the equation"),
    )
    return Sizing(strategy, METHOD, (measure,), tuple(e for one in own for e in one.entries))


def _closing(trade: Trade) -> tuple[datetime, str]:
    return (trade.closed, trade.id)


def _reason(results: np.ndarray) -> str:
    count = len(results)
    if count < TRADES_NEEDED:
        return f"{count} of at least {TRADES_NEEDED} trades"
    if results.mean() <= 0:
        return "the mean result is not above zero: ruin is certain in the end"
    if results.min() >= 0:
        return "no losing trade"
    follows = _follows(results)
    if abs(follows) > 2 / count**0.5:
        return f"results follow the one before: correlation {follows:.2f} of {count} trades"
    return ""


def _follows(results: np.ndarray) -> float:
    centred = results - results.mean()
    return float((centred[1:] * centred[:-1]).sum() / (centred**2).sum())


def _band(results: np.ndarray, capital: float) -> tuple[float, float]:
    """What resampled trades say; without an edge or a loss the chance is one or none."""
    generator = np.random.Generator(np.random.PCG64(1))
    drawn = []
    for _ in range(RESAMPLES):
        sample = results[generator.integers(0, len(results), len(results))]
        chance = chance_of_ruin(sample, capital)
        certain = 1.0 if sample.mean() <= 0 else 0.0
        drawn.append(certain if chance is None else chance)
    low, high = np.quantile(drawn, (0.05, 0.95))
    return float(low), float(high)
