"""What a broker reported of sales (Form 1099-DA), and how it compares with the lines of a year."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ledger.model.fund import WalletId
from ledger.model.tax import TaxLine

#: Quantities of statements are counted in 10⁻¹⁸ of a whole unit, like money.
STATED_DECIMALS: Final = 18

#: Everything that a comparison can come to.
Outcome = Literal[
    "match",
    "basis_differs",
    "proceeds_differ",
    "proceeds_and_basis_differ",
    "quantity_differs",
    "missing_with_us",
    "missing_with_them",
]


@dataclass(frozen=True, slots=True)
class BrokerSale:
    """A row of a broker's statement: money and quantity in 10⁻¹⁸, None where it states none.

    `box` is the applicable checkbox of Form 8949 that the broker gave (G, H, J, K, Y), empty where
    none; `reported` says that the basis went to the tax office as well. `source` is `file:line`.
    """

    wallet: WalletId
    symbol: str
    quantity: int | None
    acquired: date | None
    sold: date
    proceeds: int
    basis: int | None
    box: str
    reported: bool
    source: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of a broker beside the lines that they are about; one of both sides may be empty.

    The differences are ours less theirs, in 10⁻¹⁸, None where a side does not know. Proceeds are
    compared before costs of the sale where those agree (`gross`), else after them.
    """

    outcome: Outcome
    wallet: WalletId
    symbol: str
    lines: tuple[TaxLine, ...]
    sales: tuple[BrokerSale, ...]
    gross: bool = False
    proceeds: int | None = None
    basis: int | None = None
    quantity: int | None = None
    note: str = ""
