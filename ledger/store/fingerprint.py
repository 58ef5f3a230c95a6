"""A fund enters, a short text leaves that is another one as soon as its books may be other ones."""

import hashlib
from typing import Final

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select

from ledger.store.blocks import orphaned_blocks
from ledger.store.engine import Door, FundTransaction
from ledger.store.known import in_force_at
from ledger.store.tables import (
    ANSWER,
    EVIDENCE,
    FILED_YEAR,
    FUND,
    FUND_METHOD,
    FUND_SETTING,
    IDENTIFICATION,
    LIMIT_EVENT,
    LIMIT_SET,
    LOT_PLAN,
    MANUAL_DECISION,
    MANUAL_JOURNAL,
    PERIOD,
    QUOTE,
    STRATEGY_RULE,
    WALLET,
)

_APPENDED: Final = (
    MANUAL_JOURNAL,
    MANUAL_DECISION,
    FILED_YEAR,
    LOT_PLAN,
    LIMIT_SET,
    LIMIT_EVENT,
)
_SMALL: Final = (FUND_METHOD, IDENTIFICATION, PERIOD)
_SUPERSEDED: Final = (FUND_SETTING, STRATEGY_RULE, WALLET)

#: When a thing became known says nothing of what the books are.
_WHEN: Final = frozenset({"recorded_at", "superseded_at"})


class Fingerprints:
    """What the books of each fund follow from, in one text."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def of(self, fund: str) -> str:
        """64 hex digits; equal for equal policy, wallets, evidence, answers, quotes, closes,
        manual journals, filed years, lot plans, limits and what was said of them.

        Evidence, answers, manual journals and what was filed are never changed, so their number
        stands for them; a quote may be corrected, so quotes are read. Costs
        milliseconds, where keeping the books costs seconds.
        """
        digest = hashlib.sha256()
        with self._door.read(fund) as inside:
            for query in _queries(inside):
                for row in inside.connection.execute(query):
                    digest.update(repr(tuple(row)).encode())
                digest.update(b"\n")
            digest.update(repr(orphaned_blocks(inside)).encode())
            lines = [str(line) for line in inside.connection.execute(_quotes(inside)).scalars()]
            digest.update("\n".join(sorted(lines)).encode())
        return digest.hexdigest()


def _queries(inside: FundTransaction) -> list[Select[tuple[object, ...]]]:
    number = inside.fund_id
    return [
        select(FUND).where(FUND.c.id == number),
        select(func.count()).select_from(EVIDENCE).where(EVIDENCE.c.fund_id == number),
        select(func.max(ANSWER.c.n)).where(ANSWER.c.fund_id == number),
        *(
            select(func.count()).select_from(table).where(table.c.fund_id == number)
            for table in _APPENDED
        ),
        *(
            select(table).where(table.c.fund_id == number).order_by(*table.primary_key.columns)
            for table in _SMALL
        ),
        *(
            select(*(cell for cell in table.columns if cell.name not in _WHEN))
            .where(table.c.fund_id == number, in_force_at(table, None))
            .order_by(*table.primary_key.columns)
            for table in _SUPERSEDED
        ),
    ]


def _quotes(inside: FundTransaction) -> Select[str]:
    """Each quote as one text: the database joins the cells faster than Python makes rows."""
    cells = (
        cast(QUOTE.c.time, Text),
        cast(QUOTE.c.price, Text),
        QUOTE.c.currency,
        QUOTE.c.asset,
        QUOTE.c.source,
    )
    joined: ColumnElement[str] = cells[0]
    for cell in cells[1:]:
        joined = joined + literal("|") + cast(cell, Text)
    ours = QUOTE.c.fund_id == inside.fund_id
    return select(joined).where(ours, in_force_at(QUOTE, None))
