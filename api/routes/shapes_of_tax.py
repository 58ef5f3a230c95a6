"""Rows of tax years, filed years, plans and trials of tax → their shapes on the wire."""

from decimal import Decimal
from typing import Generic, TypeVar

from api.routes.shapes import Money, ProblemOut, Shape, Time

Item = TypeVar("Item")


class ListOut(Shape, Generic[Item]):
    """All items there are."""

    items: list[Item]


class FiledOut(Shape):
    """Who filed a year, when, and by what it can be proven."""

    regime: str
    year: int
    filed_at: Time
    by: str
    reason: str
    digest: str
    books: str
    program: str


class AllocationOut(Shape):
    """An allocation of lots to wallets: who froze it, when, and by what it can be proven."""

    regime: str
    day: str
    method: str
    wallets: list[str]
    due: str | None
    sha256: str
    by: str
    approved_by: str | None
    made_at: Time
    digest: str


class PlacedOut(Shape):
    """A lot of one pool as it was put into a wallet."""

    asset: str
    wallet: str | None
    lot: str | None
    acquired: Time | None
    quantity: Decimal
    cost: Money | None


class FrozenOut(AllocationOut):
    """A frozen allocation with its lots."""

    lots: list[PlacedOut]


class ProposedOut(Shape):
    """What an order of lots and wallets comes to."""

    regime: str
    day: str
    method: str
    wallets: list[str]
    due: str | None
    sha256: str | None
    currency: str
    lots: list[PlacedOut]
    problems: list[ProblemOut]


class TaxDisposalOut(Shape):
    """One matched lot."""

    asset: str
    quantity: Decimal
    acquired: Time | None
    disposed: Time
    proceeds: Money | None
    cost: Money | None
    fees: Money | None
    gain: Money | None
    denied: Money
    term: str
    rule: str
    kind: str
    wallet: str | None
    lot: str | None
    source: str
    version: str
    character: str = "capital"
    indexation: Money | None = None


class TaxIncomeOut(Shape):
    """Income with its value when it came."""

    asset: str
    quantity: Decimal
    time: Time
    value: Money | None
    kind: str
    source: str


class TaxChangeOut(Shape):
    """A disposal that came, went or changed since a year was filed."""

    what: str
    filed: TaxDisposalOut | None
    now: TaxDisposalOut | None


class TaxIncomeChangeOut(Shape):
    """Income that came, went or changed since a year was filed."""

    what: str
    filed: TaxIncomeOut | None
    now: TaxIncomeOut | None


class FiledAndNowOut(Shape):
    """What was filed, and what the books say now."""

    filed: str
    now: str


class TaxDifferenceOut(Shape):
    """What the books say of a year against what was filed of it."""

    changed: bool
    disposals: list[TaxChangeOut]
    income: list[TaxIncomeChangeOut]
    totals: dict[str, FiledAndNowOut]
    settings: dict[str, FiledAndNowOut]
    problems: list[ProblemOut]


class TaxTotalsOut(Shape):
    """Sums of the year."""

    short: Money
    long: Money
    income: Money
    taxable: Money
    ordinary: Money | None = None
    section_481: Money | None = None
    section_1256: Money | None = None


class TaxOut(Shape):
    """A tax year under a regime; where it was filed, the figures are those of the filing."""

    regime: str
    year: int
    method: str
    currency: str
    disposals: list[TaxDisposalOut]
    income: list[TaxIncomeOut]
    totals: TaxTotalsOut
    settings: dict[str, str]
    problems: list[ProblemOut]
    settled_after: str
    status: str
    filed: FiledOut | None = None
    difference: TaxDifferenceOut | None = None
    allocation: AllocationOut | None = None


class PlanOut(Shape):
    """A plan of lots, and the entry that it served."""

    digest: str
    said_at: Time
    by: str
    asset: str
    wallet: str
    quantity: Decimal
    lots: list[str]
    entry: str | None


class OrderOut(Shape):
    """A standing order for lots; without a wallet it is of every one."""

    digest: str
    said_at: Time
    by: str
    method: str
    wallet: str | None


class WarningOut(Shape):
    """Days in which purchases bear on a sale, and whether the regime applies that."""

    rule: str
    binding: bool
    first: str
    last: str
    bought: Decimal


class TriedLotOut(Shape):
    """A lot that a trade would take."""

    quantity: Decimal
    acquired: Time | None
    proceeds: Money | None
    cost: Money | None
    fees: Money | None
    gain: Money | None
    denied: Money
    term: str
    rule: str
    lot: str | None
    days_to_long: int | None


class TriedTotalsOut(Shape):
    """What a trade would realise; `tax` only at rates that were stated."""

    short: Money
    long: Money
    taxable: Money
    tax: Money | None


class TriedOut(Shape):
    """A trade under one regime by one method."""

    regime: str
    method: str
    holds: bool
    currency: str
    lots: list[TriedLotOut]
    totals: TriedTotalsOut
    warning: WarningOut | None
    allocation: AllocationOut | None
    problems: list[ProblemOut]


class OpenLotOut(Shape):
    """An open lot below market."""

    asset: str
    wallet: str | None
    lot: str | None
    acquired: Time | None
    quantity: Decimal
    cost: Money
    value: Money
    gain: Money
    term: str
    days_to_long: int | None
    tax: Money | None
    warning: WarningOut


class HarvestOut(Shape):
    """Open lots below market; the assets that nobody has a price of, or of some units the cost."""

    currency: str
    lots: list[OpenLotOut]
    loss: Money
    unpriced: list[str]
    unbased: list[str]
    problems: list[ProblemOut]


class ComparedOut(Shape):
    """A year by one method."""

    method: str
    holds: bool
    currency: str
    short: Money
    long: Money
    income: Money
    taxable: Money
    tax: Money | None
    problems: int
