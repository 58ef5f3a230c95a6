"""Questions of a tax batch come in; one answer a line leaves, and nothing is stored."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from api.plug_ins import plug_in, plug_ins
from ledger.model.errors import BadInput
from ledger.model.whole import ratio_text, text_from_units
from ledger.tax.engine import Answer, assess_rows
from ledger.tax.history.events import Disposed, Fault, Left, Piece
from ledger.tax.history.rows import PLACES_MAX, microseconds
from ledger.tax.history.settings import settings_of
from ledger.tax.history.words import BadSetting
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar
from ledger.tax.yearly import PARTS, Total

Row = dict[str, Any]

_REGIMES: Final = "ledger.tax.regimes"
_NAMES: Final = frozenset("id regime method settings currency years rows prices".split())


def answer_batch(lines: Iterable[tuple[int, object]]) -> Iterator[Row]:
    """One answer for each (number, value) of a file's lines, in their order.

    A value that is no object, or None for a line that is no JSON, is answered with a `bad_row` that
    names the line; nothing raises for one question, and no question changes another's answer.
    """
    for number, value in lines:
        if isinstance(value, dict):
            yield _answer(number, value)
        else:
            yield _refusal(None, "bad_row", f"line {number} is no JSON object")


def _answer(number: int, question: Mapping[str, Any]) -> Row:
    given = question.get("id")
    name = given if isinstance(given, str | int) else None
    try:
        rules = _rules(question)
        settings = settings_of(
            question.get("method", rules.method), question.get("settings", {}), rules
        )
        wrong = _shape(question)
        if wrong:
            return _refusal(name, "bad_row", f"line {number}: {wrong}")
    except BadSetting as fault:
        return _refusal(name, "bad_setting", f"line {number}: {fault}")
    currency = question["currency"].upper()
    prices = question.get("prices") or ()
    try:
        answer = assess_rows(question["rows"], prices, currency, settings, rules)
        figures = _figures(answer, Calendar(settings, rules.year_starts), question.get("years"))
        if answer.allocated is not None:
            figures["allocation"] = answer.allocated._asdict() | {"day": str(answer.allocated.day)}
    except (ArithmeticError, AssertionError, ValueError) as fault:
        # numbers beyond what can be written, or a history that contradicts itself
        return _refusal(name, "bad_row", f"line {number} cannot be computed: {str(fault)[:120]}")
    return {"id": name, **figures, "problems": [_problem(fault) for fault in answer.faults]}


def _rules(question: Mapping[str, Any]) -> Rules:
    """The rules of the regime of a question, which is loaded alone; raises BadSetting."""
    name = question.get("regime")
    try:
        rules: Rules = plug_in(_REGIMES, str(name)[:40]).RULES
    except BadInput:
        names = ", ".join(sorted(module.NAME for module in plug_ins(_REGIMES)))
        raise BadSetting(f"a regime is one of {names}, not {str(name)[:40]!r}") from None
    return rules


def _shape(question: Mapping[str, Any]) -> str:
    """What is wrong with the shape of a question; empty when nothing is."""
    unknown = [name for name in question if name not in _NAMES]
    if unknown:
        return f"a question has no {unknown[0][:40]!r}"
    if not isinstance(question.get("rows"), list):
        return "rows are a list"
    if not isinstance(question.get("prices", []), list | None):
        return "prices are a list"
    currency = question.get("currency")
    if not isinstance(currency, str) or not currency:
        return "the currency is a code of ISO 4217"
    years = question.get("years")
    if years is not None and not (
        isinstance(years, list) and all(type(year) is int for year in years)
    ):
        return "years are null or a list of numbers"
    return ""


def _refusal(name: object, code: str, message: str) -> Row:
    empty: dict[str, list[Row]] = {
        part: [] for part in ("disposals", "income", "totals", "holdings", "lots")
    }
    return {"id": name, **empty, "problems": [_problem(Fault(code, message, None))]}


def _problem(fault: Fault) -> Row:
    return {"code": fault.code, "message": fault.message, "source": fault.row}


def _figures(answer: Answer, calendar: Calendar, years: list[int] | None) -> Row:
    """The figures of an answer; those of other years than asked are left out."""
    writer = _Writer(answer)
    return {
        "disposals": [
            writer.disposal(found)
            for found in answer.disposed
            if years is None or calendar.year(found.event.time) in years
        ],
        "income": [
            {
                "source": line.row,
                "quantity": writer.money(line.quantity),
                "value": writer.money(line.value),
            }
            for line in answer.income
            if years is None or calendar.year(line.time) in years
        ],
        "totals": [
            writer.total(total) for total in answer.totals if years is None or total.year in years
        ],
        "holdings": writer.holdings(),
        "lots": [writer.lot(left) for left in answer.left if left.row is not None],
    }


class _Writer:
    """Exact numbers as plain decimals; a quotient without end has 36 decimals, half even."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
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

    def disposal(self, found: Disposed) -> Row:
        """A disposal in units of its day."""
        event = found.event
        whole = self._answer.units.whole(event.asset, (microseconds(event.time), 3, event.row))
        return {
            "source": event.row,
            "asset": event.asset,
            "quantity": self.quantity(event.quantity, whole),
            "disposed": _time(event.time),
            "matches": [self._match(piece, whole, found.version) for piece in found.pieces],
        }

    def _match(self, piece: Piece, whole: int, version: str) -> Row:
        places, lot = self._places, piece.lot
        _, rule, _, units, proceeds, fees, cost, denied, term, indexation, character = piece
        row = {
            "lot": lot,
            "rule": rule,
            "version": version,
            "quantity": self.quantity(units, whole),
            "proceeds": text_from_units(proceeds, places),
            "fees": text_from_units(fees, places),
            "cost": text_from_units(cost, places),
            "gain": text_from_units(piece.gain, places),
            "denied": text_from_units(denied, places),
            "term": term,
        }
        if indexation:
            row["indexation"] = text_from_units(indexation, places)
        if character != "capital":
            row["character"] = character
        return row

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
                "quantity": self.quantity(quantity, self._answer.units.whole(asset)),
                "cost": self.money(cost),
            }
            for (asset, wallet), (quantity, cost) in sums.items()
        ]

    def lot(self, left: Left) -> Row:
        """An open lot."""
        return {
            "lot": left.row,
            "asset": left.asset,
            "wallet": left.wallet,
            "acquired": None if left.acquired is None else _time(left.acquired),
            "quantity": self.quantity(left.quantity, self._answer.units.whole(left.asset)),
            "cost": self.money(left.cost),
        }


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
