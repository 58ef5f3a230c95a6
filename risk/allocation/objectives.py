"""Weights → what a model makes as small as it can, with its slope; all of one period.

Each is convex in the weights, but for the ratio, of which a convex bound is searched. Costs of
trading are subtracted where an expected return counts. Losses are positive.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from risk.allocation.constraints import Polytope


class Objective(Protocol):
    """What is made small over the unknowns x, the first of which are weights."""

    def value(self, x: np.ndarray) -> float:
        """How large it is."""

    def slope(self, x: np.ndarray) -> np.ndarray:
        """How it grows."""

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """A slope that nothing convex lies below at x, and what a gap is to be divided by."""


@dataclass(frozen=True, slots=True, eq=False)
class Variance:
    """wᵀΣw."""

    covariance: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """The variance."""
        weights = x[: len(self.covariance)]
        return float(weights @ self.covariance @ weights)

    def slope(self, x: np.ndarray) -> np.ndarray:
        """2Σw."""
        weights = x[: len(self.covariance)]
        return _padded(np.multiply(2, self.covariance @ weights), len(x))

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Its own slope, as a part of the variance, or of a billionth of that of one column."""
        least = 1e-9 * float(np.diag(self.covariance).mean())
        return self.slope(x), max(self.value(x), least)


@dataclass(frozen=True, slots=True, eq=False)
class Utility:
    """λ/2·wᵀΣw − μᵀw and costs: the negative of mean–variance utility."""

    means: np.ndarray
    covariance: np.ndarray
    aversion: float
    prices: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """What is lost of utility."""
        weights = x[: len(self.means)]
        risk = self.aversion / 2 * float(weights @ self.covariance @ weights)
        return risk - float(self.means @ weights) + float(self.prices @ x)

    def slope(self, x: np.ndarray) -> np.ndarray:
        """λΣw − μ and costs."""
        weights = x[: len(self.means)]
        risen = self.aversion * self.covariance @ weights - self.means
        return np.add(_padded(risen, len(x)), self.prices)  # type: ignore[no-any-return]

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Its own slope, beside the terms that it is the difference of."""
        weights = x[: len(self.means)]
        risk = self.aversion / 2 * float(weights @ self.covariance @ weights)
        return self.slope(x), risk + float(np.abs(self.means) @ np.abs(weights))


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """−((μ − r)ᵀw − costs) ÷ √(wᵀΣw): the negative of the Sharpe ratio."""

    excess: np.ndarray
    covariance: np.ndarray
    prices: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """The negative of the ratio."""
        return -self._gain(x) / self._deviation(x)

    def slope(self, x: np.ndarray) -> np.ndarray:
        """By the rule of quotients."""
        weights, deviation = x[: len(self.excess)], self._deviation(x)
        risen = _padded(self.covariance @ weights / deviation, len(x))
        gained = _padded(self.excess, len(x)) - self.prices
        return np.divide(risen * self._gain(x) / deviation - gained, deviation)  # type: ignore[no-any-return]

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """S·σ(w) − gain is zero here and negative wherever the ratio is above S; it is convex."""
        weights, deviation = x[: len(self.excess)], self._deviation(x)
        ratio = self._gain(x) / deviation
        risen = _padded(self.covariance @ weights / deviation, len(x))
        gained = _padded(self.excess, len(x)) - self.prices
        return ratio * risen - gained, abs(ratio) * deviation

    def _gain(self, x: np.ndarray) -> float:
        return float(self.excess @ x[: len(self.excess)]) - float(self.prices @ x)

    def _deviation(self, x: np.ndarray) -> float:
        weights = x[: len(self.excess)]
        return float(np.sqrt(max(float(weights @ self.covariance @ weights), 1e-300)))


@dataclass(frozen=True, slots=True, eq=False)
class Entropic:
    """EVaR = min over z > 0 of z·ln(mean exp(loss/z) ÷ (1 − confidence)): Ahmadi-Javid 2012."""

    columns: np.ndarray
    tail: float

    def value(self, x: np.ndarray) -> float:
        """The entropic value at risk of the losses."""
        return self._at(self.columns @ -x[: self.columns.shape[1]])[0]

    def slope(self, x: np.ndarray) -> np.ndarray:
        """By the scenarios' weights at the best z, which moves nothing at first order."""
        losses = self.columns @ -x[: self.columns.shape[1]]
        _, scale = self._at(losses)
        weighed = np.exp((losses - losses.max()) / scale)
        return _padded(-(weighed / weighed.sum()) @ self.columns, len(x))

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Its own slope, as a part of the largest loss."""
        losses = self.columns @ -x[: self.columns.shape[1]]
        return self.slope(x), float(np.abs(losses).max())

    def _at(self, losses: np.ndarray) -> tuple[float, float]:
        from scipy.optimize import minimize_scalar

        worst, spread = float(losses.max()), float(losses.std())
        if spread <= 1e-15 * max(1.0, abs(worst)):
            return worst, 1.0

        def entropic(log_scale: float) -> float:
            scale = float(np.exp(log_scale))
            mean = float(np.exp((losses - worst) / scale).mean())
            return worst + scale * float(np.log(mean / self.tail))

        middle = float(np.log(spread))
        found = minimize_scalar(
            entropic, bounds=(middle - 9, middle + 9), method="bounded", options={"xatol": 1e-10}
        )
        return float(found.fun), float(np.exp(found.x))


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """−mean ln(1 + r + (R − r)ᵀw) and costs: the negative of what wealth grows by in a period.

    What is not in a strategy is cash at the rate r.
    """

    columns: np.ndarray
    rate: float
    prices: np.ndarray

    #: Wealth below which the logarithm is replaced by its parabola, so that solvers may try it.
    LEAST = 1e-6

    def value(self, x: np.ndarray) -> float:
        """The negative of growth."""
        wealth = self.wealth(x[: self.columns.shape[1]])
        low = np.maximum(wealth, self.LEAST)
        beyond = (wealth - low) / self.LEAST
        return float(-(np.log(low) + beyond - beyond**2 / 2).mean() + self.prices @ x)

    def slope(self, x: np.ndarray) -> np.ndarray:
        """−mean (R − r) ÷ wealth."""
        wealth = self.wealth(x[: self.columns.shape[1]])
        low = np.maximum(wealth, self.LEAST)
        steep = (1 - (wealth - low) / self.LEAST) / low
        lost = -(steep @ (self.columns - self.rate)) / len(wealth)
        return np.add(_padded(lost, len(x)), self.prices)  # type: ignore[no-any-return]

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Its own slope; a gap of growth is divided by the mean size of its terms."""
        wealth = np.maximum(self.wealth(x[: self.columns.shape[1]]), self.LEAST)
        return self.slope(x), max(float(np.abs(np.log(wealth)).mean()), self.LEAST)

    def wealth(self, weights: np.ndarray) -> np.ndarray:
        """What one becomes in each scenario."""
        return np.add(1 + self.rate, (self.columns - self.rate) @ weights)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """Σ(w − v)²: how far weights are from those that a model would give without constraints."""

    wanted: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """The square of the distance."""
        return float(((x[: len(self.wanted)] - self.wanted) ** 2).sum())

    def slope(self, x: np.ndarray) -> np.ndarray:
        """2(w − v)."""
        return _padded(2 * (x[: len(self.wanted)] - self.wanted), len(x))

    def bound(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """Its own slope; a weight is compared with one."""
        return self.slope(x), 1.0


def gap(objective: Objective, inside: Polytope, weights: np.ndarray) -> float:
    """By how much the objective could at most be smaller, as a part of its size.

    A convex function lies above its tangent, so the tangent's least value over all weights bounds
    what any of them could reach (Frank and Wolfe 1956). Infinity where there are no weights.
    """
    x = inside.whole(weights)
    slope, size = objective.bound(x)
    best = inside.cheapest(slope)
    if best is None or not np.isfinite(size):
        return float("inf")
    return float(slope @ (x - best)) / max(size, 1e-300)


def conditional_value(losses: np.ndarray, tail: float) -> float:
    """The mean of the worst `tail` of the losses, a part of one counted as a part.

    Rockafellar and Uryasev 2002.
    """
    worst = np.sort(losses)[::-1]
    wanted = tail * len(worst)
    whole = int(wanted + 1e-9)
    rest = max(0.0, wanted - whole)
    part = worst[whole] * rest if whole < len(worst) else 0.0
    return float((worst[:whole].sum() + part) / wanted)


def uncompounded_drawdowns(returns: np.ndarray) -> np.ndarray:
    """The distance of summed returns from their highest so far, the start counting as one."""
    path = np.concatenate([[0.0], np.cumsum(returns)])
    return (np.maximum.accumulate(path) - path)[1:]  # type: ignore[no-any-return]


def _padded(slope: np.ndarray, size: int) -> np.ndarray:
    return np.concatenate([slope, np.zeros(size - len(slope))])
