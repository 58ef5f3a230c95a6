"""A covariance → weights by halving a tree of correlations, in the variant of the paper.

López de Prado 2016 joins columns by single linkage on the Euclidean distance between columns of
the distance √((1 − ρ)/2); libraries join them on that distance itself, which is another tree. Both
are here, the second for comparison with riskfolio.
"""

from typing import Final, Literal

import numpy as np

Tree = Literal["paper", "condensed"]
TREES: Final[tuple[Tree, ...]] = ("paper", "condensed")


def bisected(covariance: np.ndarray, tree: Tree = "paper", linkage: str = "single") -> np.ndarray:
    """Weights of each column: halves of the leaves share by the inverse of their variance."""
    weights = np.ones(len(covariance))
    parts = [leaves(covariance, tree, linkage)]
    while parts:
        part = parts.pop()
        if len(part) < 2:
            continue
        left, right = part[: len(part) // 2], part[len(part) // 2 :]
        first, second = _variance(covariance, left), _variance(covariance, right)
        weights[left] *= second / (first + second)
        weights[right] *= first / (first + second)
        parts += [left, right]
    return weights


def leaves(covariance: np.ndarray, tree: Tree, linkage: str) -> list[int]:
    """The columns in the order in which the tree has them."""
    from scipy.cluster.hierarchy import leaves_list
    from scipy.cluster.hierarchy import linkage as joined
    from scipy.spatial.distance import pdist, squareform

    deviations = np.sqrt(np.diag(covariance))
    rho = np.clip(covariance / np.outer(deviations, deviations), -1, 1)
    distance = np.sqrt((1 - rho) / 2)
    np.fill_diagonal(distance, 0)
    condensed = pdist(distance) if tree == "paper" else squareform(distance, checks=False)
    return [int(at) for at in leaves_list(joined(condensed, linkage))]


def _variance(covariance: np.ndarray, part: list[int]) -> float:
    block = covariance[np.ix_(part, part)]
    inverse = 1 / np.diag(block)
    inverse /= inverse.sum()
    return float(inverse @ block @ inverse)
