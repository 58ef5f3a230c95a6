"""Disposals, income and the rules of a regime come in; the totals of each tax year leave."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from ledger.model.whole import portion
from ledger.tax.history.events import Disposed, Income
from ledger.tax.rules import Rules, Taxable
from ledger.tax.terms import Calendar

#: Parts of which a portion or a rate is so many.
PARTS: Final = 10_000
#: IRC §1256(a)(3): of each gain or loss 60 percent is long, 40 short, however long it was held.
_LONG_OF_1256: Final = (60, 100)
_AMOUNTS: Final = frozenset({"threshold", "ceiling", "exempt", "exempt_after_losses"})


class Share(NamedTuple):
    """The gain of a year under one version of the rules, and the rates of it in 10⁻⁴."""

    version: str
    gain: int
    rates: tuple[tuple[str, int], ...]


class Total(NamedTuple):
    """A tax year; `short` + `long` is its gain, `taxable` what the regime's rules leave of it.

    `ordinary` and `section_481` are parts of `short`, `section_1256` is a part of both: gains that
    the United States treat apart. `shares` are the gain by the version of the rules.
    """

    year: int
    short: int
    long: int
    income: int
    taxable: int
    ordinary: int = 0
    section_481: int = 0
    section_1256: int = 0
    shares: tuple[Share, ...] = ()


class Sums:
    """What a year adds up to; `proceeds` are net of fees and of sales alone."""

    __slots__ = ("apart", "gains", "income", "long", "long_gains", "proceeds", "rates", "short",
                 "versions")  # fmt: skip

    def __init__(self) -> None:
        self.short = self.long = self.income = self.proceeds = 0
        self.gains = self.long_gains = 0
        self.apart: Counter[str] = Counter()
        self.versions: Counter[str] = Counter()
        self.rates: dict[str, tuple[tuple[str, int], ...]] = {}

    def words(self) -> list[Any]:
        """What they are, as JSON has it."""
        numbers = [self.short, self.long, self.income, self.proceeds, self.gains, self.long_gains]
        rates = {version: [list(one) for one in rates] for version, rates in self.rates.items()}
        return [numbers, dict(self.apart), dict(self.versions), rates]

    def join(self, words: Sequence[Any]) -> None:
        """Add what other sums were."""
        numbers, apart, versions, rates = words
        self.short += numbers[0]
        self.long += numbers[1]
        self.income += numbers[2]
        self.proceeds += numbers[3]
        self.gains += numbers[4]
        self.long_gains += numbers[5]
        self.apart.update(apart)
        self.versions.update(versions)
        for version, pairs in rates.items():
            self.rates.setdefault(version, tuple((name, rate) for name, rate in pairs))

    def add(self, disposed: Iterable[Disposed]) -> None:
        """Count the pieces of disposals; what is given away has no price."""
        short, long, proceeds = self.short, self.long, self.proceeds
        gains, long_gains, versions = self.gains, self.long_gains, self.versions
        for event, pieces, version in disposed:
            total = total_long = net = 0
            for _, _, _, _, given, fees, cost, denied, term, indexation, character in pieces:
                # as `gain_of` has it, which a long history would call by the million
                came = given - fees
                gain = came - cost - indexation + denied
                part = gain if term == "long" else 0
                if character != "capital":
                    self.apart[character] += gain
                    part = portion(gain, *_LONG_OF_1256) if character == "section_1256" else 0
                if gain > 0:
                    gains += gain
                    long_gains += part
                total += gain
                total_long += part
                net += came
            long += total_long
            short += total - total_long
            versions[version] += total
            if not event.at_cost:
                proceeds += net
        self.short, self.long, self.proceeds = short, long, proceeds
        self.gains, self.long_gains = gains, long_gains


class Totals:
    """The totals of each year, as disposals and income come; `one` is a whole unit of money."""

    def __init__(self, rules: Rules, calendar: Calendar, one: int) -> None:
        self._rules = rules
        self._calendar = calendar
        self._one = one
        self._years: defaultdict[int, Sums] = defaultdict(Sums)

    def add(self, found: Disposed) -> None:
        """Count a disposal."""
        self._count(self._calendar.year(found.event.time), (found,))

    def add_all(self, disposed: Sequence[Disposed]) -> None:
        """Count disposals, those of a year at once."""
        years = self._calendar.years([found.event.time for found in disposed])
        of_years: defaultdict[int, list[Disposed]] = defaultdict(list)
        for year, found in zip(years, disposed, strict=True):
            of_years[year].append(found)
        for year, some in of_years.items():
            self._count(year, some)

    def _count(self, year: int, disposed: Sequence[Disposed]) -> None:
        sums = self._years[year]
        sums.add(disposed)
        for event, _, version in disposed:
            if version not in sums.rates:
                sums.rates[version] = self._rules.rates_on(self._calendar.day(event.time))

    def earn(self, time: datetime, value: int) -> None:
        """Count income."""
        self._years[self._calendar.year(time)].income += value

    def sums(self, year: int) -> Sums:
        """What a year adds up to so far."""
        return self._years[year]

    def years(self) -> tuple[Total, ...]:
        """The totals of each year that has something, oldest first."""
        taxable = _Taxable(self._rules, self._calendar, self._one)
        return tuple(
            Total(
                year,
                sums.short,
                sums.long,
                sums.income,
                taxable.of(year, sums),
                sums.apart["ordinary"],
                sums.apart["section_481"],
                sums.apart["section_1256"],
                tuple(Share(name, gain, sums.rates[name]) for name, gain in sums.versions.items()),
            )
            for year, sums in sorted(self._years.items())
        )

    def of(self, year: int) -> Total:
        """The totals of a year; zeros where it has nothing."""
        return total_in(self.years(), year)


def total_in(totals: Iterable[Total], year: int) -> Total:
    """The totals of a year among others; zeros where it has nothing."""
    return next((one for one in totals if one.year == year), Total(year, 0, 0, 0, 0))


def unknown_rules(rules: Rules, calendar: Calendar, total: Total) -> str:
    """What is said of a year with gains that no rule of the regime covers: empty for any other.

    It comes before the first of them, or after the last.
    """
    last = calendar.last_day(total.year)
    if not total.short + total.long or rules.knows(last):
        return ""
    name = f"{rules.name} {total.year}"
    return f"{name}: no rule is known of what is taxable on {last}: it is told as the gain is"


def totals_of(
    disposed: Sequence[Disposed],
    income: Iterable[Income],
    rules: Rules,
    calendar: Calendar,
    one: int,
) -> tuple[Total, ...]:
    """The totals of each year that has something, oldest first; `one` is a whole unit of money."""
    totals = Totals(rules, calendar, one)
    totals.add_all(disposed)
    for line in income:
        totals.earn(line.time, line.value)
    return totals.years()


class _Taxable:
    """What the gains of years become, asked in their order: losses of one may serve the next."""

    def __init__(self, rules: Rules, calendar: Calendar, one: int) -> None:
        self._rules = rules
        self._calendar = calendar
        self._one = one
        self._losses = 0

    def of(self, year: int, sums: Sums) -> int:
        """By the rules of the last day of the year; portions round toward even at the last digit.

        Where nothing is free for the taxpayer (`exemption` is `none`), amounts count as none.
        """
        day = self._calendar.last_day(year)
        gain = sums.short + (0 if self._rules.long_exempt else sums.long)
        rule = cast("Taxable", self._rules.on("taxable", day) or "all")
        amount = int(self._rules.on("amount", day) or 0) * self._one
        share = int(self._rules.on("portion", day) or 0)
        if rule == "inclusion":
            return portion(gain, share, PARTS)
        if rule == "no_set_off":
            return sums.gains
        if rule == "discount":
            # losses, of this year and then of years before, go against gains without discount
            # first, and the discount is of what is left (ITAA 1997 s. 102-5(1) steps 1 to 3)
            gain -= self._used(gain)
            discounted = max(0, min(sums.long_gains, gain))
            return gain - portion(discounted, share, PARTS)
        if rule == "small_sales":
            free = self._calendar.exemption and sums.proceeds <= amount
            return 0 if free else gain
        if rule in _AMOUNTS:
            return self._over(rule, gain, amount if self._calendar.exemption else 0)
        return gain

    def _used(self, gain: int) -> int:
        """What a year's gain uses of losses of years before; a year's loss is kept."""
        if gain < 0:
            self._losses -= gain
            return 0
        used = min(self._losses, gain)
        self._losses -= used
        return used

    def _over(self, rule: Taxable, gain: int, amount: int) -> int:
        """A year's gain where an amount of it is free; a loss stays a loss."""
        if gain < 0:
            return gain - self._used(gain)
        if rule == "threshold":
            return 0 if gain < amount else gain
        if rule == "ceiling":
            return 0 if gain <= amount else gain
        if rule == "exempt":
            over = max(0, gain - amount)
            return over - self._used(over)
        return max(0, gain - self._used(gain) - amount)
