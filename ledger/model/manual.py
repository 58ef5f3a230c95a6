"""Entries that a person proposed, with the reason, and what another person decided about them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ledger.model.content import optional_text
from ledger.model.evidence import EvidenceId, content_id

Verdict = Literal["approved", "rejected"]
State = Literal["pending", "approved", "rejected", "reversed"]


@dataclass(frozen=True, slots=True)
class ManualDecision:
    """What a checker said, and when the store heard of it; a rejection has its reason."""

    checker: str
    verdict: Verdict
    decided_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ManualJournal:
    """A journal's text as its maker gave it; `reverses` names the one that it takes back.

    What was proposed is its identity; when it was, and what was decided, is set by the store.
    """

    body: str
    reason: str
    maker: str
    reverses: EvidenceId | None = None
    proposed_at: datetime | None = None
    decision: ManualDecision | None = None

    @property
    def id(self) -> EvidenceId:
        """The address of this evidence."""
        said = (self.body, self.reason, self.maker, optional_text(self.reverses))
        return content_id(b"manual", *(part.encode() for part in said))

    @property
    def approved(self) -> bool:
        """Whether its entries are booked, or its reversal takes entries back."""
        return self.decision is not None and self.decision.verdict == "approved"

    def at(self, time: datetime) -> "ManualJournal | None":
        """As it stood at a time: not there before it was proposed, pending before a decision."""
        if self.proposed_at is not None and self.proposed_at > time:
            return None
        undecided = self.decision is None or self.decision.decided_at > time
        return replace(self, decision=None) if undecided else self


def person_key(name: str) -> str:
    """What tells one person from another: the name without case, in NFC, spaces made one."""
    folded = unicodedata.normalize("NFD", name).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def reversals(journals: Iterable[ManualJournal]) -> dict[EvidenceId, EvidenceId]:
    """Manual journals that were taken back, each with the id of its approved reversal."""
    return {
        journal.reverses: journal.id
        for journal in journals
        if journal.reverses is not None and journal.approved
    }


def state_of(journal: ManualJournal, taken_back: Iterable[EvidenceId]) -> State:
    """Where a manual journal stands, given those that were taken back."""
    if journal.decision is None:
        return "pending"
    return "reversed" if journal.id in taken_back else journal.decision.verdict
