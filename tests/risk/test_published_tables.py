"""Tables that R PerformanceAnalytics 2.1.0 prints, and figures of fifteen digits, beside ours."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from risk.covariance import ewma, scaled
from risk.growth import annualised, compounded
from risk.ratios import sharpe
from risk.shape import excess_kurtosis, skewness
from risk.standard_errors import error_of
from risk.tail.historical import historical
from risk.tail.normal import expanded, moments
from risk.tail.quantile import quantile
from tests.risk.published_figures import (
    CUT,
    EVERY,
    FIGURE,
    INDICES,
    Given,
    rows_of,
    stretches,
)
from tests.risk.test_published_further import BILLS, MANAGERS, MARKET, PEERS, above


@pytest.fixture(scope="module")
def rows(cases):
    return rows_of(cases)


@pytest.mark.parametrize(
    ("call", "names", "rate"),
    [
        (
            (
                "SharpeRatio(managers[, 1:9], Rf = managers[, 10, drop = FALSE], FUN = "
                'c("StdDev", "VaR", "ES"))'
            ),
            EVERY[:9],
            None,
        ),
        (
            'SharpeRatio(edhec, Rf = 0.04/12, FUN = c("StdDev", "VaR", "ES"))',
            tuple(INDICES),
            0.04 / 12,
        ),
    ],
)
def test_rewards_for_deviation_value_at_risk_and_shortfall(rows, monthly, call, names, rate):
    table = rows(call)
    for at, name in enumerate(names):
        if rate is None:
            excess = above(monthly(name), monthly(BILLS)).values
        else:
            excess = tuple(value - rate for value in monthly(name, "edhec.csv").values)
        mean, plain = float(np.mean(excess)), sharpe(excess, 1)
        at_risk, shortfall = expanded(excess, 0.95)
        for label, found in (("", plain), ("VaR ", mean / at_risk), ("ES ", mean / shortfall)):
            expected = table[f"{label}Sharpe Ratio (Rf=0.3%, p=95%):"][at]
            assert found == pytest.approx(expected, abs=CUT), (name, label)


def test_what_managers_would_have_earned_above_the_market_itself(rows, monthly):
    call = "Modigliani(managers[, 1:6], managers[, 8:7], managers[, 8, drop = FALSE])"
    for other in (MARKET, PEERS):
        printed = rows(call)[f"Modigliani-Modigliani measure: {other}"]
        for name, expected in zip(MANAGERS, printed, strict=True):
            rate = monthly(MARKET)
            spread = float(np.std(monthly(other).values, ddof=1))
            own = above(monthly(name), rate)
            mean = float(np.mean(rate.values))
            assert sharpe(own.values, 1) * spread + mean == pytest.approx(expected, abs=CUT), name


def test_every_stretch_of_an_index_in_its_order(cases, monthly):
    call = 'findDrawdowns(edhec[, "Funds of Funds", drop = FALSE])'
    for case in cases("pa_snapshots.json").values():
        if case["call"] == call:
            end = next(at for at, text in enumerate(case["prints"]) if text == "$from")
            words = " ".join(case["prints"][1:end]).replace("[", " [").split()
            printed = [float(word) for word in words if FIGURE.match(word)]
            found = stretches(monthly("Funds of Funds", "edhec.csv").values)
            assert found == pytest.approx(printed, abs=CUT)


def test_the_returns_of_calendar_years(rows, monthly):
    table = rows("t(table.CalendarReturns(managers[, c(1, 7, 8)]))")
    for name in ("HAM1", PEERS, MARKET):
        for year, expected in zip(range(1996, 2007), table[name], strict=True):
            values = Given.in_year(monthly(name), year)
            if expected is not None:
                assert 100 * compounded(values) == pytest.approx(expected, abs=0.0501)


def test_how_eight_series_are_spread(rows, monthly):
    table = rows("table.Distributions(managers[, 1:8])")
    wide = rows("table.Variability(managers[, 1:8])")
    for at, name in enumerate(EVERY[:8]):
        values = monthly(name).values
        deviation = float(np.std(values, ddof=1))
        skew, excess = moments(values)
        assert deviation == pytest.approx(table["monthly Std Dev"][at], abs=CUT)
        assert deviation * sqrt(12) == pytest.approx(wide["Annualized Std Dev"][at], abs=CUT)
        assert skew == pytest.approx(table["Skewness"][at], abs=CUT)
        assert excess + 3 == pytest.approx(table["Kurtosis"][at], abs=CUT)
        assert excess == pytest.approx(table["Excess kurtosis"][at], abs=CUT)
        assert excess_kurtosis(values) == pytest.approx(
            table["Sample excess kurtosis"][at], abs=CUT
        )


@pytest.mark.parametrize(
    ("call", "count", "turned"),
    [("table.Stats(edhec[, 1:3])", 3, False), ("t(table.Stats(edhec))", 13, True)],
)
def test_the_statistics_of_indices(rows, monthly, call, count, turned):
    table = rows(call)
    heads = [
        *("Observations", "NAs", "Minimum", "Quartile 1", "Median", "Arithmetic Mean"),
        *("Geometric Mean", "Quartile 3", "Maximum", "SE Mean", "LCL Mean (0.95)"),
        *("UCL Mean (0.95)", "Variance", "Stdev", "Skewness", "Kurtosis"),
    ]
    for at, name in enumerate(list(INDICES)[:count]):
        if turned:
            told = dict(zip(heads, table[name], strict=True))
        else:
            told = {head: table[head][at] for head in heads if head in table}
            # the number of a quartile is read as a figure before those of the three indices
            quarters = table["Quartile"]
            told |= {"Quartile 1": quarters[1 + at], "Quartile 3": quarters[5 + at]}
        values = np.asarray(monthly(name, "edhec.csv").values)
        ordered = np.sort(values)
        ours = {
            "Quartile 1": quantile(ordered, Fraction(1, 4)),
            "Median": quantile(ordered, Fraction(1, 2)),
            "Quartile 3": quantile(ordered, Fraction(3, 4)),
            "Geometric Mean": annualised(compounded(values.tolist()), len(values)),
            "SE Mean": error_of(values),
            "Stdev": float(values.std(ddof=1)),
            "Skewness": moments(values.tolist())[0],
            "Kurtosis": moments(values.tolist())[1],
        }
        for head, found in ours.items():
            assert found == pytest.approx(told[head], abs=CUT), (name, head)


# ---- fifteen digits


def test_skews_and_means_of_six_managers(oracle, monthly):
    for name in MANAGERS:
        values, count = monthly(name).values, len(monthly(name).values)
        expected = oracle("managers_skew_fisher")[name]
        assert skewness(values) == pytest.approx(expected, rel=1e-11)
        plain = moments(values)[0] * count**2 / ((count - 1) * (count - 2))
        assert plain == pytest.approx(oracle("managers_skew_sample")[name], rel=1e-11)
        mean = sharpe(values, 12) * float(np.std(values, ddof=1)) * sqrt(12)
        assert mean == pytest.approx(oracle("managers_Return.annualized_arith")[name], rel=1e-12)


def test_the_mean_of_the_deepest_stretches_of_six_managers(oracle, monthly):
    for name, expected in oracle("managers_CDD_0.95").items():
        found = historical(stretches(monthly(name).values), 0.95)[1]
        assert found == pytest.approx(expected, rel=1e-11), name


def test_weighted_correlations_of_four_indices(oracle, monthly):
    names = ("Convertible Arbitrage", "Emerging Markets", "Long/Short Equity", "Funds of Funds")
    columns = np.asarray([monthly(name, "edhec.csv", 152).values for name in names]).T
    expected = scaled(np.asarray(oracle("edhec152_M2ewma_lambda0.97")))
    assert ewma(columns, 0.97)[0] == pytest.approx(expected, rel=1e-12)
