"""The world's answers to questions enter, observed balances among them; one a question leaves."""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select

from ledger.model.activity import microseconds
from ledger.model.evidence import Answer, BlockRef, EvidenceId, Question
from ledger.store.blocks import orphaned_blocks
from ledger.store.bulk import in_chunks, insert_rows
from ledger.store.columns import checked_text
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import first_seen, mark
from ledger.store.known import recorded_by
from ledger.store.tables import ANSWER
from ledger.store.times import stored_time

_NOTHING: Final = b"null"
_BALANCE: Final = "balance"


class Answers:
    """The answers that each fund was given."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, answers: Iterable[Answer]) -> tuple[EvidenceId, ...]:
        """Keep answers and give the ids that are new; the same answer again adds nothing."""
        by_id = {answer.id: answer for answer in answers}
        with self._door.write(fund) as inside:
            known: set[str] = set()
            for chunk in in_chunks(list(by_id)):
                these = (ANSWER.c.fund_id == inside.fund_id) & ANSWER.c.id.in_(chunk)
                known.update(inside.connection.execute(select(ANSWER.c.id).where(these)).scalars())
            ours = select(func.max(ANSWER.c.n)).where(ANSWER.c.fund_id == inside.fund_id)
            last = int(inside.connection.execute(ours).scalar_one() or 0)
            new = [found for found in by_id if found not in known]
            rows = [
                (
                    inside.fund_id,
                    n,
                    found,
                    by_id[found].question.kind,
                    checked_text(by_id[found].question.subject),
                    by_id[found].question.block,
                    checked_text(by_id[found].source),
                    by_id[found].body,
                    inside.recorded_at,
                )
                for n, found in enumerate(new, last + 1)
            ]
            insert_rows(inside.connection, ANSWER, rows)
            if new:
                mark(inside, _concerns(inside, [by_id[found] for found in new]))
        return tuple(new)

    def concern(self, fund: str, blocks: AbstractSet[BlockRef]) -> None:
        """Say that the books are other ones from when a balance at one of these blocks was seen."""
        if not blocks:
            return
        hashes = {block.hash for block in blocks}
        with self._door.write(fund) as inside:
            these = (ANSWER.c.fund_id == inside.fund_id) & (ANSWER.c.kind == _BALANCE)
            seen = [
                _answer_of(row)
                for row in inside.connection.execute(select(ANSWER).where(these))
                if _block_hash(row.body) in hashes
            ]
            mark(inside, _concerns(inside, seen))

    def altered(self, fund: str) -> tuple[EvidenceId, ...]:
        """The ids of answers whose content is no longer the one that they are the hash of."""
        with self._door.read(fund) as inside:
            ours = select(ANSWER).where(ANSWER.c.fund_id == inside.fund_id).order_by(ANSWER.c.n)
            return tuple(
                EvidenceId(row.id)
                for row in inside.connection.execute(ours)
                if _answer_of(row).id != row.id
            )

    def all(
        self, fund: str, kind: str | None = None, known_at: datetime | None = None
    ) -> tuple[Answer, ...]:
        """One answer a question, by question: the newest, but nothing never replaces something.

        With `known_at`, of those that were known then.

        A balance that was seen at no block states its own time: each such answer stands by itself,
        or the order of arrival would decide which of them is believed (P5). A balance of an
        orphaned block is left out.
        """
        best: dict[tuple[Question, bytes], Answer] = {}
        with self._door.read(fund) as inside:
            ours = ANSWER.c.fund_id == inside.fund_id
            asked = select(ANSWER).where(ours, recorded_by(ANSWER, known_at))
            if kind is not None:
                asked = asked.where(ANSWER.c.kind == kind)
            until = stored_time(known_at)
            orphaned = {block.hash for block in orphaned_blocks(inside, until)}
            for row in inside.connection.execute(asked.order_by(ANSWER.c.n)):
                if orphaned and row.kind == _BALANCE and _block_hash(row.body) in orphaned:
                    continue
                answer = _answer_of(row)
                own = answer.body if row.kind == _BALANCE and row.block is None else b""
                if answer.body != _NOTHING or (answer.question, own) not in best:
                    best[answer.question, own] = answer
        return tuple(sorted(best.values(), key=_place))


def _answer_of(row: Row[Any]) -> Answer:
    return Answer(Question(row.kind, row.subject, row.block), bytes(row.body), row.source)


def _concerns(inside: FundTransaction, new: Iterable[Answer]) -> int | None:
    """From when on answers say something of the books; None where nothing in them is meant."""
    times: list[int] = []
    tokens: list[str] = []
    for answer in new:
        value = answer.value()
        if answer.question.kind != _BALANCE:
            tokens.append(answer.question.subject)
        elif isinstance(value, dict) and "time" in value:
            times.append(microseconds(datetime.fromisoformat(str(value["time"]))))
        else:
            times.append(0)
    asked = first_seen(inside, tokens)
    return min((*times, *(() if asked is None else (asked,))), default=None)


def _block_hash(body: bytes) -> str | None:
    """The hash of the block at which a balance was asked for, where the answer keeps it."""
    said = json.loads(body)
    return said.get("block_hash") if isinstance(said, dict) else None


def _place(answer: Answer) -> tuple[str, str, int, bytes]:
    question = answer.question
    block = -1 if question.block is None else question.block
    return (question.kind, question.subject, block, answer.body)
