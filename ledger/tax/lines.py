"""Disposals, income and faults of a year come in; the year leaves, as the books show it.

A gain that is not known, for want of a basis or of a price, is a problem that says how much it is
about, and in no total: it is never zero. Nor is what a regime does not assess in any: losses, what
investors took in kind.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ledger.model.amount import MONEY_DECIMALS
from ledger.model.asset import Asset, AssetId, currency_of
from ledger.model.fund import WalletId
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine, TaxYear
from ledger.tax.history.events import Disposed, Fault, Piece
from ledger.tax.history.journal import NEVER_SOLD, SHORT_CLOSED
from ledger.tax.history.parts import plain_asset
from ledger.tax.history.settings import Settings
from ledger.tax.rules import Rules
from ledger.tax.sizes import Sizes, quantity_text
from ledger.tax.terms import Calendar
from ledger.tax.yearly import Total, unknown_rules

#: What a line of a disposal stands for that the regime says nothing of.
NOT_ASSESSED: Final = "not_assessed"
MISSING: Final = "missing"
PORTFOLIO: Final = "portfolio"
RULES_UNKNOWN: Final = "rules_unknown"


class Shown(NamedTuple):
    """What is read off by whom: rules, settings, facts of assets, the currency of every figure."""

    rules: Rules
    settings: Settings
    assets: Mapping[AssetId, Asset]
    code: str


class YearFound(NamedTuple):
    """What a history says of one year, each part in the order of the books.

    `unknown` are the disposals that have no figure.
    """

    disposed: Sequence[Disposed]
    unknown: Sequence[Disposed]
    income: Sequence[IncomeLine]
    faults: Sequence[Fault]
    total: Total


def tax_year(found: YearFound, shown: Shown, year: int, method: str) -> TaxYear:
    """The year; `method` is the name under which the method was asked for."""
    writer = _Writer({id(one) for one in found.unknown}, shown)
    ordered = sorted((*found.disposed, *found.unknown), key=lambda one: one.event.time)
    lines = tuple([line for one in ordered for line in writer.lines(one)])
    return year_of_lines(lines, found, shown, year, method)


def lines_of(found: Disposed, shown: Shown, *, unknown: bool) -> tuple[TaxLine, ...]:
    """A line a piece of one disposal; `unknown` is one without a figure."""
    return tuple(_Writer({id(found)} if unknown else (), shown).lines(found))


def year_of_lines(
    lines: tuple[TaxLine, ...], found: YearFound, shown: Shown, year: int, method: str
) -> TaxYear:
    """The year whose disposals were made lines of before."""
    return TaxYear(
        regime=shown.rules.name,
        year=year,
        method=method,
        currency=shown.code,
        lines=lines,
        income=tuple(found.income),
        short=found.total.short,
        long=found.total.long,
        income_total=found.total.income,
        problems=(*_Writer((), shown).problems(found.faults, lines), *_unknown(found, shown, year)),
        taxable=found.total.taxable,
        ordinary=found.total.ordinary,
        section_481=found.total.section_481,
        section_1256=found.total.section_1256,
    )


def _unknown(found: YearFound, shown: Shown, year: int) -> Iterator[Problem]:
    calendar = Calendar(shown.settings, shown.rules.year_starts)
    text = unknown_rules(shown.rules, calendar, found.total)
    if text:
        yield Problem(RULES_UNKNOWN, text, f"{shown.rules.name} {year}")


class _Writer:
    """Disposals of a history as lines of the books."""

    def __init__(self, unknown: Collection[int], shown: Shown) -> None:
        self._zero = shown.settings.missing_is_zero
        self._assets = shown.assets
        self._code = shown.code
        self._without_price = unknown

    def lines(self, found: Disposed) -> Iterator[TaxLine]:
        """A line a piece."""
        for piece in found.pieces:
            yield self._line(found, piece)

    def _line(self, found: Disposed, piece: Piece) -> TaxLine:
        event = found.event
        # a piece has no cost where nobody acquired it, or where nothing says of which lot it is
        known = piece.rule != MISSING or self._zero
        unpriced = event.proceeds is None and not event.at_cost
        silent = not event.assessed and (event.kind in NEVER_SOLD or not event.at_cost)
        unvalued = id(found) in self._without_price
        quiet = silent or unvalued
        no_figure = not known or unpriced or quiet
        return TaxLine(
            asset=plain_asset(event.asset),
            quantity=piece.quantity,
            acquired=piece.acquired,
            disposed=event.time,
            proceeds=None if unpriced or (quiet and event.at_cost) else piece.proceeds,
            # of a portfolio without a value nothing says what a part of it cost
            cost=piece.cost if known and not (unvalued and piece.rule == PORTFOLIO) else None,
            fees=piece.fees,
            gain=None if no_figure else piece.gain,
            term=piece.term,
            rule=_rule(event.kind, piece.rule, silent=silent),
            wallet=WalletId(event.wallet),
            lot=piece.lot or "",
            source=event.row,
            denied=piece.denied,
            kind=event.kind,
            assessed=event.assessed,
            version=found.version,
            character=piece.character,
            indexation=piece.indexation,
        )

    # ---- problems

    def problems(self, faults: Iterable[Fault], lines: Iterable[TaxLine]) -> Iterator[Problem]:
        """Faults of the year, each with what it is about; those of one entry and asset once."""
        sizes = self._sizes(lines)
        seen: set[Fault] = set()
        for fault in faults:
            if fault in seen:
                continue
            seen.add(fault)
            row = fault.row or ""
            about = [(plain_asset(asset), units) for asset, units in fault.about]
            size = sizes.of(fault.code, row, about, self._quantity)
            yield Problem(fault.code, fault.message + size, row)
        yield from self._currencies(lines)

    def _sizes(self, lines: Iterable[TaxLine]) -> Sizes:
        """What is in no total: units without a basis, or without a price."""
        found = Sizes(MONEY_DECIMALS, self._code)
        for line in lines:
            if line.cost is not None and line.proceeds is not None:
                continue
            where = line.source, line.asset, line.quantity
            if line.cost is None:
                realised = None if line.proceeds is None else (line.proceeds, line.fees)
                found.no_basis(*where, realised)
            if line.proceeds is None:
                code = "missing_price" if line.assessed else NOT_ASSESSED
                found.no_figure(code, *where, line.cost)
        return found

    def _currencies(self, lines: Iterable[TaxLine]) -> Iterator[Problem]:
        """One problem a foreign currency, which is spent many times."""
        totals: Counter[AssetId] = Counter()
        for line in lines:
            if line.rule == NOT_ASSESSED and currency_of(line.asset):
                totals[line.asset] += line.quantity
        for asset, quantity in sorted(totals.items()):
            text = f"{self._quantity(asset, quantity)} left, which this regime does not assess"
            yield Problem(NOT_ASSESSED, text, asset)

    def _quantity(self, asset: str, quantity: int) -> str:
        return quantity_text(self._assets, asset, quantity)


def _rule(kind: str, rule: str, *, silent: bool) -> str:
    if silent:
        return NOT_ASSESSED
    return SHORT_CLOSED if kind == SHORT_CLOSED and rule != MISSING else rule
