"""What a liquidation of Euler moved of an account whose shares nobody sees: a log in, legs out.

Source: euler-xyz/euler-vault-kit, src/EVault/modules/Liquidation.sol and
shared/lib/ConversionHelpers.sol.

The log counts in shares, the books in the asset itself: what a share is worth the collateral's
vault has logged in the same transaction.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.amount import portion
from ledger.model.asset import erc20, position
from ledger.model.event import Leg
from ledger.model.fund import WalletId
from ledger.protocols._loans import Book
from ledger.shapes import ActivityView, address_in, logs_with, number_in, word_address

#: VaultStatus(uint256 totalShares, uint256 totalBorrows, uint256 accumulatedFees, uint256 cash,
#: uint256 interestAccumulator, uint256 interestRate, uint256 timestamp): only these vaults log it.
STATUS: Final = "0x80b61abbfc5f73cfe5cf93cec97a69ed20643dc6c6f1833b05a1560aa164e24c"
#: What a vault counts beside its assets and its shares when it converts one into the other.
_VIRTUAL: Final = 10**6


def hidden(book: Book, liquidation: Log, account: str, wallet: WalletId) -> tuple[Leg, ...]:
    """Collateral of a sub-account that was lost, or came; none where its vault does not tell."""
    view, vault = book.view, word_address(liquidation, 0)
    share, units = erc20(view.activity.network, vault), _worth(view, liquidation)
    violator, shares = address_in(liquidation.topics, 2), number_in(liquidation, 2)
    moved = any(
        (one.asset, one.sender, one.quantity) == (share, violator, shares)
        for one in view.activity.transfers
    )
    if not moved:
        return ()
    kept = position(view.activity.network, book.protocol, f"{vault}.{account}")
    if violator == account:
        return book.take(wallet, kept, units, ())[0]
    known = view.assets.get(kept) or view.assets.get(share)
    of = None if known is None else known.underlying
    return () if of is None else book.put(wallet, kept, units, of)


def _worth(view: ActivityView, liquidation: Log) -> int:
    """What the shares are worth by the last that their vault logged of itself; 0 if nothing."""
    vault, shares = word_address(liquidation, 0), number_in(liquidation, 2)
    told = [log for log in logs_with(view.activity, STATUS, 1, 5) if log.address == vault]
    if not told:
        return 0
    assets = number_in(told[-1], 1) + number_in(told[-1], 3) + _VIRTUAL
    return portion(assets, shares, number_in(told[-1], 0) + _VIRTUAL)
