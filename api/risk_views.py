"""Risk → rows of plain texts; figures are floats here, so twelve digits are shown and no more."""

from itertools import zip_longest
from math import isfinite
from typing import Any, Final

from risk.dependence import DEFINED, correlation_errors
from risk.model import (
    Allocation,
    Backtest,
    Contributions,
    Correlation,
    Drawdown,
    KellySize,
    Measure,
    Ratio,
    Regime,
    RiskReport,
    RollingPoint,
    Sizing,
)
from risk.unsure import why_no_error

#: Each takes ten allocations, and so is made where it is asked for.
UNASKED: Final = "weights have standard errors where these are asked for: allocate --errors"

Row = dict[str, Any]


def figure_text(value: float | None) -> str | None:
    """A figure with at most twelve significant digits; None where it is undefined."""
    return None if value is None else f"{value:.12g}"


def measure_row(measure: Measure) -> Row:
    """A measure with its definition, parameters, sample and error, or why it has none."""
    return {
        "name": measure.name,
        "value": figure_text(measure.value),
        "unit": measure.unit,
        "definition": measure.definition,
        "parameters": dict(measure.parameters),
        "sample": measure.sample,
        "error": figure_text(measure.error),
        "no_error": why_no_error(measure),
        "reason": measure.reason,
    }


def drawdown_row(fall: Drawdown) -> Row:
    """A fall from a peak with its dates."""
    return {
        "depth": figure_text(fall.depth),
        "peak": fall.peak.isoformat(),
        "trough": fall.trough.isoformat(),
        "recovered": None if fall.recovered is None else fall.recovered.isoformat(),
        "days": fall.days,
    }


def backtest_row(found: Backtest) -> Row:
    """How the forecasts of a method came out, with what tests say of it."""
    return {
        "method": found.method,
        "confidence": figure_text(found.confidence),
        "days": found.days,
        "silent": found.silent,
        "exceptions": found.exceptions,
        "expected": figure_text(found.expected),
        "coverage": _ratio_row(found.coverage),
        "independence": _ratio_row(found.independence),
        "conditional": _ratio_row(found.conditional),
        "shortfall": figure_text(found.shortfall),
        "zone": found.zone,
    }


def _ratio_row(ratio: Ratio | None) -> Row | None:
    if ratio is None:
        return None
    return {
        "statistic": figure_text(ratio.statistic),
        "probability": figure_text(ratio.probability),
    }


def kelly_row(size: KellySize) -> Row:
    """A Kelly fraction with its band, or the reason why there is none."""
    return {
        "strategy": size.strategy,
        "definition": size.definition,
        "parameters": dict(size.parameters),
        "trades": size.trades,
        "wins": size.wins,
        "win_rate": figure_text(size.win_rate),
        "full": figure_text(size.full),
        "suggested": figure_text(size.suggested),
        "low": figure_text(size.low),
        "high": figure_text(size.high),
        "full_low": _ended(size.full_low),
        "full_high": _ended(size.full_high),
        "reason": size.reason,
    }


def _ended(value: float | None) -> str | None:
    """An end of a band; None where it has none."""
    return None if value is None or not isfinite(value) else figure_text(value)


def sized_row(size: KellySize) -> Row:
    """The same with the entries of the trades that it rests on."""
    return kelly_row(size) | {"entries": list(size.entries)}


def sizing_row(sizing: Sizing) -> Row:
    """What a method says of a strategy's size, with the entries of the trades it rests on."""
    return {
        "name": sizing.name,
        "method": sizing.method,
        "measures": [measure_row(measure) for measure in sizing.measures],
        "entries": list(sizing.entries),
    }


def allocation_row(allocation: Allocation) -> Row:
    """Weights under a model, and what was used instead of it."""
    return {
        "model": allocation.model,
        "definition": allocation.definition,
        "parameters": dict(allocation.parameters),
        "weights": [
            {"name": name, "weight": figure_text(weight), "error": figure_text(error)}
            for (name, weight), error in zip_longest(allocation.weights, allocation.errors)
        ],
        "no_error": "" if allocation.errors else UNASKED,
        "cash": figure_text(allocation.cash),
        "sample": allocation.sample,
        "fallback": allocation.fallback,
        "measures": [measure_row(measure) for measure in allocation.measures],
    }


def contributions_row(found: Contributions) -> Row:
    """What each part adds by a method, or the reason why that is not known."""
    return {
        "method": found.method,
        "confidence": figure_text(found.confidence),
        "definition": found.definition,
        "sample": found.sample,
        "var": figure_text(found.at_risk),
        "es": figure_text(found.shortfall),
        "var_error": figure_text(found.at_risk_error),
        "es_error": figure_text(found.shortfall_error),
        "parts": [
            {
                "part": one.part,
                "weight": figure_text(one.weight),
                "component_var": figure_text(one.component_var),
                "component_es": figure_text(one.component_es),
                "component_var_error": figure_text(one.var_error),
                "component_es_error": figure_text(one.es_error),
                "marginal_var": figure_text(one.marginal_var),
                "marginal_es": figure_text(one.marginal_es),
                "marginal_var_error": _over(one.var_error, one.weight),
                "marginal_es_error": _over(one.es_error, one.weight),
                "incremental_var": figure_text(one.incremental_var),
                "incremental_es": figure_text(one.incremental_es),
                "incremental_var_error": figure_text(one.incremental_var_error),
                "incremental_es_error": figure_text(one.incremental_es_error),
            }
            for one in found.parts
        ],
        "reason": found.reason,
        "no_error": found.no_error,
    }


def _over(error: float | None, weight: float | None) -> str | None:
    """The error of a figure that is another one over a weight."""
    return figure_text(error / abs(weight)) if error is not None and weight else None


def correlation_row(matrix: Correlation) -> Row:
    """A matrix by its method, row by row, with its errors or why there are none."""
    errors, no_error = correlation_errors(matrix)
    return {
        "method": matrix.method,
        "definition": DEFINED[matrix.method],
        "names": list(matrix.names),
        "rows": [[figure_text(value) for value in row] for row in matrix.rows],
        "errors": [[figure_text(value) for value in row] for row in errors],
        "no_error": no_error,
        "sample": matrix.sample,
        "note": matrix.note,
    }


def regime_row(regime: Regime) -> Row:
    """Days in a row in one state of volatility."""
    return {
        "state": regime.state,
        "from": regime.start.isoformat(),
        "to": regime.end.isoformat(),
        "days": regime.days,
        "mean": figure_text(regime.mean),
        "deviation": figure_text(regime.deviation),
    }


def rolling_row(point: RollingPoint) -> Row:
    """Figures of the window that ends on a day."""
    return {
        "day": point.day.isoformat(),
        "volatility": figure_text(point.volatility),
        "sharpe": figure_text(point.sharpe),
        "drawdown": figure_text(point.drawdown),
    }


def risk_row(report: RiskReport) -> Row:
    """The whole report."""
    matrix = report.correlation
    return {
        "from": report.start.isoformat(),
        "to": report.end.isoformat(),
        "measures": [measure_row(measure) for measure in report.measures],
        "drawdowns": [drawdown_row(fall) for fall in report.drawdowns[:10]],
        "correlation": None if matrix is None else correlation_row(matrix),
        "correlations": [correlation_row(each) for each in report.correlations],
        "contributions": [contributions_row(each) for each in report.contributions],
        "holdings": [contributions_row(each) for each in report.holdings],
        "regimes": [regime_row(each) for each in report.regimes],
        "rolling": [rolling_row(each) for each in report.rolling],
        "backtests": [backtest_row(found) for found in report.backtests],
        "kelly": [kelly_row(size) for size in report.kelly],
        "allocations": [allocation_row(allocation) for allocation in report.allocations],
    }
