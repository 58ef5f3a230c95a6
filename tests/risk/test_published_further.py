"""Figures that others published, beside a benchmark, of parts, of windows and of printed tables.

R PerformanceAnalytics 2.1.0 prints four decimals, cut and not rounded: within 10⁻⁴.
"""

import csv
import re

import numpy as np
import pytest

from risk.contribution import contributions, gaussian, historical, modified
from risk.downside import omega, pain, ulcer
from risk.drawdown import drawdowns, underwater
from risk.growth import annualised, compounded
from risk.model import ReturnSeries
from risk.ratios import sharpe, sortino
from risk.relative import information_ratio, line, same_days, tracking_error, treynor
from risk.significance import probability, track_record_needed
from risk.sizing import kelly_continuous
from risk.tail.historical import historical as tail_of
from risk.tail.normal import expanded, moments

MANAGERS = [f"HAM{number}" for number in range(1, 7)]
MARKET, BILLS, PEERS = "SP500 TR", "US 3m TR", "EDHEC LS EQ"
PARTS = ("Convertible Arbitrage", "Emerging Markets", "Long/Short Equity", "Funds of Funds")
CUT = 1.01e-4
NUMBER = re.compile(r"^-?\d+\.?\d*(e-?\d+)?$")


@pytest.fixture(scope="module")
def printed(cases):
    """What a call printed: label → the numbers behind it, lines that were broken joined."""
    known = {case["call"]: case["prints"] for case in cases("pa_snapshots.json").values()}

    def of(call):
        found: dict[str, list[float]] = {}
        for text in known[call]:
            words = text.split()
            count = 0
            while count < len(words) and NUMBER.match(words[-1 - count]):
                count += 1
            if count:
                label = " ".join(words[: len(words) - count])
                found.setdefault(label, []).extend(map(float, words[len(words) - count :]))
        return found

    return of


@pytest.fixture(scope="module")
def index(evidence):
    """The names of the thirteen indices, in the order of the file."""
    with (evidence / "edhec.csv").open() as lines:
        return next(csv.reader(lines))[1:]


def above(one, other):
    """The returns of a series above those of another on the same days."""
    mine, theirs = same_days(one, other)
    values = tuple(a - b for a, b in zip(mine.values, theirs.values, strict=True))
    return ReturnSeries(mine.name, mine.days, values)


# ---- parts -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quarters(monthly):
    """Four indices of equal weight, 152 months."""
    return np.asarray([monthly(name, "edhec.csv", 152).values for name in PARTS]).T / 4


def test_modified_components_of_four_indices(oracle, quarters):
    """Boudt, Peterson and Croux 2008 as in the package: .0345220 of four parts."""
    expected = oracle("edhec152_compVaR_modified_0.95")
    found = modified(quarters, 0.95, ddof=1)
    assert found.at_risk == pytest.approx(expected["MVaR"], rel=1e-12)
    assert found.of_risk == pytest.approx(expected["contribution"], rel=1e-11)
    assert found.of_risk / found.at_risk == pytest.approx(expected["pct_contrib_MVaR"], rel=1e-11)
    shortfall = oracle("edhec152_compES_modified_0.95")
    assert found.shortfall == pytest.approx(shortfall["MES"], rel=1e-12)
    assert found.of_shortfall == pytest.approx(shortfall["contribution"], rel=1e-11)


def test_historical_components_of_the_shortfall_of_four_indices(oracle, quarters):
    expected = oracle("edhec152_compES_historical_0.95")
    found = historical(quarters, 0.95)
    assert found.shortfall == pytest.approx(expected["-r_exceed/c_exceed"], rel=1e-12)
    shares = found.of_shortfall / found.shortfall
    assert shares == pytest.approx(expected["pct_contrib_hES"], rel=1e-12)
    assert (quarters.sum(axis=1) < -found.at_risk).sum() == expected["c_exceed"]


def test_gaussian_components_sum_to_that_of_the_whole(quarters):
    found = contributions(PARTS, quarters, 0.99, "gaussian", [0.25] * 4)
    assert sum(one.component_var for one in found.parts) == pytest.approx(found.at_risk, rel=1e-12)
    assert found.at_risk == gaussian(quarters, 0.99).at_risk


# ---- beside a benchmark ----------------------------------------------------------------------


@pytest.mark.parametrize("at", range(6))
def test_managers_beside_the_market(oracle, printed, monthly, at):
    name, market, bills = MANAGERS[at], monthly(MARKET), monthly(BILLS)
    own, other = same_days(monthly(name), market)
    error = tracking_error(own.values, other.values, 12)
    assert error == pytest.approx(oracle("managers_TrackingError_SP500")[name], rel=1e-12)
    own_above, market_above = same_days(above(own, bills), above(market, bills))
    found = treynor(own_above.values, market_above.values, 12)
    assert found == pytest.approx(oracle("managers_Treynor_SP500_rf")[name], rel=1e-12)
    alpha = line(own_above.values, market_above.values).alpha
    assert alpha == pytest.approx(oracle("managers_alpha_SP500_rf")[at], abs=5e-4)
    ratios = printed("InformationRatio(managers[, 1:6], managers[, 8:7])")
    ratio = information_ratio(own.values, other.values, 12)
    assert ratio == pytest.approx(ratios["Information Ratio: SP500 TR"][at], abs=CUT)
    peers = same_days(monthly(name), monthly(PEERS))
    ratio = information_ratio(peers[0].values, peers[1].values, 12)
    assert ratio == pytest.approx(ratios["Information Ratio: EDHEC LS EQ"][at], abs=CUT)


@pytest.mark.parametrize("at", range(3))
def test_lines_of_three_managers(printed, monthly, at):
    table = printed("table.SFM(managers[, 1:3], managers[, 8], Rf = managers[, 10])")
    bills = monthly(BILLS)
    own, market = same_days(above(monthly(MANAGERS[at]), bills), above(monthly(MARKET), bills))
    found = line(own.values, market.values)
    assert found.alpha == pytest.approx(table["Alpha"][at], abs=CUT)
    assert found.beta == pytest.approx(table["Beta"][at], abs=CUT)
    together = float(np.corrcoef(own.values, market.values)[0, 1])
    assert together == pytest.approx(table["Correlation"][at], abs=CUT)
    assert treynor(own.values, market.values, 12) == pytest.approx(
        table["Treynor Ratio"][at], abs=CUT
    )


def test_the_slopes_of_a_manager_beside_three_benchmarks(printed, monthly):
    table = printed(
        "SFM.beta(managers[, 1], managers[, 8:10], Rf = 0.035/12, benchmarkCols = FALSE)"
    )
    for name in (MARKET, "US 10Y TR", BILLS):
        own, other = same_days(monthly("HAM1"), monthly(name))
        found = line(own.values, other.values, 0.035 / 12).beta
        assert found == pytest.approx(table[f"Beta : {name}"][0], abs=1e-3)


def test_correlations_of_managers_with_both_benchmarks(printed, monthly):
    table = printed("table.Correlation(managers[, 1:6], managers[, 7:8])")
    for name in MANAGERS:
        for other in (PEERS, MARKET):
            own, beside = same_days(monthly(name), monthly(other))
            found = float(np.corrcoef(own.values, beside.values)[0, 1])
            assert found == pytest.approx(table[f"{name} to {other}"][0], abs=CUT)


# ---- printed tables --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "label", "function"),
    [
        ('ES(edhec, p = 0.95, method = "historical")', "ES", lambda v: -tail_of(v, 0.95)[1]),
        ('VaR(edhec, p = 0.95, method = "historical")', "VaR", lambda v: -tail_of(v, 0.95)[0]),
        ('ES(edhec, p = 0.95, method = "modified")', "ES", lambda v: -expanded(v, 0.95)[1]),
        ("ES(edhec, p = 0.01)", "ES", lambda v: -expanded(v, 0.99)[1]),
        ("StdDev(edhec)", "StdDev", lambda v: float(np.std(v, ddof=1))),
    ],
)  # fmt: skip
def test_tails_and_deviations_of_thirteen_indices(printed, monthly, index, call, label, function):
    expected = printed(call)[label]
    assert len(expected) == 13
    for name, value in zip(index, expected, strict=True):
        found = function(monthly(name, "edhec.csv").values)
        assert found == pytest.approx(value, abs=CUT), name


def test_ratios_that_the_package_prints_of_six_managers(printed, monthly):
    bills = monthly(BILLS)
    calmar = printed("CalmarRatio(managers[, 1:6])")["Calmar Ratio"]
    half = printed("KellyRatio(managers[, 1:6], Rf = managers[, 10, drop = FALSE])")["Kelly Ratio"]
    plain = printed('SharpeRatio(managers[, 1:6], Rf = 0.035/12, FUN = "StdDev")')
    [fixed] = plain.values()
    [yearly] = printed(
        "SharpeRatio.annualized(managers[, 1:6], Rf = managers[, 10, drop = FALSE], "
        "geometric = FALSE)"
    ).values()
    total = printed("Return.cumulative(managers[, 1:8])")["Cumulative Return"]
    annual = printed("round(Return.annualized(managers[, 1:8]), 4)")["Annualized Return"]
    falls = printed("t(round(maxDrawdown(managers), 4))")
    table = printed("table.DrawdownsRatio(managers[, 1:8])")
    for at, name in enumerate(MANAGERS):
        one = monthly(name)
        values, excess = one.values, above(one, bills).values
        earned, deepest = annualised(compounded(values), len(values) / 12), -min(underwater(values))
        assert earned / deepest == pytest.approx(calmar[at], abs=CUT)
        assert compounded(values) == pytest.approx(total[at], abs=CUT)
        assert earned == pytest.approx(annual[at], abs=CUT)
        assert deepest == pytest.approx(falls[name][0], abs=CUT)
        assert sharpe(values, 1, 0.035 / 12) == pytest.approx(fixed[at], abs=CUT)
        assert sharpe(excess, 12) == pytest.approx(yearly[at], abs=CUT)
        variance = float(np.var(values, ddof=1))
        # the package halves by default, over the variance of the returns themselves
        found = kelly_continuous(float(np.mean(excess)), variance**0.5)
        assert found / 2 == pytest.approx(half[at], abs=CUT)
        assert pain(values) == pytest.approx(table["Pain index"][at], abs=CUT)
        assert ulcer(values) == pytest.approx(table["Ulcer index"][at], abs=CUT)


def test_ratios_of_one_manager_in_one_year_and_of_the_portfolio_of_bacon(printed, monthly, cases):
    year = monthly("HAM1").values[:12]
    assert sortino(year, 1) == pytest.approx(
        printed('print(Kappa(managers["1996", 1], MAR, l))')["[1]"][0], abs=CUT
    )
    book = monthly("portfolio", "portfolio_bacon.csv").values
    assert sortino(book, 1, 0.005) == pytest.approx(
        printed("print(Kappa(portfolio_bacon[, 1], MAR, l))")["[1]"][0], abs=CUT
    )
    assert omega(book) == pytest.approx(
        printed("print(BernardoLedoitRatio(portfolio_bacon[, 1]))")["[1]"][0], abs=CUT
    )
    published = cases("bacon_published.json")
    kappa = published["Kappa(managers['1996',1], MAR, l)"]["published"]
    assert sortino(year, 1) == pytest.approx(kappa, abs=1e-3)
    shape = published["OmegaSharpeRatio(managers['1996',1], MAR)"]["published"]
    assert omega(year) - 1 == pytest.approx(shape, abs=1e-2)
    martin = published["MartinRatio(portfolio_bacon[,1])"]["published"]
    earned = annualised(compounded(book), len(book) / 12)
    assert earned / ulcer(book) == pytest.approx(martin, abs=1e-2)


def test_the_portfolio_of_bacon_to_fifteen_digits(oracle, monthly):
    expected = oracle("bacon")
    book = monthly("portfolio", "portfolio_bacon.csv").values
    assert pain(book) == pytest.approx(expected["pain"], rel=1e-12)
    assert ulcer(book) == pytest.approx(expected["ulcer"], rel=1e-12)
    assert -min(underwater(book)) == pytest.approx(expected["maxdd"], rel=1e-12)
    assert omega(book) == pytest.approx(expected["bernardo"], rel=1e-12)
    assert sharpe(book, 12) == pytest.approx(expected["sharpe_ann"], rel=1e-12)


def test_returns_and_kelly_fractions_of_thirteen_indices(oracle, monthly):
    for name, expected in oracle("edhec152_annret_geo").items():
        values = monthly(name, "edhec.csv", 152).values
        assert annualised(compounded(values), 152 / 12) == pytest.approx(expected, rel=1e-12)
        full = kelly_continuous(float(np.mean(values)), float(np.std(values, ddof=1)))
        assert full == pytest.approx(oracle("edhec152_Kelly_full")[name], rel=1e-12)


@pytest.mark.parametrize("manager", MANAGERS)
def test_kelly_fractions_above_a_rate_that_moves(oracle, monthly, manager):
    one = monthly(manager)
    excess = above(one, monthly(BILLS)).values
    found = kelly_continuous(float(np.mean(excess)), float(np.std(one.values, ddof=1)))
    assert found == pytest.approx(oracle("managers_Kelly_full_rfvec")[manager], rel=1e-12)


@pytest.mark.parametrize("manager", MANAGERS)
def test_skew_and_martin_ratio_of_six_managers(oracle, monthly, manager):
    values = monthly(manager).values
    assert moments(values)[0] == pytest.approx(oracle("managers_skew_moment")[manager], rel=1e-12)
    martin = annualised(compounded(values), len(values) / 12) / ulcer(values)
    assert martin == pytest.approx(oracle("managers_MartinRatio")[manager], rel=1e-12)
    below = float(np.sqrt(np.mean(np.minimum(values, 0) ** 2)))
    assert float(np.mean(values)) / sortino(values, 1) == pytest.approx(below, rel=1e-12)
    assert below == pytest.approx(oracle("managers_DownsideDev_mar0")[manager], rel=1e-12)


@pytest.mark.parametrize(
    ("call", "file", "column"),
    [
        ("table.Drawdowns(edhec[, 1, drop = FALSE])", "edhec.csv", "Convertible Arbitrage"),
        ("table.Drawdowns(managers[, 8, drop = FALSE])", "managers.csv", MARKET),
    ],
)
def test_the_five_deepest_falls_with_their_dates(cases, monthly, call, file, column):
    prints = next(c["prints"] for c in cases("pa_snapshots.json").values() if c["call"] == call)
    one = monthly(column, file)
    found = drawdowns(one)[:5]
    for text, fall in zip(prints[1:], found, strict=True):
        _, begun, trough, end, depth, *_ = text.split()
        assert one.days[one.days.index(fall.peak) + 1].isoformat() == begun
        assert (fall.trough.isoformat(), str(fall.recovered)) == (trough, end)
        assert fall.depth == pytest.approx(-float(depth), abs=CUT)


def test_every_fall_of_an_index(cases, monthly):
    call = 'sortDrawdowns(findDrawdowns(edhec[, "Funds of Funds", drop = FALSE]))'
    prints = next(c["prints"] for c in cases("pa_snapshots.json").values() if c["call"] == call)
    ends = [at for at, text in enumerate(prints) if text.startswith("$")][1]
    words = " ".join(prints[1:ends]).replace("[", " [").split()
    depths = [float(word) for word in words if NUMBER.match(word) and float(word) < 0]
    found = [-fall.depth for fall in drawdowns(monthly("Funds of Funds", "edhec.csv"))]
    assert found == pytest.approx(depths, abs=CUT)


@pytest.mark.parametrize(("skewed", "tailed"), [(True, True), (True, False), (False, False)])
def test_how_likely_an_index_is_above_a_ratio(printed, monthly, skewed, tailed):
    values = monthly("Convertible Arbitrage", "edhec.csv").values
    skew, excess = moments(values)
    shape = (skew if skewed else 0.0, excess + 3 if tailed else 3.0)
    words = (
        f"ignore_skewness = {str(not skewed).upper()}, ignore_kurtosis = {str(not tailed).upper()}"
    )
    call = f"ProbSharpeRatio(edhec[, 1:2], refSR = c(0.28, 0.24), {words})"
    found = probability(sharpe(values, 1), len(values), *shape, 0.28)
    expected = printed(call)["Probabilistic Sharpe Ratio(p= 95 %):"][0]
    assert found == pytest.approx(expected, abs=CUT)


def test_the_track_record_that_an_index_needs(printed, monthly):
    values = monthly("Convertible Arbitrage", "edhec.csv").values
    skew, _ = moments(values)
    ratio = sharpe(values, 1)
    two = "MinTrackRecord(edhec[, 1:2], refSR = c(0.28, 0.24), ignore_skewness = {}, {})"
    flat = "ignore_kurtosis = TRUE"
    for call, shape, least in (
        ("MinTrackRecord(edhec[, 1], refSR = 0.23)", (skew, 3.0), 0.23),
        (two.format("FALSE", flat), (skew, 3.0), 0.28),
        (two.format("TRUE", flat), (0.0, 3.0), 0.28),
    ):
        [expected] = [each[0] for each in printed(call).values() if each[0] > 390]
        found = track_record_needed(ratio, *shape, least)
        assert found == pytest.approx(expected, rel=1e-6), call
