"""A file of returns, and what is asked of it → rows: measures of each column, or what each adds."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from api import risk_views
from ledger.model.errors import BadInput
from risk.model import Backtest, Drawdown, Measure, ReturnSeries


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of columns of returns; checked, so that everything in it can be computed."""

    periods: int
    confidence: float
    rate: float
    benchmark: ReturnSeries | None
    horizon: int
    simulate: bool
    rolling: int
    spread: tuple[float, float, float] | None
    pool: tuple[float, float] | None
    volume: tuple[float, float] | None


def column_rows(given: list[ReturnSeries], question: Question) -> list[dict[str, Any]]:
    """The measures, drawdowns, back-tests, regimes and rolling figures of each column."""
    from risk.regime import regimes
    from risk.rolling import rolling

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
    from risk.significance import significance_measures
    from risk.standard_errors import with_errors
    from risk.tail import label_of, tail_measures

    level, periods, rate = question.confidence, question.periods, question.rate
    found = growth_measures(series) + ratio_measures(series, periods, rate)
    found += downside_measures(series, rate)
    found += significance_measures(series, periods, rate, given)
    tested = backtests(series.values, level)
    tails = tail_measures(series.values, level)
    found += with_exceptions(tails, tested) + depth_measures(series, level)
    found = with_errors(found, series, (level,), periods, rate)
    if question.benchmark is not None:
        found += relative_measures(series, question.benchmark, periods, rate)
    at_risk = next(one.value for one in tails if one.name == f"var_historical_{label_of(level)}")
    found += liquidity_measures(
        at_risk,
        level,
        len(series.values),
        spread=question.spread,
        pool=question.pool,
        volume=question.volume,
    )
    asked = Asked(question.horizon, question.simulate)
    more, tests = further(series, [series], asked, [level])
    passed = [each for each in tested.values() if isinstance(each, Backtest)]
    return found + more, [*passed, *tests]


def parts_row(
    given: list[ReturnSeries], weights: list[float] | None, confidence: float, simulate: bool
) -> dict[str, Any]:
    """What each column adds to the tail of their weighted sum, and how they move together."""
    import numpy as np

    from risk.contribution import METHODS, contributions
    from risk.covariance import correlations, stability
    from risk.dependence import correlation
    from risk.further import Asked, further

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
            risk_views.contributions_row(contributions(names, columns, confidence, method, shares))
            for method in METHODS
        ],
        "correlations": [
            risk_views.correlation_row(each) for each in (correlation(given), *correlations(given))
        ],
        "measures": [risk_views.measure_row(one) for one in (stability(given), *more)],
        "backtests": [risk_views.backtest_row(each) for each in tests],
    }


def benchmark_of(
    word: str | None, given: list[ReturnSeries], read: Callable[[Path], list[ReturnSeries]]
) -> ReturnSeries | None:
    """The column of that name, or the first column of the file of that name. Raises BadInput."""
    if word is None:
        return None
    for series in given:
        if series.name == word:
            return series
    path = Path(word)
    if not path.is_file():
        raise BadInput(f"{word!r} is neither a column nor a file of returns")
    return read(path)[0]


def numbers_of(word: str | None, count: int, what: str) -> tuple[float, ...] | None:
    """So many numbers above or at zero with commas between them. Raises BadInput."""
    if word is None:
        return None
    try:
        found = tuple(float(text) for text in word.split(","))
    except ValueError as error:
        raise BadInput(f"{what}: {word!r} are no numbers with commas between them") from error
    if len(found) != count or not all(isfinite(each) and each >= 0 for each in found):
        raise BadInput(f"{what}: {count} numbers are needed, none below zero")
    return found


def weights_of(word: str | None, count: int) -> list[float] | None:
    """A weight a column, below zero for what is sold short. Raises BadInput."""
    if word is None:
        return None
    try:
        found = [float(text) for text in word.split(",")]
    except ValueError as error:
        raise BadInput(f"--weights: {word!r} are no numbers with commas between them") from error
    if len(found) != count or not all(map(isfinite, found)):
        raise BadInput(f"--weights: {count} numbers are needed, one a column")
    return found
