"""A loss on paper, spreads, pools and volumes → what it costs to get out as well.

Everything is a part of the position's value, so that a position of any size is one. A spread
(Bangia, Diebold, Schuermann and Stroughair 1999) is paid by who crosses it; a pool of constant
product gives less the more is sold into it, after others have moved it to the new price; a market
takes no more of a day's volume than it trades.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import inf, isfinite, sqrt

from risk.model import Measure
from risk.tail import label_of


def spread_cost(mean: float, deviation: float, factor: float) -> float:
    """½·(mean spread + factor·its deviation), of the value: half of a spread in a bad moment."""
    assert mean >= 0
    assert deviation >= 0
    assert factor >= 0
    return (mean + factor * deviation) / 2


def sale_proceeds(share: float, change: float, fee: float) -> float:
    """What a position fetches in a pool of constant product, of its value before the change.

    (1 + r)(1 − f) ÷ (1 + (1 − f)·q/x'), x' = x/√(1 + r): `share` is the position over the pool's
    reserve of it before the price changes by r, when others trade the pool to the new price.
    """
    assert share >= 0
    assert change > -1
    assert 0 <= fee < 1
    return (1 + change) * (1 - fee) / (1 + (1 - fee) * share * sqrt(1 + change))


def days_to_leave(quantity: float, volume: float, participation: float) -> float:
    """Days of selling a part of each day's volume; without end where nothing is traded."""
    assert quantity >= 0
    assert volume >= 0
    assert 0 < participation <= 1
    return quantity / (participation * volume) if volume else inf


def liquidity_measures(
    at_risk: float | None,
    confidence: float,
    sample: int,
    *,
    spread: tuple[float, ...] | None = None,
    pool: tuple[float, ...] | None = None,
    volume: tuple[float, ...] | None = None,
    error: float | None = None,
) -> tuple[Measure, ...]:
    """Value at risk with what leaving costs: by spread (mean, deviation, factor), by pool (share,
    fee), and over the days that leaving takes by volume (quantity over a day's, participation).

    `at_risk` is that of one day, positive where something is lost; None gives a reason. `error` is
    its standard error, which goes on by the slope of each; spread, pool and volume are as stated.
    """
    label, found = label_of(confidence), []
    none = "" if at_risk is not None else "there is no value at risk"
    paper = at_risk or 0.0
    if spread is not None:
        given = zip(("mean spread", "deviation", "factor"), spread, strict=True)
        found.append(
            Measure(
                f"var_with_spread_{label}",
                None if none else paper + spread_cost(*spread),
                "fraction",
                "historical value at risk + half of (mean spread + factor × its deviation)",
                sample,
                _said(confidence, given),
                error,
                none,
            )
        )
    if pool is not None:
        lost = none or ("nothing is left to sell" if paper >= 1 else "")
        given = zip(("share of the pool", "fee"), pool, strict=True)
        found.append(
            Measure(
                f"var_with_exit_{label}",
                None if lost else 1 - sale_proceeds(pool[0], -paper, pool[1]),
                "fraction",
                "1 − what a pool of constant product gives after the loss at risk",
                sample,
                _said(confidence, given),
                None if lost or error is None else error * _exit_slope(paper, *pool),
                lost,
            )
        )
    if volume is not None:
        days = days_to_leave(volume[0], 1.0, volume[1])
        given = zip(("of a day's volume", "participation"), volume, strict=True)
        parameters = (*_said(confidence, given), ("days to leave", f"{days:g}"))
        found.append(
            Measure(
                f"var_until_left_{label}",
                None if none else paper * sqrt(max(days, 1.0)),
                "fraction",
                "historical value at risk of a day × √days to leave (√time: independent days)",
                sample,
                parameters,
                None if error is None else error * sqrt(max(days, 1.0)),
                none,
            )
        )
    return tuple(_finite(one) for one in found)


def _exit_slope(paper: float, share: float, fee: float) -> float:
    """How much more is lost on leaving for a little more lost on paper."""
    step = (1 - paper) * 1e-6
    near = [sale_proceeds(share, -paper + side, fee) for side in (step, -step)]
    return abs(near[0] - near[1]) / (2 * step)


def _finite(one: Measure) -> Measure:
    if one.value is None or isfinite(one.value):
        return one
    return replace(one, value=None, error=None, reason="it is beyond every number")


def _said(confidence: float, given: Iterable[tuple[str, float]]) -> tuple[tuple[str, str], ...]:
    pairs = [(name, f"{value:g}") for name, value in given]
    return (("confidence", str(confidence)), *pairs)
