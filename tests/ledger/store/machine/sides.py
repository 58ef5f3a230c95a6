"""The address of a database enters; its store, and every row of some funds, leave."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from ledger.model.entry import Entry
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import StatementLine
from ledger.store import open_store
from ledger.store.engine import fund_id_of
from ledger.store.tables import ENTRY, METADATA
from tests.ledger.store.cases import START

#: what a database answers to rows that it refuses, by SQLAlchemy and by PostgreSQL's own COPY
REFUSED: Final = (DatabaseError, psycopg.DatabaseError)


class Hand:
    """A clock that stands where it is put: both databases are told the same time."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


class Side:
    """A store on one database, with every row that belongs to some funds."""

    def __init__(self, url: str, clock: Hand) -> None:
        self.url, self.clock = url, clock
        self.store = open_store(url, clock)

    def rows(self, funds: Iterable[str]) -> dict[str, list[str]]:
        """All rows of all tables that belong to the funds, as texts."""
        with self.store._database.read_all() as connection:
            ids = [fund_id_of(connection, fund) for fund in funds]
            return {
                name: sorted(
                    repr(tuple(row))
                    for row in connection.execute(select(table).where(table.c.fund_id.in_(ids)))
                )
                for name, table in METADATA.tables.items()
                if "fund_id" in table.c
            }

    def numbers(self, fund: str) -> list[int]:
        """The numbers of a fund's entries."""
        with self.store._database.read(fund) as inside:
            asked = select(ENTRY.c.n).where(ENTRY.c.fund_id == inside.fund_id)
            return sorted(inside.connection.execute(asked).scalars())

    def keep(self, fund: str, lines: Iterable[StatementLine], entries: Iterable[Entry]) -> None:
        """Keep rows, a cursor and entries in one transaction."""
        with self.store.transaction(fund) as inside:
            inside.evidence.add(fund, lines, {"file": "99"})
            inside.journal.append(fund, entries)

    def crash(self, fund: str, entries: Iterable[Entry], lines: Iterable[StatementLine]) -> None:
        """Write without a commit, and lose the connection; then open anew."""
        open_transaction = self.store.transaction(fund)
        inside: Any = open_transaction.__enter__()
        inside.evidence.add(fund, lines, {"lost": "1"})
        inside.journal.append(fund, entries)
        inside.journal._door.inside.connection.connection.driver_connection.close()
        # the engine finds its connection gone, and says so or repeats what ended the transaction
        with suppress(DatabaseError, SourceUnavailable, ConnectionAbortedError):
            open_transaction.__exit__(ConnectionAbortedError, ConnectionAbortedError(), None)
        self.reopen()

    def reopen(self) -> None:
        """Close the store and open it again."""
        self.store.close()
        self.store = open_store(self.url, self.clock)
