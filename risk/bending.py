"""Changes of prices, and what positions of liquidity are made of → what they lose beyond that.

While the price moves, others trade the pool to it: it sells what rises and keeps what falls. The
value of liquidity over a range is concave in the price, so that a large move costs more than the
assets that were in it before (gamma). Its value at the new prices is exact, by `pools.worth_of`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isinf
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from risk.exposure import Line
from risk.liquidity import OUTSIDE, UNPRICED
from risk.pools import range_of, worth_of

_UNTOLD: Final = "what it holds at other prices is not known"
_ONE_SIDE: Final = "only one of its assets has a value"


@dataclass(frozen=True, slots=True)
class Curve:
    """Liquidity over a range of the price of the first asset in the second, in whole units.

    `prices` are those of both assets now, in one money.
    """

    assets: tuple[AssetId, AssetId]
    liquidity: float
    low: float
    high: float
    prices: tuple[float, float]

    def left(self, changes: tuple[Fraction, Fraction]) -> float:
        """The value after both prices changed over the value now; above zero now."""
        after = [price * float(1 + by) for price, by in zip(self.prices, changes, strict=True)]
        return self._worth(*after) / self._worth(*self.prices)

    def halves(self) -> tuple[tuple[AssetId, int], tuple[AssetId, int]]:
        """Each asset with its part of the value at the prices of now, in any unit: one to one.

        A constant product alone holds as much of the one as of the other, at every price.
        """
        assert self.low == 0 and isinf(self.high), "it has no range"
        return (self.assets[0], 1), (self.assets[1], 1)

    def _worth(self, first: float, second: float) -> float:
        return worth_of(self.liquidity, self.low, self.high, first, second)


@dataclass(frozen=True, slots=True)
class Read:
    """A position of liquidity as a node said it was, in base units of the pool's two assets."""

    assets: tuple[AssetId, AssetId]
    liquidity: int
    amounts: tuple[int, int]
    decimals: tuple[int, int]


def curve_of(
    read: Read, then: Sequence[Decimal | None], now: Sequence[Decimal | None]
) -> Curve | str:
    """The curve of a position, or why there is none; prices of both assets when it was read, and
    now.
    """
    known = [price for price in (*then, *now) if price is not None and price > 0]
    if len(known) < len((*then, *now)):
        return UNPRICED
    first, second, first_now, second_now = known
    x, y = (units / 10.0**places for units, places in zip(read.amounts, read.decimals, strict=True))
    # L² has the unit x·y: in whole units it is that of base units over the root of both scales
    liquidity = read.liquidity / 10.0 ** (sum(read.decimals) / 2)
    found = range_of(liquidity, x, y, float(first / second))
    if found is None:
        return OUTSIDE
    prices = (float(first_now), float(second_now))
    return Curve(read.assets, liquidity, found.low, found.high, prices)


@dataclass(frozen=True, slots=True)
class Bend:
    """What a position of liquidity loses beyond its assets of now, in 10⁻¹⁸ of the base currency.

    None where that is not known, and `reason` says why: the loss of its assets stands alone.
    """

    wallet: WalletId
    asset: AssetId
    loss: int | None
    reason: str = ""


#: What is known of each position of liquidity: its curve, or why there is none.
Curves = Mapping[AssetId, Curve | str]


def bends(changed: Iterable[tuple[Line, Fraction]], curves: Curves) -> tuple[Bend, ...]:
    """The bend of each position of liquidity of which a price moved against the other one's.

    `changed` are all lines with the change of each, those that do not move too.
    """
    held: defaultdict[tuple[WalletId, AssetId], list[tuple[Line, Fraction]]] = defaultdict(list)
    for line, change in changed:
        if line.asset in curves or line.inside is not None:
            held[line.wallet, line.asset].append((line, change))
    found = []
    for (wallet, asset), lines in sorted(held.items()):
        known = curves.get(asset, _UNTOLD)
        by = {line.inside: change for line, change in lines}
        if isinstance(known, str) or set(by) != set(known.assets):
            # of what nobody read not even the assets are known
            if any(by.values()) or None in by:
                reason = known if isinstance(known, str) else _ONE_SIDE
                found.append(Bend(wallet, asset, None, reason))
            continue
        first, second = (by[one] for one in known.assets)
        if first != second:
            value = sum(line.value for line, _ in lines)
            straight = sum(-round(line.value * change) for line, change in lines)
            exact = round(value * (1 - Fraction(known.left((first, second)))))
            found.append(Bend(wallet, asset, exact - straight))
    return tuple(found)
