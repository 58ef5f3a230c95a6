"""The nouns of risk: a figure with its definition and sample, and the report that holds them all.

A figure that cannot be stated is a figure without a value and with a reason: never 0, never inf.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `value` is None where it is undefined, and `reason` says why.

    `unit` is fraction (of NAV; losses of VaR and ES shown positive), ratio, days, count or money;
    `definition` names the convention, `parameters` what it depends on, `sample` how many
    observations it rests on and `error` its standard error where one is known.
    """

    name: str
    value: float | None
    unit: str
    definition: str
    sample: int
    parameters: tuple[tuple[str, str], ...] = ()
    error: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """What was invested from the first money of a span to the last, as whole units of its currency.

    gain = end − begin − Σ flows, subtracted exactly. `flows` are in time order: the share of the
    span that is left, from 1 down to 0, and what came (positive) or went. `growth` is the product
    of the time-weighted factors, less one; `intervals` counts them, `days` is their length.
    """

    days: float
    intervals: int
    begin: float
    end: float
    gain: float
    flows: tuple[tuple[float, float], ...]
    growth: float


@dataclass(frozen=True, slots=True)
class Drawdown:
    """A fall from a peak: `depth` is positive, `recovered` is None while it is still open."""

    depth: float
    peak: date
    trough: date
    recovered: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Correlation:
    """A symmetric matrix of correlations, row by row; None where a series does not move.

    `note` says how the method came by it, or why it has no rows.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]
    sample: int
    method: str = "sample"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Regime:
    """Days in a row in one state of volatility, both ends included; figures are of a day."""

    state: str
    start: date
    end: date
    days: int
    mean: float
    deviation: float


class RollingPoint(NamedTuple):
    """Figures of the days of a window that ends on a day; None where its returns do not vary.

    There are thousands: a tuple is made in a quarter of the time.
    """

    day: date
    volatility: float
    sharpe: float | None
    drawdown: float


@dataclass(frozen=True, slots=True)
class KellySize:
    """What to stake on a strategy, from its realised trades.

    `full` is p/l − q/w of the two-outcome bet on the stake (None without wins and losses),
    `suggested` the fraction of NAV after halving and shrinking for estimation error, in [0, ½];
    `low` and `high` its 5th and 95th percentile over resampled trades, `full_low` and `full_high`
    those of `full`, without end where resampled trades never lost, or never won. `trades` counts
    those with a stake.
    """

    strategy: str
    trades: int
    wins: int
    full: float | None
    suggested: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    entries: tuple[str, ...] = ()
    definition: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    full_low: float | None = None
    full_high: float | None = None

    @property
    def win_rate(self) -> float | None:
        """Winning trades over all trades; None without trades."""
        return self.wins / self.trades if self.trades else None


@dataclass(frozen=True, slots=True)
class Sizing:
    """What a method says of the size of a strategy; `entries` are those of the trades it rests on.

    `name` is a strategy, or `all` where several are sized together.
    """

    name: str
    method: str
    measures: tuple[Measure, ...]
    entries: tuple[str, ...] = ()

    def measure(self, name: str) -> Measure | None:
        """The measure of a name; None where the method does not give it."""
        return next((measure for measure in self.measures if measure.name == name), None)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Weights by strategy under a model; with `cash` they sum to one.

    `fallback` says what was used instead, `measures` what the weights were over the sample;
    `errors` are the standard errors of the weights, in their order, where they were asked for.
    """

    model: str
    weights: tuple[tuple[str, float], ...]
    sample: int
    fallback: str = ""
    definition: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    cash: float = 0.0
    measures: tuple[Measure, ...] = ()
    errors: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnSeries:
    """Period returns as fractions with the last day of each period."""

    name: str
    days: tuple[date, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        assert len(self.days) == len(self.values)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A likelihood ratio, and how likely it is to be as large where the forecasts are right."""

    statistic: float
    probability: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """How forecasts of a method came out; `silent` counts days that it said nothing of.

    `independence` and `conditional` are None without two days in a row, `shortfall` without a
    shortfall above zero, `zone` where the confidence is not 99 % or the days are fewer than 250.
    """

    method: str
    confidence: float
    days: int
    silent: int
    exceptions: int
    expected: float
    coverage: Ratio
    independence: Ratio | None
    conditional: Ratio | None
    shortfall: float | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held today of an asset, and what that would have been worth at past times.

    `values` are in 10⁻¹⁸ of one currency, negative for what is owed; None without a price.
    """

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a part adds to value at risk and expected shortfall; figures as fractions of the whole.

    Marginal figures are None for a part without a weight, standard errors where none were asked
    for, or none is known; that of a marginal figure is the component's over the weight.
    """

    part: str
    weight: float | None
    component_var: float
    component_es: float
    marginal_var: float | None
    marginal_es: float | None
    incremental_var: float
    incremental_es: float
    var_error: float | None = None
    es_error: float | None = None
    incremental_var_error: float | None = None
    incremental_es_error: float | None = None


@dataclass(frozen=True, slots=True)
class Contributions:
    """The parts of a whole by a method; components sum to `at_risk` and `shortfall`.

    None and no parts where there is none; `reason` says why. `no_error` says why components have
    no standard errors, where they were asked for and have none.
    """

    method: str
    confidence: float
    definition: str
    sample: int
    at_risk: float | None
    shortfall: float | None
    parts: tuple[Contribution, ...]
    reason: str = ""
    at_risk_error: float | None = None
    shortfall_error: float | None = None
    no_error: str = ""


@dataclass(frozen=True, slots=True)
class RiskReport:
    """Everything measured over an interval of daily returns."""

    start: date
    end: date
    returns: ReturnSeries
    measures: tuple[Measure, ...]
    drawdowns: tuple[Drawdown, ...] = ()
    correlation: Correlation | None = None
    kelly: tuple[KellySize, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    strategy_contributions: tuple[ReturnSeries, ...] = field(default=())
    backtests: tuple[Backtest, ...] = ()
    contributions: tuple[Contributions, ...] = ()
    holdings: tuple[Contributions, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    regimes: tuple[Regime, ...] = ()
    rolling: tuple[RollingPoint, ...] = ()

    def measure(self, name: str) -> Measure | None:
        """The measure of a name; None where it was not taken."""
        return next((measure for measure in self.measures if measure.name == name), None)
