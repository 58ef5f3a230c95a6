"""What is kept for ever as tables: the journal, its closed months, manual journals."""

from typing import Final

from sqlalchemy import BigInteger, LargeBinary

from ledger.store.columns import Compressed, ExactInteger, PlainText
from ledger.store.tables.fields import kept, keyed, table

#: A ledger account by a short number; `wallet` is empty where it is no place of custody.
ACCOUNT: Final = table(
    "account",
    keyed("fund_id", BigInteger),
    keyed("id", BigInteger),
    kept("type", PlainText),
    kept("name", PlainText),
    kept("wallet", PlainText),
)

#: Entries committed together: writing this row seals them, with the link to those before.
#:
#: `leaves` are 32 bytes an entry; `root`, `previous` and `link` are hashes in hex (seals.py).
BATCH: Final = table(
    "batch",
    keyed("fund_id", BigInteger),
    keyed("number", BigInteger),
    kept("first_n", BigInteger),
    kept("last_n", BigInteger),
    kept("recorded_at", BigInteger),
    kept("leaves", LargeBinary),
    kept("root", PlainText),
    kept("previous", PlainText),
    kept("link", PlainText),
)

#: The newest batch of a fund and its link; triggers write it, nothing else does.
#:
#: `open_after` is the last n before a batch that is being written, None as soon as it is sealed.
JOURNAL_HEAD: Final = table(
    "journal_head",
    keyed("fund_id", BigInteger),
    kept("batch", BigInteger),
    kept("link", PlainText),
    kept("open_after", BigInteger, nullable=True),
)

#: An entry; `n` counts arrivals without a gap, `version` the entries of one id.
#:
#: `reverses_n` names the entry that a reversal takes back: an entry is live when it is no reversal
#: and none names it.
ENTRY: Final = table(
    "entry",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("batch", BigInteger),
    kept("id", PlainText),
    kept("version", BigInteger),
    kept("kind", PlainText),
    kept("time", BigInteger),
    kept("order_time", BigInteger),
    kept("order_network", PlainText),
    kept("order_block", BigInteger),
    kept("order_index", BigInteger),
    kept("order_id", PlainText),
    kept("evidence", PlainText),
    kept("protocol", PlainText, nullable=True),
    kept("strategy", PlainText, nullable=True),
    kept("group_id", PlainText, nullable=True),
    kept("txid", PlainText),
    kept("network", PlainText),
    kept("called", PlainText),
    kept("note", PlainText),
    kept("reverses", PlainText, nullable=True),
    kept("reverses_n", BigInteger, nullable=True),
    kept("hash", PlainText),
)

#: A posting of an entry: base units, and money in 10^-18 of the base currency.
POSTING: Final = table(
    "posting",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    keyed("seq", BigInteger),
    kept("account_id", BigInteger),
    kept("asset", PlainText),
    kept("quantity", ExactInteger),
    kept("role", PlainText),
    kept("value", ExactInteger, nullable=True),
)

#: A month that was ever closed; what was sealed stays when it is reopened.
#:
#: [from_time, until_time); `event_n` is the newest event of the month. `head` is the link that the
#: journal ended with, `digest` covers the entries in force in the month, `trial_balance` and
#: `checkpoint` all before its end.
PERIOD: Final = table(
    "period",
    keyed("fund_id", BigInteger),
    keyed("month", PlainText),
    kept("from_time", BigInteger),
    kept("until_time", BigInteger),
    kept("status", PlainText),
    kept("event_n", BigInteger),
    kept("closed_by", PlainText),
    kept("closed_at", BigInteger),
    kept("head", PlainText),
    kept("digest", PlainText),
    kept("trial_balance", PlainText),
    kept("checkpoint", PlainText),
)

#: A month was closed or reopened: by whom, approved by whom, why, and what was sealed then.
#:
#: `body` is the checkpoint of a close; a reopening has none, and a second person.
PERIOD_EVENT: Final = table(
    "period_event",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("month", PlainText),
    kept("kind", PlainText),
    kept("person", PlainText),
    kept("approver", PlainText, nullable=True),
    kept("reason", PlainText),
    kept("recorded_at", BigInteger),
    kept("body", Compressed, nullable=True),
)

#: A manual journal as it was proposed; `id` is the hash of what its maker said.
#:
#: A key of a person is the name as `person_key` compares it.
MANUAL_JOURNAL: Final = table(
    "manual_journal",
    keyed("fund_id", BigInteger),
    keyed("id", PlainText),
    kept("body", PlainText),
    kept("reason", PlainText),
    kept("maker", PlainText),
    kept("maker_key", PlainText),
    kept("proposed_at", BigInteger),
    kept("reverses", PlainText, nullable=True),
)

#: What was decided on a manual journal; `takes_back` is what an approved reversal reverses.
MANUAL_DECISION: Final = table(
    "manual_decision",
    keyed("fund_id", BigInteger),
    keyed("id", PlainText),
    kept("checker", PlainText),
    kept("checker_key", PlainText),
    kept("decision", PlainText),
    kept("decided_at", BigInteger),
    kept("reason", PlainText),
    kept("takes_back", PlainText, nullable=True),
)
