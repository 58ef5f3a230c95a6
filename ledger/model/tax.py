"""What a tax regime says of the books: one line a matched lot, income, and the totals of a year."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.model.problem import Problem

Term = Literal["short", "long"]


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A disposal of one lot under a rule of a regime; money in 10⁻¹⁸ of the regime's currency.

    `denied` is the part of a loss that is not allowed, `version` that of the rules.
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
    version: str = ""


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
    """The assessment of one year: a tax year has the number of the year it ends in."""

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
