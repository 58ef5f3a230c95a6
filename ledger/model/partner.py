"""Who owned how much of a partnership and when, and what of its gains and income is whose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine

#: Short, long, and long for more than three years (IRC §1061).
PartnerTerm = Literal["short", "long", "over_three_years"]
#: Where the ceiling rule binds: nobody gets more than there is, or offsetting items are made.
Ceiling = Literal["traditional", "remedial"]


@dataclass(frozen=True, slots=True)
class Period:
    """The shares from a moment on, until the next period begins: (partner, weight), by name."""

    start: datetime
    shares: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        names = [name for name, _ in self.shares]
        assert names == sorted(set(names)), "partners stand once, by name"
        assert all(weight > 0 for _, weight in self.shares), "a partner has a share"


@dataclass(frozen=True, slots=True)
class Layer:
    """What a disposed lot gained from one moment to the next, as the books were revalued."""

    start: datetime
    end: datetime
    gain: int


@dataclass(frozen=True, slots=True)
class PartnerGain:
    """A partner's part of a line: `book` follows the layers, `tax` what the ceiling rule leaves."""

    partner: str
    line: TaxLine
    layers: tuple[Layer, ...]
    term: PartnerTerm
    book: int
    tax: int


@dataclass(frozen=True, slots=True)
class PartnerIncome:
    """A partner's part of income, by the shares of the moment at which it came."""

    partner: str
    line: IncomeLine
    value: int


@dataclass(frozen=True, slots=True)
class PartnerAllocation:
    """A year's gains and income by partner; what could not be allocated is a problem."""

    ceiling: Ceiling
    periods: tuple[Period, ...]
    gains: tuple[PartnerGain, ...]
    income: tuple[PartnerIncome, ...]
    problems: tuple[Problem, ...] = ()
