"""An answer of the tax engine enters; its line of a batch leaves: an object of JSON.

What a long history has by the ten thousand, disposals and open lots, is written as text where it is
read off; all else is made a value and written as one. Every line is ASCII, so that half of a
character in a name does not end the batch.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final

from ledger.model.gain import Character, Term
from ledger.model.whole import ratio_text, text_from_units
from ledger.tax.engine import Answer
from ledger.tax.history.events import Disposed, Fault, Income, Left
from ledger.tax.history.rows import PLACES_MAX
from ledger.tax.terms import Calendar
from ledger.tax.yearly import PARTS, Total

Row = dict[str, Any]

#: A line in parts, which are put together nowhere: a long answer is long to copy.
Line = tuple[str, ...]
_OF_A_PART: Final = 64
_TERMS: Final[tuple[Term, ...]] = ("short", "long")
#: How a match ends of which nothing is denied, and that is like others.
_ENDS: Final = {term: f', "denied": "0", "term": "{term}"}}' for term in _TERMS}


def answer_line(
    name: str | int | None, answer: Answer, calendar: Calendar, years: list[int] | None
) -> Line:
    """The figures of an answer; those of other years than asked are left out (None: of none)."""
    writer, year = _Writer(answer), calendar.year
    disposed = (one for one in answer.disposed if years is None or year(one.event.time) in years)
    income = (one for one in answer.income if years is None or year(one.time) in years)
    totals = (one for one in answer.totals if years is None or one.year in years)
    lots = (writer.lot(left) for left in answer.left if left.row is not None)
    figures: Line = (
        *('{"id": ', json.dumps(name)),
        *(', "disposals": [', *_listed(map(writer.disposal, disposed))),
        *('], "income": ', json.dumps([writer.income(line) for line in income])),
        *(', "totals": ', json.dumps([writer.total(total) for total in totals])),
        *(', "holdings": ', json.dumps(writer.holdings())),
        *(', "lots": [', *_listed(lots), "]"),
    )
    if answer.allocated is not None:
        allocated = answer.allocated._asdict() | {"day": str(answer.allocated.day)}
        figures += ', "allocation": ', json.dumps(allocated)
    return (*figures, ', "problems": ', json.dumps([_problem(one) for one in answer.faults]), "}")


def _listed(texts: Iterator[str]) -> Iterator[str]:
    """Texts with commas between them, some of them a part."""
    comma = ""
    while some := ", ".join(islice(texts, _OF_A_PART)):
        yield comma + some
        comma = ", "


def refusal_line(name: str | int | None, code: str, message: str) -> Line:
    """An answer without figures, and why."""
    empty: dict[str, list[Row]] = {
        part: [] for part in ("disposals", "income", "totals", "holdings", "lots")
    }
    return (json.dumps({"id": name, **empty, "problems": [_problem(Fault(code, message, None))]}),)


def _problem(fault: Fault) -> Row:
    return {"code": fault.code, "message": fault.message, "source": fault.row}


class _Writer:
    """Exact numbers as plain decimals; a quotient without end has 36 decimals, half even."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._units = answer.units
        self._changed = answer.units.changed
        self._places = answer.places
        self._one: int = 10**answer.places

    def money(self, units: int) -> str:
        """Money, or a quantity that a row states."""
        return text_from_units(units, self._places)

    def quantity(self, units: int, whole: int) -> str:
        """Units of which `whole` are one."""
        if whole == self._one:
            return text_from_units(units, self._places)
        text = ratio_text(units, whole, PLACES_MAX)
        return text.rstrip("0").rstrip(".")

    def disposal(self, found: Disposed) -> str:
        """A disposal in units of its day."""
        event, pieces, version = found
        time, row, asset, _, given, *_ = event
        whole = self._units.whole(asset, (time, 3, row)) if self._changed else self._one
        of_all = self.quantity(given, whole)
        text, places, matches = text_from_units, self._places, []
        for lot, rule, _, units, proceeds, fees, cost, denied, term, indexation, kind in pieces:
            gain = proceeds - fees - cost - indexation + denied  # as `gain_of` has it
            if denied or indexation or kind != "capital":
                end = self._end(denied, term, indexation, kind)
            else:
                end = _ENDS[term]
            matches.append(
                f'{{"lot": {"null" if lot is None else quoted(lot)}, "rule": "{rule}",'
                f' "version": "{version}",'
                f' "quantity": "{of_all if units == given else self.quantity(units, whole)}",'
                f' "proceeds": "{text(proceeds, places)}",'
                f' "fees": "{text(fees, places) if fees else "0"}",'
                f' "cost": "{text(cost, places)}", "gain": "{text(gain, places)}"{end}'
            )
        return (
            f'{{"source": {quoted(row)}, "asset": {quoted(asset)}, "quantity": "{of_all}",'
            f' "disposed": "{_time(time)}", "matches": [{", ".join(matches)}]}}'
        )

    def _end(self, denied: int, term: Term, indexation: int, kind: Character) -> str:
        """How a match ends, with what few have."""
        beside = f', "indexation": "{self.money(indexation)}"' if indexation else ""
        if kind != "capital":
            beside += f', "character": "{kind}"'
        return f', "denied": "{self.money(denied)}", "term": "{term}"{beside}}}'

    def income(self, line: Income) -> Row:
        """Income, in units of its row."""
        quantity, value = self.money(line.quantity), self.money(line.value)
        return {"source": line.row, "quantity": quantity, "value": value}

    def total(self, total: Total) -> Row:
        """The totals of a year; what only some regimes treat apart stands where there is any."""
        apart = {
            name: self.money(getattr(total, name))
            for name in ("ordinary", "section_481", "section_1256")
            if getattr(total, name)
        }
        return {
            "year": total.year,
            "short": self.money(total.short),
            "long": self.money(total.long),
            "income": self.money(total.income),
            "taxable": self.money(total.taxable),
            **apart,
            "versions": [
                {
                    "version": share.version,
                    "gain": self.money(share.gain),
                    **{name: ratio_text(rate, PARTS, 4) for name, rate in share.rates},
                }
                for share in total.shares
            ],
        }

    def holdings(self) -> list[Row]:
        """What is held of each asset, by wallet where the basis is."""
        sums: dict[tuple[str, str | None], tuple[int, int]] = {}
        for left in self._answer.left:
            quantity, cost = sums.get((left.asset, left.wallet), (0, 0))
            sums[left.asset, left.wallet] = (quantity + left.quantity, cost + left.cost)
        return [
            {
                "asset": asset,
                "wallet": wallet,
                "quantity": self.quantity(quantity, self._units.whole(asset)),
                "cost": self.money(cost),
            }
            for (asset, wallet), (quantity, cost) in sums.items()
        ]

    def lot(self, left: Left) -> str:
        """An open lot."""
        row, asset, wallet, acquired, quantity, cost = left
        whole = self._units.whole(asset)
        since = "null" if acquired is None else f'"{_time(acquired)}"'
        return (
            f'{{"lot": {_or_null(row)}, "asset": {quoted(asset)}, "wallet": {_or_null(wallet)},'
            f' "acquired": {since}, "quantity": "{self.quantity(quantity, whole)}",'
            f' "cost": "{self.money(cost)}"}}'
        )


def _or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _time(time: datetime) -> str:
    """A time in UTC, as every time of an answer is; without its zone it is told twice as fast."""
    return f"{time.date().isoformat()}T{time.time().isoformat()}Z"
