"""The text of a broker's statement of sales (Form 1099-DA as CSV) comes in; its rows leave.

Columns are matched by name, in any order and case: asset, date sold and proceeds are demanded; date
acquired, basis, quantity and the applicable checkbox of Form 8949 are read where they are there. A
checkbox says whether the basis was reported to the tax office (G and J) or not (H, K and Y);
without that column it was not, as no broker has to for sales of 2025 (TD 10000).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from ledger.model.amount import MONEY_DECIMALS, units_from_text
from ledger.model.broker import STATED_DECIMALS, BrokerSale
from ledger.model.errors import BadAmount, BadInput
from ledger.model.fund import WalletId
from ledger.model.problem import Problem

#: What a column is for, by each name that it goes by.
_NAMES: Final[Mapping[str, str]] = {
    name: what
    for what, names in {
        "asset": ("asset", "asset name", "currency", "symbol", "code or name", "digital asset"),
        "acquired": ("date acquired", "acquired"),
        "sold": ("date sold", "date of sale", "date sold or disposed", "sold"),
        "proceeds": ("proceeds", "gross proceeds"),
        "basis": ("cost basis", "cost or other basis", "basis"),
        "quantity": ("quantity", "number of units", "units"),
        "box": ("applicable checkbox on form 8949", "applicable checkbox", "form 8949 box", "box"),
        "gain": ("gain/loss", "gain or loss", "gain or (loss)"),
    }.items()
    for name in names
}
_REQUIRED: Final = ("asset", "sold", "proceeds")
_BOXES: Final = frozenset("GHJKY")
_AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII)
_MONEY: Final = re.compile(r"(-?)\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)", re.ASCII)
#: What stands for a date that several acquisitions have, or that nobody knows.
_NO_DATE: Final = frozenset({"", "various", "unknown", "n/a", "-"})


def read(
    text: str, wallet: WalletId, file: str
) -> tuple[tuple[BrokerSale, ...], tuple[Problem, ...]]:
    """The sales of a statement about one account, and what is wrong with rows that are left out.

    A header that lacks a column refuses the whole file. Raises nothing.
    """
    problems: list[Problem] = []
    rows = _rows(text, file, problems)
    first = next(rows, None)
    if first is None:
        fault = Problem("unknown_layout", "the file is empty", file, file, 1)
        return (), (*problems, fault)
    columns = [_NAMES.get(cell.strip().lower(), "") for cell in first[1]]
    missing = [name for name in _REQUIRED if name not in columns]
    named = [name for name in columns if name]
    if missing or len(set(named)) < len(named):
        why = f"no column for {', '.join(missing)}" if missing else "a column stands twice"
        return (), (*problems, Problem("unknown_layout", why, file, file, 1))
    sales = []
    for line, cells in rows:
        try:
            sales.append(_sale(_named(columns, cells), wallet, f"{file}:{line}"))
        except BadInput as bad:
            code = "bad_row" if bad.code == "bad_input" else bad.code
            problems.append(Problem(code, str(bad), file, file, line))
    return tuple(sales), tuple(problems)


def _rows(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            problem = Problem("bad_row", f"no CSV row: {fault}", file, file, reader.line_num)
            problems.append(problem)
            continue
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _named(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise BadInput(f"{len(cells)} cells for {len(columns)} columns")
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name}


def _sale(row: Mapping[str, str], wallet: WalletId, source: str) -> BrokerSale:
    sold = _date(row["sold"])
    if sold is None:
        raise BadInput("a sale has a date")
    if not row["asset"]:
        raise BadInput("a sale names its asset")
    box = row.get("box", "").upper()
    if box and box not in _BOXES:
        raise BadInput(f"{box[:10]!r} is no checkbox of Form 1099-DA")
    quantity, basis = row.get("quantity", ""), row.get("basis", "")
    units = units_from_text(_plain(quantity), STATED_DECIMALS) if quantity else None
    if units is not None and units <= 0:
        raise BadAmount("a quantity is above zero")
    return BrokerSale(
        wallet=wallet,
        symbol=row["asset"].upper(),
        quantity=units,
        acquired=_date(row.get("acquired", "")),
        sold=sold,
        proceeds=_money(row["proceeds"]),
        basis=None if basis.lower() in _NO_DATE else _money(basis),
        box=box,
        reported=box in {"G", "J"},
        source=source,
    )


def _date(text: str) -> date | None:
    """A day as MM/DD/YYYY or ISO; None for `various` and for nothing."""
    if text.lower() in _NO_DATE:
        return None
    american, iso = _AMERICAN.fullmatch(text), _ISO.fullmatch(text)
    try:
        if american is not None:
            month, day, year = map(int, american.groups())
            return date(year, month, day)
        if iso is not None:
            return date(*map(int, iso.groups()))
    except ValueError as fault:
        raise BadInput(f"{text[:20]!r} is no date: {fault}") from fault
    raise BadInput(f"{text[:20]!r} is no date such as 12/31/2025")


def _money(text: str) -> int:
    """Dollars in 10⁻¹⁸, with or without `$` and thousands; brackets are a minus."""
    negative = text.startswith("(") and text.endswith(")")
    units = units_from_text(_plain(text[1:-1] if negative else text), MONEY_DECIMALS)
    return -units if negative else units


def _plain(text: str) -> str:
    found = _MONEY.fullmatch(text)
    if found is None:
        raise BadAmount(f"{text[:40]!r} is no amount")
    return found.group(1) + found.group(2).replace(",", "")
