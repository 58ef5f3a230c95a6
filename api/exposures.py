"""Books → what the fund is exposed to: marks with what is known of their assets and places."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from api import figures
from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.model.fund import Wallet, WalletId
from ledger.model.position import Mark, Observation
from ledger.nav.valuation import Valuation
from risk.exposure import Exposure, Known, exposure

if TYPE_CHECKING:
    from ledger.books import Books

#: Kinds of entry after which a protocol holds the units, or is owed those of a debt.
HOLDING_KINDS: Final = frozenset(
    {"lend_deposit", "vault_deposit", "pool_deposit", "stake", "borrow", "migrate"}
)

#: The value of each asset inside a position of liquidity, by the position.
Inside = dict[AssetId, list[tuple[AssetId, int]]]


def exposure_of(
    books: "Books", time: datetime | None = None, inside: Inside | None = None
) -> Exposure:
    """The exposure at a time; by default at the close of the last day.

    `inside` says what is in further assets, as it is known of positions of liquidity.
    """
    marks = figures.marks(books, time)
    known = known_of(books, marks, time)
    return exposure(marks, replace(known, inside={**known.inside, **(inside or {})}))


def known_of(books: "Books", marks: Sequence[Mark], time: datetime | None = None) -> Known:
    """What books know beside the marks of a time."""
    moment = time or figures.last_moment(books)
    valuation = Valuation(books.prices, moment, books.policy)
    return Known(
        books.assets,
        inside_of(marks, books.observations, valuation),
        protocols_of(books.entries),
        strategies_of(books.wallets),
    )


def protocols_of(entries: Iterable[Entry]) -> dict[AssetId, str]:
    """The protocol by which units of each asset came last: of receipts and debts, whose they are.

    Of an entry only what it brought counts; a swap brings an asset from a protocol that holds
    nothing of it.
    """
    found: dict[AssetId, str] = {}
    for entry in entries:
        if entry.protocol is None or entry.kind not in HOLDING_KINDS:
            continue
        for posting in entry.postings:
            if posting.quantity > 0 and posting.account.type in {"asset", "liability"}:
                found[posting.asset] = entry.protocol
    return found


def inside_of(
    marks: Iterable[Mark], observations: Iterable[Observation], valuation: Valuation
) -> Inside:
    """What each position of liquidity was last seen to hold, valued now."""
    found: Inside = {}
    for asset, seen in readings_of(marks, observations).items():
        assert seen.pooled is not None
        parts = []
        for part, units in zip(seen.pooled.assets, seen.pooled.amounts, strict=True):
            worth = valuation.value(part, units)
            if worth is None:
                break
            parts.append((part, worth))
        else:
            found[asset] = parts
    return found


def readings_of(
    marks: Iterable[Mark], observations: Iterable[Observation]
) -> dict[AssetId, Observation]:
    """The last reading of each position of liquidity.

    Only a reading of the very units that are held says anything of them.
    """
    held = {mark.position.asset: mark.position.quantity for mark in marks}
    newest: dict[AssetId, Observation] = {}
    for seen in observations:
        if seen.pooled is not None and held.get(seen.asset) == seen.quantity:
            before = newest.get(seen.asset)
            if before is None or (before.time, before.block or 0) <= (seen.time, seen.block or 0):
                newest[seen.asset] = seen
    return newest


def strategies_of(
    wallets: Mapping[WalletId, Wallet] | Sequence[Wallet],
) -> dict[WalletId, str]:
    """What each wallet is for, where that was said."""
    every = wallets.values() if isinstance(wallets, Mapping) else wallets
    return {wallet.id: wallet.strategy for wallet in every if wallet.strategy is not None}
