"""What the world said as tables: files, transactions, blocks, answers, quotes."""

from decimal import Decimal

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import SQLModel

from ledger.store.columns import Compressed, ExactDecimal, PlainText
from ledger.store.tables.fields import kept, keyed


class ImportBatchRow(SQLModel, table=True):
    """A file that was read, by the hash of its content."""

    __tablename__ = "import_batch"
    fund_id: int = keyed(BigInteger)
    id: str = keyed(PlainText)
    name: str = kept(PlainText)
    venue: str = kept(PlainText)
    rows_read: int = kept(BigInteger)
    rows_new: int = kept(BigInteger)
    recorded_at: int = kept(BigInteger)


class EvidenceRow(SQLModel, table=True):
    """A transaction or a statement's row, verbatim; `id` is the hash of what it says.

    For a transaction `source` is the network and `reference` its hash; for a row the venue and the
    layout.
    """

    __tablename__ = "evidence"
    fund_id: int = keyed(BigInteger)
    id: str = keyed(PlainText)
    kind: str = kept(PlainText)
    source: str = kept(PlainText)
    reference: str = kept(PlainText)
    owner: str = kept(PlainText)
    occurrence: int = kept(BigInteger)
    file: str = kept(PlainText)
    line: int = kept(BigInteger)
    body: bytes = kept(Compressed)
    recorded_at: int = kept(BigInteger)


class SyncCursorRow(SQLModel, table=True):
    """How far a source has been read; saved in the transaction that saves what was read."""

    __tablename__ = "sync_cursor"
    fund_id: int = keyed(BigInteger)
    source: str = keyed(PlainText)
    position: str = kept(PlainText)


class BlockSeenRow(SQLModel, table=True):
    """What a network had at a height when it was looked at; `n` counts arrivals, the newest holds.

    An empty hash says that there was no such block any more.
    """

    __tablename__ = "block_seen"
    fund_id: int = keyed(BigInteger)
    n: int = keyed(BigInteger)
    network: str = kept(PlainText)
    number: int = kept(BigInteger)
    hash: str = kept(PlainText)
    recorded_at: int = kept(BigInteger)


class AnswerRow(SQLModel, table=True):
    """The world's answer to a question, observed balances among them; `n` counts arrivals."""

    __tablename__ = "answer"
    fund_id: int = keyed(BigInteger)
    n: int = keyed(BigInteger)
    id: str = kept(PlainText)
    kind: str = kept(PlainText)
    subject: str = kept(PlainText)
    block: int | None = kept(BigInteger, nullable=True)
    source: str = kept(PlainText)
    body: bytes = kept(LargeBinary)
    recorded_at: int = kept(BigInteger)


class QuoteRow(SQLModel, table=True):
    """The price of one whole unit as a source stated it."""

    __tablename__ = "quote"
    fund_id: int = keyed(BigInteger)
    asset: str = keyed(PlainText)
    currency: str = keyed(PlainText)
    time: int = keyed(BigInteger)
    source: str = keyed(PlainText)
    price: Decimal = kept(ExactDecimal)
    recorded_at: int = keyed(BigInteger)
    superseded_at: int | None = kept(BigInteger, nullable=True)
