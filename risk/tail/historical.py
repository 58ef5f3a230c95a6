"""Returns → tails of what happened: as it was, weighted by age, or rescaled to now's volatility.

historical   type-7 quantile of the sample; ES is the mean of the returns strictly below it
             (Hyndman and Fan 1996; McNeil, Frey and Embrechts 2015, section 2.2)
aged         each of the last 500 days weighs 0.995 of the day after it; VaR is the first return,
             from the worst on, with the part asked for at or below it, ES the mean of that part
             (Boudoukh, Richardson and Whitelaw 1998)
filtered     z_t = r_t/σ_t with EWMA σ (λ = 0.94, begun at the sample's mean square), quantile of
             z_t·σ_{T+1} (Barone-Adesi, Giannopoulos and Vosper 1999)
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from risk.tail.quantile import Tail, beyond, loss, quantile

#: RiskMetrics 1996, daily data.
DECAY: Final = 0.94
#: A day whose filtered volatility is a smaller part of the sample's cannot be rescaled.
STILLNESS: Final = 0.1
#: Days of which the oldest weight is no number too small.
DAYS_AT_ONCE: Final = 1_000
LONG_STILL: Final = "a day moved after a long stillness"

#: What a day weighs of the day after it, and how many days weigh anything.
AGEING: Final = 0.995
DAYS_REMEMBERED: Final = 500


def historical(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of the sample itself."""
    sample = np.sort(np.asarray(returns, dtype=np.float64))
    at_risk = quantile(sample, beyond(confidence))
    below = sample[sample < at_risk]
    shortfall = min(at_risk, float(below.mean())) if len(below) else at_risk
    return loss(at_risk), loss(shortfall)


def aged(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of the last days, the newer the weightier; the returns stand in order of time."""
    sample, weights = weighed_by_age(returns)
    part = float(beyond(confidence))
    so_far = np.cumsum(weights)
    # what is within rounding of the part asked for has reached it
    at = int(np.searchsorted(so_far, part * (1 - 1e-12)))
    worse = float((sample[:at] * weights[:at]).sum())
    shortfall = (worse + (part - float(weights[:at].sum())) * float(sample[at])) / part
    return loss(float(sample[at])), loss(min(shortfall, float(sample[at])))


def weighed_by_age(returns: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """The last days from the worst on, and their weights, which sum to one."""
    sample = np.asarray(returns[-DAYS_REMEMBERED:], dtype=np.float64)
    weights = AGEING ** np.arange(len(sample) - 1, -1, -1, dtype=np.float64)
    order = np.argsort(sample, kind="stable")
    return sample[order], weights[order] / weights.sum()


def filtered(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) of the returns rescaled from the volatility of their day to tomorrow's."""
    found = rescaled(returns)
    return found if isinstance(found, str) else historical(found.tolist(), confidence)


def rescaled(returns: Sequence[float]) -> np.ndarray | str:
    """The returns from the volatility of their day to tomorrow's.

    A reason where a day moved after so long a stillness that its volatility says nothing.
    """
    sample = np.asarray(returns, dtype=np.float64)
    known = variances(sample)
    moved = sample != 0
    if (known[:-1][moved] < STILLNESS**2 * known[0]).any():
        return LONG_STILL
    found = np.zeros(len(sample))
    found[moved] = sample[moved] * np.sqrt(known[-1] / known[:-1][moved])
    return found


def variances(sample: np.ndarray) -> np.ndarray:
    """σ² before each day and after the last: v' = λ·v + (1 − λ)·r², begun at the mean square."""
    squares = sample**2
    found = np.empty(len(sample) + 1)
    found[0] = squares.mean()
    for start in range(0, len(sample), DAYS_AT_ONCE):
        part = squares[start : start + DAYS_AT_ONCE]
        weights = DECAY ** np.arange(1, len(part) + 1, dtype=np.float64)
        sums = found[start] + (1 - DECAY) * np.cumsum(part / weights)
        found[start + 1 : start + 1 + len(part)] = weights * sums
    return found
