"""What weights must hold → a set of linear inequalities that programs can search.

Weights are fractions of what is to be divided. A group is a chain or a protocol; a strategy that
runs on several belongs to each by a share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

#: How far a weight or a sum may be from its bound: rounding of solvers.
ROUNDING: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Group:
    """Bounds on what stands on one chain or in one protocol.

    `shares` says which part of each strategy belongs to it, from 0 to 1.
    """

    kind: str
    name: str
    shares: Mapping[str, float]
    floor: float = 0.0
    cap: float = 1.0


@dataclass(frozen=True, slots=True)
class Constraints:
    """Bounds by name of strategy, of groups, and what it costs to get there.

    `current` are the weights of now, those not named being zero; `turnover` bounds the sum of what
    is bought and sold, Σ|w − w₀|. `costs` are fractions of what is traded, earned back over
    `horizon` periods: they count where an expected return does. Capacity is a cap.
    """

    floors: Mapping[str, float] = field(default_factory=dict)
    caps: Mapping[str, float] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    current: Mapping[str, float] | None = None
    turnover: float | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    horizon: int = 30

    def __post_init__(self) -> None:
        bounds = [*self.floors.values(), *self.caps.values(), *self.costs.values()]
        bounds += [bound for group in self.groups for bound in (group.floor, group.cap)]
        assert all(0 <= bound <= 1 for bound in bounds), "a bound is a fraction"
        assert self.turnover is None or self.turnover >= 0, "a turnover is not negative"
        assert self.turnover is None or self.current is not None, "turnover is from something"
        assert self.horizon > 0, "a horizon is one period or more"

    @property
    def free(self) -> bool:
        """Whether nothing bounds the weights."""
        bounded = self.floors or self.caps or self.groups
        return not bounded and self.turnover is None


NONE: Final = Constraints()


@dataclass(frozen=True, slots=True, eq=False)
class Polytope:
    """x with `rows`·x ≤ `limits`, `lowest` ≤ x ≤ `highest`, and of its first `count` a sum.

    The sum lies in [`least`, `most`]. The first `count` of x are weights; where trading is counted
    as many more follow, no less than |w − w₀|. `prices` is what a period pays for x: zeros for the
    weights, costs over the horizon for the trades.
    """

    count: int
    rows: np.ndarray
    limits: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    least: float
    most: float
    prices: np.ndarray
    current: np.ndarray

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return len(self.lowest)

    def also(self, row: np.ndarray, limit: float) -> "Polytope":
        """The same with `row`·x ≤ `limit`, over as many unknowns."""
        return Polytope(
            self.count,
            np.vstack([self.rows, row]),
            np.append(self.limits, limit),
            self.lowest,
            self.highest,
            self.least,
            self.most,
            self.prices,
            self.current,
        )

    def whole(self, weights: np.ndarray) -> np.ndarray:
        """The unknowns of given weights."""
        if self.size == self.count:
            return weights
        return np.concatenate([weights, np.abs(weights - self.current)])

    def holds(self, weights: np.ndarray) -> bool:
        """Whether weights are inside, but for rounding."""
        x, total = self.whole(weights), float(weights.sum())
        inside = (x >= self.lowest - ROUNDING).all() and (x <= self.highest + ROUNDING).all()
        kept = (self.rows @ x <= self.limits + ROUNDING).all()
        return bool(inside and kept and self.least - ROUNDING <= total <= self.most + ROUNDING)

    def cheapest(self, direction: np.ndarray) -> np.ndarray | None:
        """The x of the least `direction`·x, by HiGHS; None where there is no x at all."""
        from scipy.optimize import linprog

        rows, limits = self.inequalities()
        bounds = np.column_stack([self.lowest, self.highest])
        found = linprog(direction, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
        return found.x if found.status == 0 else None

    def inequalities(self) -> tuple[np.ndarray, np.ndarray]:
        """All rows and limits, those of the sum among them."""
        summed = np.zeros(self.size)
        summed[: self.count] = 1.0
        rows = np.vstack([self.rows, summed, -summed])
        return rows, np.concatenate([self.limits, [self.most, -self.least]])


def polytope(
    names: Sequence[str], constraints: Constraints, still: frozenset[int], least: float = 1.0
) -> Polytope:
    """The weights over named strategies that hold the constraints; their sum is 1.

    Those at `still` get no more than their floor. With `least` under one the rest may be cash.
    """
    count = len(names)
    lowest = np.asarray([constraints.floors.get(name, 0.0) for name in names])
    highest = np.asarray([constraints.caps.get(name, 1.0) for name in names])
    for at in still:
        highest[at] = lowest[at]
    rows, limits = [np.zeros(count)], [0.0]
    for group in constraints.groups:
        shares = np.asarray([group.shares.get(name, 0.0) for name in names])
        rows += [shares, -shares]
        limits += [group.cap, -group.floor]
    plain = Polytope(
        count,
        np.vstack(rows),
        np.asarray(limits),
        lowest,
        highest,
        least,
        1.0,
        np.zeros(count),
        np.zeros(count),
    )
    traded = constraints.turnover is not None or bool(constraints.costs)
    return _with_trades(plain, names, constraints) if traded else plain


def _with_trades(plain: Polytope, names: Sequence[str], constraints: Constraints) -> Polytope:
    """The unknowns doubled by what is traded of each: u ≥ w − w₀, u ≥ w₀ − w, Σu ≤ turnover."""
    count = plain.count
    held = constraints.current or {}
    current = np.asarray([held.get(name, 0.0) for name in names])
    one, none = np.eye(count), np.zeros((len(plain.rows), count))
    # what is held in strategies that are not weighed here has to be sold before anything else
    left = sum(weight for name, weight in held.items() if name not in set(names))
    most = np.inf if constraints.turnover is None else constraints.turnover - left
    rows = [np.hstack([plain.rows, none]), np.hstack([one, -one]), np.hstack([-one, -one])]
    limits = [plain.limits, current, -current]
    if np.isfinite(most):
        rows.append(np.concatenate([np.zeros(count), np.ones(count)])[None, :])
        limits.append(np.asarray([most]))
    prices = [constraints.costs.get(name, 0.0) / constraints.horizon for name in names]
    return Polytope(
        count,
        np.vstack(rows),
        np.concatenate(limits),
        np.concatenate([plain.lowest, np.zeros(count)]),
        np.concatenate([plain.highest, np.full(count, 2.0)]),
        plain.least,
        plain.most,
        np.concatenate([np.zeros(count), prices]),
        current,
    )
