"""What the entries of a stretch of time depend on beside it: policy, wallets, assets, prices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.model.asset import Asset, AssetId
from ledger.model.event import Event
from ledger.model.fund import Policy, Wallet, WalletId
from ledger.model.position import Quote
from ledger.prices.book import PriceBook

#: What the entries before a stretch left in a wallet; None where nothing ever moved there.
Left = Callable[[WalletId, AssetId], int | None]


def _nothing(_wallet: WalletId, _asset: AssetId) -> int | None:
    """What there is before the first stretch."""
    return None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the entries of a stretch depend on beside it.

    `beside` are events outside the stretch that may be the other side of one inside; `prices` hold
    the quotes that sources stated, `implied` those that earlier trades of the fund's own imply and
    that still count; `left` says what the entries before left in a wallet, `ahead` what of it
    readings accrued and no log has told yet.
    """

    policy: Policy
    wallets: Mapping[WalletId, Wallet]
    assets: Mapping[AssetId, Asset]
    prices: PriceBook
    beside: Sequence[Event] = ()
    implied: Sequence[Quote] = ()
    left: Left = _nothing
    ahead: Mapping[tuple[WalletId, AssetId], int] = field(default_factory=dict)
