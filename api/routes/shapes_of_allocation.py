"""Rows of sizes, weights, walks and lists of trades → their shapes on the wire."""

from pydantic import Field

from api.routes.shapes import Day, Decimal, Figure, Money, Shape, Time
from api.routes.shapes_of_reports import AllocationOut, KellyOut, MeasureOut, WeightOut


class SizedOut(KellyOut):
    """What to stake on a strategy, with the entries of the trades that it rests on."""

    entries: list[str]


class SizingOut(Shape):
    """What a method says of the size of a strategy; `all` where several are sized together."""

    name: str
    method: str
    measures: list[MeasureOut]
    entries: list[str]


class StakeOut(Shape):
    """Units to hold, and what they cost."""

    units: Figure
    stake: Figure


class RebalancedOut(Shape):
    """Weights from a day on, made of the days until another."""

    day: Day
    learned_until: Day
    weights: list[WeightOut]
    cash: Figure
    turnover: Figure
    note: str


class OutcomeOut(Shape):
    """A model out of sample, after costs."""

    model: str
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    fallbacks: int
    measures: list[MeasureOut]
    rebalanced: list[RebalancedOut]


class WalkForwardOut(Shape):
    """Models out of sample beside equal weight, which is the first."""

    definition: str
    parameters: dict[str, str]
    tried: int
    reason: str
    outcomes: list[OutcomeOut]


class SoldOut(Shape):
    """Units of a strategy's holding that are sold."""

    asset: str
    wallet: str
    quantity: Decimal


class TaxEffectOut(Shape):
    """What the sales behind a move would realise; without a figure it has a reason."""

    currency: str
    gain: Money | None
    tax: Money | None
    reason: str
    sold: list[SoldOut]


class MoveOut(Shape):
    """Money to put into a strategy, or to take out where negative."""

    strategy: str
    current: Figure
    target: Figure
    amount: Figure
    trade: bool
    reason: str
    gas: MeasureOut
    cost: MeasureOut
    benefit: MeasureOut
    band: MeasureOut
    tax: TaxEffectOut


class ApartOut(Shape):
    """What a strategy holds that was not weighed: it is left alone, and not divided."""

    name: str
    value: Figure


class UnpricedOut(Shape):
    """How many holdings and debts of a strategy have no price, and stand in no weight."""

    name: str
    holdings: int


class RebalanceOut(Shape):
    """The trades that lead from what is held to an allocation."""

    divided: Figure = Field(description="What the weights are of, in the base currency.")
    time: Time | None
    regime: str
    reason: str
    allocation: AllocationOut
    apart: list[ApartOut]
    unpriced: list[UnpricedOut]
    moves: list[MoveOut]
