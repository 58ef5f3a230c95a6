"""A desk and a question → its tax years put down part by part, for later ones to go on from."""

from dataclasses import dataclass

from api.collecting import little_collecting
from api.desk import Desk
from api.jobs.tax import Assessment, Question
from api.jobs.tax_checkpoints import Changed, anew, forget_former, question_of
from api.jobs.tax_record import record_of
from api.tax_books import StoredBooks, tax_books
from ledger.model.errors import BadInput, Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Put:
    """What was put down: how many stretches in all, and how many of them are new."""

    question: str
    stretches: int
    new: int


def keep_assessment(desk: Desk, asked: Question) -> Put:
    """Put down what a question comes to, or bring what was put down up to the journal.

    Raises BadInput where nothing of it can be kept, Conflict where the books are not kept.
    """
    fund = desk.fund.name
    record = record_of(desk)
    with tax_books(desk) as books, little_collecting():
        if not isinstance(books, StoredBooks):
            raise Conflict("the books are not kept up to date: partita keep")
        assessment = Assessment(books, asked, record)
        name = question_of(assessment.journal, assessment.settings, assessment.rules)
        if name is None:
            text = "a method over all assets, or lots that are named, are of the whole history"
            raise BadInput(f"{asked.regime} {asked.method or assessment.rules.method}: {text}")
        points = assessment.checkpoints
        ground = assessment.ground
        if points is None:
            made = anew(desk.store, fund, name, ground)
    if points is None:
        forget_former(desk.store, fund)
        return Put(name, made, made)
    stretches = sum(map(len, points.index.stretches))
    new = len(points.made)
    points.save(desk.store, fund)
    return Put(name, stretches, new)


def changed_since(desk: Desk, asked: Question, year: int) -> Changed:
    """What a year comes to after what came since its question was put down; nothing is put down.

    Raises NotFound where nothing was put down that serves.
    """
    record = record_of(desk)
    with tax_books(desk) as books, little_collecting():
        points = Assessment(books, asked, record, [year]).checkpoints
        if points is None:
            raise NotFound(f"{asked.regime}: nothing is put down: partita tax checkpoint")
        return points.changed(year)
