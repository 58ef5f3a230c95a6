"""What a position of liquidity was seen to hold, and prices → its greeks, range and what it costs.

Whatever cannot be said has no value and a reason. The range is not read from the chain: it follows
from the amounts, the liquidity and the price, so it is as good as the price at that time.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import isinf
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from risk.model import Measure
from risk.pair import Volatility
from risk.pools import Range, constant_product, inside_gamma, range_of, rebalancing_loss

UNREAD: Final = "nobody read what it holds since its liquidity moved"
UNPRICED: Final = "an asset in it has no price of that time"
NO_RANGE: Final = "a constant product works at every price"
OUTSIDE: Final = "all of it is one asset: the price is outside of its range"
_AGAINST: Final = "value of the liquidity ÷ value of what was put in − 1"
_OF_PRICE: Final = {
    "price": "price of asset 0 in asset 1, by the quotes of the books",
    "delta": "units of asset 0 in it; √(k/p) of a constant product",
    "gamma": "−L/(2 p^1.5) inside the range, 0 outside; L = √k of a constant product",
}
_OF_MOVES: Final = (
    ("rebalancing_loss", "σ²p²·|gamma|/2 ÷ value, a year: loss versus rebalancing"),
    ("fee_needed", "the same a day: below it the position loses to the rebalanced holding"),
)
_OF_RANGE: Final = (
    ("range_low", "ratio", "(√p − y/L)²"),
    ("range_high", "ratio", "1/(1/√p − x/L)²"),
    ("fall_to_low", "fraction", "1 − low/p"),
    ("rise_to_high", "fraction", "high/p − 1"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A position of liquidity as a node said it was, in base units, with prices of that time.

    `held` and `value` are the worth of what was put in and of what is in it, in 10⁻¹⁸ of the base
    currency; `volatility` is the yearly one of the first asset in the second, or why it is not
    known. `amounts` is None where nobody read the position.
    """

    asset: AssetId
    wallet: WalletId
    liquidity: int
    amounts: tuple[int, int] | None
    decimals: tuple[int, int]
    prices: tuple[Decimal | None, Decimal | None]
    held: int | None
    value: int | None
    volatility: Volatility | str


def liquidity_measures(seen: Seen) -> tuple[Measure, ...]:
    """Price, delta, gamma, range and losses of a position; prices are of asset 0 in asset 1."""
    return (_impermanent(seen), *_at_price(seen))


def _impermanent(seen: Seen) -> Measure:
    if seen.held is None or seen.value is None or seen.held <= 0:
        reason = UNREAD if seen.amounts is None else "what was put in, or its value, is not known"
        return Measure("impermanent_loss", None, "fraction", _AGAINST, 0, reason=reason)
    loss = seen.value / seen.held - 1
    return Measure("impermanent_loss", loss, "fraction", _AGAINST, 1)


def _at_price(seen: Seen) -> tuple[Measure, ...]:
    """The measures that need the price."""
    if seen.amounts is None:
        return _without(UNREAD)
    first, second = seen.prices
    if first is None or second is None or first <= 0 or second <= 0:
        return _without(UNPRICED)
    price = float(first / second)
    scale = 10.0 ** seen.decimals[0]
    x, y = seen.amounts[0] / scale, seen.amounts[1] / 10.0 ** seen.decimals[1]
    # L² has the unit x·y: in whole units it is that of base units over the root of both scales
    liquidity = seen.liquidity / 10.0 ** (sum(seen.decimals) / 2)
    found = range_of(liquidity, x, y, price)
    gamma = 0.0 if found is None else inside_gamma(liquidity, price)
    worth = x * price + y
    return (
        _said("price", price),
        _said("delta", x),
        _said("gamma", gamma),
        *_range(found),
        *_losses(seen, worth, price, gamma),
    )


def _range(found: Range | None) -> tuple[Measure, ...]:
    if found is None:
        return tuple(
            Measure(name, None, unit, text, 0, reason=OUTSIDE) for name, unit, text in _OF_RANGE
        )
    values = (found.low, found.high, found.to_low, found.to_high)
    measures = []
    for (name, unit, text), value in zip(_OF_RANGE, values, strict=True):
        reason = "the range has no end there" if isinf(value) else ""
        measures.append(Measure(name, None if reason else value, unit, text, 1, reason=reason))
    return tuple(measures)


def _losses(seen: Seen, worth: float, price: float, gamma: float) -> tuple[Measure, ...]:
    known = seen.volatility
    if isinstance(known, str) or worth <= 0:
        reason = known if isinstance(known, str) else "there is nothing in it"
        return tuple(
            Measure(name, None, "fraction", text, 0, reason=reason) for name, text in _OF_MOVES
        )
    yearly = rebalancing_loss(known.yearly, price, gamma) / worth
    # a square moves twice as much as its root
    unsure = 2 * known.error / known.yearly if known.yearly > 0 else 0.0
    said = (("volatility", f"{known.yearly:.6g}"),)
    return tuple(
        Measure(name, value, "fraction", text, known.changes, said, value * unsure)
        for (name, text), value in zip(_OF_MOVES, (yearly, yearly / 365), strict=True)
    )


@dataclass(frozen=True, slots=True)
class PairSeen:
    """Shares of a pair of constant product as its logs told of them, with prices of now.

    `root` is √(xy) of the shares in whole units, None with a `reason` where no evidence tells it;
    it stays the same while the price moves, and grows by fees, of which those since it was `heard`
    (a time as text) are not known. `held`, `value`, `prices` and `volatility` are as of a position.
    """

    root: float | None
    prices: tuple[Decimal | None, Decimal | None]
    held: int | None
    value: int | None
    volatility: Volatility | str
    heard: str = ""
    reason: str = ""


def pair_measures(seen: PairSeen) -> tuple[Measure, ...]:
    """Price, delta, gamma and losses of shares of a pair; prices are of asset 0 in asset 1."""
    first, second = seen.prices
    priced = first is not None and second is not None and min(first, second) > 0
    if seen.root is None or not priced:
        reason = seen.reason if seen.root is None else UNPRICED
        lost = Measure("impermanent_loss", None, "fraction", _AGAINST, 0, reason=reason)
        return (lost, *_without(reason))
    assert first is not None and second is not None
    found = constant_product(seen.root**2, float(first / second))
    price = float(first / second)
    held = Seen(
        *(AssetId(""), WalletId(""), 0, (0, 0), (0, 0), seen.prices),
        *(seen.held, seen.value, seen.volatility),
    )
    given = (("heard", seen.heard),)
    measures = (
        _impermanent(held),
        _said("price", price),
        _said("delta", found.delta),
        _said("gamma", found.gamma),
        *(Measure(name, None, unit, text, 0, reason=NO_RANGE) for name, unit, text in _OF_RANGE),
        *_losses(held, found.value, price, found.gamma),
    )
    return tuple(replace(one, parameters=(*one.parameters, *given)) for one in measures)


def _said(name: str, value: float) -> Measure:
    return Measure(name, value, "ratio", _OF_PRICE[name], 1)


def _without(reason: str) -> tuple[Measure, ...]:
    of_price = ((name, "ratio", text) for name, text in _OF_PRICE.items())
    of_moves = ((name, "fraction", text) for name, text in _OF_MOVES)
    every = (*of_price, *_OF_RANGE, *of_moves)
    return tuple(Measure(name, None, unit, text, 0, reason=reason) for name, unit, text in every)
