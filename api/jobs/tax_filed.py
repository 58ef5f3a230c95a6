"""A desk, a regime and a year → the assessment as it was filed, with what the books say now.

A filed year is never computed anew in silence: its figures are those of the record, and where the
books say other ones the answer says so and shows both.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from api import given
from api.jobs.tax import Assessment, Question
from api.jobs.tax_record import Record, record_of
from api.tax_books import TaxBooks
from ledger.model.activity import iso
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import in_order
from ledger.model.errors import BadInput, Conflict
from ledger.model.filing import FiledYear
from ledger.model.problem import Problem
from ledger.model.tax import TaxYear
from ledger.tax.filed import Difference, body_of, difference, used_again, year_of
from ledger.tax.frozen import FrozenAllocation
from ledger.tax.sizes import quantity_text

if TYPE_CHECKING:
    from api.desk import Desk


@dataclass(frozen=True, slots=True)
class Answered:
    """A tax year as it is to be shown; with its filing and what the books say now, if it has one.

    `found` are the figures as filed where the year was filed and is asked for as it stands; asked
    by another method or setting they are those of the question, and `difference` is None.
    `settled_after` is the last day whose trades bear on the year, `allocation` the frozen one that
    the question is answered with.
    """

    found: TaxYear
    settled_after: date
    filed: FiledYear | None = None
    difference: Difference | None = None
    allocation: FrozenAllocation | None = None


def answered(books: TaxBooks, record: Record, asked: Question, year: int) -> Answered:
    """A tax year, as filed where it was; a filed year or one before it that changed is a problem.

    Raises BadSetting.
    """
    filed = record.filed(asked.regime, year)
    as_it_stands = filed is not None and asked.own
    question = asked_in(filed) if filed is not None and as_it_stands else asked
    earlier = _filed_before(record, asked.regime, year)
    wanted = [(question, year), *((asked_in(one), one.year) for one in earlier)]
    assessments = _Assessments(books, record, wanted)
    if filed is None or not as_it_stands:
        found, unlike = assessments.year(question, year), None
    else:
        as_filed = year_of(filed.body)
        unlike = difference(as_filed, assessments.year(question, year))
        changed = [_changed(filed, _doubts(unlike))] if unlike.any else []
        found = replace(as_filed, problems=(*as_filed.problems, *changed))
    before = _changed_before(earlier, assessments, found)
    found = replace(found, problems=(*found.problems, *before))
    assessment = assessments.of(question)
    allocation = assessment.allocation
    if allocation is not None and not _bears(allocation, year, filed if as_it_stands else None):
        allocation = None
    return Answered(found, assessment.settled_after(year), filed, unlike, allocation)


def file_year(
    desk: "Desk",
    asked: Question,
    year: int,
    by: str,
    at: datetime,
    *,
    reason: str = "",
    with_open_problems: bool = False,
) -> tuple[FiledYear | None, TaxYear]:
    """Keep the assessment of a year as filed; None where its problems are to be looked at first.

    `at` is the time of day. A year that was filed is amended, for a reason, where the books say
    other figures or have other problems; where they say the same nothing is added. Raises BadInput,
    BadSetting, Conflict.
    """
    person = given.name("the name of who files", by)
    why = given.name("the reason", reason) if reason else ""
    record = record_of(desk)
    if "allocation" in asked.given and record.allocation(asked.regime) is not None:
        raise Conflict("the allocation is frozen, and a year is filed with that one: state none")
    books = desk.books()
    assessment = Assessment(books, asked, record, [year])
    found, calendar = assessment.year(year), assessment.calendar
    if calendar.day(at) <= calendar.last_day(year):
        raise BadInput(f"{year} is not over: it ends with {calendar.last_day(year)}")
    said = asked.text
    before = record.filed(asked.regime, year)
    if before is not None:
        if before.asked == said and not difference(year_of(before.body), found).any:
            return before, found
        if not why:
            raise Conflict(
                f"{asked.regime} {year} was filed by {before.by} on {before.filed_at.date()} and"
                " the books say other of it now: an amendment has a reason"
            )
    if found.problems and not with_open_problems:
        return None, found
    from ledger.store import books_digest

    digest = books_digest(in_order(books.entries))

    def make(filed_at: datetime, previous: str) -> FiledYear:
        return FiledYear(
            asked.regime, year, person, why, said, body_of(found), digest, version("partita"),
            filed_at, previous,
        )  # fmt: skip

    return desk.store.filings.file(desk.fund.name, record.statements, make), found


def _bears(allocation: FrozenAllocation, year: int, filed: FiledYear | None) -> bool:
    """Whether an allocation bears on a year: from that of its day on, and on no earlier filing."""
    before = filed is not None and filed.filed_at < allocation.made_at
    return year >= allocation.day.year and not before


def asked_in(filed: FiledYear) -> Question:
    """The question that a filing answered."""
    said = json.loads(filed.asked)
    return Question(filed.regime, said["method"], said["settings"])


class _Assessments:
    """The books assessed once a question, for every year that is wanted of it."""

    def __init__(
        self, books: TaxBooks, record: Record, wanted: Iterable[tuple[Question, int]]
    ) -> None:
        self._books, self._record = books, record
        self._years: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for asked, year in wanted:
            self._years[asked.regime, asked.text].add(year)
        self._made: dict[tuple[str, str], Assessment] = {}

    def of(self, asked: Question) -> Assessment:
        """The assessment of a wanted question. Raises BadSetting."""
        key = (asked.regime, asked.text)
        if key not in self._made:
            self._made[key] = Assessment(self._books, asked, self._record, self._years[key])
        return self._made[key]

    @property
    def assets(self) -> Mapping[AssetId, Asset]:
        """The facts of assets of the books."""
        return self._books.assets

    def year(self, asked: Question, year: int) -> TaxYear:
        """A wanted year of a question. Raises BadSetting."""
        return self.of(asked).year(year)


def _filed_before(record: Record, regime: str, year: int) -> tuple[FiledYear, ...]:
    """The last filing of each year before one, in the order of years."""
    last = {one.year: one for one in record.years if one.regime == regime and one.year < year}
    return tuple(filed for _, filed in sorted(last.items()))


def _changed_before(
    earlier: Iterable[FiledYear], assessments: _Assessments, later: TaxYear
) -> list[Problem]:
    """A problem for each filed year before one whose figures are other ones now."""
    problems = []
    for filed in earlier:
        as_filed = year_of(filed.body)
        now = assessments.year(asked_in(filed), filed.year)
        unlike = difference(as_filed, now)
        if unlike.any:
            again = used_again(as_filed, now, later)
            of = {line.lot: line.asset for line in later.lines}
            lots = ", ".join(
                f"{quantity_text(assessments.assets, of[lot], units)} of {lot}"
                for lot, units in again
            )
            text = f"; this year uses again what was filed there: {lots}" if again else ""
            problems.append(_changed(filed, _doubts(unlike) + text))
    return problems


def _doubts(unlike: Difference) -> str:
    """The problems that nobody knew when a year was filed, by code."""
    counts = Counter(one.code for one in unlike.problems)
    told = ", ".join(f"{count} {code}" for code, count in sorted(counts.items()))
    return f"; problems that came since: {told}" if told else ""


def _changed(filed: FiledYear, more: str) -> Problem:
    text = (
        f"{filed.regime} {filed.year} was filed on {iso(filed.filed_at)} and the books say other"
        f" of it now{more}"
    )
    return Problem("filed_year_changed", text, f"{filed.regime} {filed.year}")
