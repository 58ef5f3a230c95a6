"""Books and a trade, a time or a year → what each regime and method would make of it.

Rates of tax are those that the asker states; nothing here knows a rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from api.jobs.tax import Assessment, Question
from api.jobs.tax_record import Record
from ledger.books import Books
from ledger.model.amount import parse_decimal, units_from_text, value_of
from ledger.model.asset import Asset, AssetId, known_without_asking
from ledger.model.errors import BadInput, NotFound
from ledger.model.fund import Wallet, WalletId
from ledger.model.gain import Term
from ledger.model.problem import Problem
from ledger.model.tax import TaxYear
from ledger.tax.frozen import FrozenAllocation
from ledger.tax.history.words import BadSetting
from ledger.tax.orders import CODE, late_harvest, late_trial
from ledger.tax.trial import RATE_ONE, Harvest, Rates, Trade, Trial, harvest, tax_of, what_if

#: What a regime is compared by beside what holds.
METHODS: Final = ("fifo", "lifo", "hifo", "lofo", "average")
_TERMS: Final[dict[str, Term]] = {"short": "short", "long": "long"}


@dataclass(frozen=True, slots=True)
class Tried:
    """A trade under a regime; `holds` is whether it is the method that holds for the fund.

    `allocation` is the frozen one that its lots were taken by.
    """

    regime: str
    asset: AssetId
    holds: bool
    trial: Trial
    allocation: FrozenAllocation | None = None

    @property
    def to_look_at(self) -> bool:
        """Whether a problem is left that is of more than of a method that nobody ordered yet."""
        return _doubted(self.trial.problems, holds=self.holds)


@dataclass(frozen=True, slots=True)
class Compared:
    """A year by a method."""

    method: str
    holds: bool
    year: TaxYear
    tax: int | None

    @property
    def to_look_at(self) -> bool:
        """The same of a year: what another method would come to is a question, and no return."""
        return _doubted(self.year.problems, holds=self.holds)


def rates_of(words: Iterable[str]) -> Rates:
    """Rates from `short=0.37` and `long=0.2`, each from 0 to 1 in four decimals. BadInput."""
    found: dict[Term, int] = {}
    for word in words:
        name, _, value = word.partition("=")
        term = _TERMS.get(name)
        try:
            rate = units_from_text(value, 4)
        except BadInput:
            rate = -1
        if term is None or term in found or not 0 <= rate <= RATE_ONE:
            raise BadInput(f"a rate is short=R or long=R, R from 0 to 1, not {word[:40]!r}")
        found[term] = rate
    return found


def asset_of(books: Books, text: str) -> Asset:
    """An asset of the books by its symbol or id. Raises NotFound, BadInput where several fit."""
    held = {posting.asset for entry in books.entries for posting in entry.postings}
    known = [one for asset in sorted(held) if (one := _known(books, asset)) is not None]
    found = [one for one in known if text == one.id or text.lower() == one.symbol.lower()]
    if not found:
        raise NotFound(f"the books have no asset {text[:60]!r}")
    if len(found) > 1:
        raise BadInput(f"{text!r} is {', '.join(one.id for one in found)}: give the id")
    return found[0]


def wallet_of(wallets: Mapping[WalletId, Wallet], text: str) -> WalletId:
    """A wallet by its label, id or address. Raises NotFound, BadInput where several fit.

    One address on several networks is a wallet on each, and lots are of one of them.
    """
    wanted = text.lower()
    found = [
        one.id
        for one in wallets.values()
        if wanted in {one.label.lower(), one.id.lower(), one.address.lower()}
    ]
    found = [each for each in found if each.lower() == wanted] or found
    if not found:
        raise NotFound(f"there is no wallet {text[:60]!r}")
    if len(found) > 1:
        raise BadInput(f"{text[:60]!r} is {', '.join(found)}: give the id")
    return found[0]


def trade_of(
    books: Books, asset: str, quantity: str, wallet: str, price: str, time: datetime
) -> Trade:
    """A trade from words; the price is that of one whole unit in the currency of the books.

    Raises BadInput, NotFound.
    """
    known = asset_of(books, asset)
    units, each = units_from_text(quantity, known.decimals), parse_decimal(price)
    worth = value_of(units, known.decimals, each)
    if units <= 0 or worth <= 0:
        raise BadInput("a trade gives a quantity above zero, at a price above zero")
    return Trade(known.id, wallet_of(books.wallets, wallet), units, worth, time)


def tried(
    books: Books,
    record: Record,
    questions: Sequence[Question],
    methods: Sequence[str],
    trade: Trade,
    rates: Rates,
) -> tuple[Tried, ...]:
    """A trade under each question by each method; without methods by what holds and the others.

    Raises BadSetting.
    """
    found = []
    for question in questions:
        for asked, holds in _questions(books, record, question, methods):
            assessment = _assessment(books, record, asked, must=bool(methods))
            if assessment is None:
                continue
            method = asked.method or assessment.settings.method
            trial = _tried(assessment, trade, rates, method)
            found.append(Tried(asked.regime, trade.asset, holds, trial, assessment.allocation))
    return tuple(found)


def below_market(
    books: Books, record: Record, asked: Question, time: datetime, rates: Rates
) -> Harvest:
    """The open lots that are worth less at a time than they cost. Raises BadSetting."""
    one = Assessment(books, asked, record)
    found = harvest(one.journal, one.settings, one.rules, time, rates)
    recorded = one.recorded_at(time)
    if recorded is None:
        return found
    other = harvest(recorded.journal, recorded.settings, recorded.rules, time, rates)
    late = late_harvest(found, other)
    return found if late is None else found._replace(problems=(late,))


def compared(
    books: Books, record: Record, question: Question, year: int, rates: Rates
) -> tuple[Compared, ...]:
    """A year by what holds, then by every other method of lots. Raises BadSetting."""
    found = []
    for asked, holds in _questions(books, record, question, ()):
        assessment = _assessment(books, record, asked, must=holds)
        if assessment is None:
            continue
        one = assessment.year(year)
        gains: list[tuple[Term, int]] = [("short", one.short), ("long", one.long)]
        found.append(Compared(asked.method or one.method, holds, one, tax_of(gains, rates)))
    return tuple(found)


def _questions(
    books: Books, record: Record, question: Question, methods: Sequence[str]
) -> list[tuple[Question, bool]]:
    """A question by each method, and whether it is what holds."""
    if methods:
        return [(replace(question, method=method), False) for method in methods]
    called = Assessment(books, question, record).settings.method
    others = [replace(question, method=method) for method in METHODS if method != called]
    return [(question, question.own), *((other, False) for other in others)]


def _doubted(problems: Iterable[Problem], *, holds: bool) -> bool:
    return any(holds or one.code != CODE for one in problems)


def _tried(assessment: Assessment, trade: Trade, rates: Rates, method: str) -> Trial:
    """A trade, with what its lots would wait for where they are not named yet."""
    journal, rules = assessment.journal, assessment.rules
    found = what_if(journal, assessment.settings, rules, trade, rates, method)
    recorded = assessment.recorded_at(trade.time)
    if recorded is None:
        return found
    late = late_trial(found, what_if(journal, recorded.settings, rules, trade, rates, method))
    return found if late is None else found._replace(problems=(*found.problems, late))


def _assessment(books: Books, record: Record, asked: Question, *, must: bool) -> Assessment | None:
    """The books under a regime; None where it knows no such method and need not."""
    try:
        return Assessment(books, asked, record)
    except BadSetting:
        if must:
            raise
        return None


def _known(books: Books, asset: AssetId) -> Asset | None:
    return books.assets.get(asset) or known_without_asking(asset)
