"""The text of a price file comes in; quotes and a problem for each row that is none leave.

The file has a header with the columns `time,asset,price,currency` and, if wanted, `source`, in any
order: `time` is ISO 8601 (no zone: UTC; a date alone: its first instant), `asset` an asset id or a
symbol, `price` the price of one whole unit as a plain decimal above zero, `currency` an ISO 4217
code. One source says one price of an asset at a time: the first row counts, another price is named.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ledger.model.activity import is_in_the_age_of_chains
from ledger.model.amount import parse_decimal, plain_text
from ledger.model.asset import CURRENCIES, AssetId, by_symbol, parse_asset_id
from ledger.model.errors import BadAmount, BadInput
from ledger.model.position import Quote
from ledger.model.problem import Problem

NAME: Final = "price_csv"

#: Asset, time, currency and source of a quote.
_Said = tuple[AssetId, datetime, str, str]

_REQUIRED: Final = ("time", "asset", "price", "currency")
_COLUMNS: Final = frozenset((*_REQUIRED, "source"))
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def read(text: str, file: str) -> tuple[tuple[Quote, ...], tuple[Problem, ...]]:
    """The quotes of a price file, and what is wrong with the rows that are left out.

    `file` is the file's name: it stands in problems, and is the source of quotes that name none.
    A header that lacks a column or has one too many refuses the whole file. Raises nothing.
    """
    quotes: dict[_Said, Quote] = {}
    problems: list[Problem] = []
    header: list[str] | None = None
    last_line = -1 if text.endswith("\n") else len(text.splitlines())
    for line, cells in _rows(text, file, problems):
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            fault = _fault_of(header, file)
            if fault is not None:
                return (), (*problems, fault)
        elif len(cells) < len(header) and line == last_line:
            problems.append(Problem("truncated_file", "the last row ends early", file, file, line))
        else:
            try:
                _add(quotes, _quote(header, cells, file))
            except BadInput as bad:
                code = "bad_row" if bad.code == "bad_input" else bad.code
                problems.append(Problem(code, str(bad), file, file, line))
    if header is None and not problems:
        problems.append(Problem("unknown_layout", "the file is empty", file, file, 1))
    return tuple(quotes.values()), tuple(problems)


def _add(quotes: dict[_Said, Quote], quote: Quote) -> None:
    """Keeps the first price of one source and time; raises BadInput for another one."""
    first = quotes.setdefault((quote.asset, quote.time, quote.currency, quote.source), quote)
    if first.price != quote.price:
        known, given = plain_text(first.price), plain_text(quote.price)
        raise BadInput(f"{given} is a second price beside {known} of an earlier row")


class _BadTime(BadInput):
    """A text that is no time."""

    code = "bad_time"


def _rows(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The rows that are CSV with the line they end on; the others become problems."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            code = "truncated_file" if "unexpected end" in str(fault) else "bad_row"
            problems.append(Problem(code, f"no CSV row: {fault}", file, file, reader.line_num))
            continue
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _fault_of(header: list[str], file: str) -> Problem | None:
    unknown = [column for column in header if column not in _COLUMNS]
    missing = [column for column in _REQUIRED if column not in header]
    if missing:
        return Problem("unknown_layout", f"no column {', '.join(missing)}", file, file, 1)
    if unknown:
        return Problem("unknown_column", f"column {', '.join(unknown)}", file, file, 1)
    if len(set(header)) < len(header):
        return Problem("unknown_layout", "a column stands twice", file, file, 1)
    return None


def _quote(header: list[str], cells: list[str], file: str) -> Quote:
    if len(cells) != len(header):
        raise BadInput(f"{len(cells)} cells for {len(header)} columns")
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    if row["currency"] not in CURRENCIES:
        raise BadInput(f"{row['currency'][:20]!r} is no currency")
    price = parse_decimal(row["price"])
    if price < 0:
        raise BadAmount("a price is not negative")
    if not price:
        raise BadInput("a price is above zero")
    return Quote(
        _asset(row["asset"]), _time(row["time"]), price, row["currency"], row.get("source") or file
    )


def _asset(text: str) -> AssetId:
    if ":" in text:
        return parse_asset_id(text)
    return parse_asset_id(by_symbol(text))


def _time(text: str) -> datetime:
    if _TIME.fullmatch(text) is None:
        raise _BadTime(f"{text[:40]!r} is no ISO 8601 time")
    try:
        moment = datetime.fromisoformat(text)
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise _BadTime(f"{text[:40]!r} is no ISO 8601 time: {fault}") from fault
    if not is_in_the_age_of_chains(utc):
        raise _BadTime(f"{text[:40]!r} is before 2009-01-03 or after 2100: no chain is older")
    return utc
