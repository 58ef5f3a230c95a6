"""A covariance, weights of now and views of the user → expected returns: Black–Litterman.

Without views the returns are those under which the weights of now would be best, Π = δΣw. A view is
that a mix of strategies returns so much a period, held with a confidence in (0, 1].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

#: How uncertain the returns of equilibrium are, as a part of the covariance (He, Litterman 1999).
SCALE: Final = 0.05


@dataclass(frozen=True, slots=True)
class View:
    """That Σ share × return of the strategies named will be `expected` a period."""

    shares: Mapping[str, float]
    expected: float
    confidence: float = 0.5

    def __post_init__(self) -> None:
        assert any(self.shares.values()), "a view is about something"
        assert 0 < self.confidence <= 1, "a confidence is above 0 and at most 1"


def equilibrium(
    covariance: np.ndarray, weights: np.ndarray, aversion: float, rate: float = 0.0
) -> np.ndarray:
    """Π = δΣw over the risk-free rate: what the weights of now say of returns."""
    return rate + aversion * covariance @ weights  # type: ignore[no-any-return]


def posterior(
    covariance: np.ndarray,
    prior: np.ndarray,
    names: Sequence[str],
    views: Sequence[View],
    scale: float = SCALE,
) -> tuple[np.ndarray, np.ndarray]:
    """Expected returns and covariance after the views.

    μ = Π + τΣPᵀ(PτΣPᵀ + Ω)⁻¹(Q − PΠ) and Σ + τΣ − τΣPᵀ(PτΣPᵀ + Ω)⁻¹PτΣ, with Ω = (1/c − 1) times
    the diagonal of PτΣPᵀ: at a confidence of one half that of He and Litterman 1999, at one the
    view is certain. Views that contradict each other with certainty are weighed by least squares.
    """
    uncertain = scale * covariance
    if not views:
        return prior, covariance + uncertain
    picks = np.asarray([[view.shares.get(name, 0.0) for name in names] for view in views])
    spoken = picks @ uncertain @ picks.T
    doubt = np.asarray([1 / view.confidence - 1 for view in views]) * np.diag(spoken)
    wanted = np.asarray([view.expected for view in views])
    gain = uncertain @ picks.T @ np.linalg.pinv(spoken + np.diag(doubt))
    means = prior + gain @ (wanted - picks @ prior)
    return means, covariance + uncertain - gain @ picks @ uncertain
