"""Returns of strategies → what each state of a strategy is worth, learned by temporal differences.

A strategy is in one of four states: whether its recent mean (EWMA) is above zero, and whether its
recent variance is above its own mean so far. The value of a state is what it earns from then on,
each day counting γ of the day before. After a day the state that it began in is corrected by
α(r + γV(now) − V(then)), and by traces the states before it by γλ of that a day: TD(λ), Sutton
1988. Values are kept for each state for ever, so a regime that comes back is known at once.

Weights are ∝ exp(V ÷ τ) of each strategy's state, V in deviations of its own returns, so that a
strategy ten times as large is not ten times as good. Nothing is drawn at random.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

STATES: Final = 4
#: What a day counts beside the one after it in the recent mean and variance.
RECENT: Final = 0.94


@dataclass(frozen=True, slots=True)
class Learning:
    """Step α, discount γ, trace λ (0 looks one day ahead), and temperature τ of the weights."""

    step: float = 0.05
    discount: float = 0.9
    trace: float = 0.5
    temperature: float = 1.0

    def __post_init__(self) -> None:
        assert 0 < self.step <= 1, "a step is a fraction"
        assert 0 <= self.discount < 1 and 0 <= self.trace <= 1, "a discount is under one"
        assert self.temperature > 0, "a temperature is above zero"


STANDARD: Final = Learning()


def states_of(returns: np.ndarray) -> np.ndarray:
    """The state 0…3 of each strategy (T × N) after each day, of the days until then alone.

    1 is added where the recent mean is above zero, 2 where the recent variance is above its mean so
    far.
    """
    days, count = returns.shape
    mean, variance, seen = np.zeros(count), np.zeros(count), np.zeros(count)
    found = np.zeros((days, count), dtype=np.int64)
    for day in range(days):
        mean = RECENT * mean + (1 - RECENT) * returns[day]
        variance = RECENT * variance + (1 - RECENT) * returns[day] ** 2
        # begun at zero, both are too small by the same known part at first
        known = 1 - RECENT ** (day + 1)
        seen += (variance / known - seen) / (day + 1)
        found[day] = (mean > 0) + 2 * (variance / known > seen)
    return found


def values(
    states: np.ndarray, rewards: np.ndarray, count: int = STATES, learning: Learning = STANDARD
) -> np.ndarray:
    """The value of each state (T + 1 × N × count) before each day and after the last.

    `states` (T + 1 × N) are those that the days begin in, the last that of the day to come;
    `rewards` (T × N) what the days bring.
    """
    days, wide = rewards.shape
    assert states.shape == (days + 1, wide), "one more state than rewards"
    path, traces = np.zeros((days + 1, wide, count)), np.zeros((wide, count))
    every = np.arange(wide)
    for day in range(days):
        known = path[day]
        then, now = known[every, states[day]], known[every, states[day + 1]]
        error = rewards[day] + learning.discount * now - then
        traces *= learning.discount * learning.trace
        traces[every, states[day]] += 1
        path[day + 1] = known + learning.step * error[:, None] * traces
    return path


def temporal(returns: np.ndarray, learning: Learning = STANDARD) -> np.ndarray:
    """Weights (T + 1) × N; row t of the returns before t alone, the first equal."""
    days, count = returns.shape
    weights = np.full((days + 1, count), 1 / count)
    if days < 2:
        return weights
    # of each day the state that it begins in is that after the day before; the first has none
    begun = states_of(returns)
    known = values(begun, returns[1:], STATES, learning)
    squares = np.cumsum(returns**2, axis=0) / np.arange(1, days + 1)[:, None]
    scales = np.sqrt(np.maximum(squares - _means(returns) ** 2, 0.0))
    every = np.arange(count)
    for day in range(days):
        worth = known[day][every, begun[day]]
        moved = scales[day] > 0
        scores = np.where(moved, worth / np.where(moved, scales[day], 1.0), 0.0)
        risen = np.exp((scores - scores.max()) / learning.temperature)
        weights[day + 1] = risen / risen.sum()
    return weights


def _means(returns: np.ndarray) -> np.ndarray:
    counts = np.arange(1, len(returns) + 1)[:, None]
    return np.cumsum(returns, axis=0) / counts
