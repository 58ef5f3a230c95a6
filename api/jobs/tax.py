"""Books, a regime and choices → the assessment of a year."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any, Final, get_args

from api.jobs.tax_folding import Folding
from api.jobs.tax_record import NOTHING, Record
from api.plug_ins import plug_ins
from api.tax_books import StoredBooks, TaxBooks
from ledger.model.activity import iso
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry, in_order
from ledger.model.errors import BadInput
from ledger.model.filing import LotPlan
from ledger.model.fund import LotMethod, Policy, WalletId
from ledger.model.problem import Problem
from ledger.model.tax import TaxYear
from ledger.prices.book import PriceBook
from ledger.tax.assess import Journal
from ledger.tax.engine import values_holdings
from ledger.tax.frozen import FrozenAllocation
from ledger.tax.history.settings import (
    BY_HOLDING,
    PLAIN,
    TABLES,
    WHOLE,
    WORDS,
    Settings,
    settings_of,
)
from ledger.tax.history.words import YEARS, BadSetting, read_zone
from ledger.tax.orders import (
    in_time_from,
    late_year,
    named_since,
    of_record,
    standing,
    unlike,
)
from ledger.tax.plans import served
from ledger.tax.rules import Rules
from ledger.tax.settled import settled_after
from ledger.tax.terms import Calendar

METHODS: Final[tuple[LotMethod, ...]] = get_args(LotMethod)

#: A setting and its value, as a person or a request gives them.
Choices = Mapping[str, object]
_NONE: Final[Choices] = {}
#: Books that choose no lot by themselves are asked for the lots of each disposal.
_STRICT: Final = "strict"


def lot_method(text: str) -> LotMethod:
    """A cost method of books by name; raises BadInput with the names there are.

    A method that is a procedure of a tax regime pools costs, and so do the books of its fund.
    """
    for method in METHODS:
        if text == method:
            return method
    if text in WHOLE:
        return "average"
    known = ", ".join((*METHODS, *sorted(WHOLE)))
    raise BadInput(f"no method is called {text[:20]!r}; methods: {known}")


def rules_of(regime: str) -> Rules:
    """The rules of a regime by its name; raises BadSetting with the names there are."""
    rules: dict[str, Rules] = {
        module.NAME: module.RULES for module in plug_ins("ledger.tax.regimes")
    }
    if regime not in rules:
        known = ", ".join(sorted(rules))
        raise BadSetting(f"a regime is one of {known}, not {regime[:40]!r}")
    return rules[regime]


def choices_of(words: Iterable[str]) -> Choices:
    """Settings from `NAME=VALUE` each; tables are JSON. Raises BadSetting."""
    found: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name in found:
            raise BadSetting(f"a setting is NAME=VALUE, each once, not {word[:60]!r}")
        try:
            found[name] = json.loads(value) if name in TABLES else value
        except (ValueError, RecursionError) as error:
            raise BadSetting(f"{name} is an object in JSON, not {value[:40]!r}") from error
    return found


@dataclass(frozen=True, slots=True)
class Question:
    """A regime, and the method and settings that are asked for beside what a fund has chosen."""

    regime: str
    method: str | None = None
    given: Choices = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether it is asked by what the regime and the fund have chosen alone."""
        return self.method is None and not self.given

    @property
    def text(self) -> str:
        """The method and settings as the record has them: JSON."""
        return json.dumps({"method": self.method, "settings": dict(self.given)}, sort_keys=True)


class Assessment(Folding):
    """Books under a regime; any year of it is read off.

    `allocation` is the frozen one that the question is answered with, None where it is with none,
    or with one that it states itself.
    """

    def __init__(
        self,
        books: TaxBooks,
        asked: Question,
        record: Record = NOTHING,
        years: Iterable[int] = (),
    ) -> None:
        rules = rules_of(asked.regime)
        own = rules.own_choices
        called = asked.method or (books.policy.method if own else rules.method)
        chosen = asked.method is not None
        words: dict[str, object] = dict(asked.given)
        entries = books.entries
        if not isinstance(books, StoredBooks):
            entries = in_order(entries)
        self._unmet: Sequence[Problem] = ()
        if own:
            words = {**_of_fund(books.policy, called, chosen=chosen), **words}
            if "identification" not in asked.given:
                zone = read_zone({**PLAIN, **rules.words(), **words}["day_zone"])
                _say_when(words, books.policy, rules, entries, zone)
            if called not in WHOLE and (called == "specific" or not chosen):
                self._unmet = _plan(words, record.plans, entries, books.assets)
        words = _with_ids(words, books)
        self.allocation = _put_frozen(words, asked, rules, record)
        method = "specific" if called == _STRICT else called
        settings = settings_of(method, words, rules)._replace(by_piece=True)
        self._since = in_time_from(rules)
        self._record = record
        ordered = not chosen and "standing_orders" not in asked.given
        if own and ordered and self._since is not None:
            settings = settings._replace(standing=standing(record.orders))
        base = books.policy.base_currency
        journal = Journal(entries, base, _prices(books, settings), books.assets)
        stored = books if isinstance(books, StoredBooks) else None
        super().__init__(journal, settings, rules, stored, years)
        self.calendar = Calendar(settings, rules.year_starts)
        self._called = None if own and not chosen else called
        self._policy = books.policy
        self._names = "identification" in asked.given or (chosen and called != "specific")
        told = {**PLAIN, **rules.words(), **words}
        self._told = tuple((name, str(told[name])) for name in WORDS) + _told(settings)

    def year(self, year: int) -> TaxYear:
        """The tax year. Raises BadSetting."""
        if year not in YEARS:
            raise BadSetting(f"a year is from {YEARS[0]} to {YEARS[-1]}, not {year}")
        found = self.read(year, self._called or self._policy.method_in(year))
        unmet = [one for one in self._unmet if self._year_of(one) == year]
        if (late := self._late(found)) is not None:
            unmet.append(late)
        return replace(found, settings=self._told, problems=(*found.problems, *unmet))

    @cached_property
    def recorded(self) -> Folding | None:
        """The same by the lots that were named in time; None where that is what it is itself.

        And where the regime asks for no time.
        """
        if self._since is None:
            return None
        asked, since = self.settings, self.calendar.start(self._since)
        if self._names:
            entries = self.journal.entries
            words = _of_fund(self._policy, "specific", chosen=True)
            _say_when(words, self._policy, self.rules, entries, self.settings.zone)
            _plan(words, self._record.plans, entries, self.journal.assets)
            named = settings_of("specific", {"identification": words["identification"]}, self.rules)
            asked = named_since(asked, named, since, entries)
        settings = of_record(asked, self._record.orders, since)
        if not unlike(self.settings, settings, since, self.calendar):
            return None
        return Folding(self.journal, settings, self.rules, self._stored, self._years)

    def recorded_at(self, time: datetime) -> Folding | None:
        """The same as far as it bears on a time."""
        asks = self._since is not None and self.calendar.day(time) >= self._since
        return self.recorded if asks else None

    def _late(self, found: TaxYear) -> Problem | None:
        """What is to be said of a year whose lots were not named in time."""
        if self._since is None or self.calendar.last_day(found.year) < self._since:
            return None
        if self.recorded is None:
            return None
        return late_year(found, self.recorded.read(found.year, found.method))

    def settled_after(self, year: int) -> date:
        """The last day whose trades bear on a year."""
        return settled_after(self.settings, self.calendar, year)

    def _year_of(self, unmet: Problem) -> int:
        times = (entry.time for entry in self.journal.entries if entry.id == unmet.source)
        return self.calendar.year(next(times))


def _put_frozen(
    words: dict[str, object], asked: Question, rules: Rules, record: Record
) -> FrozenAllocation | None:
    """Put the frozen allocation into the settings, where basis is by wallet from its day on.

    It is held to the lots that it came to where the question is the one that it was frozen by:
    asked by another method or setting, other lots were left on that day, and its order fills the
    wallets with those.
    """
    found = record.allocation(asked.regime)
    scope = {**PLAIN, **rules.words(), **words}["basis_scope"]
    if found is None or "allocation" in words or scope != f"wallet_from:{found.day}":
        return None
    words["allocation"] = found.words(compared=found.asked == asked.text)
    return found


def _told(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The contracts, orders and allocation of the settings in words, as far as there are any."""
    contracts = ", ".join(sorted(settings.section_1256))
    listed = (("section_1256", contracts),) if contracts else ()
    orders = ", ".join(
        f"{one.method} from {iso(one.at)} for {one.wallet or 'all wallets'}"
        for one in settings.standing
    )
    if orders:
        listed = (*listed, ("standing_orders", orders))
    said = settings.allocation
    if said is None:
        return listed
    digest = "" if said.sha256 is None else f", sha256 {said.sha256}"
    made = "" if said.at is None else f", made at {iso(said.at)}"
    return (*listed, ("allocation", f"{said.method} into {', '.join(said.wallets)}{made}{digest}"))


def _prices(books: TaxBooks, settings: Settings) -> PriceBook:
    """The quotes that an assessment asks for: rates alone, unless holdings are valued."""
    if isinstance(books, StoredBooks) and not values_holdings(settings):
        return books.rates
    return books.prices


def assessed(
    books: TaxBooks, regime: str, year: int, method: str | None = None, given: Choices = _NONE
) -> TaxYear:
    """The tax year under a regime; another method is another fold over the same entries.

    Without a method or a setting those of the regime hold, and where it leaves the choice of lots
    to the taxpayer those of the fund. A method that is asked for holds in every year.
    """
    return Assessment(books, Question(regime, method, given), years=[year]).year(year)


def _say_when(
    words: dict[str, object],
    policy: Policy,
    rules: Rules,
    entries: Iterable[Entry],
    zone: tzinfo,
) -> None:
    """Put the time at which lots were named beside them, where a regime asks for it.

    From which day on it does is a day where the taxpayer lives.
    """
    named, said_at = words.get("identification"), dict(policy.identified_at)
    if not isinstance(named, Mapping) or not said_at.keys() & named.keys():
        return
    timed = dict(named)
    for entry in entries:
        lots, said = named.get(entry.id), said_at.get(entry.id)
        if said is None or isinstance(lots, Mapping):
            continue
        if rules.on("identification", entry.time.astimezone(zone).date()) == "in_time":
            timed[entry.id] = {"lots": lots, "at": iso(said)}
    words["identification"] = timed


def _plan(
    words: dict[str, object],
    plans: Sequence[LotPlan],
    entries: Iterable[Entry],
    assets: Mapping[AssetId, Asset],
) -> Sequence[Problem]:
    """Put the lots of plans into the settings, each with its time; gives the plans that fail."""
    found = served(plans, entries, assets)
    if found.plans:
        named = words.get("identification")
        said: dict[str, object] = dict(named) if isinstance(named, Mapping) else {}
        for entry, plan in found.plans.items():
            lots = [_acquisition(lot) for lot in plan.lots]
            said[entry] = {"lots": lots, "at": iso(plan.said_at)}
        words["identification"] = said
    return found.problems


def _of_fund(policy: Policy, method: str, *, chosen: bool) -> dict[str, object]:
    """What a fund has chosen for its lots, as settings."""
    words: dict[str, object] = {}
    if method in WHOLE:
        return words
    if policy.scope == "wallet":
        words["basis_scope"] = "wallet"
    methods = {method}
    if not chosen and policy.method_by_year:
        named = {str(year): _asked(way) for year, way in policy.method_by_year}
        words["method_by_year"] = named
        methods |= set(named.values())
    if "specific" in methods:
        words["identification"] = {
            entry: [_acquisition(lot) for lot in lots] for entry, lots in policy.identifications
        }
    return words


def _asked(method: str) -> str:
    return "specific" if method == _STRICT else method


def _acquisition(lot: str) -> str:
    """The acquisition that a part of a lot is of: `entry:2` of `entry:2/1`."""
    entry, colon, number = lot.rpartition(":")
    return f"{entry}{colon}{number.partition('/')[0]}"


def _with_ids(words: dict[str, object], books: TaxBooks) -> dict[str, object]:
    """Settings that name wallets by their labels, and assets by their symbols, with their ids."""
    ids: dict[str, list[str]] = {}
    for wallet in books.wallets.values():
        ids.setdefault(wallet.label, []).append(str(wallet.id))

    def of(name: Any) -> Any:  # noqa: ANN401 -- what a person gave; the settings check it
        if not isinstance(name, str) or WalletId(name) in books.wallets:
            return name
        called = ids.get(name, [name])
        if len(called) > 1:
            raise BadSetting(f"{name[:40]!r} is {', '.join(called)}: give the id")
        return called[0]

    def place(name: Any) -> Any:  # noqa: ANN401 -- the same, of a wallet that must be there
        if isinstance(name, str) and (found := of(name)) not in books.wallets:
            raise BadSetting(f"the fund has no wallet {found[:40]!r}")
        return of(name)

    by_wallet, allocation = words.get("method_by_wallet"), words.get("allocation")
    if isinstance(by_wallet, Mapping):
        words["method_by_wallet"] = {place(name): method for name, method in by_wallet.items()}
    if isinstance(orders := words.get("standing_orders"), list):
        words["standing_orders"] = [
            {**one, "wallet": place(one["wallet"])}
            if isinstance(one, Mapping) and "wallet" in one
            else one
            for one in orders
        ]
    if isinstance(allocation, Mapping) and isinstance(allocation.get("wallets"), list):
        named = [of(name) for name in allocation["wallets"]]
        words["allocation"] = {**allocation, "wallets": named}
    if isinstance(contracts := words.get("section_1256"), list):
        words["section_1256"] = [_asset_called(name, books) for name in contracts]
    return words


def _asset_called(name: object, books: TaxBooks) -> object:
    """The id of an asset of a statement by its symbol. Raises BadSetting where none is so called.

    A name that means nothing would leave what it is about out of the rule, in silence.
    """
    if not isinstance(name, str) or AssetId(name) in books.assets:
        return name
    for asset in books.assets.values():
        if asset.kind == "symbol" and asset.symbol.lower() == name.lower():
            return asset.id
    raise BadSetting(f"section_1256 names {name[:40]!r}, and the books have no such asset")


assert {*METHODS} - {_STRICT} <= BY_HOLDING, "every method of books is one of tax"
