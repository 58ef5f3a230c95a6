"""Returns day by day → weights for the next day, by rules whose regret is bounded on any returns.

A rule learns from each day without a window: nothing is forgotten, and a bound holds for every
sequence within the range named, not for likely ones. Regret is what the best fixed choice in
hindsight earned more; `…_bound` says how much that can be. Row t of a path of weights was made of
the returns before t alone; the last row, one more than there are days, is for the day to come.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

#: The range of a day's return within which a bound holds: losses are (high − R) ÷ (high − low).
SPAN: Final = (-0.05, 0.05)
#: The rate of Helmbold et al. 1998, and the share of the weights that fixed-share hands round.
RATE: Final = 0.05
SHARE: Final = 0.01
#: A cost by which a rate is still a number, and still one times any losses.
_NOTHING: Final = 1e-200


def losses_of(returns: np.ndarray, span: tuple[float, float] = SPAN) -> np.ndarray:
    """Returns (T × N) as losses in [0, 1]; what lies outside the span counts as its end."""
    low, high = span
    assert low < high, "a span has a low and a high end"
    return np.clip((high - returns) / (high - low), 0.0, 1.0)


def hedge(losses: np.ndarray) -> np.ndarray:
    """Weights (T + 1) × N ∝ exp(−ηₜ · losses so far), ηₜ = 2√(ln N ÷ t), whatever the length.

    Freund and Schapire 1997, with the rate that needs no end (Auer, Cesa-Bianchi, Gentile 2002).
    Losses lie in [0, 1].
    """
    days, count = losses.shape
    assert ((losses >= 0) & (losses <= 1)).all(), "a loss lies in [0, 1]"
    so_far = np.vstack([np.zeros(count), np.cumsum(losses, axis=0)])
    rates = 2 * np.sqrt(np.log(count) / np.arange(1, days + 2))
    return _soft(-rates[:, None] * so_far)


def hedge_bound(days: int, count: int) -> float:
    """√(T ln N): the most that the best strategy can have lost less than `hedge`."""
    return float(np.sqrt(days * np.log(count)))


def adaptive_hedge(returns: np.ndarray) -> np.ndarray:
    """The same with a rate of ln N over what mixing has cost so far; it knows no range.

    AdaHedge, de Rooij, van Erven, Grünwald, Koolen 2014: weights do not change when all returns are
    multiplied by a number, and follow a clear leader soon.
    """
    days, count = returns.shape
    weights, so_far, mixed = np.full((days + 1, count), 1 / count), np.zeros(count), 0.0
    if count < 2:
        return weights
    for day in range(days):
        losses = -returns[day]
        rate = _adaptive_rate(count, mixed)
        own = _leaders(so_far) if np.isinf(rate) else _soft(-rate * so_far[None, :])[0]
        weights[day] = own
        lost, least = float(own @ losses), float(losses[own > 0].min())
        if np.isinf(rate):
            mix = least
        else:
            mix = least - float(np.log(own @ np.exp(-rate * (losses - least)))) / rate
        mixed += max(0.0, lost - mix)
        so_far += losses
    rate = _adaptive_rate(count, mixed)
    weights[days] = _leaders(so_far) if np.isinf(rate) else _soft(-rate * so_far[None, :])[0]
    return weights


def _adaptive_rate(count: int, mixed: float) -> float:
    """The rate by what mixing has cost, ln N over it; what is next to nothing has cost nothing."""
    return float(np.log(count)) / mixed if mixed > _NOTHING else np.inf


def adaptive_hedge_bound(returns: np.ndarray) -> float:
    """√(Σ sₜ² ln N) + S(4/3 ln N + 2), sₜ the spread of a day's returns and S the largest."""
    spreads, logarithm = np.ptp(returns, axis=1), float(np.log(returns.shape[1]))
    most = float(spreads.max()) if len(spreads) else 0.0
    return float(np.sqrt((spreads**2).sum() * logarithm)) + most * (4 / 3 * logarithm + 2)


def exponentiated_gradient(returns: np.ndarray, rate: float = RATE) -> np.ndarray:
    """Weights ∝ w · exp(η x ÷ w·x), x = 1 + R over the day's best: the growth of a mix.

    Helmbold, Schapire, Singer, Warmuth 1998. A return is above −1.
    """
    days, count = returns.shape
    assert (returns > -1).all(), "a return is above minus one"
    assert rate > 0, "a rate is above zero"
    weights = np.full((days + 1, count), 1 / count)
    relatives = 1 + returns
    for day in range(days):
        slope = relatives[day] / float(weights[day] @ relatives[day])
        risen = weights[day] * np.exp(rate * (slope - slope.max()))
        weights[day + 1] = risen / risen.sum()
    return weights


def exponentiated_gradient_bound(returns: np.ndarray, rate: float = RATE) -> float:
    """How much more the best fixed mix can have grown, in logarithms: ln N ÷ η + ηT ÷ (8r²).

    r is the least of a day's 1 + R over the best of that day.
    """
    days, count = returns.shape
    relatives = 1 + returns
    least = float((relatives / relatives.max(axis=1, keepdims=True)).min()) if days else 1.0
    return float(np.log(count) / rate + rate * days / (8 * least**2))


def fixed_share(losses: np.ndarray, rate: float, share: float = SHARE) -> np.ndarray:
    """Hedge of a fixed rate that hands a share of the weights round each day.

    Herbster and Warmuth 1998, to all alike (Cesa-Bianchi, Gaillard, Lugosi, Stoltz 2012): what was
    good in an earlier regime keeps a weight and comes back soon, so that nothing is forgotten.
    """
    days, count = losses.shape
    assert ((losses >= 0) & (losses <= 1)).all(), "a loss lies in [0, 1]"
    assert rate > 0 and 0 <= share < 1, "a rate is above zero, a share a fraction"
    weights = np.full((days + 1, count), 1 / count)
    for day in range(days):
        left = weights[day] * np.exp(-rate * (losses[day] - losses[day].min()))
        weights[day + 1] = (1 - share) * left / left.sum() + share / count
    return weights


def fixed_share_bound(days: int, count: int, switches: int, rate: float, share: float) -> float:
    """How much less the best sequence of strategies with so many switches can have lost.

    ((m + 1) ln N − m ln α − (T − m − 1) ln(1 − α)) ÷ η + ηT ÷ 8.
    """
    assert 0 <= switches < max(days, 1), "a switch lies between two days"
    stayed = (days - switches - 1) * np.log(1 - share) if days else 0.0
    moved = switches * np.log(share) if switches else 0.0
    paid = ((switches + 1) * np.log(count) - moved - stayed) / rate
    return float(paid + rate * days / 8)


def best_rate(days: int, count: int) -> float:
    """√(8 ln N ÷ T): the fixed rate of the least bound over so many days."""
    return float(np.sqrt(8 * np.log(max(count, 2)) / max(days, 1)))


def shared(returns: np.ndarray) -> np.ndarray:
    """`fixed_share` of returns within the span, at the rate that is best over a quarter year."""
    return fixed_share(losses_of(returns), best_rate(QUARTER, returns.shape[1]))


def hedged(returns: np.ndarray) -> np.ndarray:
    """`hedge` of returns within the span."""
    return hedge(losses_of(returns))


#: Days over which a regime is supposed to last.
QUARTER: Final = 91

LEARNERS: Final[dict[str, Callable[[np.ndarray], np.ndarray]]] = {
    "exponentiated-gradient": exponentiated_gradient,
    "hedge": hedged,
    "adaptive-hedge": adaptive_hedge,
    "fixed-share": shared,
}


def _soft(scores: np.ndarray) -> np.ndarray:
    """Weights ∝ exp(score), row by row."""
    risen = np.exp(scores - scores.max(axis=1, keepdims=True))
    return risen / risen.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def _leaders(losses: np.ndarray) -> np.ndarray:
    """Equal weights of those that lost least."""
    first = losses == losses.min()
    return first / first.sum()  # type: ignore[no-any-return]
