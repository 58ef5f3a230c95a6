"""What people say as tables: funds, policies, wallets and keys."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import SQLModel

from ledger.store.columns import PlainText
from ledger.store.tables.fields import kept, keyed


class FundRow(SQLModel, table=True):
    """A fund and its policy; `id` is what every other table begins with."""

    __tablename__ = "fund"
    id: int = keyed(BigInteger)
    name: str = kept(PlainText)
    base_currency: str = kept(PlainText)
    regime: str = kept(PlainText)
    method: str = kept(PlainText)
    scope: str = kept(PlainText)
    valuation_time: str = kept(PlainText)


class FundBeforeRow(SQLModel, table=True):
    """The policy that a fund had until it was given another."""

    __tablename__ = "fund_before"
    fund_id: int = keyed(BigInteger)
    superseded_at: int = keyed(BigInteger)
    regime: str = kept(PlainText)
    method: str = kept(PlainText)
    scope: str = kept(PlainText)
    valuation_time: str = kept(PlainText)


class FundMethodRow(SQLModel, table=True):
    """The method by which a fund's lots leave from the start of a year on; empty if taken back."""

    __tablename__ = "fund_method"
    fund_id: int = keyed(BigInteger)
    year: int = keyed(BigInteger)
    recorded_at: int = keyed(BigInteger)
    method: str | None = kept(PlainText, nullable=True)


class IdentificationRow(SQLModel, table=True):
    """A lot that an entry takes its units of; a higher version of the entry's supersedes it."""

    __tablename__ = "identification"
    fund_id: int = keyed(BigInteger)
    entry: str = keyed(PlainText)
    version: int = keyed(BigInteger)
    position: int = keyed(BigInteger)
    lot: str = kept(PlainText)
    recorded_at: int = kept(BigInteger)


class StrategyRuleRow(SQLModel, table=True):
    """The fund's strategy rules in the order in which they are tried."""

    __tablename__ = "strategy_rule"
    fund_id: int = keyed(BigInteger)
    position: int = keyed(BigInteger)
    strategy: str = kept(PlainText)
    wallet: str | None = kept(PlainText, nullable=True)
    contract: str | None = kept(PlainText, nullable=True)
    kind: str | None = kept(PlainText, nullable=True)
    protocol: str | None = kept(PlainText, nullable=True)
    recorded_at: int = keyed(BigInteger)
    superseded_at: int | None = kept(BigInteger, nullable=True)


class FundSettingRow(SQLModel, table=True):
    """Any further choice of a fund by its name."""

    __tablename__ = "fund_setting"
    fund_id: int = keyed(BigInteger)
    name: str = keyed(PlainText)
    value: str = kept(PlainText)


class WalletRow(SQLModel, table=True):
    """A place of custody."""

    __tablename__ = "wallet"
    fund_id: int = keyed(BigInteger)
    id: str = keyed(PlainText)
    network: str = kept(PlainText)
    address: str = kept(PlainText)
    label: str = kept(PlainText)
    strategy: str | None = kept(PlainText, nullable=True)
    owned_from: int | None = kept(BigInteger, nullable=True)
    owned_until: int | None = kept(BigInteger, nullable=True)
    recorded_at: int = keyed(BigInteger)
    superseded_at: int | None = kept(BigInteger, nullable=True)


class AssetRow(SQLModel, table=True):
    """What is known of an asset beyond its id."""

    __tablename__ = "asset"
    fund_id: int = keyed(BigInteger)
    id: str = keyed(PlainText)
    symbol: str = kept(PlainText)
    decimals: int = kept(BigInteger)
    kind: str = kept(PlainText)
    underlying: str | None = kept(PlainText, nullable=True)
    accrues: str | None = kept(PlainText, nullable=True)
    recorded_at: int = keyed(BigInteger)
    superseded_at: int | None = kept(BigInteger, nullable=True)


class ApiKeyRow(SQLModel, table=True):
    """A key to a fund: what begins it, and the hash of the whole, never the key itself."""

    __tablename__ = "api_key"
    fund_id: int = keyed(BigInteger)
    prefix: str = keyed(PlainText)
    hash: str = kept(PlainText)
    label: str = kept(PlainText)
    scopes: str = kept(PlainText)
    created_at: int = kept(BigInteger)
    revoked_at: int | None = kept(BigInteger, nullable=True)


class AnsweredRequestRow(SQLModel, table=True):
    """A request that was carried out under a key of the asker's, with its answer."""

    __tablename__ = "answered_request"
    fund_id: int = keyed(BigInteger)
    key: str = keyed(PlainText)
    content: str = kept(PlainText)
    status: int = kept(BigInteger)
    body: bytes = kept(LargeBinary)
    recorded_at: int = kept(BigInteger)
