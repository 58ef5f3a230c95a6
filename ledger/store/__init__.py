"""The only room that knows SQL: values of `ledger.model` enter and leave, rows stay inside.

    with open_store("sqlite:///partita.db") as store:
        store.funds.create(Fund("main"))
        store.wallets.add("main", wallets)
        with store.transaction("main") as inside:      # all of it or nothing
            new = inside.evidence.add("main", lines, cursors={"eip155:1": "19000000"})
            inside.journal.replace_open("main", entries)
        with store.snapshot("main") as before:          # every read sees one moment
            entries = before.journal.live_entries("main")

`upgrade(url)` makes or renews the tables; `open_store` does so for a new SQLite file only, and
refuses a database of another version with SchemaMismatch. Each aggregate is one file, and each of
its calls is one transaction unless it is made inside one that is open. Every call names its fund
first; only the list of funds and the check of a key do without.

What a database does not answer becomes `SourceUnavailable`; what it refuses by a promise of the
journal (P1, P3) is a fault of the program and stays the driver's own exception.
"""

from ledger.store.engine import Clock
from ledger.store.evidence import Evidence
from ledger.store.imports import ImportBatch
from ledger.store.journal import BooksDigest, Written, books_digest
from ledger.store.keeping import HowFar, Overtaken, Progress
from ledger.store.keys import ApiKey
from ledger.store.limits import Finding, Outgoing
from ledger.store.periods import Period, PeriodEvent
from ledger.store.requests import AnsweredRequest
from ledger.store.schema import SCHEMA, SchemaMismatch, upgrade
from ledger.store.seals import Head
from ledger.store.store import Store, open_store
from ledger.store.times import before

__all__ = (
    "SCHEMA",
    "AnsweredRequest",
    "ApiKey",
    "BooksDigest",
    "Clock",
    "Evidence",
    "Finding",
    "Head",
    "HowFar",
    "ImportBatch",
    "Outgoing",
    "Overtaken",
    "Period",
    "PeriodEvent",
    "Progress",
    "SchemaMismatch",
    "Store",
    "Written",
    "before",
    "books_digest",
    "open_store",
    "upgrade",
)
