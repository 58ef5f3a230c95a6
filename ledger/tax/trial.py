"""Books, a trade that is not made yet and a regime come in; what the trade would realise leaves.

The trade is put behind the entries as one more of them and the history is assessed again, so that
a trial takes the lots that the sale itself would take. Rates are those that the asker states.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId, currency, currency_of
from ledger.model.entry import Account, Entry, Posting
from ledger.model.fund import WalletId
from ledger.model.gain import Term
from ledger.model.problem import Problem
from ledger.model.tax import TaxLine
from ledger.model.whole import portion
from ledger.tax.assess import Folded, Journal
from ledger.tax.history.currencies import BookPrices
from ledger.tax.history.events import Acquire
from ledger.tax.history.parts import plain_asset
from ledger.tax.history.settings import Settings
from ledger.tax.lines import RULES_UNKNOWN
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar

#: Types of accounts whose units are the fund's to sell; in Suspense nobody knows whose they are.
_CUSTODY: Final = frozenset({"asset", "transit"})
#: The id of an entry that is tried.
TRIED: Final = "what-if"
#: What a rate is a whole number of.
RATE_ONE: Final = 10**4
#: No holding that is short after so many days is ever long.
_DAYS_MAX: Final = 366 * 20

#: Tax on a unit of gain by its term, in 10⁻⁴.
Rates = Mapping[Term, int]


@dataclass(frozen=True, slots=True)
class Trade:
    """A sale for money of the books; `worth` in 10⁻¹⁸ of it, before any fee."""

    asset: AssetId
    wallet: WalletId
    quantity: int
    worth: int
    time: datetime


class Warned(NamedTuple):
    """Days in which purchases of the same asset bear on a sale.

    `binding` is whether the settings apply the rule; where not, none of this regime denies the loss
    today. `bought` are base units that came in from the first of these days to that of the sale.
    """

    rule: str
    binding: bool
    first: date
    last: date
    bought: int


class TriedLine(NamedTuple):
    """A piece of the sale, and in how many days it would be long: 0 now, None never."""

    line: TaxLine
    days_to_long: int | None


class Trial(NamedTuple):
    """What a sale would realise; `taxable` is what it adds to that of its year.

    `tax` is each known gain at the rate of its term, a loss negative, before any set-off; None
    where a rate was not stated or a gain is not known.
    """

    method: str
    currency: str
    lines: tuple[TriedLine, ...]
    short: int
    long: int
    taxable: int
    tax: int | None
    warning: Warned | None
    problems: tuple[Problem, ...]


class Realised(NamedTuple):
    """The pieces of one of several sales, and what hinders them."""

    trade: Trade
    currency: str
    lines: tuple[TaxLine, ...]
    problems: tuple[Problem, ...]


class OpenLot(NamedTuple):
    """An open lot, or a pool with `lot` empty, that is worth less than it cost."""

    lot: str
    asset: AssetId
    wallet: str
    acquired: datetime | None
    quantity: int
    cost: int
    value: int
    term: Term
    days_to_long: int | None
    tax: int | None
    warning: Warned

    @property
    def gain(self) -> int:
        """What selling it would realise: less than nothing."""
        return self.value - self.cost


class Harvest(NamedTuple):
    """Lots below market, the greatest loss first; `unpriced` are assets that nobody has a price of.

    Of those in `unbased` units are held whose cost nobody knows. Both may be below market too:
    they are no zero. `problems` put the lots themselves in doubt.
    """

    currency: str
    lots: tuple[OpenLot, ...]
    unpriced: tuple[AssetId, ...]
    unbased: tuple[AssetId, ...]
    problems: tuple[Problem, ...] = ()


def until(journal: Journal, time: datetime) -> Journal:
    """The journal as it stood at a time."""
    return replace(journal, entries=tuple(one for one in journal.entries if one.time <= time))


def what_if(
    journal: Journal, settings: Settings, rules: Rules, trade: Trade, rates: Rates, method: str
) -> Trial:
    """What a sale at a time would realise, after all that the journal has until then."""
    journal = until(journal, trade.time)
    before = Folded(journal, settings, rules)
    tried = replace(journal, entries=(*journal.entries, _entry(trade, journal.base)))
    after = Folded(tried, settings, rules)
    calendar = after.calendar
    number = calendar.year(trade.time)
    year, former = after.year(number, method), before.year(number, method)
    lines = tuple(
        TriedLine(line, days_to_long(calendar, line.acquired, line.disposed))
        for line in year.lines
        if line.source == TRIED and line.asset == trade.asset
    )
    gains = [(one.line.term, one.line.gain) for one in lines]
    known = [(term, gain) for term, gain in gains if gain is not None]
    # a loss is that of a lot, whatever other lots of the sale gain (Reg. §1.1091-1(c))
    lost = any((one.line.gain or 0) < one.line.denied for one in lines)
    warning = warned(settings, calendar, after, trade.asset, trade.time)
    return Trial(
        method,
        year.currency,
        lines,
        sum(gain for term, gain in known if term == "short"),
        sum(gain for term, gain in known if term == "long"),
        year.taxable - former.taxable,
        tax_of(known, rates) if len(known) == len(gains) else None,
        warning if lost or warning.rule in _BY_DAYS else None,
        tuple(one for one in year.problems if one.source == TRIED or one.code == RULES_UNKNOWN),
    )


def realised(
    journal: Journal, settings: Settings, rules: Rules, trades: Sequence[Trade], method: str
) -> tuple[Realised, ...]:
    """What several sales of one time would realise, made one after the other, in their order.

    They are assessed together, so that a lot is given once; what a loss is denied is not in it.
    """
    if not trades:
        return ()
    time = trades[0].time
    assert all(trade.time == time for trade in trades), "the sales are of one time"
    journal = until(journal, time)
    entries = [_entry(trade, journal.base, number) for number, trade in enumerate(trades)]
    tried = replace(journal, entries=(*journal.entries, *entries))
    after = Folded(tried, settings, rules)
    year = after.year(after.calendar.year(time), method)
    return tuple(
        Realised(
            trade,
            year.currency,
            tuple(
                line for line in year.lines if line.source == entry.id and line.asset == trade.asset
            ),
            tuple(one for one in year.problems if one.source == entry.id),
        )
        for trade, entry in zip(trades, entries, strict=True)
    )


def harvest(
    journal: Journal, settings: Settings, rules: Rules, time: datetime, rates: Rates
) -> Harvest:
    """The open lots that are worth less at a time than they cost."""
    journal = until(journal, time)
    folded = Folded(journal, settings, rules)
    calendar, prices = folded.calendar, BookPrices(journal.prices, folded.code)
    found, unpriced = [], set()
    held, unknown = _held(journal, folded.code, rules), _unknown(folded.events)
    for left in folded.answer.left:
        asset = plain_asset(left.asset)
        if asset not in held or not left.quantity or " " in left.asset or left.row in unknown:
            continue
        held[asset] -= left.quantity
        value = prices.value(left.asset, left.quantity, 1, time)
        if value is None:
            unpriced.add(asset)
            continue
        if value >= left.cost:
            continue
        term = calendar.term(left.acquired, time)
        found.append(
            OpenLot(
                left.row or "",
                asset,
                left.wallet or "",
                left.acquired,
                left.quantity,
                left.cost,
                value,
                term,
                days_to_long(calendar, left.acquired, time),
                tax_of([(term, value - left.cost)], rates),
                warned(settings, calendar, folded, asset, time),
            )
        )
    found.sort(key=lambda one: (one.gain, one.asset, one.lot))
    unbased = sorted(asset for asset, units in held.items() if units > 0)
    return Harvest(folded.code, tuple(found), tuple(sorted(unpriced)), tuple(unbased))


def _held(journal: Journal, code: str, rules: Rules) -> Counter[AssetId]:
    """The units of each asset in the fund's places, but for money that has no lots."""
    held: Counter[AssetId] = Counter()
    for entry in journal.entries:
        for one in entry.postings:
            if one.role != "none" and one.account.type in _CUSTODY:
                held[one.asset] += one.quantity
    for asset in list(held):
        code_of = currency_of(asset)
        if code_of is not None and (code_of == code or not rules.currencies_count):
            del held[asset]
    return held


def _unknown(events: Iterable[object]) -> set[str]:
    """The lots of which nobody knows what they cost."""
    return {one.row for one in events if isinstance(one, Acquire) and not one.known}


def tax_of(gains: Iterable[tuple[Term, int]], rates: Rates) -> int | None:
    """Each gain at the rate of its term, rounded toward zero; None where a rate was not stated."""
    total = 0
    for term, gain in gains:
        if term not in rates:
            return None
        total += portion(gain, rates[term], RATE_ONE)
    return total


def days_to_long(calendar: Calendar, acquired: datetime | None, time: datetime) -> int | None:
    """In how many whole days from a time units are long; 0 if they are, None if they never are."""
    last = time + timedelta(days=_DAYS_MAX)
    if acquired is None or calendar.term(acquired, last) != "long":
        return None
    low, high = 0, _DAYS_MAX
    while low < high:
        middle = (low + high) // 2
        if calendar.term(acquired, time + timedelta(days=middle)) == "long":
            high = middle
        else:
            low = middle + 1
    return low


# ---- purchases around a sale

#: method → rule, days before and after; they match units whether there is a loss or not.
_BY_METHOD: Final = {
    "share-matching": ("thirty_day", 0, 30),
    "company-matching": ("ten_day", 10, 0),
    "four-week-matching": ("four_week", 28, 28),
}
_BY_DAYS: Final = frozenset(rule for rule, _, _ in _BY_METHOD.values())


def warned(
    settings: Settings, calendar: Calendar, folded: Folded, asset: AssetId, time: datetime
) -> Warned:
    """The days around a sale that its rule looks at, and what was bought in those that are over."""
    rule, before, after = _BY_METHOD.get(settings.method, ("wash_sale", 30, 30))
    if settings.superficial:
        rule = "superficial_loss"
    binding = settings.method in _BY_METHOD or settings.superficial or settings.wash
    day = calendar.day(time)
    first, last = day - timedelta(days=before), day + timedelta(days=after)
    bought = sum(
        event.quantity
        for event in folded.events
        if isinstance(event, Acquire)
        and plain_asset(event.asset) == asset
        and first <= calendar.day(event.time) <= day
    )
    return Warned(rule, binding, first, last, bought)


# ---- the entry that is tried


def _entry(trade: Trade, base: str, number: int = 0) -> Entry:
    place = Account("asset", trade.wallet, trade.wallet)
    trading, money = Account("trading", "trading"), currency(base)
    postings: Sequence[Posting] = (
        Posting(place, trade.asset, -trade.quantity, "dispose", -trade.worth),
        Posting(trading, trade.asset, trade.quantity, "none", trade.worth),
        Posting(place, money, trade.worth, "acquire", trade.worth),
        Posting(trading, money, -trade.worth, "none", -trade.worth),
    )
    name = TRIED if not number else f"{TRIED}-{number}"
    order = (microseconds(trade.time), TRIED, number, 0, name)
    return Entry(name, "swap", trade.time, order, tuple(postings))
