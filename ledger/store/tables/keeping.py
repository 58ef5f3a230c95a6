"""What can be made again as tables: it follows from evidence and journal."""

from decimal import Decimal

from sqlalchemy import BigInteger
from sqlmodel import SQLModel

from ledger.store.columns import Compressed, ExactDecimal, ExactInteger, PlainText
from ledger.store.tables.fields import kept, keyed


class KeepingRow(SQLModel, table=True):
    """How far a fund's books are kept: `dirty_from` is empty where they are up to date.

    `turn` counts every change of what they follow from; `unplaced` says that there is evidence
    without a row in `evidence_time`.
    """

    __tablename__ = "keeping"
    fund_id: int = keyed(BigInteger)
    dirty_from: int | None = kept(BigInteger, nullable=True)
    unplaced: int = kept(BigInteger)
    turn: int = kept(BigInteger)


class EvidenceTimeRow(SQLModel, table=True):
    """When that of which a piece of evidence speaks took place."""

    __tablename__ = "evidence_time"
    fund_id: int = keyed(BigInteger)
    evidence: str = keyed(PlainText)
    time: int = kept(BigInteger)


class SeenRow(SQLModel, table=True):
    """When an address or an asset first took part in anything of the fund's."""

    __tablename__ = "seen"
    fund_id: int = keyed(BigInteger)
    subject: str = keyed(PlainText)
    time: int = kept(BigInteger)


class LinkSideRow(SQLModel, table=True):
    """An event that has its other side elsewhere, by what both sides would name.

    Or an entry where closed time has it, and where the evidence has it, by its id.
    """

    __tablename__ = "link_side"
    fund_id: int = keyed(BigInteger)
    key: str = keyed(PlainText)
    event: str = keyed(PlainText)
    time: int = kept(BigInteger)


class CheckpointRow(SQLModel, table=True):
    """Parts of what stood at a moment: all that later books depend on, or what is read now."""

    __tablename__ = "checkpoint"
    fund_id: int = keyed(BigInteger)
    until: int = keyed(BigInteger)
    part: str = keyed(PlainText)
    digest: str = kept(PlainText)
    body: bytes = kept(Compressed)


class NavPointRow(SQLModel, table=True):
    """Net asset value at a valuation time."""

    __tablename__ = "nav_point"
    fund_id: int = keyed(BigInteger)
    time: int = keyed(BigInteger)
    currency: str = kept(PlainText)
    value: int = kept(ExactInteger)
    flows: int = kept(ExactInteger)
    growth: Decimal | None = kept(ExactDecimal, nullable=True)
    unpriced: int = kept(BigInteger)
    invested: int = kept(ExactInteger)


class ImpliedQuoteRow(SQLModel, table=True):
    """A price that follows from a trade of the fund's own."""

    __tablename__ = "implied_quote"
    fund_id: int = keyed(BigInteger)
    time: int = keyed(BigInteger)
    asset: str = keyed(PlainText)
    source: str = keyed(PlainText)
    currency: str = kept(PlainText)
    price: Decimal = kept(ExactDecimal)
