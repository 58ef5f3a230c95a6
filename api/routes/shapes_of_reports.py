"""Rows of risk, reconciliation and imports → their shapes on the wire."""

from pydantic import Field

from api.routes.shapes import (
    Day,
    Decimal,
    EventOut,
    Figure,
    Money,
    NavOut,
    ProblemOut,
    Shape,
    Time,
)


class MeasureOut(Shape):
    """A figure with its definition; without a value it has a reason."""

    name: str
    value: Figure | None
    unit: str
    definition: str
    parameters: dict[str, str]
    sample: int
    error: Figure | None
    no_error: str = Field(description="Why a value has no standard error, where it has none.")
    reason: str


class DrawdownOut(Shape):
    """A fall from a peak."""

    depth: Figure
    peak: Day
    trough: Day
    recovered: Day | None
    days: int


class CorrelationOut(Shape):
    """A symmetric matrix by a method, row by row; the note says how, or why it has no rows."""

    method: str
    definition: str
    names: list[str]
    rows: list[list[Figure | None]]
    errors: list[list[Figure | None]] = Field(description="Standard errors, or none.")
    no_error: str
    sample: int
    note: str


class ContributionOut(Shape):
    """What a part adds to value at risk and expected shortfall."""

    part: str
    weight: Figure | None
    component_var: Figure
    component_es: Figure
    component_var_error: Figure | None = Field(description="Standard error.")
    component_es_error: Figure | None
    marginal_var: Figure | None
    marginal_es: Figure | None
    marginal_var_error: Figure | None
    marginal_es_error: Figure | None
    incremental_var: Figure
    incremental_es: Figure
    incremental_var_error: Figure | None
    incremental_es_error: Figure | None


class ContributionsOut(Shape):
    """The parts of a whole by a method; components sum to the total. Without parts: a reason."""

    method: str
    confidence: Figure
    definition: str
    sample: int
    var: Figure | None
    es: Figure | None
    var_error: Figure | None
    es_error: Figure | None
    parts: list[ContributionOut]
    reason: str
    no_error: str = Field(
        description="Why components have no standard error, where they have none."
    )


class RegimeOut(Shape):
    """Days in a row in one state of volatility: calm, usual or turbulent."""

    state: str
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    days: int
    mean: Figure
    deviation: Figure


class RollingOut(Shape):
    """Figures of the window of days that ends on a day."""

    day: Day
    volatility: Figure
    sharpe: Figure | None
    drawdown: Figure


class KellyOut(Shape):
    """What to stake on a strategy, from its realised trades."""

    strategy: str
    definition: str
    parameters: dict[str, str]
    trades: int
    wins: int
    win_rate: Figure | None
    full: Figure | None
    suggested: Figure | None
    low: Figure | None
    high: Figure | None
    full_low: Figure | None = Field(description="5th percentile of the full fraction; null: none.")
    full_high: Figure | None
    reason: str


class WeightOut(Shape):
    """The share of a strategy; its standard error where that was asked for."""

    name: str
    weight: Figure
    error: Figure | None


class AllocationOut(Shape):
    """Weights under a model, and what was used instead of it."""

    model: str
    definition: str
    parameters: dict[str, str]
    weights: list[WeightOut]
    no_error: str = Field(description="Why weights have no standard errors, where they have none.")
    cash: Figure = Field(description="What is in no strategy; above zero under kelly alone.")
    sample: int
    fallback: str | None
    measures: list[MeasureOut]


class LikelihoodOut(Shape):
    """A likelihood ratio, and how likely one as large is where the forecasts are right."""

    statistic: Figure
    probability: Figure


class BacktestOut(Shape):
    """How forecasts of a tail came out, each made of the days before it."""

    method: str
    confidence: Figure
    days: int
    silent: int
    exceptions: int
    expected: Figure
    coverage: LikelihoodOut
    independence: LikelihoodOut | None
    conditional: LikelihoodOut | None
    shortfall: Figure | None
    zone: str | None


class RiskOut(Shape):
    """Everything that is measured from daily NAV and closed trades."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    measures: list[MeasureOut]
    drawdowns: list[DrawdownOut]
    correlation: CorrelationOut | None
    correlations: list[CorrelationOut]
    contributions: list[ContributionsOut]
    holdings: list[ContributionsOut]
    regimes: list[RegimeOut]
    rolling: list[RollingOut]
    backtests: list[BacktestOut]
    kelly: list[KellyOut]
    allocations: list[AllocationOut]


class PartOut(Shape):
    """The returns of a part of the fund; points where they were asked for."""

    name: str
    label: str
    value: Money
    share: Figure | None
    measures: list[MeasureOut]
    problems: list[ProblemOut]
    points: list[NavOut]


class PartReturnsOut(Shape):
    """Returns of the parts of a fund over some days, each interval of so many hours."""

    by: str
    every: int
    start: Day | None = Field(alias="from")
    end: Day | None = Field(alias="to")
    currency: str
    parts: list[PartOut]


class BreakOut(Shape):
    """A balance on which the ledger and the outside disagree."""

    wallet: str
    asset: str
    ledger: Decimal
    observed: Decimal
    difference: Decimal
    block: int | None
    source: str


class SuspenseOut(Shape):
    """What is not explained."""

    account: str
    asset: str
    quantity: Decimal
    value: Money | None


class ReconciliationOut(Shape):
    """What there is to look at."""

    as_of: Time
    nav: Money
    breaks: list[BreakOut]
    balances_compared: int
    suspense: list[SuspenseOut]
    suspense_value: Money
    suspense_unpriced: int
    suspense_bp: Decimal | None
    in_flight: list[EventOut]
    problems: list[ProblemOut]
    counts: dict[str, int]
    to_look_at: bool


class ReportsOut(Shape):
    """The monthly reports there are, and the layouts of exports."""

    months: list[str]
    exports: list[str]


class ImportBalanceOut(Shape):
    """What the files alone say of an asset."""

    asset: str
    quantity: Decimal


class ImportOut(Shape):
    """What an import read, and how much of it is new to the books."""

    venue: str | None
    layout: str | None
    rows_read: int
    activities: int
    new: int
    dry_run: bool
    problems: list[ProblemOut]
    balances: list[ImportBalanceOut]


class PriceImportOut(Shape):
    """How many quotes are new or corrected, and the rows that are none."""

    new: int
    problems: list[ProblemOut]


class FileReadOut(Shape):
    """A file that was read."""

    id: str = Field(description="SHA-256 of the file.")
    name: str
    venue: str
    rows_read: int
    rows_new: int
    recorded_at: Time | None


class HealthOut(Shape):
    """Whether the service lives, or is ready."""

    status: str


class ProblemKindOut(Shape):
    """What a problem's type means."""

    code: str
    status: int
    title: str
    advice: str
