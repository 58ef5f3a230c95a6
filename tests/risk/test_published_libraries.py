"""Figures of NIST and small series of another library: certified digits, growth, windows, lines."""

import numpy as np
import pytest

from risk.downside import omega
from risk.growth import annualised, compounded
from risk.relative import capture, line
from risk.rolling import deepest_falls, rolling
from risk.significance import autocorrelation
from tests.risk.series import series, stated


@pytest.mark.parametrize(("key", "digits"), [("Michelso", 1e-12), ("NumAcc2", 1e-12)])
def test_certified_autocorrelations_and_means(cases, key, digits):
    """NIST Statistical Reference Datasets: ten digits and more."""
    case = cases("nist_univariate.json")[key]
    values = [float(text) for text in case["data_as_text"]]
    certified = float(case["certified"]["autocorrelationCoefficient"])
    assert autocorrelation(values) == pytest.approx(certified, rel=digits)
    assert float(np.mean(values)) == pytest.approx(float(case["certified"]["mean"]), rel=1e-14)


def test_small_series_grow_as_empyrical_says(small):
    for case, values in small("test_cum_returns"):
        start = case["starting_value"] or 1
        path = [start * (1 + compounded(values[:at])) for at in range(1, len(values) + 1)]
        offset = 0 if case["starting_value"] else 1
        shown = [each - offset for each in path]
        # a missing first value is left out here, and a gain of nothing there
        expected = case["expected"][len(case["expected"]) - len(shown) :]
        assert shown == pytest.approx(expected, rel=1e-4, abs=1e-5)
    periods = {"DAILY": 252, "MONTHLY": 12}
    for case, values in small("test_annual_ret"):
        # there the missing value counts as a day
        count = len(values) + (case["returns"] == "mixed_returns")
        found = annualised(compounded(values), count / periods[case["period"]])
        assert found == pytest.approx(case["expected"], rel=1e-8)
    for case, values in small("test_annual_volatility"):
        found = float(np.std(values, ddof=1)) * periods[case["period"]] ** 0.5
        assert found == pytest.approx(case["expected"], rel=1e-8)


def test_small_series_have_the_omega_of_empyrical_or_a_reason(small):
    told = 0
    for case, values in small("test_omega"):
        if case["expected"] == "NaN" or case["required_return"] < 0:
            continue
        rate = 0.01 if case["risk_free"] == "flat_line_1" else float(case["risk_free"])
        least = rate + (1 + case["required_return"]) ** (1 / 252) - 1
        assert omega(values, least) == pytest.approx(case["expected"], abs=1e-8)
        told += 1
    assert told == 4


def test_windows_of_small_series_fall_and_earn_as_empyrical_says(small):
    for case, values in small("test_roll_max_drawdown"):
        if values:
            found = -deepest_falls(values, case["window"])
            assert found == pytest.approx(case["expected"], abs=1e-4)
    for case, values in small("test_roll_sharpe_ratio"):
        ratios = [each.sharpe for each in rolling(series(*values), case["window"], 252)]
        expected = case["expected"][len(case["expected"]) - len(ratios) :]
        assert ratios == pytest.approx(expected, rel=1e-7)


def test_windows_of_small_series_have_the_slopes_of_empyrical(evidence, small):
    for case, values in small("test_roll_alpha_beta"):
        [(_, other)] = [(one, given) for one, given in [(case, _named(small, case["benchmark"]))]]
        other = other[len(other) - len(values) :]
        window = case["window"]
        found = [
            line(values[at : at + window], other[at : at + window]).beta
            for at in range(len(values) - window + 1)
        ]
        expected = [pair[1] for pair in case["expected"]][-len(found) :]
        assert found == pytest.approx(expected, rel=1e-6)


def _named(small, name):
    return next(
        values
        for test in ("test_cum_returns", "test_roll_max_drawdown", "test_roll_sharpe_ratio")
        for case, values in small(test)
        if case["returns"] == name
    )


def test_small_series_beside_themselves_follow_themselves(small):
    for case, values in small("test_alpha_beta"):
        if "NaN" in case["expected"]:
            continue
        sign = -1 if case["benchmark"].startswith("-") else 1
        found = line(values, [sign * value for value in values])
        assert (found.alpha, found.beta) == pytest.approx(case["expected"], abs=1e-12)
    for case, values in small("test_up_down_capture"):
        if case["returns"] == case["factor_returns"] == "mixed_returns":
            ratio = stated(capture(values, values, up=True)) / capture(values, values, up=False)
            assert ratio == pytest.approx(case["expected"])
