"""Disposals, income and the rules of a regime come in; the totals of each tax year leave."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ledger.model.amount import portion
from ledger.tax.history.events import Disposed, Income
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar


class Total(NamedTuple):
    """A tax year; `short` + `long` is its gain, `taxable` what the regime's rules leave of it."""

    year: int
    short: int
    long: int
    income: int
    taxable: int


class _Sums:
    """What a year adds up to; `losses` are positive, `proceeds` net of fees and of sales alone."""

    __slots__ = ("gains", "income", "long", "long_gains", "losses", "proceeds", "short")

    def __init__(self) -> None:
        self.short = self.long = self.income = self.proceeds = 0
        self.gains = self.long_gains = self.losses = 0


def totals_of(
    disposed: Iterable[Disposed],
    income: Iterable[Income],
    rules: Rules,
    calendar: Calendar,
    one: int,
) -> tuple[Total, ...]:
    """The totals of each year that has something, oldest first; `one` is a whole unit of money."""
    years: defaultdict[int, _Sums] = defaultdict(_Sums)
    for found in disposed:
        sums = years[calendar.year(found.event.time)]
        if not found.event.at_cost:  # what is given away has no price
            sums.proceeds += sum(piece.proceeds - piece.fees for piece in found.pieces)
        for piece in found.pieces:
            gain = piece.gain
            if piece.term == "long":
                sums.long += gain
                sums.long_gains += max(0, gain)
            else:
                sums.short += gain
            sums.losses += max(0, -gain)
        sums.gains += max(0, sum(piece.gain for piece in found.pieces))
    for line in income:
        years[calendar.year(line.time)].income += line.value
    return tuple(
        Total(
            year,
            sums.short,
            sums.long,
            sums.income,
            _taxable(sums, rules, rules.limit_of(year), one),
        )
        for year, sums in sorted(years.items())
    )


def _taxable(sums: _Sums, rules: Rules, limit: int, one: int) -> int:
    """What a year's gain becomes; halves are rounded toward zero at the last decimal."""
    gain = sums.short + (0 if rules.long_exempt else sums.long)
    if rules.taxable == "threshold":
        return 0 if 0 <= gain < limit * one else gain
    if rules.taxable == "half":
        return portion(gain, 1, 2)
    if rules.taxable == "no_set_off":
        return sums.gains
    if rules.taxable == "small_sales":
        return 0 if sums.proceeds <= limit * one else gain
    if rules.taxable == "discount":
        # losses go against gains without discount first (ITAA 1997 s. 102-5)
        discounted = max(0, min(sums.long_gains, gain))
        return gain - portion(discounted, 1, 2)
    return gain
