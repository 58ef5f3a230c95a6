"""What people say as tables: funds, policies, wallets and keys."""

from typing import Final

from sqlalchemy import BigInteger, LargeBinary

from ledger.store.columns import PlainText
from ledger.store.tables.fields import kept, keyed, table

#: A fund and its policy; `id` is what every other table begins with.
FUND: Final = table(
    "fund",
    keyed("id", BigInteger),
    kept("name", PlainText),
    kept("base_currency", PlainText),
    kept("regime", PlainText),
    kept("method", PlainText),
    kept("scope", PlainText),
    kept("valuation_time", PlainText),
)

#: The newest time at which anything of a fund was recorded; what comes next is recorded later.
FUND_CLOCK: Final = table(
    "fund_clock",
    keyed("fund_id", BigInteger),
    kept("recorded_at", BigInteger),
)

#: The policy that a fund had until it was given another.
FUND_BEFORE: Final = table(
    "fund_before",
    keyed("fund_id", BigInteger),
    keyed("superseded_at", BigInteger),
    kept("regime", PlainText),
    kept("method", PlainText),
    kept("scope", PlainText),
    kept("valuation_time", PlainText),
)

#: The method by which a fund's lots leave from the start of a year on; empty if taken back.
FUND_METHOD: Final = table(
    "fund_method",
    keyed("fund_id", BigInteger),
    keyed("year", BigInteger),
    keyed("recorded_at", BigInteger),
    kept("method", PlainText, nullable=True),
)

#: A lot that an entry takes its units of; a higher version of the entry's supersedes it.
IDENTIFICATION: Final = table(
    "identification",
    keyed("fund_id", BigInteger),
    keyed("entry", PlainText),
    keyed("version", BigInteger),
    keyed("position", BigInteger),
    kept("lot", PlainText),
    kept("recorded_at", BigInteger),
)

#: The fund's strategy rules in the order in which they are tried.
STRATEGY_RULE: Final = table(
    "strategy_rule",
    keyed("fund_id", BigInteger),
    keyed("position", BigInteger),
    kept("strategy", PlainText),
    kept("wallet", PlainText, nullable=True),
    kept("contract", PlainText, nullable=True),
    kept("kind", PlainText, nullable=True),
    kept("protocol", PlainText, nullable=True),
    keyed("recorded_at", BigInteger),
    kept("superseded_at", BigInteger, nullable=True),
)

#: Any further choice of a fund by its name.
FUND_SETTING: Final = table(
    "fund_setting",
    keyed("fund_id", BigInteger),
    keyed("name", PlainText),
    kept("value", PlainText),
    keyed("recorded_at", BigInteger),
    kept("superseded_at", BigInteger, nullable=True),
)

#: A place of custody.
WALLET: Final = table(
    "wallet",
    keyed("fund_id", BigInteger),
    keyed("id", PlainText),
    kept("network", PlainText),
    kept("address", PlainText),
    kept("label", PlainText),
    kept("strategy", PlainText, nullable=True),
    kept("owned_from", BigInteger, nullable=True),
    kept("owned_until", BigInteger, nullable=True),
    keyed("recorded_at", BigInteger),
    kept("superseded_at", BigInteger, nullable=True),
)

#: What is known of an asset beyond its id.
ASSET: Final = table(
    "asset",
    keyed("fund_id", BigInteger),
    keyed("id", PlainText),
    kept("symbol", PlainText),
    kept("decimals", BigInteger),
    kept("kind", PlainText),
    kept("underlying", PlainText, nullable=True),
    kept("accrues", PlainText, nullable=True),
    keyed("recorded_at", BigInteger),
    kept("superseded_at", BigInteger, nullable=True),
)

#: A key to a fund: what begins it, and the hash of the whole, never the key itself.
API_KEY: Final = table(
    "api_key",
    keyed("fund_id", BigInteger),
    keyed("prefix", PlainText),
    kept("hash", PlainText),
    kept("label", PlainText),
    kept("scopes", PlainText),
    kept("created_at", BigInteger),
    kept("revoked_at", BigInteger, nullable=True),
)

#: A request that was carried out under a key of the asker's, with its answer.
ANSWERED_REQUEST: Final = table(
    "answered_request",
    keyed("fund_id", BigInteger),
    keyed("key", PlainText),
    kept("content", PlainText),
    kept("status", BigInteger),
    kept("body", LargeBinary),
    kept("recorded_at", BigInteger),
)
