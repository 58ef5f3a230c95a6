"""What is kept for ever as tables: the journal, its closed months, manual journals."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import SQLModel

from ledger.store.columns import Compressed, ExactInteger, PlainText
from ledger.store.tables.fields import kept, keyed


class AccountRow(SQLModel, table=True):
    """A ledger account by a short number; `wallet` is empty where it is no place of custody."""

    __tablename__ = "account"
    fund_id: int = keyed(BigInteger)
    id: int = keyed(BigInteger)
    type: str = kept(PlainText)
    name: str = kept(PlainText)
    wallet: str = kept(PlainText)


class BatchRow(SQLModel, table=True):
    """Entries committed together: writing this row seals them, with the link to those before.

    `leaves` are 32 bytes an entry; `root`, `previous` and `link` are hashes in hex (seals.py).
    """

    __tablename__ = "batch"
    fund_id: int = keyed(BigInteger)
    number: int = keyed(BigInteger)
    first_n: int = kept(BigInteger)
    last_n: int = kept(BigInteger)
    recorded_at: int = kept(BigInteger)
    leaves: bytes = kept(LargeBinary)
    root: str = kept(PlainText)
    previous: str = kept(PlainText)
    link: str = kept(PlainText)


class JournalHeadRow(SQLModel, table=True):
    """The newest batch of a fund and its link; triggers write it, nothing else does."""

    __tablename__ = "journal_head"
    fund_id: int = keyed(BigInteger)
    batch: int = kept(BigInteger)
    link: str = kept(PlainText)


class EntryRow(SQLModel, table=True):
    """An entry; `n` counts arrivals without a gap, `version` the entries of one id.

    `reverses_n` names the entry that a reversal takes back: an entry is live when it is no reversal
    and none names it.
    """

    __tablename__ = "entry"
    fund_id: int = keyed(BigInteger)
    n: int = keyed(BigInteger)
    batch: int = kept(BigInteger)
    id: str = kept(PlainText)
    version: int = kept(BigInteger)
    kind: str = kept(PlainText)
    time: int = kept(BigInteger)
    order_time: int = kept(BigInteger)
    order_network: str = kept(PlainText)
    order_block: int = kept(BigInteger)
    order_index: int = kept(BigInteger)
    order_id: str = kept(PlainText)
    evidence: str = kept(PlainText)
    protocol: str | None = kept(PlainText, nullable=True)
    strategy: str | None = kept(PlainText, nullable=True)
    group_id: str | None = kept(PlainText, nullable=True)
    txid: str = kept(PlainText)
    network: str = kept(PlainText)
    called: str = kept(PlainText)
    note: str = kept(PlainText)
    reverses: str | None = kept(PlainText, nullable=True)
    reverses_n: int | None = kept(BigInteger, nullable=True)
    hash: str = kept(PlainText)


class PostingRow(SQLModel, table=True):
    """A posting of an entry: base units, and money in 10^-18 of the base currency."""

    __tablename__ = "posting"
    fund_id: int = keyed(BigInteger)
    n: int = keyed(BigInteger)
    seq: int = keyed(BigInteger)
    account_id: int = kept(BigInteger)
    asset: str = kept(PlainText)
    quantity: int = kept(ExactInteger)
    role: str = kept(PlainText)
    value: int | None = kept(ExactInteger, nullable=True)


class PeriodRow(SQLModel, table=True):
    """A month that was ever closed; what was sealed stays when it is reopened.

    [from_time, until_time); `event_n` is the newest event of the month. `head` is the link that the
    journal ended with, `digest` covers the entries in force in the month, `trial_balance` and
    `checkpoint` all before its end.
    """

    __tablename__ = "period"
    fund_id: int = keyed(BigInteger)
    month: str = keyed(PlainText)
    from_time: int = kept(BigInteger)
    until_time: int = kept(BigInteger)
    status: str = kept(PlainText)
    event_n: int = kept(BigInteger)
    closed_by: str = kept(PlainText)
    closed_at: int = kept(BigInteger)
    head: str = kept(PlainText)
    digest: str = kept(PlainText)
    trial_balance: str = kept(PlainText)
    checkpoint: str = kept(PlainText)


class PeriodEventRow(SQLModel, table=True):
    """A month was closed or reopened: by whom, approved by whom, why, and what was sealed then.

    `body` is the checkpoint of a close; a reopening has none, and a second person.
    """

    __tablename__ = "period_event"
    fund_id: int = keyed(BigInteger)
    n: int = keyed(BigInteger)
    month: str = kept(PlainText)
    kind: str = kept(PlainText)
    person: str = kept(PlainText)
    approver: str | None = kept(PlainText, nullable=True)
    reason: str = kept(PlainText)
    recorded_at: int = kept(BigInteger)
    body: bytes | None = kept(Compressed, nullable=True)


class ManualJournalRow(SQLModel, table=True):
    """A manual journal as it was proposed; `id` is the hash of what its maker said.

    A key of a person is the name as `person_key` compares it.
    """

    __tablename__ = "manual_journal"
    fund_id: int = keyed(BigInteger)
    id: str = keyed(PlainText)
    body: str = kept(PlainText)
    reason: str = kept(PlainText)
    maker: str = kept(PlainText)
    maker_key: str = kept(PlainText)
    proposed_at: int = kept(BigInteger)
    reverses: str | None = kept(PlainText, nullable=True)


class ManualDecisionRow(SQLModel, table=True):
    """What was decided on a manual journal; `takes_back` is what an approved reversal reverses."""

    __tablename__ = "manual_decision"
    fund_id: int = keyed(BigInteger)
    id: str = keyed(PlainText)
    checker: str = kept(PlainText)
    checker_key: str = kept(PlainText)
    decision: str = kept(PlainText)
    decided_at: int = kept(BigInteger)
    reason: str = kept(PlainText)
    takes_back: str | None = kept(PlainText, nullable=True)
