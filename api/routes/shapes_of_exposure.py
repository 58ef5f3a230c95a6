"""Rows of exposure → their shapes on the wire."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.routes.shapes import Decimal, Figure, Money, Shape, Time
from api.routes.shapes_of_reports import MeasureOut


class GroupOut(Shape):
    """The positions of one name; `none` has no such property, of `unknown` it is not known."""

    name: str
    label: str
    long: Money
    short: Money
    gross: Money
    net: Money
    share: Figure | None = Field(description="Net over net asset value.")
    weight: Figure = Field(description="Gross over the gross of the fund.")


class DimensionOut(Shape):
    """The fund by one property of its positions."""

    name: str
    hhi: Figure | None = Field(description="The sum of the squared weights.")
    effective: Figure | None = Field(description="Its inverse: so many equal groups.")
    groups: list[GroupOut]


class ExposedOut(Shape):
    """A position, or one of the assets `inside` it, with every group that it is in."""

    wallet: str
    asset: str
    symbol: str
    inside: str | None
    value: Money
    family: str
    coin: str
    issuer: str
    chain: str
    protocol: str
    venue: str
    bridge: str
    custodian: str
    strategy: str
    basis: str = Field(description="table, statement, underlying, symbol or unknown.")


class UnpricedOut(Shape):
    """A position without a value: it stands in no sum."""

    wallet: str
    asset: str
    symbol: str
    reason: str


class ExposureOut(Shape):
    """What the fund is exposed to at a time, in its base currency."""

    time: Time
    currency: str
    gross: Money
    net: Money
    leverage: Figure | None
    dimensions: list[DimensionOut]
    positions: list[ExposedOut]
    unpriced: list[UnpricedOut]


class PoolRiskOut(Shape):
    """A position of liquidity with its measures; prices are of the first asset in the second."""

    asset: str
    wallet: str
    pair: list[str]
    value: Money | None
    time: Time | None
    evidence: str | None
    measures: list[MeasureOut]


class HoldingLeftOut(Shape):
    """A holding with the pool that tells its depth; null with the reason where none does."""

    asset: str
    symbol: str
    quantity: Decimal
    value: Money | None
    kind: str | None = Field(description="constant_product, concentrated or stated.")
    pool: str | None
    into: str | None = Field(description="The symbol of what the pool gives for it.")
    depth: Figure | None = Field(description="What the pool holds of it now, in whole units.")
    share: Figure | None
    fee: Figure | None
    heard: Time | None
    age_days: int | None
    block: int | None
    evidence: str | None
    reason: str
    measures: list[MeasureOut]


class LeavingOut(Shape):
    """The holdings, then those with a depth together, sold on one day."""

    time: Time
    currency: str
    holdings: list[HoldingLeftOut]
    together: list[str]
    measures: list[MeasureOut]


class SideOut(Shape):
    """Collateral or a debt; a threshold is there where one was stated."""

    asset: str
    symbol: str
    coin: str
    value: Money
    threshold: Figure | None


class LendingOut(Shape):
    """What stands for what is owed; a figure that cannot be said is null, with the reason."""

    wallet: str
    chain: str
    protocol: str
    market: str
    collateral: list[SideOut]
    debts: list[SideOut]
    ltv: Figure | None = Field(description="Debt over collateral.")
    health: Figure | None = Field(description="Liquidated at 1.")
    distance: Figure | None = Field(description="The fall of all collateral that ends at 1.")
    liquidated_at: Figure | None = Field(
        description="The part of today's price of the collateral in the debt."
    )
    sigmas: Figure | None = Field(description="Standard deviations of a day until then.")
    reason: str
    measures: list[MeasureOut] = Field(description="Chance and loss of a liquidation, simulated.")


class ShockOut(Shape):
    """A change of price, or a failure; `venue` where it holds at one alone."""

    dimension: str
    name: str
    venue: str | None
    change: Figure


class HitOut(Shape):
    """What a position loses; below zero it gains."""

    wallet: str
    asset: str
    symbol: str
    coin: str
    value: Money
    change: Figure
    loss: Money


class UntouchedOut(Shape):
    """A coin that the scenario says nothing of."""

    coin: str
    value: Money


class BendOut(Shape):
    """What a position of liquidity loses while prices move through it; null with a reason."""

    wallet: str
    asset: str
    symbol: str
    loss: Money | None
    reason: str


class OutcomeOut(Shape):
    """What a scenario would cost, with its source."""

    name: str
    title: str
    source: str
    historical: bool
    shocks: list[ShockOut]
    loss: Money
    share: Figure | None = Field(description="Of net asset value.")
    positions: list[HitOut]
    pools: list[BendOut] = Field(description="What liquidity loses beyond its assets of now.")
    untouched: list[UntouchedOut]


class BreakingOut(Shape):
    """The change of one factor that alone costs the share; null with a reason where none does."""

    dimension: str
    name: str
    change: Figure | None
    reason: str


class ChangeOut(Shape):
    """The change of a family's price."""

    family: str
    change: Figure


class CombinationOut(Shape):
    """The least unlikely changes that together cost the share."""

    changes: list[ChangeOut]
    distance: Figure | None = Field(description="In standard deviations of a day.")
    days: int
    left_out: list[str] = Field(description="Families without enough prices.")
    reason: str


class ReverseOut(Shape):
    """The smallest shocks that cost a share of net asset value."""

    loss: Figure
    factors: list[BreakingOut]
    combination: CombinationOut


class StressOut(Shape):
    """Scenarios and reverse stress of the fund at a time."""

    time: Time
    currency: str
    net: Money
    scenarios: list[OutcomeOut]
    reverse: ReverseOut


class ScoreOut(Shape):
    """A target and the figure beside it; `met` is null where there is no figure."""

    name: str
    target: Figure
    figure: Figure | None
    unit: str
    met: bool | None
    definition: str
    sample: int
    error: Figure | None
    reason: str


class MonthOut(Shape):
    """The return of a whole month; null where days of it have no return."""

    month: str
    value: Figure | None
    days: int
    reason: str


class ScorecardOut(Shape):
    """The desk's own targets, and the months that the first of them is of."""

    scores: list[ScoreOut]
    months_reached: int
    months_known: int
    months: list[MonthOut]


class TargetIn(Shape):
    """A target of the fund; the value is a number above zero, as text."""

    name: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=60)]
    value: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)]


class TargetOut(Shape):
    """A target as it was set."""

    name: str
    value: Figure
