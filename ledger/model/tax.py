"""What a tax regime says of the books: one line a matched lot, income, and the totals of a year."""

from dataclasses import dataclass
from datetime import datetime

from ledger.model.asset import AssetId
from ledger.model.filled import filled
from ledger.model.fund import WalletId
from ledger.model.gain import Character, Term
from ledger.model.problem import Problem


@filled
@dataclass(frozen=True, slots=True)
class TaxLine:
    """A disposal of one lot, or of what a pool or rule gave; money in 10⁻¹⁸ of the currency.

    `gain` is proceeds less fees and cost, `denied` (the part of a loss that is not allowed) added
    back; None where the regime says nothing or a figure is not known. `rule` is what served the
    disposal, `version` that of the regime's rules on its day.
    `kind` is what the units were given for; `assessed` is False where that is no sale, so that it
    belongs on no form. `lot` is empty where a pool served, or nothing; `source` is the entry.
    `character` is what the gain is; where it is none of capital, `term` says nothing.
    `indexation` is what a rise of prices took off the gain too (companies of the United Kingdom).
    """

    asset: AssetId
    quantity: int
    acquired: datetime | None
    disposed: datetime
    proceeds: int | None
    cost: int | None
    fees: int
    gain: int | None
    term: Term
    rule: str
    wallet: WalletId
    lot: str
    source: str
    denied: int = 0
    kind: str = ""
    assessed: bool = True
    version: str = ""
    character: Character = "capital"
    indexation: int = 0


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """Income at dominion and control: units received and their value (None if unpriced)."""

    asset: AssetId
    quantity: int
    time: datetime
    value: int | None
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class TaxYear:
    """The assessment of one year: a tax year has the number of the year it ends in.

    `short` + `long` is the gain that is known, `taxable` what the regime's rules of the year leave
    of it. `ordinary` and `section_481` are parts of `short`, `section_1256` is one of both: gains
    that the United States treat apart. `settings` are the choices by which it was computed, by
    name.
    """

    regime: str
    year: int
    method: str
    currency: str
    lines: tuple[TaxLine, ...]
    income: tuple[IncomeLine, ...]
    short: int
    long: int
    income_total: int
    problems: tuple[Problem, ...] = ()
    taxable: int = 0
    settings: tuple[tuple[str, str], ...] = ()
    ordinary: int = 0
    section_481: int = 0
    section_1256: int = 0
