"""Units with the date and the exact total cost at which they came in, and what became of them."""

from datetime import datetime
from typing import NamedTuple

from ledger.model.activity import Order
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId


class Lot(NamedTuple):
    """Open units of one acquisition in one wallet.

    `cost` is the exact total cost of the units still open, in 10⁻¹⁸ of the base currency; None says
    that the basis is unknown. `id` is unique over all wallets and survives transfers.
    """

    id: str
    asset: AssetId
    wallet: WalletId
    acquired: datetime
    order: Order
    quantity: int
    cost: int | None
    entry: str
    strategy: str | None = None


class Disposal(NamedTuple):
    """Units of one lot given up by one entry.

    Money in 10⁻¹⁸ of the base currency; proceeds, cost or gain are None where a price or the basis
    is unknown. `lot` is empty for units without a known acquisition.
    """

    id: str
    entry: str
    asset: AssetId
    wallet: WalletId
    quantity: int
    lot: str
    acquired: datetime | None
    disposed: datetime
    order: Order
    proceeds: int | None
    cost: int | None
    kind: str
    strategy: str | None = None
    lot_strategy: str | None = None

    @property
    def gain(self) -> int | None:
        """Proceeds less cost, or None where one of them is unknown."""
        if self.proceeds is None or self.cost is None:
            return None
        return self.proceeds - self.cost
