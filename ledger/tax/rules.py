"""Nothing enters; the shape of a regime's rules leaves: what a file in `regimes` says as `RULES`.

A regime is data: a frozen set of named rules, each dated from the tax year it holds in. The engine
owns the order of events, the arithmetic and the proof that nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: What a year's gain becomes: taxed as it is; free below a threshold, else taxed whole; long gains
#: by half after losses; by half throughout; gains without losses; free while sales are small.
Taxable = Literal["all", "threshold", "discount", "half", "no_set_off", "small_sales"]

#: Settings and their values as words, as a regime states them and a question overrules them.
Words = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a regime.

    `year_starts` is (month, day); `limits` are (first tax year, money in whole units of the
    currency), oldest first, for the rules of `taxable` that have an amount; `long_exempt` leaves
    long gains out of it. `currency` is the one in which the regime reckons, empty for any.
    `currencies_count` is whether gains on foreign currency are those of any other asset,
    `own_choices` whether a fund's method and scope of lots are its choice.
    """

    name: str
    method: str
    settings: Words = field(default_factory=dict)
    year_starts: tuple[int, int] = (1, 1)
    taxable: Taxable = "all"
    limits: tuple[tuple[int, int], ...] = ()
    long_exempt: bool = False
    currency: str = ""
    currencies_count: bool = True
    own_choices: bool = False

    def limit_of(self, year: int) -> int:
        """The amount that holds in a tax year; 0 before the first."""
        found = 0
        for since, amount in self.limits:
            if year >= since:
                found = amount
        return found
