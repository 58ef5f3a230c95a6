"""Manual journals enter as their makers proposed them, decisions as their checkers made them.

Both stay for ever. Those that were approved leave, now or as it was at an earlier time (P9).
"""

from typing import Any

from sqlalchemy import Row, Select, insert, select

from ledger.model.errors import BadInput, Conflict, NotFound, VerificationFailed
from ledger.model.evidence import EvidenceId
from ledger.model.manual import ManualDecision, ManualJournal, Verdict, person_key
from ledger.store.engine import Door, FundTransaction
from ledger.store.tables import MANUAL_DECISION, MANUAL_JOURNAL
from ledger.store.times import time_of


class ManualJournals:
    """The manual journals of each fund, with what was decided on them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def propose(self, fund: str, journal: ManualJournal) -> ManualJournal:
        """Keep a proposal and give it with its time; the same again while it is pending adds none.

        Raises BadInput where name or reason is empty, NotFound for a reversal of what is not there,
        Conflict for one of what is not in force, and for what was decided already.
        """
        if not person_key(journal.maker) or not journal.reason.strip():
            raise BadInput("a manual journal has a maker and a reason")
        with self._door.write(fund) as inside:
            known = _find(inside, journal.id)
            if known is None:
                _refuse_reversal(inside, journal)
                inside.connection.execute(
                    insert(MANUAL_JOURNAL).values(**_columns_of(inside, journal))
                )
                known = _get(inside, journal.id)
            elif known.decision is not None:
                raise Conflict(
                    f"the same was proposed and {known.decision.verdict}: another reason makes it"
                    " another one"
                )
        return known

    def decide(
        self, fund: str, identity: str, checker: str, verdict: Verdict, reason: str = ""
    ) -> ManualJournal:
        """Approve or reject a pending journal and give it with the decision.

        Raises NotFound, BadInput for a rejection without a reason, Conflict where the checker is
        the maker, where it was decided before, and for a second reversal of one journal.
        """
        if not person_key(checker) or (verdict == "rejected" and not reason.strip()):
            raise BadInput("a decision has a checker, and a rejection has a reason")
        with self._door.write(fund) as inside:
            journal = _get(inside, identity)
            if journal.decision is not None:
                raise Conflict(
                    f"it was {journal.decision.verdict} by {journal.decision.checker} already"
                )
            if person_key(checker) == person_key(journal.maker):
                raise Conflict(f"{journal.maker} proposed it: another person decides")
            takes_back = journal.reverses if verdict == "approved" else None
            if takes_back is not None and _taken_back(inside, takes_back):
                raise Conflict("the journal that it reverses was taken back already")
            inside.connection.execute(
                insert(MANUAL_DECISION).values(
                    fund_id=inside.fund_id,
                    id=journal.id,
                    checker=checker,
                    checker_key=person_key(checker),
                    decision=verdict,
                    decided_at=inside.recorded_at,
                    reason=reason,
                    takes_back=takes_back,
                )
            )
            return _get(inside, identity)

    def get(self, fund: str, identity: str) -> ManualJournal:
        """The manual journal of an id. Raises NotFound."""
        with self._door.read(fund) as inside:
            return _get(inside, identity)

    def find(self, fund: str, identity: str) -> ManualJournal | None:
        """The same; None where there is none."""
        with self._door.read(fund) as inside:
            return _find(inside, identity)

    def all(self, fund: str) -> tuple[ManualJournal, ...]:
        """Every manual journal in the order of proposing, then of ids."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(_query(inside)).all()
        rows = sorted(rows, key=lambda row: (row.proposed_at, row.id))
        return tuple(map(_journal_of, rows))

    def approved(self, fund: str, known_at: int | None = None) -> tuple[ManualJournal, ...]:
        """Those approved, reversals among them, in the order of `all`.

        `known_at`, in microseconds since 1970, leaves out what was decided later.
        """
        found = (journal for journal in self.all(fund) if journal.approved)
        if known_at is None:
            return tuple(found)
        known = (journal.at(time_of(known_at)) for journal in found)
        return tuple(journal for journal in known if journal is not None and journal.approved)


def _query(inside: FundTransaction) -> Select[Any]:
    both = (MANUAL_DECISION.c.fund_id == MANUAL_JOURNAL.c.fund_id) & (
        MANUAL_DECISION.c.id == MANUAL_JOURNAL.c.id
    )
    decided = (
        MANUAL_DECISION.c.checker,
        MANUAL_DECISION.c.decision,
        MANUAL_DECISION.c.decided_at,
        MANUAL_DECISION.c.reason.label("answer"),
    )
    return (
        select(MANUAL_JOURNAL, *decided)
        .select_from(MANUAL_JOURNAL.outerjoin(MANUAL_DECISION, both))
        .where(MANUAL_JOURNAL.c.fund_id == inside.fund_id)
    )


def _find(inside: FundTransaction, identity: str) -> ManualJournal | None:
    row = inside.connection.execute(
        _query(inside).where(MANUAL_JOURNAL.c.id == identity)
    ).one_or_none()
    return None if row is None else _journal_of(row)


def _get(inside: FundTransaction, identity: str) -> ManualJournal:
    found = _find(inside, identity)
    if found is None:
        raise NotFound("there is no manual journal of this id")
    return found


def _refuse_reversal(inside: FundTransaction, journal: ManualJournal) -> None:
    """Refuse the reversal of what is not in force, or of what another reversal waits to reverse."""
    if journal.reverses is None:
        return
    target = _get(inside, journal.reverses)
    if target.reverses is not None:
        raise Conflict("a reversal is not reversed: propose the journal anew")
    if not target.approved:
        raise Conflict("only what was approved is reversed")
    others = inside.connection.execute(
        _query(inside).where(MANUAL_JOURNAL.c.reverses == journal.reverses)
    )
    for row in others:
        if row.decision == "approved":
            raise Conflict(f"it was taken back already, by {row.id}")
        if row.decision is None:
            raise Conflict(f"{row.maker} has proposed its reversal, {row.id}: decide on that one")


def _taken_back(inside: FundTransaction, identity: str) -> bool:
    this = (MANUAL_DECISION.c.fund_id == inside.fund_id) & (
        MANUAL_DECISION.c.takes_back == identity
    )
    found = inside.connection.execute(select(MANUAL_DECISION.c.id).where(this)).one_or_none()
    return found is not None


def _columns_of(inside: FundTransaction, journal: ManualJournal) -> dict[str, Any]:
    return {
        "fund_id": inside.fund_id,
        "id": journal.id,
        "body": journal.body,
        "reason": journal.reason,
        "maker": journal.maker,
        "maker_key": person_key(journal.maker),
        "proposed_at": inside.recorded_at,
        "reverses": journal.reverses,
    }


def _journal_of(row: Row[Any]) -> ManualJournal:
    """The value of a row; raises VerificationFailed where it is not what was proposed."""
    decision = None
    if row.decision is not None:
        time = time_of(row.decided_at)
        decision = ManualDecision(row.checker, row.decision, time, row.answer)
    journal = ManualJournal(
        body=row.body,
        reason=row.reason,
        maker=row.maker,
        reverses=None if row.reverses is None else EvidenceId(row.reverses),
        proposed_at=time_of(row.proposed_at),
        decision=decision,
    )
    if journal.id != row.id:
        raise VerificationFailed(f"the manual journal {row.id} is not what was proposed")
    return journal
