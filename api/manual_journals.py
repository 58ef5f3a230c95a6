"""Manual journals → rows of plain texts: what the command line prints and the web API answers."""

from collections.abc import Collection
from typing import Any

from ledger.model.activity import iso
from ledger.model.evidence import EvidenceId
from ledger.model.manual import ManualJournal, reversals, state_of

Row = dict[str, Any]


def journal_row(journal: ManualJournal, taken_back: dict[EvidenceId, EvidenceId]) -> Row:
    """Who proposed, who decided, when and why, and where it stands now; without the text."""
    decision = journal.decision
    return {
        "id": journal.id,
        "state": state_of(journal, taken_back),
        "maker": journal.maker,
        "proposed_at": None if journal.proposed_at is None else iso(journal.proposed_at),
        "reason": journal.reason,
        "reverses": journal.reverses,
        "reversed_by": taken_back.get(journal.id),
        "checker": None if decision is None else decision.checker,
        "decided_at": None if decision is None else iso(decision.decided_at),
        "answer": None if decision is None else decision.reason,
    }


def whole_row(journal: ManualJournal, others: Collection[ManualJournal]) -> Row:
    """The same with the text; `others` are all manual journals of the fund."""
    return journal_row(journal, reversals(others)) | {"text": journal.body}


def source_row(journal: ManualJournal) -> Row:
    """A manual journal as the evidence of an entry."""
    decision = journal.decision
    return {
        "id": journal.id,
        "kind": "manual",
        "maker": journal.maker,
        "proposed_at": None if journal.proposed_at is None else iso(journal.proposed_at),
        "reason": journal.reason,
        "checker": None if decision is None else decision.checker,
        "decided_at": None if decision is None else iso(decision.decided_at),
    }
