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


class OwnCapitalOut(Shape):
    """What stands in a strategy's own wallets, and on how many days it returned something on it."""

    name: str
    value: Figure | None = Field(description="Null for a strategy without a wallet of its own.")
    share: Figure | None = Field(description="Of the net asset value.")
    current: Figure | None = Field(description="Of what is divided; null where it is left alone.")
    weighed: bool
    days: int
    start: Day | None = Field(alias="from")
    end: Day | None = Field(alias="to")
    days_short: int = Field(description="Days with less than the least share of the fund.")
    days_unpriced: int = Field(description="Days on which a price was missing.")
    days_without: int = Field(description="Days with nothing above zero in its wallets.")
    unpriced: int = Field(description="Assets without a price now: they stand in no value.")
    reason: str = Field(description="Why it is left alone, and not divided.")


class RestOut(Shape):
    """What stands in no strategy: `none`, `in-flight` or `escrow`. It is divided, too."""

    name: str
    value: Figure


class CapitalOut(Shape):
    """The capital that weights are shares of: strategies and the rest sum to `nav`."""

    nav: Figure
    divided: Figure = Field(description="`nav` less the value of strategies that are left alone.")
    held: Figure = Field(description="Sum of `current`; one less that is the part of the rest.")
    time: Time | None
    least: Figure = Field(description="The least share of the fund that is capital enough.")
    days: int = Field(description="Days that all weighed strategies have.")
    start: Day | None = Field(alias="from")
    end: Day | None = Field(alias="to")
    strategies: list[OwnCapitalOut]
    rest: list[RestOut]
    reason: str


class FundAllocationOut(AllocationOut):
    """Weights over a fund's strategies, and the capital that they are shares of."""

    capital: CapitalOut


class FundWalkForwardOut(WalkForwardOut):
    """The same for models out of sample."""

    capital: CapitalOut


class RebalanceOut(Shape):
    """The trades that lead from what is held to an allocation."""

    divided: Figure = Field(description="What the weights are of, in the base currency.")
    time: Time | None
    regime: str
    reason: str
    allocation: AllocationOut
    capital: CapitalOut
    moves: list[MoveOut]
