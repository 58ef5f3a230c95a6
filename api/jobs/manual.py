"""Texts and people's names → manual journals proposed, decided on and taken back; books kept."""

from datetime import datetime
from typing import Final

from api import given
from api.desk import Desk, now
from ledger.journal.manual import check_text, manual_entries, reversal_text
from ledger.model.activity import iso
from ledger.model.errors import BadInput, NotFound, PeriodLocked
from ledger.model.manual import ManualJournal

#: The longest reason that is kept.
REASON_MAX: Final = 1_000


def propose(desk: Desk, body: bytes, by: str, reason: str) -> ManualJournal:
    """Keep a journal's text until another person decides; nothing is booked.

    Raises BadInput, with the line where the text is at fault, and Conflict for what was decided.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadInput("the journal is no text in UTF-8") from fault
    entries = check_text(text, desk.wallets().keys(), desk.fund.base_currency)
    if max(entry.time for entry in entries) > now():
        raise BadInput("an entry lies in the future")
    journal = ManualJournal(text, _words("a reason", reason, REASON_MAX), _person(by))
    return desk.store.manual.propose(desk.fund.name, journal)


def reverse(desk: Desk, identity: str, by: str, reason: str) -> ManualJournal:
    """Propose to take an approved journal back, once another person approves of that.

    Raises NotFound, BadInput, and Conflict where it is not in force.
    """
    target = desk.store.manual.get(desk.fund.name, identity)
    journal = ManualJournal(
        reversal_text(target), _words("a reason", reason, REASON_MAX), _person(by), target.id
    )
    return desk.store.manual.propose(desk.fund.name, journal)


def approve(desk: Desk, identity: str, by: str) -> ManualJournal:
    """Book a pending journal, or take back what it reverses; the books are kept after.

    Raises NotFound, BadInput, Conflict where it is decided or the checker is the maker, and
    PeriodLocked where it is dated in closed time.
    """
    name, checker = desk.fund.name, _person(by)
    with desk.store.transaction(name) as inside:
        decided = inside.manual.decide(name, identity, checker, "approved")
        told = manual_entries([decided])
        closed = inside.periods.until(name)
        if closed is not None and min(entry.time for entry in told) < closed:
            raise PeriodLocked(
                f"the books are closed until {iso(closed)}: date it later, or reopen"
            )
        inside.keeping.mark(name, min(entry.order[0] for entry in told))
    desk.keep()
    return desk.store.manual.get(name, identity)


def reject(desk: Desk, identity: str, by: str, reason: str) -> ManualJournal:
    """Leave a pending journal unbooked for ever. Raises NotFound, BadInput and Conflict."""
    why = _words("a reason", reason, REASON_MAX)
    return desk.store.manual.decide(desk.fund.name, identity, _person(by), "rejected", why)


def told(desk: Desk, until: datetime | None = None) -> tuple[ManualJournal, ...]:
    """All manual journals as they stand, or as they stood at a time, in the order of proposing."""
    every = desk.store.manual.all(desk.fund.name)
    if until is None:
        return every
    stood = (journal.at(until) for journal in every)
    return tuple(journal for journal in stood if journal is not None)


def journal_of(
    desk: Desk, identity: str, until: datetime | None = None
) -> tuple[ManualJournal, tuple[ManualJournal, ...]]:
    """A manual journal, and all of the fund, as `told`. Raises NotFound."""
    every = told(desk, until)
    for one in every:
        if one.id == identity:
            return one, every
    raise NotFound("there is no manual journal of this id")


def _person(name: str) -> str:
    return _words("a name", name, given.NAME_MAX)


def _words(what: str, text: str, most: int) -> str:
    """A text of one line in one form, with single spaces. Raises BadInput."""
    joined = " ".join(text.split())
    if not joined or len(joined) > most:
        raise BadInput(f"{what} has from 1 to {most} characters")
    try:
        return given.plain(joined)
    except ValueError as fault:
        raise BadInput(f"{what}: {fault}") from fault
