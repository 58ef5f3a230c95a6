"""A figure of a monthly report → the entries that it rests on; each entry leads to its evidence."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from api import figures
from api.jobs.report import monthly_statement, of_the_books
from ledger.books import Books
from ledger.model.activity import iso
from ledger.model.entry import Entry
from ledger.model.errors import NotFound
from ledger.model.fund import Fund
from reports.index import index

Row = dict[str, Any]

_FIGURE: Final = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))/.+", re.ASCII)


def is_figure(identity: str) -> bool:
    """Whether an id is a figure's of a monthly report: `2026-10/cover/nav`."""
    return _FIGURE.fullmatch(identity) is not None


def traced_figure(books: Books, fund: Fund, identity: str) -> Row:
    """The figure as printed, what it is made of, and the ids of the entries behind it.

    Raises NotFound where the books have no such month, or its report no such figure.
    """
    found = _FIGURE.fullmatch(identity)
    assert found is not None, f"{identity} is no figure of a month"
    month = of_the_books(books, found[1])
    stated: Row = json.loads(index(monthly_statement(books, fund, month)))["figures"]
    return traced_among(books, stated, identity)


def traced_among(books: Books, stated: Row, identity: str) -> Row:
    """The same where the figures of the month's index are at hand, by id. Raises NotFound."""
    month = identity[:7]
    if identity not in stated:
        raise NotFound(f"the report of {month} has no figure {identity[:80]!r}")
    stood = figures.as_of(books, figures.month_bounds(month)[1])
    entries = dict.fromkeys(_entries(stood, month, identity, stated))
    return {
        "id": identity,
        "figure": stated[identity],
        "entries": [
            {"id": entry.id, "time": iso(entry.time), "kind": entry.kind} for entry in entries
        ],
    }


def _entries(books: Books, month: str, identity: str, stated: Row) -> Iterator[Entry]:
    """The entries behind a figure; a sum's are those of its parts."""
    figure = stated[identity]
    kind, references = figure["kind"], figure["references"]
    by_id = figures.entry_index(books.entries)
    if kind == "sum":
        for part in references:
            if part in stated:
                yield from _entries(books, month, part, stated)
    elif kind == "position":
        wanted = set(references)
        yield from (entry for entry in books.entries if _touches(entry, wanted))
    elif kind in {"result", "trades"} and references:
        period, _, rest = references[0].partition("|")
        start, end = _interval(period, month)
        names = {rest.partition("|")[0]} if rest else set(references[1:])
        named = [by_id[part] for part in references[1:] if part in by_id]
        yield from named or (
            entry
            for entry in books.entries
            if start < entry.time <= end and entry.strategy in names
        )
    elif kind in {"nav", "measure"}:
        yield from books.entries
    elif kind == "books":
        yield from (entry for entry in books.entries if _is_suspended(entry))
    elif kind == "break":
        yield from (entry for entry in books.entries if _touches(entry, set(references)))


def _touches(entry: Entry, places: set[str]) -> bool:
    return any(
        f"{posting.account.wallet or posting.account.path}|{posting.asset}" in places
        for posting in entry.postings
    )


def _is_suspended(entry: Entry) -> bool:
    return any(posting.account.type == "suspense" for posting in entry.postings)


def _interval(period: str, month: str) -> tuple[datetime, datetime]:
    start, end = figures.month_bounds(month)
    return (start.replace(month=1) if period == "year" else start), end
