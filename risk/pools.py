"""Reserves, ranges and prices enter; value, greeks, losses and costs of positions in pools leave.

Prices are those of the first asset in units of the second, quantities whole units or base units
throughout. Sources: Uniswap v2 documentation (impermanent loss); Adams et al. 2021, Uniswap v3 Core
(ranges); Milionis, Moallemi, Roughgarden and Zhang 2022 (loss versus rebalancing); Bangia, Diebold,
Schuermann and Stroughair 1999 (cost of the spread). Arguments outside of their domain are faults of
the caller.
"""

from dataclasses import dataclass
from math import isfinite, isinf, sqrt


@dataclass(frozen=True, slots=True)
class Pooled:
    """A position at a price: `x` and `y` of the two assets, and its value in the second.

    `delta` is its slope in the price, in units of the first asset, `gamma` the slope of that.
    """

    x: float
    y: float
    value: float
    delta: float
    gamma: float


@dataclass(frozen=True, slots=True)
class Swap:
    """What a swap of an exact amount gives; `slippage` is the part of the mid price it lost."""

    given: float
    price: float
    slippage: float


@dataclass(frozen=True, slots=True)
class Range:
    """The prices between which liquidity works, and how far the price is from each, as fractions.

    `to_low` is the fall and `to_high` the rise that end it.
    """

    low: float
    high: float
    to_low: float
    to_high: float


def impermanent_loss(ratio: float) -> float:
    """2√r/(1 + r) − 1, r = price now over price at entry: never above zero."""
    assert _positive(ratio), "a price ratio is above zero"
    return 2 * sqrt(ratio) / (1 + ratio) - 1


def constant_product(k: float, price: float) -> Pooled:
    """A position of x·y = k at a price: V = 2√(kp), delta √(k/p), gamma −√k/(2 p^1.5)."""
    assert _positive(k, price), "k and the price are above zero"
    x, y = sqrt(k / price), sqrt(k * price)
    return Pooled(x, y, 2 * y, x, -sqrt(k) / (2 * price**1.5))


def concentrated(liquidity: float, low: float, high: float, price: float) -> Pooled:
    """Liquidity over the range [low, high] at a price; outside of it gamma is zero."""
    assert _positive(liquidity, low, price) and low < high, "a range has a width"
    if price <= low:
        x = liquidity * (1 / sqrt(low) - 1 / sqrt(high))
        return Pooled(x, 0.0, x * price, x, 0.0)
    if price >= high:
        y = liquidity * (sqrt(high) - sqrt(low))
        return Pooled(0.0, y, y, 0.0, 0.0)
    x = liquidity * (1 / sqrt(price) - 1 / sqrt(high))
    y = liquidity * (sqrt(price) - sqrt(low))
    return Pooled(x, y, x * price + y, x, inside_gamma(liquidity, price))


def inside_gamma(liquidity: float, price: float) -> float:
    """−L/(2 p^1.5): the curvature of liquidity while its range holds the price."""
    return -liquidity / (2 * price * sqrt(price))


def range_of(liquidity: float, x: float, y: float, price: float) -> Range | None:
    """The range that liquidity with these amounts at this price has; None outside of its range.

    From x = L(1/√p − 1/√b) and y = L(√p − √a). A range without an end has an infinite one.
    """
    if not (_positive(liquidity, price) and x > 0 and y > 0):
        return None
    root = sqrt(price)
    low_root, over = root - y / liquidity, 1 / root - x / liquidity
    low = low_root**2 if low_root > 0 else 0.0
    high = 1 / over**2 if over > 0 else float("inf")
    return Range(low, high, 1 - low / price, high / price - 1)


def worth_of(liquidity: float, low: float, high: float, first: float, second: float) -> float:
    """What liquidity over [low, high] holds, valued at prices of both assets in one money.

    `low` may be 0 and `high` infinite. Others trade the pool to the prices: where one of its assets
    is worth nothing, all of it is in that one, and nothing is left.
    """
    assert _positive(liquidity) and 0 <= low < high, "a range has a width"
    if first <= 0 or second <= 0:
        return 0.0
    price = min(max(first / second, low), high)
    root, low_root, over = sqrt(price), sqrt(low), 0.0 if isinf(high) else 1 / sqrt(high)
    return liquidity * ((1 / root - over) * first + (root - low_root) * second)


def rebalancing_loss(volatility: float, price: float, gamma: float) -> float:
    """Loss versus rebalancing per unit of time: σ²p²·|gamma|/2, in the second asset.

    Of a constant product that is σ²/8 of its value.
    """
    assert volatility >= 0, "a volatility is not below zero"
    return 0.5 * volatility**2 * price**2 * abs(gamma)


def swap_exact_in(given: float, x: float, y: float, fee: float) -> Swap:
    """What `given` of the first asset gets of reserves x, y: dy = y·dx(1−f)/(x + dx(1−f))."""
    assert _positive(given, x, y) and 0 <= fee < 1, "reserves and the amount are above zero"
    inside = given * (1 - fee)
    out = y * inside / (x + inside)
    return Swap(out, out / given, 1 - (out / given) / (y / x))


def exit_loss(
    quantity: float, price: float, reserve: float, fee: float, move: float = 0.0, *, follows: bool
) -> float:
    """What selling into a constant product loses against its value before a move of the price.

    Proceeds are q·p(1+r)(1−f)/(1 + (1−f)q/x'), where x' = x/√(1+r) if the pool follows the move.
    """
    assert _positive(quantity, price, reserve) and 0 <= fee < 1 and move > -1
    held = reserve / sqrt(1 + move) if follows else reserve
    kept = 1 - fee
    return quantity * price * (1 - (1 + move) * kept / (1 + kept * quantity / held))


def spread_cost(value: float, mean: float, deviation: float, times: float) -> float:
    """Half the spread in a bad hour: ½ · value · (mean + times · deviation)."""
    return 0.5 * value * (mean + times * deviation)


def _positive(*values: float) -> bool:
    return all(isfinite(value) and value > 0 for value in values)
