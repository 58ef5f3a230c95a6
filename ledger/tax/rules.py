"""Nothing enters; the shape of a regime's rules leaves: what a file in `regimes` says as `RULES`.

A regime is data: a frozen set of named rules, each with the days in which it holds and its source.
The engine owns the order of events, the arithmetic and the proof that nothing is lost.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from ledger.model.digest import digest_of

#: What a year's gain becomes. `all`: as it is. `threshold`: free below an amount, else taxed whole;
#: `ceiling`: the same, free at the amount too. `exempt`: an amount is free, losses of years before
#: go against what is over it; `exempt_after_losses`: they go first. `discount`: a portion of long
#: gains is left out, after losses; `inclusion`: a portion of all is taxed. `no_set_off`: gains
#: without losses. `small_sales`: free while sales are at most an amount.
Taxable = Literal[
    "all",
    "threshold",
    "ceiling",
    "exempt",
    "exempt_after_losses",
    "discount",
    "inclusion",
    "no_set_off",
    "small_sales",
]

#: What units that were lost or stolen realise: nothing that this engine computes, whatever is
#: stated; what is stated, else that; what is stated, else nothing at all, a loss of the whole cost.
Losses = Literal["never", "stated", "disposal"]

#: Settings and their values as words, as a regime states them and a question overrules them.
Words = Mapping[str, object]

#: Rules that are settings from a day on: `wallet` of `basis_scope` is `wallet_from:2025-01-01`.
_SETTINGS_FROM: Final = frozenset({"basis_scope", "swaps", "rewards"})
_DIGITS: Final = 12


class Dated(NamedTuple):
    """A named rule from one day to another, both included; `until` None while it holds.

    `taxable` is a word of `Taxable`, `amount` whole units of the currency that belong to it,
    `portion` and what begins with `rate` are in 10⁻⁴; `method` and the settings of `Rules.words`
    are words of settings. Rates are told with totals and never applied: no history is all that a
    person is taxed for. `identification` is `in_time` where lots count as named only if that was
    said before the units left.
    """

    name: str
    value: int | str
    since: date
    until: date | None
    source: str

    def holds(self, day: date) -> bool:
        """Whether it is the law on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Rules(NamedTuple):
    """The rules of a regime.

    `year_starts` is (month, day); `dated` are the rules that the law changes, oldest first of each
    name; `long_exempt` leaves long gains out of what is taxable. `unit_fees_count`: what units that
    pay a fee are worth is a cost of the trade. `month_ends`: a year that begins on a month's last
    day ends on one. `currency` is the one in which the regime reckons, empty for any.
    `currencies_count` is whether gains on foreign currency are those of any other asset,
    `own_choices` whether a fund's method and scope of lots are its choice.
    """

    name: str
    method: str
    settings: Words = MappingProxyType({})
    year_starts: tuple[int, int] = (1, 1)
    dated: tuple[Dated, ...] = ()
    long_exempt: bool = False
    losses: Losses = "never"
    unit_fees_count: bool = True
    month_ends: bool = True
    currency: str = ""
    currencies_count: bool = True
    own_choices: bool = False

    def on(self, name: str, day: date) -> int | str | None:
        """The value of a named rule on a day; None where there is none."""
        for rule in self.dated:
            if rule.name == name and rule.holds(day):
                return rule.value
        return None

    def knows(self, day: date) -> bool:
        """Whether it says what a gain becomes on a day; where the law never changed, always."""
        stated = any(rule.name == "taxable" for rule in self.dated)
        return not stated or self.on("taxable", day) is not None

    def rates_on(self, day: date) -> tuple[tuple[str, int], ...]:
        """The rates of a day by name, in 10⁻⁴."""
        return tuple(
            (rule.name, rule.value)
            for rule in self.dated
            if rule.name.startswith("rate") and isinstance(rule.value, int) and rule.holds(day)
        )

    def words(self) -> dict[str, object]:
        """The regime's settings, and those that the law gave it from a day on."""
        words = dict(self.settings)
        for rule in self.dated:
            if rule.name in _SETTINGS_FROM:
                words[rule.name] = f"{rule.value}_from:{rule.since}"
            elif rule.name == "method":
                words["method_by_year"] = {str(rule.since.year): rule.value}
        return words


class Versions:
    """The version of a regime's rules on each day: name, first day of it, and a digest of them all.

    The digest is over every rule in force, so that a rule that is mended has another version, and
    two answers of one version were given by the same rules.
    """

    def __init__(self, rules: Rules) -> None:
        days = {rule.since for rule in rules.dated}
        days |= {rule.until + timedelta(days=1) for rule in rules.dated if rule.until is not None}
        self._days = sorted(days)
        self._texts = [_version(rules, day) for day in (date.min, *self._days)]

    def on(self, day: date) -> str:
        """The version that holds on a day."""
        return self._texts[bisect_right(self._days, day)]


def _version(rules: Rules, day: date) -> str:
    always = (
        *(rules.name, rules.method, rules.year_starts, rules.long_exempt),
        *(rules.losses, rules.unit_fees_count, rules.month_ends, rules.currencies_count),
    )
    said = [repr(always), repr(sorted(rules.settings.items()))]
    said += [repr((rule.name, rule.value, rule.source)) for rule in rules.dated if rule.holds(day)]
    digest = digest_of("\n".join(said).encode())[:_DIGITS]
    since = "-" if day == date.min else day.isoformat()
    return f"{rules.name}/{since}/{digest}"
