"""Figures that others published: captures, windows, portfolios that drift, printed tables of tails.

R PerformanceAnalytics 2.1.0 prints four decimals, cut and not rounded: within 10⁻⁴.
"""

import numpy as np
import pytest

from risk.drawdown import underwater
from risk.growth import annualised, compounded, growth_measures
from risk.ratios import sharpe, sortino
from risk.relative import line, relative_measures, same_days, tracking_error, treynor
from risk.significance import autocorrelation
from risk.sizing import kelly_continuous
from risk.tail.historical import historical
from risk.tail.normal import expanded
from risk.walk_forward import Schedule, walk_forward
from tests.risk.series import series
from tests.risk.test_published_further import (
    BILLS,
    CUT,
    MANAGERS,
    MARKET,
    PARTS,
    PEERS,
    above,
    index,
    printed,
)

__all__ = ["index", "printed"]


@pytest.mark.parametrize(
    ("call", "benchmark"),
    [
        ("UpDownRatios(managers[, 1:6, drop = FALSE], managers[, 8, drop = FALSE])", MARKET),
        ("table.UpDownRatios(managers[, 1:6], managers[, 7, drop = FALSE])", PEERS),
    ],
)
def test_captures_of_six_managers(printed, monthly, call, benchmark):
    table = printed(call)
    for at, name in enumerate(MANAGERS):
        if benchmark == MARKET:
            ups, downs = (table[f"{MARKET} {way} Capture"][at] for way in ("Up", "Down"))
        else:
            ups, downs = table[f"{name} to {PEERS}"][:2]
        own, other = same_days(monthly(name), monthly(benchmark))
        pairs = list(zip(own.values, other.values, strict=True))
        for expected, days in (
            (ups, [pair for pair in pairs if pair[1] > 0]),
            (downs, [pair for pair in pairs if pair[1] < 0]),
        ):
            # the package compounds what we add up: the days are the same
            mine, theirs = (compounded(values) for values in zip(*days, strict=True))
            assert mine / theirs == pytest.approx(expected, abs=CUT), name


def test_treynor_ratios_of_six_managers(printed, monthly):
    call = "round(TreynorRatio(managers[, 1:6], managers[, 8:7], Rf = {}), 4)"
    moving, fixed = printed(call.format("managers[, 10]")), printed(call.format("0.035/12"))
    bills, market = monthly(BILLS), monthly(MARKET)
    for at, name in enumerate(MANAGERS):
        own, other = same_days(monthly(name), market)
        found = treynor(own.values, other.values, 12, 0.035 / 12)
        assert found == pytest.approx(fixed[f"Treynor Ratio: {MARKET}"][at], abs=CUT)
        own, other = same_days(above(monthly(name), bills), above(market, bills))
        found = treynor(own.values, other.values, 12)
        assert found == pytest.approx(moving[f"Treynor Ratio: {MARKET}"][at], abs=CUT)


def test_single_figures_of_the_first_manager(printed, monthly):
    own, market = same_days(monthly("HAM1"), monthly(MARKET))

    def figure(call):
        return next(iter(printed(call).values()))[0]

    call = "TrackingError(managers[, 1, drop = FALSE], managers[, 8, drop = FALSE])"
    assert tracking_error(own.values, market.values, 12) == pytest.approx(figure(call), abs=CUT)
    ratio = figure("round(SortinoRatio(managers[, 1]), 4)")
    assert sortino(own.values, 1) == pytest.approx(ratio, abs=CUT)
    rate = 0.04 / 12
    half = figure("KellyRatio(managers[, 1, drop = FALSE], Rf = 0.04/12)")
    mean, deviation = float(np.mean(own.values)) - rate, float(np.std(own.values, ddof=1))
    assert kelly_continuous(mean, deviation) / 2 == pytest.approx(half, abs=CUT)


def test_correlations_with_the_month_before_of_ten_series(printed, monthly):
    table = printed("t(table.Autocorrelation(managers))")
    for name in (*MANAGERS, PEERS, MARKET, "US 10Y TR", BILLS):
        found = autocorrelation(monthly(name).values)
        assert found == pytest.approx(table[name][0], abs=CUT), name


def test_the_last_windows_of_three_indices(printed, monthly):
    plain = printed("table.TrailingPeriods(edhec[, 10:13], periods = c(12, 24, 36))")
    beside = printed(
        "table.TrailingPeriodsRel(edhec[, 10:12], Rb = edhec[, 13], periods = c(12, 24, 36), "
        'FUNCS = c("cor", "CAPM.beta"), funcs.names = c("Correlation", "Beta"))'
    )
    names = ("Merger Arbitrage", "Relative Value", "Short Selling")
    for months in (12, 24, 36):
        other = monthly("Funds of Funds", "edhec.csv").values[-months:]
        for at, name in enumerate(names):
            own = monthly(name, "edhec.csv").values[-months:]
            deviation = plain[f"Last {months} month Std Dev"][at]
            assert float(np.std(own, ddof=1)) == pytest.approx(deviation, abs=CUT)
            slope = beside[f"Last {months} month Beta to Funds of Funds"][at]
            assert line(own, other).beta == pytest.approx(slope, abs=CUT)
            together = float(np.corrcoef(own, other)[0, 1])
            told = beside[f"Last {months} month Correlation to Funds of Funds"][at]
            assert together == pytest.approx(told, abs=CUT)


def test_the_table_of_what_may_be_lost_of_thirteen_indices(printed, monthly, index):
    table = printed("table.DownsideRisk(edhec, Rf = 0.04/12, MAR = 0.05/12, p = 0.95)")
    for at, name in enumerate(index):
        values = monthly(name, "edhec.csv").values
        assert -min(underwater(values)) == pytest.approx(table["Maximum Drawdown"][at], abs=CUT)
        for method, function in (("Historical", historical), ("Modified", expanded)):
            at_risk, shortfall = function(values, 0.95)
            assert -at_risk == pytest.approx(table[f"{method} VaR (95%)"][at], abs=CUT), name
            assert -shortfall == pytest.approx(table[f"{method} ES (95%)"][at], abs=CUT), name


@pytest.mark.parametrize(("key", "step"), [("months", 1), ("years", 12)])
def test_equal_weights_that_drift_between_their_rebalancings(oracle, monthly, key, step):
    """Four indices, 152 months: the walk of equal weight from the second year on."""
    series = [monthly(name, "edhec.csv", 152) for name in PARTS]
    walked = walk_forward(series, ("equal",), Schedule(first=36, step=step))
    expected = oracle(f"edhec152_portfolio_EW_rebal_{key}")[36:]
    assert walked.outcomes[0].returns.values == pytest.approx(expected, rel=1e-10, abs=1e-14)


def test_sharpe_ratios_of_a_year(printed, monthly):
    bills = monthly(BILLS)
    call = "SharpeRatio.annualized(managers[, 1, drop = FALSE], Rf = {})"
    [fixed] = printed(call.format("0.035/12")).values()
    [moving] = printed(call.format("managers[, 10, drop = FALSE]")).values()
    own = monthly("HAM1")
    found = [sharpe(own.values, 12, 0.035 / 12), sharpe(above(own, bills).values, 12)]
    # the package divides the geometric return of a year in older versions: these print it
    assert found == pytest.approx([fixed[0], moving[0]], abs=CUT)


def test_small_series_have_the_calmar_of_empyrical_or_a_reason(small):
    for case, values in small("test_calmar"):
        if case["expected"] == "NaN":
            calmar = {one.name: one for one in growth_measures(series(*values))}["calmar"]
            assert calmar.value is None
            assert calmar.reason
        else:
            yearly = annualised(compounded(values), len(values) / 12)
            assert yearly / -min(underwater(values)) == pytest.approx(case["expected"], abs=1e-8)


def test_series_too_small_for_a_capture_have_a_reason(small):
    tests = ("test_capture_ratio", "test_down_capture", "test_up_capture", "test_up_down_capture")
    for case, values in (one for test in tests for one in small(test)):
        if case["returns"] in {"empty_returns", "one_return"}:
            found = relative_measures(series(*values), series(*values, name="benchmark"))
            assert {one.value for one in found} == {None}
            assert all(one.reason for one in found)
