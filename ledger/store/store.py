"""The address of a database enters; a store with one small class an aggregate leaves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from ledger.model.activity import microseconds
from ledger.store.answers import Answers
from ledger.store.assets import Assets
from ledger.store.blocks import Blocks
from ledger.store.engine import Clock, Database, Door, OpenTransaction, engine_for
from ledger.store.evidence import EvidenceStore
from ledger.store.filings import Filings
from ledger.store.fingerprint import Fingerprints
from ledger.store.funds import Funds
from ledger.store.identifications import Identifications
from ledger.store.imports import Imports
from ledger.store.journal import Journal
from ledger.store.keeping import Keeping
from ledger.store.keys import Keys
from ledger.store.limits import Limits
from ledger.store.manual import ManualJournals
from ledger.store.periods import Periods
from ledger.store.quotes import Quotes
from ledger.store.requests import AnsweredRequests
from ledger.store.runs import Runs
from ledger.store.schema import check_schema
from ledger.store.seals import Seals
from ledger.store.settings import Settings
from ledger.store.tax_checkpoints import TaxCheckpoints
from ledger.store.times import time_of
from ledger.store.wallets import Wallets


class Aggregates:
    """What is kept, reached through one door."""

    def __init__(self, door: Door) -> None:
        self.funds = Funds(door)
        self.settings = Settings(door)
        self.identifications = Identifications(door)
        self.filings = Filings(door)
        self.wallets = Wallets(door)
        self.assets = Assets(door)
        self.evidence = EvidenceStore(door)
        self.blocks = Blocks(door)
        self.imports = Imports(door)
        self.answers = Answers(door)
        self.quotes = Quotes(door)
        self.manual = ManualJournals(door)
        self.limits = Limits(door)
        self.journal = Journal(door)
        self.keeping = Keeping(door)
        self.tax_checkpoints = TaxCheckpoints(door)
        self.seals = Seals(door)
        self.periods = Periods(door)
        self.keys = Keys(door)
        self.requests = AnsweredRequests(door)
        self.runs = Runs(door)
        self.fingerprints = Fingerprints(door)


class Store(Aggregates):
    """An open database; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    @property
    def address(self) -> str | None:
        """Where another process finds the same database; None for one in memory."""
        url = self._database.engine.url
        if url.database in {None, "", ":memory:"}:
            return None
        return url.render_as_string(hide_password=False)

    @contextmanager
    def transaction(self, fund: str) -> Iterator[Aggregates]:
        """The aggregates in one transaction on one fund: all that is written inside, or nothing."""
        with self._database.write(fund) as inside:
            yield Aggregates(OpenTransaction(inside, writable=True))

    @contextmanager
    def snapshot(self, fund: str) -> Iterator[Aggregates]:
        """The aggregates as they were at one moment, for reads that belong together."""
        with self._database.read(fund) as inside:
            yield Aggregates(OpenTransaction(inside, writable=False))

    def note_present(self, fund: str, asked: datetime | None = None) -> datetime | None:
        """Now; what is recorded of the fund from here on is recorded later than that.

        Not before a time that was `asked` for, which the clock may not have come to where it was
        set back. None where somebody writes, who is not waited for long. Raises NotFound.
        """
        noted = self._database.note_present(fund, 0 if asked is None else microseconds(asked))
        return None if noted is None else time_of(noted)

    def close(self) -> None:
        """Give back every connection."""
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(url: str, clock: Clock | None = None) -> Store:
    """Open a database: `sqlite:///FILE`, `sqlite://` (in memory) or `postgresql://…`.

    `clock` tells when a thing became known; without one the database's own clock is asked. Raises
    BadInput, SchemaMismatch or SourceUnavailable.
    """
    engine = engine_for(url)
    try:
        check_schema(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(Database(engine, clock))
