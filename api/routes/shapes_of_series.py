"""Returns that are given, what is asked of them and what is measured → shapes on the wire."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from api.routes.shapes import Shape
from api.routes.shapes_of_reports import (
    BacktestOut,
    ContributionsOut,
    CorrelationOut,
    DrawdownOut,
    MeasureOut,
    RegimeOut,
    RollingOut,
)
from risk.returns import PERIODS_PER_YEAR

#: Columns and days of one request, and models that it walks forward.
COLUMNS_MAX: Final = 60
DAYS_MAX: Final = 20_000
MODELS_MAX: Final = 6

Text = Annotated[str, StringConstraints(strict=True, max_length=100)]
Number = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=40, pattern=r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
    ),
]
Column = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Whole = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Flag = Annotated[bool, Field(strict=True)]
Words = Annotated[tuple[Text, ...], Field(max_length=100)]
Numbers = Annotated[list[Number], Field(max_length=COLUMNS_MAX)]


class ReturnsIn(Shape):
    """Days that rise, and by name the return of each day as a fraction, as text."""

    days: Annotated[list[Text], Field(min_length=1, max_length=DAYS_MAX)]
    series: Annotated[
        dict[Column, Annotated[list[Text], Field(max_length=DAYS_MAX)]],
        Field(min_length=1, max_length=COLUMNS_MAX),
    ]


class StatsIn(ReturnsIn):
    """What is asked of each series; `benchmark` names one of them."""

    periods_per_year: Whole = PERIODS_PER_YEAR
    confidence: Number = "0.95"
    rf: Number = "0"
    benchmark: Column | None = None
    horizon: Whole = 1
    simulate: Flag = False
    rolling: Whole = 0
    spread: Numbers | None = Field(None, description="Mean, deviation, factor of a spread.")
    pool: Numbers | None = Field(None, description="Share of a pool's reserve, fee.")
    volume: Numbers | None = Field(None, description="Of a day's volume, participation.")


class PartsIn(ReturnsIn):
    """The parts of a whole; a weight a series by its name, equal unless said."""

    weights: Annotated[dict[Column, Number], Field(max_length=COLUMNS_MAX)] | None = None
    confidence: Number = "0.95"
    simulate: Flag = False


class KellyIn(ReturnsIn):
    """Series that are sized one by one."""

    rf: Number = "0"


class TogetherIn(KellyIn):
    """Series that are sized together, with cash."""

    leverage: Number = "1"
    caps: Annotated[Words, Field(description="NAME=SHARE")] = ()


class VolatilityIn(ReturnsIn):
    """Series whose volatility of a year is to be a target."""

    target: Number = "0.2"
    leverage: Number = "1"
    periods_per_year: Whole = PERIODS_PER_YEAR


class WeighedIn(ReturnsIn):
    """Series that are weighed, what a model is told, and what bounds the weights."""

    objective: Text = "min-risk"
    target: Number | None = None
    aversion: Number = "2"
    rf: Number = "0"
    confidence: Number = "0.95"
    views: Annotated[Words, Field(description="OVER,UNDER,RETURN,CONFIDENCE")] = ()
    caps: Annotated[Words, Field(description="NAME=, chain:NAME= or protocol:NAME=SHARE")] = ()
    floors: Annotated[Words, Field(description="The same from below.")] = ()
    capacities: Annotated[Words, Field(description="NAME=MONEY that it can carry.")] = ()
    nav: Number | None = Field(None, description="What is divided.")
    turnover: Number | None = None
    cost: Number = "0"
    horizon: Whole = 30
    strategies: Annotated[
        tuple[dict[Text, Text], ...],
        Field(max_length=COLUMNS_MAX, description="strategy, chain, protocol, current of each."),
    ] = ()


class AllocationIn(WeighedIn):
    """What one model weighs."""

    model: Text = "hrp"
    errors: Flag = False


class WalkForwardIn(WeighedIn):
    """What models are walked forward, and when weights are made."""

    models: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MODELS_MAX)] = (
        "hrp",
        "risk-parity",
    )
    first: Whole = 90
    step: Whole = 30
    window: Whole | None = None
    purge: Whole = 0
    embargo: Whole = 0
    tried: Whole = 0


class StatsOut(Shape):
    """What is measured of a series: its five deepest falls, its tails with their back-tests."""

    name: str
    measures: list[MeasureOut]
    drawdowns: list[DrawdownOut]
    backtests: list[BacktestOut]
    regimes: list[RegimeOut]
    rolling: list[RollingOut]


class PartsOut(Shape):
    """What each series adds to the tail of all, and how they move together."""

    contributions: list[ContributionsOut]
    correlations: list[CorrelationOut]
    measures: list[MeasureOut]
    backtests: list[BacktestOut]
