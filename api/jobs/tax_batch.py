"""Questions of a tax batch come in; one answer a line leaves, and nothing is stored."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from api.jobs.tax_answer import Line, answer_line, refusal_line
from api.plug_ins import plug_in, plug_ins
from ledger.model.errors import BadInput
from ledger.tax.engine import Answer, assess_history, history_of_rows
from ledger.tax.history.events import Fault
from ledger.tax.history.settings import settings_of
from ledger.tax.history.treatment import History
from ledger.tax.history.words import BadSetting
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar
from ledger.tax.yearly import unknown_rules

_REGIMES: Final = "ledger.tax.regimes"
_FOREIGN: Final = (
    "{0.name} reckons in {0.currency}, the question is in {1}, and no rates are given: every figure"
    " is in {1}, and no amount that is free in {0.currency} is left out of what is taxable"
)
_NAMES: Final = frozenset("id regime method settings currency years rows prices".split())


class Answered(NamedTuple):
    """The answer to a question as a line of JSON, and whether it has problems."""

    line: Line
    has_problems: bool


def answer_batch(lines: Iterable[tuple[int, object]]) -> Iterator[Answered]:
    """One answer for each (number, value) of a file's lines, in their order.

    A value that is no object, or None for a line that is no JSON, is answered with a `bad_row` that
    names the line; nothing raises for one question, and no question changes another's answer. The
    rows of a question are taken out of it: they are let go of when they are read.
    """
    for number, value in lines:
        if isinstance(value, dict):
            yield _answer(number, value)
        else:
            yield _refusal(None, "bad_row", f"line {number} is no JSON object")


def _answer(number: int, question: dict[str, Any]) -> Answered:
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
    foreign = rules.currency not in {"", currency}
    if foreign:  # what is free is an amount of another currency than that of the rows
        settings = settings._replace(exemption=False)
    prices = question.get("prices") or ()
    try:
        calendar = Calendar(settings, rules.year_starts)
        read = history_of_rows(question.pop("rows"), prices, currency, settings, calendar)
        answer = assess_history(*read, settings, rules, calendar)
        history, _ = read
        del read
        faults = _sized(answer, history, currency) if answer.faults else ()
        del history  # as much as the answer
        years = question.get("years")
        told = [*faults, *_unknown(rules, calendar, answer, years)]
        if foreign:
            told.append(Fault("missing_price", _FOREIGN.format(rules, currency), None))
        answer = answer._replace(faults=tuple(told))
        line = answer_line(name, answer, calendar, years)
    except (ArithmeticError, AssertionError, ValueError) as fault:
        # numbers beyond what can be written, or a history that contradicts itself
        return _refusal(name, "bad_row", f"line {number} cannot be computed: {str(fault)[:120]}")
    return Answered(line, bool(answer.faults))


def _rules(question: Mapping[str, Any]) -> Rules:
    """The rules of the regime of a question, which is loaded alone; raises BadSetting."""
    name = question.get("regime")
    try:
        rules: Rules = plug_in(_REGIMES, str(name)[:40]).RULES
    except BadInput:
        names = ", ".join(sorted(module.NAME for module in plug_ins(_REGIMES)))
        raise BadSetting(f"a regime is one of {names}, not {str(name)[:40]!r}") from None
    return rules


def _sized(answer: Answer, history: History, currency: str) -> tuple[Fault, ...]:
    """The faults of an answer with their sizes; few questions have any."""
    from ledger.tax.sizes import sized

    return sized(answer, history.events, currency)


def _unknown(
    rules: Rules, calendar: Calendar, answer: Answer, years: list[int] | None
) -> Iterator[Fault]:
    """The years asked for that have gains and no rule of what is taxable."""
    for total in answer.totals:
        text = unknown_rules(rules, calendar, total)
        if text and (years is None or total.year in years):
            yield Fault("rules_unknown", text, None)


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


def _refusal(name: str | int | None, code: str, message: str) -> Answered:
    return Answered(refusal_line(name, code, message), has_problems=True)
