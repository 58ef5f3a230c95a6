"""Field declarations enter, the tables of the store leave: every key but the fund's begins with it.

These classes declare; nothing constructs them, for a `table=True` class checks nothing. Rows are
written and read through SQLAlchemy Core, and become values of `ledger.model` before they leave the
store. The database itself is made by the migrations; a test compares the two.

Times are whole microseconds since 1970, UTC. `recorded_at` is when a row became known; one with a
`superseded_at` has counted until then (known.py).
"""

from decimal import Decimal
from typing import Any, cast

from sqlalchemy import BigInteger, LargeBinary, Table
from sqlmodel import Field, SQLModel

from ledger.store.columns import Compressed, ExactDecimal, ExactInteger, PlainText


def _key(kind: type[Any]) -> Any:  # noqa: ANN401 -- a field of any type
    return Field(sa_type=kind, primary_key=True)


def _field(kind: type[Any], *, nullable: bool = False) -> Any:  # noqa: ANN401 -- the same
    return Field(sa_type=kind, nullable=nullable)


class FundRow(SQLModel, table=True):
    """A fund and its policy; `id` is what every other table begins with."""

    __tablename__ = "fund"
    id: int = _key(BigInteger)
    name: str = _field(PlainText)
    base_currency: str = _field(PlainText)
    regime: str = _field(PlainText)
    method: str = _field(PlainText)
    scope: str = _field(PlainText)
    valuation_time: str = _field(PlainText)


class FundBeforeRow(SQLModel, table=True):
    """The policy that a fund had until it was given another."""

    __tablename__ = "fund_before"
    fund_id: int = _key(BigInteger)
    superseded_at: int = _key(BigInteger)
    regime: str = _field(PlainText)
    method: str = _field(PlainText)
    scope: str = _field(PlainText)
    valuation_time: str = _field(PlainText)


class StrategyRuleRow(SQLModel, table=True):
    """The fund's strategy rules in the order in which they are tried."""

    __tablename__ = "strategy_rule"
    fund_id: int = _key(BigInteger)
    position: int = _key(BigInteger)
    strategy: str = _field(PlainText)
    wallet: str | None = _field(PlainText, nullable=True)
    contract: str | None = _field(PlainText, nullable=True)
    kind: str | None = _field(PlainText, nullable=True)
    protocol: str | None = _field(PlainText, nullable=True)
    recorded_at: int = _key(BigInteger)
    superseded_at: int | None = _field(BigInteger, nullable=True)


class FundMethodRow(SQLModel, table=True):
    """The method by which a fund's lots leave from the start of a year on."""

    __tablename__ = "fund_method"
    fund_id: int = _key(BigInteger)
    year: int = _key(BigInteger)
    recorded_at: int = _key(BigInteger)
    method: str = _field(PlainText)


class IdentificationRow(SQLModel, table=True):
    """A lot that an entry takes its units of; a higher version of the entry's supersedes it."""

    __tablename__ = "identification"
    fund_id: int = _key(BigInteger)
    entry: str = _key(PlainText)
    version: int = _key(BigInteger)
    position: int = _key(BigInteger)
    lot: str = _field(PlainText)
    recorded_at: int = _field(BigInteger)


class FundSettingRow(SQLModel, table=True):
    """Any further choice of a fund by its name."""

    __tablename__ = "fund_setting"
    fund_id: int = _key(BigInteger)
    name: str = _key(PlainText)
    value: str = _field(PlainText)


class WalletRow(SQLModel, table=True):
    """A place of custody."""

    __tablename__ = "wallet"
    fund_id: int = _key(BigInteger)
    id: str = _key(PlainText)
    network: str = _field(PlainText)
    address: str = _field(PlainText)
    label: str = _field(PlainText)
    strategy: str | None = _field(PlainText, nullable=True)
    owned_from: int | None = _field(BigInteger, nullable=True)
    owned_until: int | None = _field(BigInteger, nullable=True)
    recorded_at: int = _key(BigInteger)
    superseded_at: int | None = _field(BigInteger, nullable=True)


class AssetRow(SQLModel, table=True):
    """What is known of an asset beyond its id."""

    __tablename__ = "asset"
    fund_id: int = _key(BigInteger)
    id: str = _key(PlainText)
    symbol: str = _field(PlainText)
    decimals: int = _field(BigInteger)
    kind: str = _field(PlainText)
    underlying: str | None = _field(PlainText, nullable=True)
    accrues: str | None = _field(PlainText, nullable=True)
    recorded_at: int = _key(BigInteger)
    superseded_at: int | None = _field(BigInteger, nullable=True)


class ImportBatchRow(SQLModel, table=True):
    """A file that was read, by the hash of its content."""

    __tablename__ = "import_batch"
    fund_id: int = _key(BigInteger)
    id: str = _key(PlainText)
    name: str = _field(PlainText)
    venue: str = _field(PlainText)
    rows_read: int = _field(BigInteger)
    rows_new: int = _field(BigInteger)
    recorded_at: int = _field(BigInteger)


class EvidenceRow(SQLModel, table=True):
    """A transaction or a statement's row, verbatim; `id` is the hash of what it says.

    For a transaction `source` is the network and `reference` its hash; for a row the venue and the
    layout.
    """

    __tablename__ = "evidence"
    fund_id: int = _key(BigInteger)
    id: str = _key(PlainText)
    kind: str = _field(PlainText)
    source: str = _field(PlainText)
    reference: str = _field(PlainText)
    owner: str = _field(PlainText)
    occurrence: int = _field(BigInteger)
    file: str = _field(PlainText)
    line: int = _field(BigInteger)
    body: bytes = _field(Compressed)
    recorded_at: int = _field(BigInteger)


class BlockSeenRow(SQLModel, table=True):
    """What a network had at a height when it was looked at; `n` counts arrivals, the newest holds.

    An empty hash says that there was no such block any more.
    """

    __tablename__ = "block_seen"
    fund_id: int = _key(BigInteger)
    n: int = _key(BigInteger)
    network: str = _field(PlainText)
    number: int = _field(BigInteger)
    hash: str = _field(PlainText)
    recorded_at: int = _field(BigInteger)


class SyncCursorRow(SQLModel, table=True):
    """How far a source has been read; saved in the transaction that saves what was read."""

    __tablename__ = "sync_cursor"
    fund_id: int = _key(BigInteger)
    source: str = _key(PlainText)
    position: str = _field(PlainText)


class AnswerRow(SQLModel, table=True):
    """The world's answer to a question, observed balances among them; `n` counts arrivals."""

    __tablename__ = "answer"
    fund_id: int = _key(BigInteger)
    n: int = _key(BigInteger)
    id: str = _field(PlainText)
    kind: str = _field(PlainText)
    subject: str = _field(PlainText)
    block: int | None = _field(BigInteger, nullable=True)
    source: str = _field(PlainText)
    body: bytes = _field(LargeBinary)
    recorded_at: int = _field(BigInteger)


class QuoteRow(SQLModel, table=True):
    """The price of one whole unit as a source stated it."""

    __tablename__ = "quote"
    fund_id: int = _key(BigInteger)
    asset: str = _key(PlainText)
    currency: str = _key(PlainText)
    time: int = _key(BigInteger)
    source: str = _key(PlainText)
    price: Decimal = _field(ExactDecimal)
    recorded_at: int = _key(BigInteger)
    superseded_at: int | None = _field(BigInteger, nullable=True)


class AccountRow(SQLModel, table=True):
    """A ledger account by a short number; `wallet` is empty where it is no place of custody."""

    __tablename__ = "account"
    fund_id: int = _key(BigInteger)
    id: int = _key(BigInteger)
    type: str = _field(PlainText)
    name: str = _field(PlainText)
    wallet: str = _field(PlainText)


class BatchRow(SQLModel, table=True):
    """Entries committed together: writing this row seals them, with the link to those before.

    `leaves` are 32 bytes an entry; `root`, `previous` and `link` are hashes in hex (seals.py).
    """

    __tablename__ = "batch"
    fund_id: int = _key(BigInteger)
    number: int = _key(BigInteger)
    first_n: int = _field(BigInteger)
    last_n: int = _field(BigInteger)
    recorded_at: int = _field(BigInteger)
    leaves: bytes = _field(LargeBinary)
    root: str = _field(PlainText)
    previous: str = _field(PlainText)
    link: str = _field(PlainText)


class JournalHeadRow(SQLModel, table=True):
    """The newest batch of a fund and its link; triggers write it, nothing else does."""

    __tablename__ = "journal_head"
    fund_id: int = _key(BigInteger)
    batch: int = _field(BigInteger)
    link: str = _field(PlainText)


class EntryRow(SQLModel, table=True):
    """An entry; `n` counts arrivals without a gap, `version` the entries of one id.

    `reverses_n` names the entry that a reversal takes back: an entry is live when it is no reversal
    and none names it.
    """

    __tablename__ = "entry"
    fund_id: int = _key(BigInteger)
    n: int = _key(BigInteger)
    batch: int = _field(BigInteger)
    id: str = _field(PlainText)
    version: int = _field(BigInteger)
    kind: str = _field(PlainText)
    time: int = _field(BigInteger)
    order_time: int = _field(BigInteger)
    order_network: str = _field(PlainText)
    order_block: int = _field(BigInteger)
    order_index: int = _field(BigInteger)
    order_id: str = _field(PlainText)
    evidence: str = _field(PlainText)
    protocol: str | None = _field(PlainText, nullable=True)
    strategy: str | None = _field(PlainText, nullable=True)
    group_id: str | None = _field(PlainText, nullable=True)
    txid: str = _field(PlainText)
    network: str = _field(PlainText)
    called: str = _field(PlainText)
    note: str = _field(PlainText)
    reverses: str | None = _field(PlainText, nullable=True)
    reverses_n: int | None = _field(BigInteger, nullable=True)
    hash: str = _field(PlainText)


class PostingRow(SQLModel, table=True):
    """A posting of an entry: base units, and money in 10^-18 of the base currency."""

    __tablename__ = "posting"
    fund_id: int = _key(BigInteger)
    n: int = _key(BigInteger)
    seq: int = _key(BigInteger)
    account_id: int = _field(BigInteger)
    asset: str = _field(PlainText)
    quantity: int = _field(ExactInteger)
    role: str = _field(PlainText)
    value: int | None = _field(ExactInteger, nullable=True)


class ManualJournalRow(SQLModel, table=True):
    """A manual journal as it was proposed; `id` is the hash of what its maker said.

    A key of a person is the name as `person_key` compares it.
    """

    __tablename__ = "manual_journal"
    fund_id: int = _key(BigInteger)
    id: str = _key(PlainText)
    body: str = _field(PlainText)
    reason: str = _field(PlainText)
    maker: str = _field(PlainText)
    maker_key: str = _field(PlainText)
    proposed_at: int = _field(BigInteger)
    reverses: str | None = _field(PlainText, nullable=True)


class ManualDecisionRow(SQLModel, table=True):
    """What was decided on a manual journal; `takes_back` is what an approved reversal reverses."""

    __tablename__ = "manual_decision"
    fund_id: int = _key(BigInteger)
    id: str = _key(PlainText)
    checker: str = _field(PlainText)
    checker_key: str = _field(PlainText)
    decision: str = _field(PlainText)
    decided_at: int = _field(BigInteger)
    reason: str = _field(PlainText)
    takes_back: str | None = _field(PlainText, nullable=True)
class PeriodEventRow(SQLModel, table=True):
    """A month was closed or reopened: by whom, approved by whom, why, and what was sealed then.

    `body` is the checkpoint of a close; a reopening has none, and a second person.
    """

    __tablename__ = "period_event"
    fund_id: int = _key(BigInteger)
    n: int = _key(BigInteger)
    month: str = _field(PlainText)
    kind: str = _field(PlainText)
    person: str = _field(PlainText)
    approver: str | None = _field(PlainText, nullable=True)
    reason: str = _field(PlainText)
    recorded_at: int = _field(BigInteger)
    body: bytes | None = _field(Compressed, nullable=True)


class PeriodRow(SQLModel, table=True):
    """A month that was ever closed; what was sealed stays when it is reopened.

    [from_time, until_time); `event_n` is the newest event of the month. `head` is the link that the
    journal ended with, `digest` covers the entries in force in the month, `trial_balance` and
    `checkpoint` all before its end.
    """

    __tablename__ = "period"
    fund_id: int = _key(BigInteger)
    month: str = _key(PlainText)
    from_time: int = _field(BigInteger)
    until_time: int = _field(BigInteger)
    status: str = _field(PlainText)
    event_n: int = _field(BigInteger)
    closed_by: str = _field(PlainText)
    closed_at: int = _field(BigInteger)
    head: str = _field(PlainText)
    digest: str = _field(PlainText)
    trial_balance: str = _field(PlainText)
    checkpoint: str = _field(PlainText)


class ApiKeyRow(SQLModel, table=True):
    """A key to a fund: what begins it, and the hash of the whole, never the key itself."""

    __tablename__ = "api_key"
    fund_id: int = _key(BigInteger)
    prefix: str = _key(PlainText)
    hash: str = _field(PlainText)
    label: str = _field(PlainText)
    scopes: str = _field(PlainText)
    created_at: int = _field(BigInteger)
    revoked_at: int | None = _field(BigInteger, nullable=True)


class AnsweredRequestRow(SQLModel, table=True):
    """A request that was carried out under a key of the asker's, with its answer."""

    __tablename__ = "answered_request"
    fund_id: int = _key(BigInteger)
    key: str = _key(PlainText)
    content: str = _field(PlainText)
    status: int = _field(BigInteger)
    body: bytes = _field(LargeBinary)
    recorded_at: int = _field(BigInteger)


class KeepingRow(SQLModel, table=True):
    """How far a fund's books are kept: `dirty_from` is empty where they are up to date.

    `turn` counts every change of what they follow from; `unplaced` says that there is evidence
    without a row in `evidence_time`.
    """

    __tablename__ = "keeping"
    fund_id: int = _key(BigInteger)
    dirty_from: int | None = _field(BigInteger, nullable=True)
    unplaced: int = _field(BigInteger)
    turn: int = _field(BigInteger)


class EvidenceTimeRow(SQLModel, table=True):
    """When that of which a piece of evidence speaks took place."""

    __tablename__ = "evidence_time"
    fund_id: int = _key(BigInteger)
    evidence: str = _key(PlainText)
    time: int = _field(BigInteger)


class SeenRow(SQLModel, table=True):
    """When an address or an asset first took part in anything of the fund's."""

    __tablename__ = "seen"
    fund_id: int = _key(BigInteger)
    subject: str = _key(PlainText)
    time: int = _field(BigInteger)


class LinkSideRow(SQLModel, table=True):
    """An event that waits for its other side, by what both sides would name."""

    __tablename__ = "link_side"
    fund_id: int = _key(BigInteger)
    key: str = _key(PlainText)
    event: str = _key(PlainText)
    time: int = _field(BigInteger)


class CheckpointRow(SQLModel, table=True):
    """Parts of what stood at a moment: all that later books depend on, or what is read now."""

    __tablename__ = "checkpoint"
    fund_id: int = _key(BigInteger)
    until: int = _key(BigInteger)
    part: str = _key(PlainText)
    digest: str = _field(PlainText)
    body: bytes = _field(Compressed)


class NavPointRow(SQLModel, table=True):
    """Net asset value at a valuation time."""

    __tablename__ = "nav_point"
    fund_id: int = _key(BigInteger)
    time: int = _key(BigInteger)
    currency: str = _field(PlainText)
    value: int = _field(ExactInteger)
    flows: int = _field(ExactInteger)
    growth: Decimal | None = _field(ExactDecimal, nullable=True)
    unpriced: int = _field(BigInteger)
    invested: int = _field(ExactInteger)


class ImpliedQuoteRow(SQLModel, table=True):
    """A price that follows from a trade of the fund's own."""

    __tablename__ = "implied_quote"
    fund_id: int = _key(BigInteger)
    time: int = _key(BigInteger)
    asset: str = _key(PlainText)
    source: str = _key(PlainText)
    currency: str = _field(PlainText)
    price: Decimal = _field(ExactDecimal)


def table_of(row: type[SQLModel]) -> Table:
    """The table that a row class declares."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]
