"""Exposures and prices of factors enter; the smallest shocks that cost a given share leave.

By one factor: the change of its price that alone costs it. Of all factors together: the least
unlikely combination, in the sense of Mahalanobis. With exposures e, covariance Σ of daily changes
and a loss L, the x that makes e·x = −L at the least √(x'Σ⁻¹x) is −L·Σe ÷ (e'Σe), and that least is
L ÷ √(e'Σe): so many standard deviations of a day's result. Source: Breuer, Jandačka, Rheinberger
and Summer 2009, How to find plausible, severe and useful stress scenarios.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

from risk.exposure import Exposure, is_known

#: Common days of changes below which no covariance is stated, and so many a factor at least.
DAYS_NEEDED: Final = 60
DAYS_A_FACTOR: Final = 3

#: By what one shock may come.
FACTORS: Final = ("family", "issuer", "venue", "bridge", "protocol", "chain")
#: Prices of a factor day by day.
Prices = Sequence[Decimal | None]
_PRICED: Final = frozenset({"family", "issuer"})


@dataclass(frozen=True, slots=True)
class Breaking:
    """The change of one factor that alone costs the share, None with a reason where none does."""

    dimension: str
    name: str
    change: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Combination:
    """The least unlikely changes of all factors that together cost the share.

    `distance` is in standard deviations of a day; `left_out` are the families without prices.
    """

    changes: tuple[tuple[str, float], ...]
    distance: float | None
    days: int
    left_out: tuple[str, ...] = ()
    reason: str = ""


def breaking_shocks(found: Exposure, share: float) -> tuple[Breaking, ...]:
    """By each factor the smallest shock that costs `share` of net asset value, smallest first.

    A price may fall to nothing or rise; of a failure everything that is there can be lost.
    """
    assert 0 < share <= 1, "a share of net asset value"
    every = []
    for dimension in FACTORS:
        known = found.dimension(dimension)
        for group in () if known is None else known.groups:
            if is_known(group.name):
                at_stake = group.net if dimension in _PRICED else group.long
                every.append(_breaking(dimension, group.name, at_stake, found.net, share))
    return tuple(
        sorted(
            every,
            key=lambda one: (
                one.change is None,
                abs(one.change or 0.0),
                one.dimension,
                one.name,
            ),
        )
    )


def _breaking(dimension: str, name: str, at_stake: int, net: int, share: float) -> Breaking:
    if net <= 0:
        return Breaking(dimension, name, None, "net asset value is not above zero")
    if at_stake == 0:
        return Breaking(dimension, name, None, "nothing is at stake")
    change = -share * net / at_stake
    if change < -1:
        whole = f"all of it is {at_stake / net:.2%} of net asset value"
        return Breaking(dimension, name, None, whole)
    return Breaking(dimension, name, change)


def least_unlikely(found: Exposure, prices: Mapping[str, Prices], share: float) -> Combination:
    """The combination for `share`; `prices` of each family by day, None on a day without one."""
    assert 0 < share <= 1, "a share of net asset value"
    families = found.dimension("family")
    stakes = {} if families is None else {group.name: group.net for group in families.groups}
    if found.net <= 0:
        return Combination((), None, 0, reason="net asset value is not above zero")
    names = [name for name, net in stakes.items() if net and _is_known(prices.get(name, ()))]
    left_out = tuple(name for name, net in stakes.items() if net and name not in names)
    changes = _changes([prices[name] for name in names])
    needed = max(DAYS_NEEDED, DAYS_A_FACTOR * len(names))
    if not names or len(changes) < needed:
        reason = f"{len(changes)} of at least {needed} days with a price of every family"
        return Combination((), None, len(changes), left_out, reason)
    covariance = np.atleast_2d(np.cov(changes, rowvar=False))
    at_stake = np.array([stakes[name] / found.net for name in names])
    spread = covariance @ at_stake
    variance = float(at_stake @ spread)
    if variance <= 0:
        return Combination((), None, len(changes), left_out, "the result never moved")
    shocks = -share * spread / variance
    if shocks.min() < -1:
        reason = "it takes more than all of a family: no combination of price changes costs it"
        return Combination((), None, len(changes), left_out, reason)
    named = tuple((name, float(change) + 0.0) for name, change in zip(names, shocks, strict=True))
    return Combination(named, share / variance**0.5, len(changes), left_out)


def _is_known(prices: Prices) -> bool:
    """Whether there are enough days with a price: one asset without would silence all others."""
    known = [price for price in prices if price is not None]
    return len(known) > DAYS_NEEDED and min(known) > 0


def _changes(series: Sequence[Prices]) -> npt.NDArray[np.float64]:
    """The daily changes on days with a price of every family, on the day before too; days × n."""
    if not series:
        return np.empty((0, 0))
    table = np.array(
        [[np.nan if price is None else float(price) for price in one] for one in series],
        dtype=np.float64,
    ).T
    changes = table[1:] / table[:-1] - 1
    return changes[np.isfinite(changes).all(axis=1)]
