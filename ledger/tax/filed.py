"""Assessments come in; their text for the record leaves, and what differs between two of them.

What was filed is compared by its figures, lines, income, totals, and by what keeps them from being
final. Another version of the rules, or a setting that the program did not know then, is told beside
them and is no difference by itself.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

from ledger.model.evidence import canonical_json
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine, TaxYear

Line = TaxLine | IncomeLine
What = Literal["came", "went", "changed"]
Key = tuple[str, ...]

#: What of an assessment is a sum of the year, by the names of its fields.
_TOTALS: Final = ("short", "long", "income_total", "taxable")
#: Those that few years have, told where either side has one.
_APART: Final = ("ordinary", "section_481", "section_1256")
_TIMES: Final = frozenset({"acquired", "disposed", "time"})
_LISTS: Final[Mapping[str, type[TaxLine | IncomeLine | Problem]]] = {
    "lines": TaxLine,
    "income": IncomeLine,
    "problems": Problem,
}


class Change(NamedTuple):
    """A line that came, went, or has other figures."""

    what: What
    before: Line | None
    after: Line | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the books say of a year against what was filed of it; money in 10⁻¹⁸.

    `totals` are (name, as filed, as the books say now), all of them; `settings` those that are
    other ones. `problems` came since: units that left to nobody known are no line and no sum.
    """

    lines: tuple[Change, ...]
    income: tuple[Change, ...]
    totals: tuple[tuple[str, int, int], ...]
    settings: tuple[tuple[str, str, str], ...]
    problems: tuple[Problem, ...]

    @property
    def any(self) -> bool:
        """Whether a figure is another one, or in doubt for what nobody knew when it was filed."""
        other = any(before != after for _, before, after in self.totals)
        return other or bool(self.lines or self.income or self.problems)


def body_of(found: TaxYear) -> str:
    """An assessment as text; the same assessment gives the same text."""
    return canonical_json(_plain(asdict(found))).decode()


def year_of(body: str) -> TaxYear:
    """The assessment of a text."""
    said = json.loads(body)
    for name, kind in _LISTS.items():
        said[name] = tuple(_value(kind, row) for row in said[name])
    return TaxYear(**{name: _tuples(value) for name, value in said.items()})


def difference(filed: TaxYear, now: TaxYear) -> Difference:
    """What came, went and changed since a year was filed."""
    told = dict(now.settings)
    known = {(one.code, one.source) for one in filed.problems}
    return Difference(
        _changes(filed.lines, now.lines),
        _changes(filed.income, now.income),
        tuple(_totals(filed, now)),
        tuple(
            (name, before, told[name])
            for name, before in filed.settings
            if name in told and told[name] != before
        ),
        tuple(one for one in now.problems if (one.code, one.source) not in known),
    )


def _totals(filed: TaxYear, now: TaxYear) -> Iterator[tuple[str, int, int]]:
    for name in (*_TOTALS, *_APART):
        before, after = getattr(filed, name), getattr(now, name)
        if name in _TOTALS or before or after:
            yield name, before, after


def used_again(filed: TaxYear, now: TaxYear, later: TaxYear) -> tuple[tuple[str, int], ...]:
    """(lot, units) that a later year uses of what a year has taken as it was filed.

    A lot has its units once. Where the books have moved a disposal to another lot, what the filed
    year took more of it than it takes now is there again, and a later year may take it.
    """
    before, after, taken = _units(filed), _units(now), _units(later)
    return tuple(
        (lot, min(before[lot] - after[lot], units))
        for lot, units in sorted(taken.items())
        if before[lot] > after[lot]
    )


def _units(found: TaxYear) -> Counter[str]:
    used: Counter[str] = Counter()
    for line in found.lines:
        if line.lot:
            used[line.lot] += line.quantity
    return used


def _changes(before: Iterable[Line], after: Iterable[Line]) -> tuple[Change, ...]:
    """Lines of the same entry, units and lot belong together, in their order where several do."""
    old, new = _by_key(before), _by_key(after)
    found = []
    for key in (*old, *(key for key in new if key not in old)):
        was, is_now = old.get(key), new.get(key)
        if _figures(was) != _figures(is_now):
            what: What = "came" if was is None else "went" if is_now is None else "changed"
            found.append(Change(what, was, is_now))
    return tuple(sorted(found, key=_place))


def _by_key(lines: Iterable[Line]) -> dict[Key, Line]:
    found: dict[Key, Line] = {}
    seen: Counter[Key] = Counter()
    for line in lines:
        key: Key = (line.source, line.kind, line.asset)
        if isinstance(line, TaxLine):
            key = (*key, line.wallet, line.lot)
        seen[key] += 1
        found[*key, str(seen[key])] = line
    return found


def _place(change: Change) -> tuple[datetime, str]:
    line = change.after or change.before
    assert line is not None, "a change is of a line"
    return (line.disposed if isinstance(line, TaxLine) else line.time), line.source


def _figures(line: Line | None) -> Line | None:
    """What is compared of a line: all but the version of the rules."""
    return replace(line, version="") if isinstance(line, TaxLine) else line


# ---- text


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any part of an assessment
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _tuples(value: Any) -> Any:  # noqa: ANN401 -- any part of an assessment
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _value(kind: type[Any], row: dict[str, Any]) -> Any:  # noqa: ANN401 -- a value of the kind
    known = {field.name for field in fields(kind)}
    cells: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in _TIMES and value else value
        for name, value in row.items()
        if name in known
    }
    return kind(**cells)
