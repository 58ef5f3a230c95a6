"""An objective and a set of weights → the best weights, by solvers of our own, or None.

Sequential quadratic programs for what is smooth, linear programs for tails and drawdowns. They
stand beside riskfolio: where costs or a turnover count, and where its answer is not good enough.
"""

from typing import Final

import numpy as np

from risk.allocation.constraints import Polytope
from risk.allocation.objectives import Distance, Objective, gap, uncompounded_drawdowns

#: How much better than what was found anything else may be, as a part of the objective.
TOLERANCE: Final = 1e-6
#: Tolerance of weights that are only moved into the constraints: a distance of 10⁻⁵.
NEAR: Final = 1e-10
#: A residual that is smaller says that nothing is inside.
SLIGHT: Final = 1e-14
#: How much a unit that is traded counts beside one of distance.
NEXT_TO_NOTHING: Final = 1e-5
#: How often a program begins again at its own answer.
ATTEMPTS: Final = 4


def smallest(
    objective: Objective,
    inside: Polytope,
    tolerance: float = TOLERANCE,
    start: np.ndarray | None = None,
) -> np.ndarray | None:
    """The weights that make a smooth objective smallest; None where none were found so good.

    Begun at `start`, or between the corners that each weight is largest in; then at its own answer.
    """
    from scipy.optimize import minimize

    begin = between_corners(inside) if start is None else start
    if begin is None:
        return None
    rows, limits = inside.inequalities()
    size = max(abs(objective.value(begin)), float(np.abs(objective.slope(begin)).max()), 1e-300)

    def value(x: np.ndarray, size: float) -> float:
        return objective.value(x) / size

    def slope(x: np.ndarray, size: float) -> np.ndarray:
        return objective.slope(x) / size

    def room(x: np.ndarray) -> np.ndarray:
        return np.subtract(limits, rows @ x)  # type: ignore[no-any-return]

    def steepness(_: np.ndarray) -> np.ndarray:
        return -rows

    for _ in range(ATTEMPTS):
        found = minimize(
            value,
            begin,
            args=(size,),
            jac=slope,
            method="SLSQP",
            bounds=np.column_stack([inside.lowest, inside.highest]),
            constraints=[{"type": "ineq", "fun": room, "jac": steepness}],
            options={"ftol": 1e-16, "maxiter": 500},
        )
        weights = settled(found.x[: inside.count], inside)
        if weights is None:
            return None
        if gap(objective, inside, weights) <= tolerance:
            return weights
        # a finer scale is what makes it look again where it thought it had arrived
        begin, size = inside.whole(weights), size / 100
    return None


def nearest(wanted: np.ndarray, inside: Polytope) -> np.ndarray | None:
    """The weights inside that are nearest to those wanted; None where none are inside."""
    if inside.holds(wanted):
        return wanted
    found = _least_distance(wanted, inside)
    if found is not None and gap(Distance(wanted), inside, found) <= NEAR:
        return found
    return smallest(Distance(wanted), inside, NEAR)


def _least_distance(wanted: np.ndarray, inside: Polytope) -> np.ndarray | None:
    """The projection on the set; None where it was not found.

    Least distance programming (Lawson and Hanson 1974, chapter 23): of min ‖u‖ with G·u ≥ h the
    residual r of the non-negative least squares of [G, h]ᵀ·y and (0, …, 0, 1) gives u = −r ÷ its
    last. A program that walks stops short where many weights are at their bounds. What is traded
    counts next to nothing in the distance.
    """
    from scipy.optimize import nnls

    rows, limits = inside.inequalities()
    one, scale = np.eye(inside.size), np.ones(inside.size)
    scale[inside.count :] = 1 / NEXT_TO_NOTHING
    aimed = np.zeros(inside.size)
    aimed[: inside.count] = wanted
    bounds = np.concatenate([limits, inside.highest, -inside.lowest])
    every = np.vstack([rows, one, -one])
    sides = np.vstack([-(every * scale).T, every @ aimed - bounds])
    aim = np.zeros(inside.size + 1)
    aim[-1] = 1.0
    try:
        shares, _ = nnls(sides, aim)
    except RuntimeError:
        # it went on longer than it may
        return None
    rest = sides @ shares - aim
    if abs(rest[-1]) < SLIGHT:
        return None
    return settled(wanted - rest[: inside.count] / rest[-1], inside)


def settled(weights: np.ndarray, inside: Polytope) -> np.ndarray | None:
    """Weights without the rounding of a solver at their bounds; None where they break more."""
    if not np.isfinite(weights).all():
        return None
    kept = np.clip(weights, inside.lowest[: inside.count], inside.highest[: inside.count])
    kept[np.abs(kept) < 1e-10] = 0.0
    total = float(kept.sum())
    if inside.least == inside.most and total > 0:
        kept = kept * (inside.most / total)
    return kept if inside.holds(kept) else None


def least_tail(columns: np.ndarray, tail: float, inside: Polytope) -> np.ndarray | None:
    """The weights of the least mean of the worst `tail` of losses: a linear program, by HiGHS.

    Rockafellar and Uryasev 2000: min v + Σ(loss − v)⁺ ÷ (tail · T).
    """
    from scipy.sparse import csr_array, eye_array, hstack

    sample, count = columns.shape
    widened = np.hstack([-columns, np.zeros((sample, inside.size - count))])
    rows = hstack([csr_array(widened), csr_array(-np.ones((sample, 1))), -eye_array(sample)])
    costs = np.concatenate([[1.0], np.full(sample, 1 / (tail * sample))])
    lowest = np.concatenate([[-np.inf], np.zeros(sample)])
    return _linear(rows, np.zeros(sample), costs, lowest, inside)


def least_drawdown(columns: np.ndarray, tail: float, inside: Polytope) -> np.ndarray | None:
    """The same of the distance of summed returns from their peak: conditional drawdown at risk.

    Chekhlov, Uryasev and Zabarankin 2005; d_t ≥ d_{t−1} − return, d ≥ 0.
    """
    from scipy.sparse import block_array, csr_array, diags_array, eye_array

    sample, count = columns.shape
    widened = csr_array(np.hstack([-columns, np.zeros((sample, inside.size - count))]))
    steps = diags_array([np.ones(sample - 1), -np.ones(sample)], offsets=[-1, 0])
    one, alone = eye_array(sample), csr_array(np.ones((sample, 1)))
    rows = block_array(
        [[widened, None, steps, None], [csr_array((sample, inside.size)), -alone, one, -one]]
    )
    costs = np.concatenate([[1.0], np.zeros(sample), np.full(sample, 1 / (tail * sample))])
    lowest = np.concatenate([[-np.inf], np.zeros(2 * sample)])
    return _linear(rows, np.zeros(2 * sample), costs, lowest, inside)


def drawdowns_of(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The uncompounded drawdowns of a weighted sum of columns."""
    return uncompounded_drawdowns(columns @ weights)


def _linear(
    rows: object, limits: np.ndarray, costs: np.ndarray, lowest: np.ndarray, inside: Polytope
) -> np.ndarray | None:
    """Weights of the least `costs` of the unknowns behind them, under both sets of rows."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    own, bounds = inside.inequalities()
    beside = hstack([csr_array(own), csr_array((len(own), len(costs)))])
    found = linprog(
        np.concatenate([np.zeros(inside.size), costs]),
        A_ub=vstack([rows, beside]),
        b_ub=np.concatenate([limits, bounds]),
        bounds=np.column_stack(
            [
                np.concatenate([inside.lowest, lowest]),
                np.concatenate([inside.highest, np.full(len(costs), np.inf)]),
            ]
        ),
        method="highs",
    )
    return settled(found.x[: inside.count], inside) if found.status == 0 else None


def between_corners(inside: Polytope) -> np.ndarray | None:
    """A point inside that no bound is nearer to than need be; None where there is none."""
    corners = []
    for at in range(inside.count):
        direction = np.zeros(inside.size)
        direction[at] = -1.0
        corner = inside.cheapest(direction)
        if corner is None:
            return None
        corners.append(corner)
    return np.mean(corners, axis=0)  # type: ignore[no-any-return]
