"""Journal entries in a few words for tests: `asset:w ETH -1 dispose = -100` is one posting a line.

A line is `<account> <asset> <quantity> [role] [= value]`; an account path is `type:name`, and an
asset account's name is its wallet. Quantities and values are whole base units. An asset that does
not balance is closed by a posting on `trading:trading` without a role.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from ledger.model.activity import microseconds
from ledger.model.asset import CURRENCIES, AssetId
from ledger.model.entry import Account, Entry, Posting
from ledger.model.fund import WalletId

START = datetime(2024, 1, 1, tzinfo=UTC)


def asset_named(name):
    if "/" in name:
        return AssetId(name)
    return AssetId(f"{'iso4217' if name in CURRENCIES else 'symbol'}:{name}")


def account_at(path):
    account_type, _, name = path.partition(":")
    wallet = WalletId(name) if account_type in {"asset", "liability"} else None
    return Account(account_type, name, wallet)


def posting(line):
    text, _, value = line.partition("=")
    path, asset, quantity, *role = text.split()
    return Posting(
        account_at(path),
        asset_named(asset),
        int(quantity.replace("_", "")),
        role[0] if role else "none",
        int(value.replace("_", "")) if value.strip() else None,
    )


def entry(number, text, *, kind="swap", strategy=None, group=None, time=None, name=None):
    """The entry of a moment `number` minutes after START (or at `time`), closed by trading."""
    moment = time or START + timedelta(minutes=number)
    postings = [posting(line) for line in text.strip().splitlines() if line.strip()]
    sums: defaultdict[AssetId, int] = defaultdict(int)
    for one in postings:
        sums[one.asset] += one.quantity
    trading = Account("trading", "trading")
    postings += [Posting(trading, asset, -total) for asset, total in sums.items() if total]
    name = name or f"e{number}"
    order = (microseconds(moment), "eip155:1", number, 0, name.partition("#")[0])
    return Entry(name, kind, moment, order, tuple(postings), strategy=strategy, group=group)
