"""Books → a month's figures, its PDF, and exports."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

from api import figures
from api.own_capital import capital_now
from api.plug_ins import plug_in
from api.tax_books import StoredBooks, digest_of
from ledger.books import Books
from ledger.chains.networks import NETWORKS
from ledger.model.activity import Activity
from ledger.model.broker import Comparison
from ledger.model.entry import in_order
from ledger.model.errors import BadInput, NotFound
from ledger.model.fund import Fund
from ledger.model.partner import PartnerAllocation
from ledger.model.tax import TaxYear
from ledger.strategies import UNASSIGNED
from reports.csv import Export, export
from reports.index import index
from reports.model import Coverage, ExportFigures, MonthlyFigures
from reports.statement import Statement

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def monthly_figures(books: Books, fund: Fund, month: str) -> MonthlyFigures:
    """Everything a monthly report states, as the books stood at the month's end.

    `month` is `YYYY-MM`. Prices are those known now; events after the month are left out.
    """
    from ledger.store import books_digest
    from risk.measure import measure

    start, end = figures.month_bounds(month)
    stood = figures.as_of(books, end)
    points = figures.nav(stood, fund, end)
    capital = capital_now(stood, points)
    year_start = datetime(start.year, 1, 1, tzinfo=start.tzinfo)
    return MonthlyFigures(
        fund=fund,
        month=month,
        nav=points,
        month_results=figures.results(stood, start, end),
        year_results=figures.results(stood, year_start, end),
        marks=figures.marks(stood, end),
        risk=measure(points, figures.closed_trades(stood), capital=capital.strategies),
        coverage=coverage(stood, end),
        breaks=figures.balance_breaks(stood),
        problems=figures.problems(stood),
        unexplained=stood.unexplained,
        suspense=figures.in_suspense(stood, end).value,
        assets=books.assets,
        wallets=books.wallets,
        digest=books_digest(stood.entries),
        version=version("partita"),
        month_entries=entries_by_strategy(stood, start),
        network_names={row.id: row.name for row in NETWORKS.values()},
    )


def entries_by_strategy(books: Books, since: datetime) -> dict[str, tuple[str, ...]]:
    """The ids of the entries of each strategy after a time, in the order of the books."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in in_order(books.entries):
        if entry.time > since:
            found[entry.strategy or UNASSIGNED].append(entry.id)
    return {strategy: tuple(entries) for strategy, entries in found.items()}


def monthly_statement(books: Books, fund: Fund, month: str) -> Statement:
    """The monthly report before it is drawn: every figure with its id and its source."""
    stated: Statement = plug_in("reports.statements", "monthly").statement(
        monthly_figures(books, fund, month)
    )
    return stated


def monthly_pdf(books: Books, fund: Fund, month: str) -> tuple[bytes, bytes]:
    """The monthly report and the index of its figures; the same books give the same bytes."""
    from reports.pdf import render

    stated = monthly_statement(books, fund, month)
    return render(stated), index(stated)


#: A year beside what brokers reported, and what of it is whose.
Sides = tuple[tuple[Comparison, ...], PartnerAllocation | None]


def export_figures(books: Books, fund: Fund, time: datetime | None) -> ExportFigures:
    """What layouts of the books draw on; positions valued at a time, else at their last close."""
    return ExportFigures(
        fund=fund,
        entries=books.entries,
        events=books.events,
        marks=figures.marks(books, time),
        disposals=books.booking.disposals,
        tax=None,
        assets=books.assets,
        wallets=books.wallets,
        digest=digest_of(books),
    )


def tax_figures(
    books: Books | StoredBooks, fund: Fund, tax: TaxYear, sides: Sides
) -> ExportFigures:
    """What layouts of a tax year draw on: the year, and what names its assets and wallets."""
    return ExportFigures(
        fund=fund,
        entries=(),
        events=(),
        marks=(),
        disposals=(),
        tax=tax,
        assets=books.assets,
        wallets=books.wallets,
        digest=digest_of(books),
        comparisons=sides[0],
        allocation=sides[1],
    )


def export_bytes(layout: str, drawn: ExportFigures, stem: str = "") -> Export:
    """The file of a layout, its manifest and its trace; `stem` is the file's name in both."""
    return export(plug_in("reports.exports", layout), drawn, stem)


@dataclass(slots=True)
class _Span:
    """What was seen of one source so far."""

    first: datetime
    last: datetime
    activities: int = 0
    proven: int = 0


def coverage(books: Books, until: datetime) -> tuple[Coverage, ...]:
    """Each network and venue: first and last activity, how many, how many proven by state."""
    spans: dict[str, _Span] = {}
    owned: defaultdict[str, set[str]] = defaultdict(set)
    for wallet in books.wallets.values():
        owned[wallet.network].add(wallet.address)
    for activity in books.activities:
        if activity.time > until:
            continue
        span = spans.setdefault(activity.network, _Span(activity.time, activity.time))
        span.last = max(span.last, activity.time)
        span.activities += 1
        span.proven += _proven(activity, owned[activity.network])
    return tuple(
        Coverage(source, span.first, span.last, span.activities, span.proven)
        for source, span in sorted(spans.items())
    )


def _proven(activity: Activity, owned: set[str]) -> bool:
    """Whether every movement of the fund's own wallets is confirmed by state or trace."""
    return activity.statement is None and all(
        transfer.proven
        for transfer in activity.transfers
        if transfer.sender in owned or transfer.recipient in owned
    )


def month_named(text: str) -> str:
    """A month `YYYY-MM` of the calendar. Raises BadInput."""
    if _MONTH.fullmatch(text) is None:
        raise BadInput(f"{text[:20]!r} is no month such as 2026-10")
    return text


def of_the_books(books: Books, month: str) -> str:
    """The month, where the books reach into it. Raises NotFound."""
    known = months_of(books)
    if month not in known:
        reach = f"; they reach from {known[0]} to {known[-1]}" if known else ""
        raise NotFound(f"the books have no month {month}{reach}")
    return month


def months_of(books: Books) -> tuple[str, ...]:
    """The months that the books reach into, ascending."""
    if not books.entries:
        return ()
    day, last = books.entries[0].time.date(), figures.last_moment(books).date()
    last -= timedelta(days=1)
    found = []
    while (day.year, day.month) <= (last.year, last.month):
        found.append(f"{day:%Y-%m}")
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return tuple(found)
