"""A risk report, and what more is asked for → the report with it: figures that take their time.

Horizons of two to ten days, models that are fitted (GARCH) or simulated (a t copula over the
parts), figures of rolling windows. Each value at risk stands beside its exceptions, as the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import Final

import numpy as np

from risk.backtest import Forecasts, judged, with_exceptions
from risk.contribution import REST
from risk.model import Backtest, Measure, ReturnSeries, RiskReport
from risk.rolling import rolling
from risk.tail import label_of, observations_needed
from risk.tail.copula import (
    CHUNK,
    SCENARIOS,
    Copula,
    Simulated,
    errors_of_days,
    fitted,
    simulated,
    without_mean,
)
from risk.tail.garch import garch, garch_errors, garch_forecasts
from risk.tail.horizon import horizon_measures

#: Days that a copula is fitted to at least, days for which a back-test keeps one, its scenarios.
DAYS_TIED: Final = 250
DAYS_KEPT: Final = 100
_SCENARIOS_TESTED: Final = 2 * CHUNK
#: More parts take minutes: every pair has its own rank correlation.
PARTS_MOST: Final = 60
ALONE: Final = "one part alone has nothing that ties it"
HEAVY: Final = "the tail of a part is so heavy that it has no mean"

_DEFINED: Final = {
    "garch": "historical simulation filtered by a GARCH(1, 1), fitted to the last 1,000 days",
    "copula": "Monte Carlo with a t copula over the days' own distributions of each part",
    "copula_smooth": "Monte Carlo with a t copula over t distributions fitted to each part",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What more is asked for: a horizon of so many days (1 for none), models, a rolling window."""

    horizon: int = 1
    simulate: bool = False
    window: int = 0

    def __bool__(self) -> bool:
        return self.horizon > 1 or self.simulate or self.window > 1


def with_further(report: RiskReport, asked: Asked, levels: Sequence[float]) -> RiskReport:
    """The report with more measures, back-tests and rolling figures."""
    parts = parts_of(report.returns, report.strategy_contributions)
    measures, tests = further(report.returns, parts, asked, levels)
    return replace(
        report,
        measures=report.measures + measures,
        backtests=report.backtests + tests,
        rolling=rolling(report.returns, asked.window) if asked.window > 1 else (),
    )


def parts_of(fund: ReturnSeries, strategies: Sequence[ReturnSeries]) -> tuple[ReturnSeries, ...]:
    """The strategies of a fund, and the rest that their closed trades do not explain."""
    explained = np.zeros(len(fund.values))
    for each in strategies:
        explained += np.asarray(each.values)
    rest = tuple((np.asarray(fund.values) - explained).tolist())
    return (*strategies, ReturnSeries(REST, fund.days, rest))


def further(
    whole: ReturnSeries,
    parts: Sequence[ReturnSeries],
    asked: Asked,
    levels: Sequence[float],
) -> tuple[tuple[Measure, ...], tuple[Backtest, ...]]:
    """Measures over a horizon and by models, with the back-tests behind them.

    `parts` are columns of the same days that sum to the whole.
    """
    measures: list[Measure] = []
    tests: list[Backtest] = []
    for level in levels:
        if asked.horizon > 1:
            found, tested = horizon_measures(whole.values, level, asked.horizon)
            measures += found
            tests += tested
        if asked.simulate:
            columns = np.asarray([each.values for each in parts], dtype=np.float64)
            columns = columns.reshape(len(parts), len(whole.days)).T
            for given, outcome in _modelled(whole.values, columns, level):
                measures += given
                tests += [outcome] if isinstance(outcome, Backtest) else []
    return tuple(measures), tuple(tests)


def _modelled(
    values: Sequence[float], columns: np.ndarray, level: float
) -> list[tuple[tuple[Measure, ...], Backtest | str]]:
    short = f"{len(values)} of at least {max(DAYS_TIED, observations_needed(level))} days"
    enough = len(values) >= max(DAYS_TIED, observations_needed(level))
    found = []
    tail = garch(values, level) if enough else short
    errors: tuple[float | None, float | None] = (None, None)
    known = errors if isinstance(tail, str) else garch_errors(values, level)
    tested = judged("garch", garch_forecasts(values, level), level) if enough else short
    found.append((_told("garch", tail, known, level, len(values), tested), tested))
    wide = f"{columns.shape[1]} parts, {PARTS_MOST} at most"
    moved = columns[:, np.ptp(columns, axis=0) > 0] if len(columns) else columns
    can_be_tied = enough and moved.shape[1] > 0 and 1 < columns.shape[1] <= PARTS_MOST
    tied = fitted(moved) if can_be_tied else None
    for name, smooth in (("copula", False), ("copula_smooth", True)):
        why = ("" if enough else short) or (wide if columns.shape[1] > PARTS_MOST else "")
        why = why or (ALONE if columns.shape[1] < 2 else "")
        why = why or (HEAVY if smooth and without_mean(columns) else "")
        if why:
            found.append((_told(name, why, errors, level, len(values), why), why))
            continue
        drawn = simulated(columns, level, smooth=smooth, copula=tied)
        tested = judged(name, _tied_forecasts(columns, level, smooth=smooth), level)
        given = _told(
            name,
            (drawn.at_risk, drawn.shortfall),
            _errors(drawn, columns, level, tied, smooth=smooth),
            level,
            len(values),
            tested,
        )
        found.append((given, tested))
    return found


def _errors(
    drawn: Simulated, columns: np.ndarray, level: float, tied: Copula | None, *, smooth: bool
) -> tuple[float | None, float | None]:
    """Of the days and of the scenarios together; None where the days say nothing."""
    if tied is None:
        return drawn.risk_error, drawn.shortfall_error
    by_days = errors_of_days(columns, level, tied, smooth=smooth)
    if by_days is None:
        return None, None
    return hypot(by_days[0], drawn.risk_error), hypot(by_days[1], drawn.shortfall_error)


def _tied_forecasts(columns: np.ndarray, level: float, *, smooth: bool) -> Forecasts:
    whole = columns.sum(axis=1)
    rows = []
    for start in range(max(DAYS_TIED, observations_needed(level)), len(whole), DAYS_KEPT):
        if smooth and without_mean(columns[:start]):
            rows += [(np.nan, np.nan, -float(came)) for came in whole[start : start + DAYS_KEPT]]
            continue
        tail = simulated(columns[:start], level, smooth=smooth, scenarios=_SCENARIOS_TESTED)
        rows += [
            (tail.at_risk, tail.shortfall, -float(came))
            for came in whole[start : start + DAYS_KEPT]
        ]
    return Forecasts(*np.asarray(rows, dtype=np.float64).reshape(-1, 3).T)


def _told(
    name: str,
    tail: tuple[float, float] | str,
    errors: tuple[float | None, float | None],
    level: float,
    sample: int,
    tested: Backtest | str,
) -> tuple[Measure, ...]:
    """VaR and ES as measures, the first beside its exceptions."""
    values, reason = ((None, None), tail) if isinstance(tail, str) else (tail, "")
    given = [("confidence", str(level)), ("horizon", "1 day")]
    if name != "garch":
        given.append(("scenarios", str(SCENARIOS)))
    definition = _DEFINED[name]
    measures = [
        Measure(
            f"{what}_{name}_{label_of(level)}",
            value,
            "fraction",
            definition if what == "var" else f"mean loss beyond it; {definition}",
            sample,
            tuple(given),
            error,
            reason,
        )
        for what, value, error in zip(("var", "es"), values, errors, strict=True)
    ]
    return with_exceptions(measures, {name: tested})
