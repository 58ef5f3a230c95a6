"""Changes of prices and depths of pools come in; what is at risk where it must be sold, leaves.

A historical simulation of leaving: each day of the past is a change of the price, after which all
of a holding is sold into one pool. A pool of constant product was traded to the new price by
others, so that of x·y = k it holds x' = √(k/p') of what is sold, and the sale fetches, of the value
before,

    (1 + r)(1 − f) ÷ (1 + (1 − f)·q/x')

(the swap of a constant product). A pool of concentrated liquidity tells its depth between two ticks
alone: it is taken to be as deep around the new price as it was where it was heard, and a sale that
would go beyond these ticks is no figure. The spread of a pool is its fee (Bangia, Diebold,
Schuermann and Stroughair 1999: exogenous cost; the rest is endogenous, of the size of the sale).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, inf, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from risk.model import Measure
from risk.standard_errors import quantile_error
from risk.tail import label_of, observations_needed
from risk.tail.quantile import beyond, loss, quantile

Values = npt.NDArray[np.float64]

BEYOND_TICKS: Final = (
    "a sale of this size goes beyond the ticks whose liquidity the pool told: state a depth"
)
NONE_SOLD: Final = "no holding has a depth and days enough"
_PAPER: Final = "type-7 quantile of the daily changes of its price"
_LEFT: Final = (
    "type-7 quantile of what is lost where after each of the daily changes all of it is sold"
    " into the pool"
)
_NOW: Final = (
    "1 − (1 − f) ÷ (1 + (1 − f)·q/x): the part that selling all of it now loses to the pool"
)


@dataclass(frozen=True, slots=True)
class Depth:
    """What a pool holds of an asset at the price of now, in whole units, and its fee as a part.

    `follows` says that others trade it along x·y = k; else it keeps its depth. `room` is the most
    that may be sold, before the fee, without leaving what is known of it.
    """

    reserve: float
    fee: float
    follows: bool = True
    room: float = inf

    def kept(self, quantity: float, moved: Values | float) -> Values:
        """The part of the value after a move of the price (1 + r) that a sale fetches."""
        reserve = self.reserve / np.sqrt(moved) if self.follows else self.reserve
        kept = 1 - self.fee
        found: Values = np.asarray(kept / (1 + kept * quantity / reserve), dtype=np.float64)
        return found


@dataclass(frozen=True, slots=True)
class Sold:
    """A holding: whole units, the pool's depth or why none is known, and days of the past.

    `changes` are logarithms, a row a day: of its price, and of that of what the pool gives for it,
    both in one money. `value` weighs it among others.
    """

    quantity: float
    value: float
    depth: Depth | str
    changes: Values


def constant_product_depth(x: float, y: float, price: float, fee: float) -> Depth:
    """What a pair of these reserves holds at a price: √(xy/p), however old its reserves are."""
    assert x > 0 and y > 0 and price > 0 and 0 <= fee < 1
    return Depth(sqrt(x * y / price), fee)


def concentrated_depth(liquidity: float, root: float, spacing: int, fee: float) -> Depth:
    """What a pool of concentrated liquidity holds of what lowers its price, between two ticks.

    `root` is √p of the sold asset in the other, in base units, `liquidity` and the depth too; a
    tick is a ten-thousandth of the price, and liquidity changes at multiples of `spacing` alone
    (Adams et al. 2021). x = L/√p; L(1/√a − 1/√p) of it may come in until the tick at a.
    """
    assert liquidity > 0 and root > 0 and spacing > 0 and 0 <= fee < 1
    step = np.log(1.0001) / 2
    low = floor(np.log(root) / step / spacing) * spacing
    room = liquidity * (1 / float(np.exp(low * step)) - 1 / root)
    return Depth(liquidity / root, fee, follows=False, room=max(room, 0.0) / (1 - fee))


def exit_measures(sold: Sold, confidences: Sequence[float]) -> tuple[Measure, ...]:
    """What leaving costs now, and value at risk of a day without and with it."""
    why = _why_not(sold)
    found = [_cost(sold, why)]
    for confidence in confidences:
        found.append(_at_risk("var_historical", _paper(sold.changes), confidence, _PAPER, ""))
        left = np.zeros(0) if why else _outcomes(sold) - 1
        found.append(_at_risk("var_with_exit", left, confidence, _LEFT, why))
    return tuple(found)


def can_be_sold(sold: Sold, confidences: Sequence[float]) -> bool:
    """Whether a holding has a depth, and days enough for every confidence."""
    needed = max(map(observations_needed, confidences))
    return not _why_not(sold) and len(sold.changes) >= needed


def exit_of_all(
    held: Sequence[Sold], days: Sequence[Values], confidences: Sequence[float]
) -> tuple[Measure, ...]:
    """The same of several holdings that can be sold, on one day, each into its pool.

    `days` are the changes of each on the days that all of them have.
    """
    known = list(zip(held, days, strict=True))
    whole = sum(one.value for one, _ in known)
    why = "" if whole > 0 else NONE_SOLD
    cost = 0.0 if why else sum(one.value * _lost_now(one) for one, _ in known) / whole
    found = [Measure("exit_cost", None if why else cost, "fraction", _NOW, len(known), reason=why)]
    for confidence in confidences:
        paper = left = np.zeros(0)
        if not why:
            paper = sum((one.value * _paper(moved) for one, moved in known), np.zeros(1)) / whole
            each = (one.value * _outcomes(one, moved) for one, moved in known)
            left = sum(each, np.zeros(1)) / whole - 1
        found.append(_at_risk("var_historical", paper, confidence, _PAPER, why))
        found.append(_at_risk("var_with_exit", left, confidence, _LEFT, why))
    return tuple(found)


def _why_not(sold: Sold) -> str:
    if isinstance(sold.depth, str):
        return sold.depth
    return BEYOND_TICKS if sold.quantity > sold.depth.room else ""


def _paper(changes: Values) -> Values:
    found: Values = np.expm1(changes[:, 0])
    return found


def _outcomes(sold: Sold, changes: Values | None = None) -> Values:
    """What a sale after each day's change fetches, of the value before."""
    assert isinstance(sold.depth, Depth)
    days = sold.changes if changes is None else changes
    kept = sold.depth.kept(sold.quantity, np.exp(days[:, 0] - days[:, 1]))
    found: Values = np.exp(days[:, 0]) * kept
    return found


def _lost_now(sold: Sold) -> float:
    assert isinstance(sold.depth, Depth)
    return 1 - float(sold.depth.kept(sold.quantity, 1.0))


def _cost(sold: Sold, why: str) -> Measure:
    value = None if why else _lost_now(sold)
    return Measure("exit_cost", value, "fraction", _NOW, 1, reason=why)


def _at_risk(name: str, days: Values, confidence: float, text: str, why: str) -> Measure:
    needed, sample = observations_needed(confidence), len(days)
    short = why or (f"{sample} of at least {needed} days" if sample < needed else "")
    value, error = None, None
    if not short:
        ordered, part = np.sort(days), beyond(confidence)
        value, error = loss(quantile(ordered, part)), quantile_error(ordered, part)
    said = (("confidence", str(confidence)), ("horizon", "1 day"))
    label = f"{name}_{label_of(confidence)}"
    return Measure(label, value, "fraction", text, sample, said, error, short)
