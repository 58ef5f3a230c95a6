"""Years of tax as they were filed, allocations as they were frozen, orders and plans before a sale.

Each is sealed: its digest is over all that it says, when it was said and the digest of the one
before it in the fund, so that none is changed, dated back or taken out without a trace.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.evidence import EvidenceId, content_id
from ledger.model.fund import WalletId

#: Ends the regime of a statement that is an allocation of lots to wallets, and no year as filed.
#: No regime is called so, for none has a space in its name.
ALLOCATION: Final = " allocation"
#: The regime of a statement that is a standing order for lots, which is of the fund.
ORDER: Final = "standing order"


@dataclass(frozen=True, slots=True)
class FiledYear:
    """An assessment as it was filed; a later one of the same year amends it, for a reason.

    `body` is the assessment as text (`ledger/tax/filed.py`), `asked` the method and settings that
    were asked for, as JSON; `books` the digest of the books, `program` the version that computed
    it. `previous` is the digest of the fund's filing before it, empty for the first.

    An allocation of lots to wallets is kept beside the years, in the same chain: then `regime` ends
    with `ALLOCATION`, `year` is the first that it bears on, and `body` is every lot as it was
    placed (`ledger/tax/frozen.py`). Nothing amends it. So is a standing order: then `regime` is
    `ORDER`, `year` that of its time, and `body` its method and wallet (`ledger/tax/orders.py`); a
    later one replaces it.
    """

    regime: str
    year: int
    by: str
    reason: str
    asked: str
    body: str
    books: str
    program: str
    filed_at: datetime
    previous: str = ""

    @property
    def is_allocation(self) -> bool:
        """Whether it is an allocation of lots to wallets, and no year as filed."""
        return self.regime.endswith(ALLOCATION)

    @property
    def is_order(self) -> bool:
        """Whether it is a standing order for lots, and no year as filed."""
        return self.regime == ORDER

    @property
    def digest(self) -> EvidenceId:
        """The seal."""
        said = (
            *(self.previous, self.regime, str(self.year), self.by, self.reason, self.asked),
            *(self.body, self.books, self.program, str(microseconds(self.filed_at))),
        )
        return content_id(b"filed-year", *(part.encode() for part in said))


@dataclass(frozen=True, slots=True)
class LotPlan:
    """The lots that the next sale of an asset out of a wallet is to take, in their order.

    It holds for the first such sale from `said_at` on, of `quantity` base units at most.
    """

    asset: AssetId
    wallet: WalletId
    quantity: int
    lots: tuple[str, ...]
    by: str
    said_at: datetime
    previous: str = ""

    def __post_init__(self) -> None:
        assert self.quantity > 0, "a plan is of units"
        assert self.lots, "a plan names a lot"
        assert len(set(self.lots)) == len(self.lots), "a lot is named once"

    @property
    def digest(self) -> EvidenceId:
        """The seal."""
        said = (
            *(self.previous, self.asset, self.wallet, str(self.quantity), self.by),
            *(str(microseconds(self.said_at)), *self.lots),
        )
        return content_id(b"lot-plan", *(part.encode() for part in said))
