"""Columns of returns, and what is asked of them → rows: measures of each, or what each adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from api import risk_views
from api.series import rate_of
from ledger.model.errors import BadInput
from risk.model import Backtest, Drawdown, Measure, ReturnSeries

#: The longest horizon and window that are measured.
HORIZON_MOST: Final = 10
WINDOW_MOST: Final = 3_650
#: The least and the most that a weight may be in size, but for none.
WEIGHT_LEAST, WEIGHT_MOST = 1e-12, 1e6
#: Minutes of a year, and more than any grid of returns has.
PERIODS_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of columns of returns; what cannot be computed raises BadInput.

    `rate` is the risk-free return of one period. `spread` is mean, deviation and factor, `pool` a
    share of its reserve and its fee, `volume` a share of a day's and the participation.
    """

    periods: int = 365
    confidence: float = 0.95
    rate: float = 0.0
    benchmark: ReturnSeries | None = None
    horizon: int = 1
    simulate: bool = False
    rolling: int = 0
    spread: tuple[float, ...] | None = None
    pool: tuple[float, ...] | None = None
    volume: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        check_periods(self.periods)
        check_asked(self.confidence, self.horizon, self.rolling)
        rate_of(self.rate)
        if self.pool is not None and self.pool[1] >= 1:
            raise BadInput("a pool's fee lies below 1")
        if self.volume is not None and not 0 < self.volume[1] <= 1:
            raise BadInput("a participation in a volume lies above 0, and is 1 at most")


def check_periods(periods: int) -> None:
    """Refuse a year of no period, or of more than anybody measures. Raises BadInput."""
    if not 1 <= periods <= PERIODS_MOST:
        raise BadInput(f"a year has one period or more, and {PERIODS_MOST} at most")


def check_asked(confidence: float, horizon: int, rolling: int) -> None:
    """Refuse what no figure has. Raises BadInput."""
    if not 0.5 < confidence < 1:
        raise BadInput("a confidence lies between 0.5 and 1")
    if not 1 <= horizon <= HORIZON_MOST:
        raise BadInput(f"a horizon is of 1 to {HORIZON_MOST} days")
    if not (rolling == 0 or 1 < rolling <= WINDOW_MOST):
        raise BadInput(f"a rolling window is of 2 to {WINDOW_MOST} days")


def column_rows(given: list[ReturnSeries], question: Question) -> list[dict[str, Any]]:
    """The measures, drawdowns, back-tests, regimes and rolling figures of each column.

    Raises BadInput where nothing is left beside the benchmark.
    """
    from risk.regime import regimes
    from risk.rolling import rolling

    if given and all(series is question.benchmark for series in given):
        raise BadInput("the benchmark is the only column: nothing stands beside it")
    rows = []
    for series in given:
        if question.benchmark is series:
            continue
        measures, tests = _measured(series, given, question)
        points = (
            rolling(series, question.rolling, question.periods, question.rate)
            if question.rolling > 1
            else ()
        )
        rows.append(
            {
                "name": series.name,
                "measures": [risk_views.measure_row(measure) for measure in measures],
                "drawdowns": [risk_views.drawdown_row(fall) for fall in _deepest(series)],
                "backtests": [risk_views.backtest_row(each) for each in tests],
                "regimes": [risk_views.regime_row(each) for each in regimes(series)],
                "rolling": [risk_views.rolling_row(point) for point in points],
            }
        )
    return rows


def _deepest(series: ReturnSeries) -> tuple[Drawdown, ...]:
    from risk.drawdown import drawdowns

    return drawdowns(series)[:5]


def _measured(
    series: ReturnSeries, given: list[ReturnSeries], question: Question
) -> tuple[tuple[Measure, ...], list[Backtest]]:
    from risk.backtest import backtests, with_exceptions
    from risk.downside import downside_measures
    from risk.drawdown import depth_measures
    from risk.further import Asked, further
    from risk.growth import growth_measures
    from risk.leaving import liquidity_measures
    from risk.ratios import ratio_measures
    from risk.relative import relative_measures
    from risk.shape import shape_measures
    from risk.significance import significance_measures
    from risk.standard_errors import with_errors
    from risk.tail import label_of, tail_measures

    level, periods, rate = question.confidence, question.periods, question.rate
    found = growth_measures(series) + ratio_measures(series, periods, rate)
    found += downside_measures(series, periods, rate)
    found += shape_measures(series.values) + significance_measures(series, periods, rate, given)
    tested = backtests(series.values, level)
    tails = tail_measures(series.values, level)
    found += with_exceptions(tails, tested) + depth_measures(series, level)
    found = with_errors(found, series, (level,), periods, rate)
    if question.benchmark is not None:
        found += relative_measures(series, question.benchmark, periods, rate)
    at_risk = next(one for one in found if one.name == f"var_historical_{label_of(level)}")
    found += liquidity_measures(
        at_risk.value,
        level,
        len(series.values),
        spread=question.spread,
        pool=question.pool,
        volume=question.volume,
        error=at_risk.error,
    )
    asked = Asked(question.horizon, question.simulate)
    more, tests = further(series, [series], asked, [level])
    passed = [each for each in tested.values() if isinstance(each, Backtest)]
    return found + more, [*passed, *tests]


def parts_row(
    given: list[ReturnSeries], weights: Sequence[float] | None, confidence: float, *, simulate: bool
) -> dict[str, Any]:
    """What each column adds to the tail of their weighted sum, and how they move together.

    Raises BadInput for a weight whose square is no plain number.
    """
    import numpy as np

    from risk.contribution import METHODS, contributions
    from risk.covariance import correlations, stability
    from risk.dependence import correlation
    from risk.further import Asked, further

    if any(each and not WEIGHT_LEAST <= abs(each) <= WEIGHT_MOST for each in weights or ()):
        raise BadInput(f"a weight is 0, or from {WEIGHT_LEAST:g} to {WEIGHT_MOST:g} in size")
    shares = weights or [1 / len(given)] * len(given)
    columns = np.asarray([each.values for each in given], dtype=np.float64).T * np.asarray(shares)
    names = [each.name for each in given]
    whole = ReturnSeries("whole", given[0].days, tuple(columns.sum(axis=1).tolist()))
    parts = [
        ReturnSeries(each.name, each.days, tuple(columns[:, at].tolist()))
        for at, each in enumerate(given)
    ]
    more, tests = further(whole, parts, Asked(simulate=simulate), [confidence])
    return {
        "contributions": [
            risk_views.contributions_row(
                contributions(names, columns, confidence, method, shares, errors=True)
            )
            for method in METHODS
        ],
        "correlations": [
            risk_views.correlation_row(each) for each in (correlation(given), *correlations(given))
        ],
        "measures": [risk_views.measure_row(one) for one in (stability(given), *more)],
        "backtests": [risk_views.backtest_row(each) for each in tests],
    }
