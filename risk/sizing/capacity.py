"""Realised trades → how much a strategy can carry: net = a·q − b·q^1.5 of a trade of stake q.

What is earned grows with the stake, and its impact with the square root of it, so that the return
of a trade falls as a − b·√q (square-root impact: Almgren, Thum, Hauptmann, Li 2005; Tóth et al.
2011). a and b are fitted by least squares over the trades' returns. Net is largest at q* =
(2a/3b)², nothing is left at (a/b)², and the Sharpe ratio of a trade is half of that of the
smallest at (a/2b)², where returns deviate alike at every size.

How fast the Sharpe ratio decays in time is another figure: that of the later half of the trades
beside the earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from ledger.model.position import Trade
from risk.model import Measure, Sizing
from risk.returns import whole_units

METHOD: Final = "capacity"
TRADES_NEEDED: Final = 20
#: Standard errors that a coefficient is above zero by, to be told from none.
SURE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Decay:
    """return = a − b·√stake with standard errors; `both` is the covariance of a and b."""

    a: float
    b: float
    a_error: float
    b_error: float
    both: float

    @property
    def best(self) -> float:
        """The stake of the largest net, (2a/3b)²."""
        return float((2 * self.a / (3 * self.b)) ** 2)

    @property
    def best_error(self) -> float:
        """Its standard error, by the first order: 2·q*·√(Var a/a² + Var b/b² − 2·Cov/(ab))."""
        return self.error_of(self.best, 2, -2)

    def error_of(self, value: float, of_a: int, of_b: int) -> float:
        """The standard error, by the first order, of what goes with these powers of a and b."""
        one, two = of_a / self.a, of_b / self.b
        variance = (one * self.a_error) ** 2 + (two * self.b_error) ** 2 + 2 * one * two * self.both
        return float(abs(value) * max(0.0, variance) ** 0.5)

    def net(self, stake: float) -> float:
        """a·q − b·q^1.5."""
        return float(self.a * stake - self.b * stake**1.5)


def decay_of(stakes: np.ndarray, results: np.ndarray) -> Decay | None:
    """The fit over trades; None where the stakes do not differ or two trades are all."""
    roots, returns = np.sqrt(stakes), results / stakes
    spread = float(((roots - roots.mean()) ** 2).sum())
    if len(stakes) < 3 or spread <= 1e-12 * float((roots**2).sum()):
        return None
    slope = float(((roots - roots.mean()) * returns).sum()) / spread
    first = float(returns.mean()) - slope * float(roots.mean())
    left = returns - first - slope * roots
    variance = float((left**2).sum()) / (len(stakes) - 2)
    b_error = (variance / spread) ** 0.5
    a_error = (variance * (1 / len(stakes) + float(roots.mean()) ** 2 / spread)) ** 0.5
    # b is the negative of the slope: the sign of the covariance of both turns
    return Decay(first, -slope, a_error, b_error, variance * float(roots.mean()) / spread)


def capacity_of(strategy: str, trades: Sequence[Trade]) -> Sizing:
    """What a strategy can carry by its closed trades with a stake, in whole units of money."""
    own = sorted(
        (one for one in trades if one.strategy == strategy and one.stake > 0), key=_closing
    )
    stakes = np.asarray([whole_units(one.stake) for one in own], dtype=np.float64)
    results = np.asarray([whole_units(one.result) for one in own], dtype=np.float64)
    few = f"{len(own)} of at least {TRADES_NEEDED} trades" if len(own) < TRADES_NEEDED else ""
    found = None if few else decay_of(stakes, results)
    measures = (*_decay(found, few, stakes), _half_life(own, stakes, results, few))
    return Sizing(strategy, METHOD, measures, tuple(e for one in own for e in one.entries))


def _decay(found: Decay | None, few: str, stakes: np.ndarray) -> tuple[Measure, ...]:
    sample = len(stakes)
    alike = few or ("" if found else "the stakes do not differ")
    flat = alike
    if found is not None and found.b <= SURE * found.b_error:
        flat = "returns do not fall with the stake by more than two standard errors"
    elif found is not None and found.a <= 0:
        flat = "the smallest trade earns nothing"
    fitted = found if not flat else None
    span: tuple[tuple[str, str], ...] = ()
    if sample:
        span = (("smallest stake", f"{stakes.min():.6g}"), ("largest", f"{stakes.max():.6g}"))
    return (
        Measure(
            "edge",
            None if found is None else found.a,
            "fraction",
            "a of return = a − b·√stake: what the smallest trade earns of its stake",
            sample,
            span,
            None if found is None else found.a_error,
            alike,
        ),
        Measure(
            "impact",
            None if found is None else found.b,
            "ratio",
            "b of return = a − b·√stake, by the square root of money",
            sample,
            span,
            None if found is None else found.b_error,
            alike,
        ),
        Measure(
            "best_stake",
            None if fitted is None else fitted.best,
            "money",
            "(2a/3b)²: where a·q − b·q^1.5 is largest",
            sample,
            span,
            None if fitted is None else fitted.best_error,
            flat,
        ),
        Measure(
            "best_net",
            None if fitted is None else fitted.net(fitted.best),
            "money",
            "a·q − b·q^1.5 there, a trade",
            sample,
            span,
            None if fitted is None else fitted.error_of(fitted.net(fitted.best), 3, -2),
            flat,
        ),
        Measure(
            "half_sharpe_stake",
            None if fitted is None else (fitted.a / (2 * fitted.b)) ** 2,
            "money",
            "(a/2b)²: where the ratio of a trade is half of that of the smallest",
            sample,
            span,
            None if fitted is None else fitted.error_of((fitted.a / (2 * fitted.b)) ** 2, 2, -2),
            flat,
        ),
    )


def _half_life(own: Sequence[Trade], stakes: np.ndarray, results: np.ndarray, few: str) -> Measure:
    """Days in which the ratio of a trade halves: Δ·ln 2 ÷ ln(earlier ÷ later)."""
    definition = "days between the middles of both halves of the trades × ln 2 ÷ ln(SR₁ ÷ SR₂)"
    days, error, reason = None, None, few
    if not few:
        middle = len(own) // 2
        halves = [results[part] / stakes[part] for part in (slice(middle), slice(middle, None))]
        spreads = [float(half.std(ddof=1)) for half in halves]
        ratios = [
            float(half.mean()) / spread if spread > 0 else 0.0
            for half, spread in zip(halves, spreads, strict=True)
        ]
        apart = _middle(own[middle:]) - _middle(own[:middle])
        if min(spreads) <= 0:
            reason = "returns do not vary in one half"
        elif ratios[1] <= 0:
            reason = "the later half has no edge"
        elif ratios[0] <= ratios[1]:
            reason = "the ratio of the later half is not lower"
        elif apart <= 0:
            reason = "both halves closed at the same time"
        else:
            fallen = float(np.log(ratios[0] / ratios[1]))
            days = apart * float(np.log(2)) / fallen
            errors = [
                (1 + ratio**2 / 2) / len(half) / ratio**2
                for ratio, half in zip(ratios, halves, strict=True)
            ]
            error = days / fallen * sum(errors) ** 0.5
            if fallen <= SURE * sum(errors) ** 0.5:
                days, error = None, None
                reason = "the ratio does not fall by more than two standard errors"
    return Measure("sharpe_half_life", days, "days", definition, len(own), (), error, reason)


def _middle(own: Sequence[Trade]) -> float:
    """The mean time of closing, in days."""
    return sum(one.closed.timestamp() for one in own) / len(own) / 86_400


def _closing(trade: Trade) -> tuple[datetime, str]:
    return (trade.closed, trade.id)
