"""Figures that others published: recomputed from the same inputs, each with its source and digits.

The inputs stand in the folder shared beside the project; without it these tests are skipped.
"""

import json
import math

import numpy as np
import pytest

from risk.allocation import allocate
from risk.backtest import at_most, christoffersen, kupiec
from risk.downside import omega, ulcer
from risk.drawdown import drawdowns, underwater
from risk.growth import annualised, compounded, growth_measures
from risk.ratios import ratio_measures, sharpe, sortino
from risk.significance import (
    best_by_chance,
    probability,
    track_record_needed,
    yearly_factor,
)
from risk.sizing import kelly_continuous, kelly_two_outcomes, shrinkage
from risk.tail.historical import historical
from risk.tail.normal import NOT_MONOTONE, cornish_fisher, expanded, gaussian
from tests.risk.series import series, with_covariance
from tests.risk.test_allocation import hierarchical, weights

MANAGERS = [f"HAM{number}" for number in range(1, 7)]
UNDEFINED = {"NaN", "Infinity"}


@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_expected_shortfall_of_six_managers(oracle, monthly, manager, confidence):
    expected = oracle(f"managers_ES_historical_{confidence}")[manager]
    assert historical(monthly(manager).values, confidence)[1] == pytest.approx(-expected, rel=1e-12)


@pytest.mark.parametrize("manager", MANAGERS)
def test_value_at_risk_of_six_managers(oracle, monthly, manager):
    values = monthly(manager).values
    expected = oracle("managers_VaR_historical_0.95")[manager]
    assert historical(values, 0.95)[0] == pytest.approx(-expected, rel=1e-12)


@pytest.mark.parametrize("manager", MANAGERS)
def test_gaussian_tail_of_six_managers(oracle, monthly, manager):
    values = monthly(manager).values
    shortfall = oracle("managers_ES_gaussian_0.95")[manager]
    assert gaussian(values, 0.95)[1] == pytest.approx(-shortfall, rel=1e-12)
    at_risk = oracle("managers_VaR_gaussian_0.99")[manager]
    assert gaussian(values, 0.99)[0] == pytest.approx(-at_risk, rel=1e-12)


@pytest.mark.parametrize(
    ("method", "confidence"),
    [("historical", 0.95), ("historical", 0.99), ("gaussian", 0.99), ("modified", 0.99)],
)
def test_expected_shortfall_of_thirteen_indices(oracle, monthly, method, confidence):
    published = oracle(f"edhec152_ES_{method}_{confidence}")
    assert len(published) == 13
    function = {"historical": historical, "gaussian": gaussian, "modified": expanded}[method]
    for name, expected in published.items():
        found = function(monthly(name, "edhec.csv", 152).values, confidence)[1]
        assert found == pytest.approx(-expected, rel=1e-12), name


@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_bent_tail_of_six_managers(oracle, monthly, manager, confidence):
    values = monthly(manager).values
    expected = oracle(f"managers_ES_modified_{confidence}")[manager]
    assert expanded(values, confidence)[1] == pytest.approx(-expected, rel=1e-12)


def test_a_right_formula_outside_its_domain_says_nothing(monthly):
    values = monthly("HAM2").values
    assert expanded(values, 0.99)[1] > 15 * historical(values, 0.99)[1]
    assert cornish_fisher(values, 0.99) == NOT_MONOTONE


@pytest.mark.parametrize("manager", MANAGERS)
def test_ratios_of_six_managers(oracle, monthly, manager):
    values = monthly(manager).values
    above = oracle("managers_Sharpe_monthly_all_rf0.035/12")["StdDev"][manager]
    assert sharpe(values, 1, 0.035 / 12) == pytest.approx(above, rel=1e-12)
    below = oracle("managers_Kappa_mar0_l2")[manager]
    assert sortino(values, 1) == pytest.approx(below, rel=1e-12)
    found = {one.name: one.value for one in ratio_measures(monthly(manager), periods=12)}
    deviation = oracle("managers_StdDev.annualized")[manager]
    assert found["volatility"] == pytest.approx(deviation, rel=1e-12)


@pytest.mark.parametrize("manager", MANAGERS)
def test_annual_return_and_calmar_of_six_managers(oracle, monthly, manager):
    values = monthly(manager).values
    yearly = annualised(compounded(values), len(values) / 12)
    expected = oracle("managers_Return.annualized_geo")[manager]
    assert yearly == pytest.approx(expected, rel=1e-12)
    calmar = oracle("managers_Calmar")[manager]
    assert yearly / -min(underwater(values)) == pytest.approx(calmar, rel=1e-12)


@pytest.mark.parametrize("manager", MANAGERS)
def test_continuous_kelly_of_six_managers(oracle, monthly, manager):
    values = np.asarray(monthly(manager).values)
    expected = oracle("managers_Kelly_full_rf0")[manager]
    found = kelly_continuous(float(values.mean()), float(values.std(ddof=1)))
    assert found == pytest.approx(expected, rel=1e-12)


def test_deepest_falls_of_a_manager_with_their_dates(oracle, monthly):
    found = drawdowns(monthly("HAM6"))
    months = monthly("HAM6").days
    for fall, expected in zip(found, oracle("managers_drawdowns_top5_HAM6"), strict=False):
        assert fall.depth == pytest.approx(-expected["Depth"], abs=1e-10)
        assert months[months.index(fall.peak) + 1].isoformat() == expected["From"]
        assert fall.trough.isoformat() == expected["Trough"]
        assert str(fall.recovered) == expected["To"]


def test_maximum_drawdown_of_thirteen_indices(oracle, monthly):
    for name, expected in oracle("edhec152_maxDrawdown").items():
        fall = drawdowns(monthly(name, "edhec.csv", 152))[0]
        assert fall.depth == pytest.approx(expected, rel=1e-12), name


@pytest.mark.parametrize(("key", "digits"), [("Michelso", 1e-13), ("NumAcc2", 1e-12)])
def test_certified_deviations(cases, key, digits):
    """NIST Statistical Reference Datasets; NumAcc2 breaks a variance of one pass."""
    case = cases("nist_univariate.json")[key]
    values = [float(text) for text in case["data_as_text"]]
    found = {one.name: one.value for one in ratio_measures(series(*values), periods=1)}
    certified = float(case["certified"]["standardDeviation"])
    assert found["volatility"] == pytest.approx(certified, rel=digits)


def test_thorps_coin(cases):
    case = cases("kelly.json")["case:name=Thorp coin p=.53 even money"]
    best = kelly_two_outcomes(case["p"], case["b"], 1)
    assert best == pytest.approx(case["f_star"], rel=1e-12)
    growth = case["p"] * math.log(1 + best) + (1 - case["p"]) * math.log(1 - best)
    assert growth == pytest.approx(case["growth_at_f_star"], rel=1e-12)


def test_thorps_continuous_kelly(cases):
    case = cases("kelly.json")["case:name=Thorp continuous: m=.11 r=.06 s=.15"]
    found = kelly_continuous(case["m"], case["s"], case["r"])
    assert found == pytest.approx(case["f_star"], rel=1e-12)


def test_shrinkage_for_estimation_error(cases):
    known = [case for case in cases("kelly.json").values() if "c_star" in case]
    assert len(known) == 9
    for case in known:
        found = shrinkage(case["sr_annual"], case["years"])
        assert found == pytest.approx(case["c_star"], rel=1e-12), case["key"]


def test_risk_parity_of_eight_assets(cases):
    """The test of riskParityPortfolio; its weights are published to four digits of a percent."""
    case = cases("erc.json")["erc:name=pyrb/riskParityPortfolio 8 assets"]
    covariance = np.asarray(case["corr"]) * np.outer(case["vol"], case["vol"])
    found = weights(allocate(with_covariance(covariance), "risk-parity"))
    expected = np.asarray(case["erc_weights_pct_computed"]) / 100
    assert found == pytest.approx(expected, abs=case["tol_pct"] / 100)


@pytest.mark.parametrize("rho", [0, 0.25, 0.5, 0.9])
def test_risk_parity_under_constant_correlation(cases, rho):
    """Maillard, Roncalli and Teïletche 2010: inverse volatility, whatever the correlation."""
    case = cases("erc.json")["erc:name=constant correlation => ERC is inverse volatility"]
    shared = np.full((4, 4), float(rho))
    np.fill_diagonal(shared, 1.0)
    covariance = shared * np.outer(case["vol"], case["vol"])
    found = weights(allocate(with_covariance(covariance), "risk-parity"))
    assert found * 100 == pytest.approx(case["erc_weights_pct"], abs=2e-3)


def test_hierarchical_weights_of_ten_series(evidence, cases):
    """López de Prado 2016: our short implementation gives the figures of single linkage over the
    condensed distance, and riskfolio gives what it gives for ward linkage, which we use.
    """
    covariance = np.asarray(json.loads((evidence / "hrp_lopezdeprado.json").read_text())["cov"])
    published = np.asarray(cases("hrp_lopezdeprado.json")["hrp:condensed"]["pct_computed"])
    own = hierarchical(covariance, "single", optimal=False)
    assert own * 100 == pytest.approx(published, abs=1e-9)
    found = weights(allocate(with_covariance(covariance), "hrp"))
    assert found == pytest.approx(hierarchical(covariance, "ward"), rel=1e-6)


def test_inverse_variance_of_ten_series(evidence, cases):
    covariance = json.loads((evidence / "hrp_lopezdeprado.json").read_text())["cov"]
    found = weights(allocate(with_covariance(covariance), "inverse-variance"))
    expected = cases("hrp_lopezdeprado.json")["inverse_variance"]["pct_computed"]
    assert found * 100 == pytest.approx(expected, rel=1e-9)


def test_small_series_compound_to_what_empyrical_says(small):
    for case, values in small("test_cum_returns_final"):
        places = len(str(case["expected"]).partition(".")[2])
        assert compounded(values) == pytest.approx(case["expected"], abs=10.0**-places)


def test_small_series_fall_as_deep_as_empyrical_says(small):
    for case, values in small("test_max_drawdown"):
        found = {one.name: one for one in growth_measures(series(*values))}["max_drawdown"]
        if case["expected"] in UNDEFINED:
            assert (found.value, found.reason) == (None, "no returns")
        else:
            assert found.value == pytest.approx(-case["expected"], abs=1e-8)


def test_small_series_have_the_sortino_of_empyrical_or_a_reason(small):
    periods = {"DAILY": 252, "WEEKLY": 52, "MONTHLY": 12}
    for case, values in small("test_sortino"):
        if case["expected"] in UNDEFINED:
            found = {one.name: one for one in ratio_measures(series(*values))}["sortino"]
            assert found.value is None
            assert found.reason
        else:
            least = float(case["required_return"])
            figure = sortino(values, periods[case["period"]], least)
            assert figure == pytest.approx(case["expected"], abs=1e-8)


def test_small_series_have_the_sharpe_of_empyrical_or_a_reason(small):
    for case, values in small("test_excess_sharpe") + small("test_sharpe_ratio"):
        if case["expected"] in UNDEFINED:
            found = {one.name: one for one in ratio_measures(series(*values))}["sharpe"]
            assert found.value is None
            assert found.reason
        else:
            rate = 0.01 if case["factor_returns"] == "flat_line_1" else 0.0
            assert sharpe(values, 1, rate) == pytest.approx(case["expected"], abs=1e-8)


def test_small_series_have_the_volatility_of_empyrical(small):
    for case, values in small("test_annual_volatility"):
        found = float(np.std(values, ddof=1)) * math.sqrt(252)
        assert found == pytest.approx(case["expected"], abs=1e-8)
        longer = {one.name: one for one in ratio_measures(series(*values), 252)}["volatility"]
        assert longer.reason == f"{len(values)} of at least 20 days"


def test_one_return_is_not_annualised_to_eleven_hundred_percent(small):
    for _, values in small("test_cagr"):
        found = {one.name: one for one in growth_measures(series(*values))}["cagr"]
        assert found.value is None
        assert found.reason


def test_kupiec_of_ten_failures_in_ten_days(cases):
    case = cases("var_backtest.json")["kupiec:N=10:failures=10:p=0.01"]
    found = kupiec(case["N"], case["failures"], case["p"])
    assert found.statistic == pytest.approx(case["LR_POF_computed"], rel=1e-12)
    assert found.probability == pytest.approx(case["pvalue_computed"], rel=1e-10)


def test_christoffersen_of_the_transitions_of_mathworks(cases):
    case = cases("var_backtest.json")["christoffersen:n00=932:n01=53:n10=53:n11=4"]
    turns = {"n00": (False, False), "n01": (False, True), "n10": (True, False), "n11": (True, True)}
    found = christoffersen([turn for key, turn in turns.items() for _ in range(case[key])])
    assert found is not None
    assert found.statistic == pytest.approx(case["LR_IND_published"], abs=5e-6)
    assert found.probability == pytest.approx(case["p_published"], abs=5e-6)
    both = found.statistic + kupiec(1_043, 57, 0.05).statistic
    assert both == pytest.approx(case["LR_CC_published"], abs=5e-6)
    assert math.exp(-both / 2) == pytest.approx(case["p_CC_published"], abs=5e-6)


def test_exceptions_of_250_days_by_the_basel_committee(cases):
    found = [case for key, case in cases("var_backtest.json").items() if key.startswith("basel")]
    assert len(found) == 4
    for case in found:
        percent = 100 * at_most(case["exceptions"], case["days"], case["p"])
        assert percent == pytest.approx(case["cumulative_pct"], abs=0.005)


def test_probabilistic_and_deflated_sharpe_ratios(cases):
    for case in cases("psr_dsr.json").values():
        if case["fn"] == "psr":
            shape = (case["sr_per_period"], case["n"], case["skew"], case["kurt_raw"])
            found, digits = probability(*shape), 3
        elif case["fn"] == "sr0":
            spread = math.sqrt(case["var_of_trial_sr_annual"] / case["periods"])
            found, digits = best_by_chance(case["trials"], spread), 4
        else:
            root, moments = math.sqrt(case["periods"]), (case["skew"], case["kurt_raw"])
            ratio = case["sr_annual"] / root
            if case["fn"] == "dsr":
                spread = math.sqrt(case["var_of_trial_sr_annual"]) / root
                chance = best_by_chance(case["trials"], spread)
                assert chance == pytest.approx(case["sr0_per_period"], rel=1e-12)
                found, digits = probability(ratio, case["n"], *moments, chance), 4
            else:
                needed = track_record_needed(ratio, *moments, case["ref_annual"] / root)
                found, digits = needed / case["periods"], 2
        assert found == pytest.approx(case["computed"], rel=1e-12), case["key"]
        assert found == pytest.approx(case["published"], abs=0.6 * 10**-digits), case["key"]


def test_lo_factors_of_a_year(cases):
    for case in cases("annualisation.json").values():
        found = yearly_factor(case["rho"], case["q"])
        assert found == pytest.approx(case["eta"], rel=1e-12), case["key"]


@pytest.mark.parametrize("manager", MANAGERS)
def test_omega_and_ulcer_of_six_managers(oracle, monthly, manager):
    values = monthly(manager).values
    assert omega(values) == pytest.approx(oracle("managers_Omega_L0")[manager], rel=1e-12)
    assert ulcer(values) == pytest.approx(oracle("managers_UlcerIndex")[manager], rel=1e-12)
