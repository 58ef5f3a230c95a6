"""What strategies hold now and what they should → trades, each worth its cost or left alone.

A target is the best of its model, so leaving a weight Δ away from it costs ½·λ·σ²·Δ² of NAV a day
(the second-order loss of utility μ − λ/2·σ²; the first order is zero at the best). Over a horizon
that is what a trade earns; its price is the network fee that the strategy's own transactions paid
on average, and a fraction of what is traded. Where the price is not less, nothing is traded: a band
around the target (Davis and Norman 1990; with a fixed cost, Constantinides 1986).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.model import Allocation, Measure, ReturnSeries
from risk.returns import varies

_CENT: Final = 0.005


@dataclass(frozen=True, slots=True)
class Prices:
    """λ of the loss of utility, the days over which a trade has to earn its price, and its cost."""

    aversion: float = 2.0
    horizon: int = 30
    cost: float = 0.0

    def __post_init__(self) -> None:
        assert self.aversion > 0 and self.horizon > 0, "an aversion, and days to earn a price in"
        assert 0 <= self.cost < 1, "a cost is a fraction"


@dataclass(frozen=True, slots=True)
class Fees:
    """Network fees that a strategy's own transactions paid on one network, in whole units."""

    network: str
    paid: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Money to put into a strategy, or to take out where negative; in whole units of NAV's.

    `current` and `target` are weights. `trade` says whether it is worth its price, `reason` why.
    """

    strategy: str
    current: float
    target: float
    amount: float
    trade: bool
    reason: str
    measures: tuple[Measure, ...]


def rebalancing(
    held: Mapping[str, float],
    nav: float,
    allocation: Allocation,
    series: Sequence[ReturnSeries],
    fees: Mapping[str, Fees],
    prices: Prices,
) -> tuple[Move, ...]:
    """The trades from what strategies hold (whole units) to the weights of an allocation of `nav`.

    What is held by strategies without a weight there is to be sold: who does not want that leaves
    them out of `held`, and what they hold out of `nav`. Largest first; those that are
    not worth their price are in the list, with the reason, and are not to be traded.
    """
    assert nav > 0, "there is something to divide"
    wanted = dict(allocation.weights)
    returns = {each.name: each for each in series}
    moves = []
    for name in sorted(held.keys() | wanted.keys()):
        current, target = held.get(name, 0.0) / nav, wanted.get(name, 0.0)
        move = _move(name, current, target, nav, (fees.get(name), returns.get(name), prices))
        moves.append(move)
    return tuple(sorted(moves, key=lambda move: (-abs(move.amount), move.strategy)))


def _move(
    name: str,
    current: float,
    target: float,
    nav: float,
    known: tuple[Fees | None, ReturnSeries | None, Prices],
) -> Move:
    fees, series, prices = known
    apart = target - current
    gas, cost = _gas(fees), prices.cost * abs(apart) * nav
    variance = _variance(series)
    told = (("λ", f"{prices.aversion:g}"), ("horizon", f"{prices.horizon} days"))
    sample = 0 if series is None else len(series.values)
    still = "" if variance else "the strategy has no returns that vary"
    slope = None if not variance else prices.aversion * prices.horizon * variance
    benefit = None if slope is None else slope / 2 * apart**2 * nav
    band = None if slope is None else _band(slope, (gas.value or 0.0) / nav, prices.cost)
    price = cost + (gas.value or 0.0)
    measures = (
        gas,
        Measure(
            "cost",
            cost,
            "money",
            "the fraction that trading costs, of what is traded",
            1,
            (("cost", f"{prices.cost:g}"),),
        ),
        Measure(
            "benefit",
            benefit,
            "money",
            "½·λ·σ²·Δ² of NAV over the horizon: what staying away from the target loses",
            sample,
            told,
            None if benefit is None else benefit * (2 / max(sample - 1, 1)) ** 0.5,
            still,
        ),
        Measure(
            "band",
            band,
            "fraction",
            "the distance from the target at which benefit equals gas and cost",
            sample,
            (*told, ("gas", "known" if gas.value is not None else "left out")),
            reason=still,
        ),
    )
    trade, reason = _decision(apart * nav, benefit, price, gas)
    return Move(name, current, target, apart * nav, trade, reason, measures)


def _decision(amount: float, benefit: float | None, price: float, gas: Measure) -> tuple[bool, str]:
    if abs(amount) < _CENT:
        return False, "nothing to trade"
    said = "gas and cost" if gas.value is not None else "cost; gas is not known"
    if benefit is None:
        return True, f"no band: a benefit is not known, nor held against {said}"
    if benefit <= price:
        return False, f"inside the band: the benefit is not above {said}"
    return True, f"the benefit is above {said}"


def _gas(fees: Fees | None) -> Measure:
    """What one transaction is expected to cost: the mean of the strategy's own."""
    definition = "mean network fee of the strategy's own transactions with a fee, on one network"
    if fees is None or not fees.paid:
        none = "no network fee of this strategy is in the books"
        return Measure("gas", None, "money", definition, 0, reason=none)
    paid = np.asarray(fees.paid)
    count = len(paid)
    error = float(paid.std(ddof=1)) / count**0.5 if count > 1 else None
    told = (("network", fees.network),)
    return Measure("gas", float(paid.mean()), "money", definition, count, told, error)


def _variance(series: ReturnSeries | None) -> float | None:
    """Of a day's return; None where there is none."""
    if series is None or not varies(series.values) or not np.isfinite(series.values).all():
        return None
    return float(np.var(series.values, ddof=1))


def _band(slope: float, fixed: float, cost: float) -> float:
    """The root of slope/2·Δ² = fixed + cost·Δ."""
    return float((cost + (cost**2 + 2 * slope * fixed) ** 0.5) / slope)
