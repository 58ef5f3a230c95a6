"""A span of NAV and flows → what the fund earned, and what the money in it earned.

time-weighted    Π growth − 1: whatever came or went, and when
modified Dietz   gain ÷ (begin + Σ w·F), w the share of the span that was left at a flow
                 (Dietz 1966; GIPS)
money-weighted   g − 1 with begin·g + Σ F·g^w = end, and a year of it: g^(365 ÷ days) − 1

Without flows the first three are the same. A g is stated where no other can solve: where the money
changes its sign once (Descartes), or where at this g what is invested never falls below zero: then
every higher g ends above, and every lower one below (Teichroew, Robichek, Montalbano 1965).
"""

from itertools import pairwise
from math import exp, expm1, inf, isfinite
from typing import Final

import numpy as np

from risk.growth import DAYS_IN_YEAR
from risk.model import Measure, Span

#: ln g beyond which no solution is looked for: e^±512 is 10^±222.
WIDEST: Final = 512.0
#: Part of all that was put in below which what is invested counts as zero.
ROUNDING: Final = 1e-12
_TOLD: Final = (
    ("time_weighted", "Π growth of the valuations − 1; all days, none left out"),
    ("modified_dietz", "gain ÷ (begin + Σ w·flow), w the share of the span left at a flow"),
    ("money_weighted", "g − 1 with begin·g + Σ flow·g^w = end, of the span"),
    ("irr", "g^(365 / days) − 1, g of the money-weighted return; from one year on"),
)


def performance_measures(span: Span | str) -> tuple[Measure, ...]:
    """Time-weighted, modified Dietz and money-weighted return, and its year, or the reasons."""
    if isinstance(span, str):
        return tuple(
            Measure(name, None, "fraction", definition, 0, reason=span)
            for name, definition in _TOLD
        )
    solved = log_growth(span)
    found: tuple[float | str, ...] = (
        span.growth,
        modified_dietz(span),
        solved if isinstance(solved, str) else expm1(solved),
        _yearly(span, solved),
    )
    over = (("days", f"{span.days:g}"), ("flows", str(len(span.flows))))
    return tuple(
        _measure(name, value, definition, span.intervals, over)
        for (name, definition), value in zip(_TOLD, found, strict=True)
    )


def modified_dietz(span: Span) -> float | str:
    """Gain over the capital that was there on average, or the reason for none."""
    capital = span.begin + sum(share * amount for share, amount in span.flows)
    if capital <= 0:
        return "the average capital is not above zero"
    return span.gain / capital


def log_growth(span: Span) -> float | str:
    """The ln g of begin·g + Σ F·g^w = end, −inf where all was lost, or the reason for none."""
    money = [span.begin, *(amount for _, amount in span.flows), -span.end]
    signs = [amount > 0 for amount in money if amount]
    if not any(signs):
        return "nothing was invested"
    if all(signs):
        return "net asset value ends below zero" if span.end else -inf
    if span.end < 0:
        return "net asset value ends below zero"
    rate = _solved(span)
    changes = sum(one != other for one, other in pairwise(signs))
    if changes > 1 and (rate is None or _lowest(span, rate) < 0):
        return f"{changes} changes of sign: no rate or more than one may solve"
    if rate is None:
        return "no rate solves"
    return rate


def _solved(span: Span) -> float | None:
    """A zero of what a growth gives too much; None without one in the widest bracket."""
    if span.gain == 0:
        return 0.0  # exactly: a search ends beside it
    from scipy.optimize import brentq

    shares = np.array([share for share, _ in span.flows])
    amounts = np.array([amount for _, amount in span.flows])

    def above(rate: float) -> float:
        # beside zero the exact gain keeps the digits of a tiny return, far below it the end does
        if rate < -1:
            return span.begin * exp(rate) + float(amounts @ np.exp(shares * rate)) - span.end
        return span.begin * expm1(rate) + float(amounts @ np.expm1(shares * rate)) - span.gain

    low, high = -1.0, 1.0
    while above(low) > 0 and low > -WIDEST:
        low *= 2
    while above(high) < 0 and high < WIDEST:
        high *= 2
    if above(low) > 0 or above(high) < 0:
        return None
    return float(brentq(above, low, high, xtol=1e-20, maxiter=1_000))


def _lowest(span: Span, rate: float) -> float:
    """The least that is invested after a flow, all growing at the rate; rounding is zero."""
    left, invested = 1.0, span.begin
    put_in = abs(span.begin) + sum(abs(amount) for _, amount in span.flows)
    lowest = invested
    for share, amount in span.flows:
        invested = invested * exp((left - share) * rate) + amount
        left, lowest = share, min(lowest, invested)
    return lowest if lowest < -ROUNDING * put_in else 0.0


def _yearly(span: Span, solved: float | str) -> float | str:
    if isinstance(solved, str):
        return solved
    if span.days < DAYS_IN_YEAR:
        return f"{span.days:g} days are no full year"
    return expm1(solved * DAYS_IN_YEAR / span.days)


def _measure(
    name: str,
    value: float | str,
    definition: str,
    sample: int,
    parameters: tuple[tuple[str, str], ...],
) -> Measure:
    if isinstance(value, float) and not isfinite(value):
        value = "the growth is beyond every number"
    known, reason = (None, value) if isinstance(value, str) else (value, "")
    return Measure(name, known, "fraction", definition, sample, parameters, reason=reason)
