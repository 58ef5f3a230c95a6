"""Answers to requests enter under the key that the asker chose; the same answer leaves again (P5).

A request that was acknowledged and asked once more, after a broken connection say, is answered from
here and not carried out again.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, insert, select

from ledger.store.engine import Door
from ledger.store.tables import ANSWERED_REQUEST

#: How long an answer is kept: 30 days in microseconds.
KEPT_FOR: Final = 30 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A request that was carried out; `content` is the SHA-256 of what was asked, in hex."""

    key: str
    content: str
    status: int
    body: bytes


class AnsweredRequests:
    """The requests that each fund was answered, by the asker's key."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def get(self, fund: str, key: str) -> AnsweredRequest | None:
        """The answer under a key; None where there is none."""
        with self._door.read(fund) as inside:
            this = (ANSWERED_REQUEST.c.fund_id == inside.fund_id) & (ANSWERED_REQUEST.c.key == key)
            row = inside.connection.execute(select(ANSWERED_REQUEST).where(this)).one_or_none()
        return None if row is None else _answer(row.key, row.content, row.status, row.body)

    def put(self, fund: str, answered: AnsweredRequest) -> None:
        """Keep an answer; the first under a key stands. Answers past their time are forgotten."""
        with self._door.write(fund) as inside:
            ours = ANSWERED_REQUEST.c.fund_id == inside.fund_id
            old = ours & (ANSWERED_REQUEST.c.recorded_at < inside.now() - KEPT_FOR)
            inside.connection.execute(delete(ANSWERED_REQUEST).where(old))
            taken = select(ANSWERED_REQUEST.c.key).where(
                ours & (ANSWERED_REQUEST.c.key == answered.key)
            )
            if inside.connection.execute(taken).one_or_none() is None:
                inside.connection.execute(
                    insert(ANSWERED_REQUEST).values(
                        fund_id=inside.fund_id,
                        key=answered.key,
                        content=answered.content,
                        status=answered.status,
                        body=answered.body,
                        recorded_at=inside.now(),
                    )
                )


def _answer(key: str, content: str, status: int, body: bytes) -> AnsweredRequest:
    return AnsweredRequest(key, content, int(status), bytes(body))
