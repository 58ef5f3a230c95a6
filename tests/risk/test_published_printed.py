"""What R PerformanceAnalytics 2.1.0 prints, cut after four decimals, beside ours, call by call."""

from math import sqrt

import numpy as np
import pytest

from risk.appraisal import ahead, modigliani, risks
from risk.downside import downside_deviation, omega, pain, ulcer
from risk.drawdown import underwater
from risk.growth import compounded
from risk.ratios import ratio_measures, sortino
from risk.relative import line, treynor
from risk.sizing import kelly_continuous
from risk.tail.normal import expanded, gaussian, moments
from tests.risk.published_figures import (
    CUT,
    EVERY,
    INDICES,
    Given,
    adjusted,
    alone,
    alpha,
    below_mean,
    beside,
    d_ratio,
    excess_of,
    first_column,
    pair,
    quarters,
    relative_growth,
    reward,
    rows_of,
    sided,
    specific,
    squared,
    upside,
    yearly,
)
from tests.risk.test_published_further import BILLS, MANAGERS, MARKET, above


@pytest.fixture(scope="module")
def rows(cases):
    return rows_of(cases)


#: call → what of its rows is compared, and ours in their order.
HERE = {
    "ActivePremium(managers[, 1, drop = FALSE], managers[, 8, drop = FALSE])": (
        "[1]",
        lambda g: [yearly(g.one("HAM1")) - yearly(g.one(MARKET))],
    ),
    'print(AppraisalRatio(portfolio_bacon[, 1], portfolio_bacon[, 2], method = "appraisal"))': (
        "[1]",
        lambda g: [alpha(g.book, g.market) / specific(g.book, g.market)],
    ),
    'print(AppraisalRatio(portfolio_bacon[, 1], portfolio_bacon[, 2], method = "modified"))': (
        "[1]",
        lambda g: [alpha(g.book, g.market) / line(g.book, g.market).beta],
    ),
    'print(AppraisalRatio(managers["1996", 1], managers["1996", 8]))': (
        "[1]",
        beside(lambda own, b: alpha(own, b) / specific(own, b), MANAGERS[:1]),
    ),
    'print(AppraisalRatio(managers["1996", 1:5], managers["1996", 8]))': (
        "Appraisal ratio (Risk free = 0)",
        beside(lambda own, b: alpha(own, b) / specific(own, b)),
    ),
    'print(BernardoLedoitRatio(managers["1996"]))': ("Bernardo and Ledoit ratio", alone(omega)),
    'print(SFM.epsilon(managers["1996", 1], managers["1996", 8]))': (
        "[1]",
        beside(lambda own, b: alpha(own, b) - line(own, b).alpha, MANAGERS[:1]),
    ),
    "SterlingRatio(managers[, 1, drop = FALSE])": (
        "Sterling Ratio (Excess = 10%)",
        lambda g: [yearly(g.one("HAM1")) / (0.1 - min(underwater(g.one("HAM1"))))],
    ),
    "print(DRatio(portfolio_bacon[, 1]))": ("[1]", lambda g: [d_ratio(g.book)]),
    'print(DRatio(managers["1996"]))': ("d ratio", alone(d_ratio)),
    'print(DRatio(managers["1996", 1]))': ("[1]", lambda g: [d_ratio(g.one("HAM1", 1996))]),
    "DownsideDeviation(portfolio_bacon[, 1], MAR)": (
        "[1,]",
        lambda g: [downside_deviation(g.book, 0.005)],
    ),
    "apply(managers[, 1:6], 2, sd, na.rm = TRUE)": (
        "",
        lambda g: [
            {one.name: one for one in ratio_measures(g.monthly(name), 1)}["volatility"].value
            for name in MANAGERS
        ],
    ),
    "DownsideDeviation(managers[, 1:6], MAR = 0.04/12)": (
        "Downside Deviation (MAR = 0%)",
        lambda g: [downside_deviation(g.one(name), 0.04 / 12) for name in MANAGERS],
    ),
    "SemiDeviation(managers[, 1, drop = FALSE])": (
        "Semi-Deviation",
        lambda g: [below_mean(g.one("HAM1"))],
    ),
    "print(DownsideFrequency(portfolio_bacon[, 1], MAR))": (
        "[1]",
        lambda g: [1 - ahead(g.book, [0.005] * 24)],
    ),
    "DownsideSharpeRatio(edhec)": (
        "Downside Sharpe Ratio",
        lambda g: [
            float(np.mean(g.index(name))) / (sqrt(2) * below_mean(g.index(name)))
            for name in INDICES
        ],
    ),
    'print(FamaBeta(managers["1996", 1:5], managers["1996", 8]))': (
        "Fama Beta",
        beside(lambda own, b: float(np.std(own) / np.std(b))),
    ),
    'print(Kappa(managers["1996"], MAR, l))': (
        "kappa (MAR = 0%)",
        alone(lambda values: sortino(values, 1)),
    ),
    "KellyRatio(managers[, 1, drop = FALSE], Rf = managers[, 10, drop = FALSE])": (
        "Kelly Ratio",
        lambda g: [
            kelly_continuous(
                float(np.mean(above(g.monthly("HAM1"), g.monthly(BILLS)).values)),
                float(np.std(g.one("HAM1"), ddof=1)),
            )
            / 2
        ],
    ),
    'print(MSquaredExcess(managers["1996", 1:5], managers["1996", 8], MAR))': (
        "MSquaredExcess (Risk free = 0)",
        beside(lambda own, b: (1 + squared(own, b)) / (1 + yearly(b)) - 1),
    ),
    'print(MSquared(managers["1996", 1:5], managers["1996", 8]))': (
        "MSquared (Risk free = 0)",
        beside(squared),
    ),
    "MSquaredExcess(portfolio_bacon[, 1], portfolio_bacon[, 2])": (
        "benchmark.return....",
        lambda g: [(1 + squared(g.book, g.market)) / (1 + yearly(g.market)) - 1],
    ),
    'MSquaredExcess(managers["1996", 1], managers["1996", 8])': (
        "SP500 TR",
        beside(lambda own, b: (1 + squared(own, b)) / (1 + yearly(b)) - 1, MANAGERS[:1]),
    ),
    'print(MartinRatio(managers["1996", 1]))': (
        "Ulcer Index",
        lambda g: [yearly(g.one("HAM1", 1996)) / ulcer(g.one("HAM1", 1996))],
    ),
    "Modigliani(managers[, 1, drop = FALSE], managers[, 8, drop = FALSE], Rf = 0.035/12)": (
        "[1]",
        lambda g: [modigliani(g.one("HAM1"), g.one(MARKET), 0.035 / 12)],
    ),
    "print(Selectivity(portfolio_bacon[, 1], portfolio_bacon[, 2]))": (
        "[1]",
        lambda g: [alpha(g.book, g.market)],
    ),
    "print(PainIndex(portfolio_bacon[, 1]))": ("Pain Index", lambda g: [pain(g.book)]),
    'print(PainRatio(managers["1996", 1]))': (
        "Pain Index",
        lambda g: [yearly(g.one("HAM1", 1996)) / pain(g.one("HAM1", 1996))],
    ),
    "Return.annualized.excess(Rp = managers[, 1], Rb = managers[, 8])": (
        "Annualized Return",
        lambda g: [(1 + yearly(g.one("HAM1"))) / (1 + yearly(g.one(MARKET))) - 1],
    ),
    'SFM.beta.bull(managers[, "HAM2"], managers[, "SP500 TR"], Rf = managers[, "US 3m TR"])': (
        "[1]",
        lambda g: [sided(g, up=True)],
    ),
    'TimingRatio(managers[, "HAM2"], managers[, "SP500 TR"], Rf = managers[, "US 3m TR"])': (
        "[1]",
        lambda g: [sided(g, up=True) / sided(g, up=False)],
    ),
    'SharpeRatio(edhec[, 6, drop = FALSE], FUN = "VaR")': (
        "VaR Sharpe Ratio (Rf=0%, p=95%):",
        lambda g: [reward(g.index("Event Driven"), 0, lambda v: expanded(v, 0.95)[0])],
    ),
    'SharpeRatio(edhec[, 6, drop = FALSE], FUN = "ES")': (
        "ES Sharpe Ratio (Rf=0%, p=95%):",
        lambda g: [reward(g.index("Event Driven"), 0, lambda v: expanded(v, 0.95)[1])],
    ),
    "print(SkewnessKurtosisRatio(portfolio_bacon[, 1]))": (
        "[1]",
        lambda g: [moments(g.book)[0] / (moments(g.book)[1] + 3)],
    ),
    'print(SkewnessKurtosisRatio(managers["1996", 1]))': (
        "[1]",
        lambda g: [
            moments(g.one("HAM1", 1996))[0] / (moments(g.one("HAM1", 1996))[1] + 3),
        ],
    ),
    "print(SpecificRisk(portfolio_bacon[, 1], portfolio_bacon[, 2]))": (
        "[1]",
        lambda g: [specific(g.book, g.market)],
    ),
    "print(SystematicRisk(portfolio_bacon[, 1], portfolio_bacon[, 2]))": (
        "[1]",
        lambda g: [risks(g.book, g.market)[0] * sqrt(12)],
    ),
    'print(SystematicRisk(managers["2002", 1], managers["2002", 8]))': (
        "[1]",
        beside(lambda own, b: risks(own, b)[0] * sqrt(12), MANAGERS[:1], 2002),
    ),
    'print(SystematicRisk(managers["2002", 1:5], managers["2002", 8]))': (
        "Systematic Risk to SP500 TR (Rf = 0)",
        beside(lambda own, b: risks(own, b)[0] * sqrt(12), year=2002),
    ),
    'print(TotalRisk(managers["1996", 1:5], managers["1996", 8]))': (
        "Total Risk =",
        beside(lambda own, b: sqrt(12 * risks(own, b)[0] ** 2 + specific(own, b) ** 2)),
    ),
    "round(TreynorRatio(managers[, 1], managers[, 8], Rf = 0.035/12), 4)": (
        "[1]",
        lambda g: [treynor(g.one("HAM1"), g.one(MARKET), 12, 0.035 / 12)],
    ),
    "print(TreynorRatio(portfolio_bacon[, 1], portfolio_bacon[, 2], modified = TRUE))": (
        "[1]",
        lambda g: [yearly(g.book) / (risks(g.book, g.market)[0] * sqrt(12))],
    ),
    'print(TreynorRatio(managers["2002", 1:5], managers["2002", 8], modified = TRUE))': (
        "Treynor Ratio: SP500 TR",
        beside(lambda own, b: yearly(own) / (risks(own, b)[0] * sqrt(12)), year=2002),
    ),
    'print(UpsideRisk(portfolio_bacon[, 1], MAR, stat = "risk"))': (
        "[1]",
        lambda g: [upside(g.book, 0.005)],
    ),
    'print(UpsideRisk(portfolio_bacon[, 1], MAR, stat = "variance"))': (
        "[1]",
        lambda g: [upside(g.book, 0.005) ** 2],
    ),
    'print(VolatilitySkewness(portfolio_bacon[, 1], MAR, stat = "volatility"))': (
        "[1,]",
        lambda g: [(upside(g.book, 0.005) / downside_deviation(g.book, 0.005)) ** 2],
    ),
    'print(VolatilitySkewness(portfolio_bacon[, 1], MAR, stat = "variability"))': (
        "[1,]",
        lambda g: [upside(g.book, 0.005) / downside_deviation(g.book, 0.005)],
    ),
    'print(VolatilitySkewness(managers["1996", 1], MAR, stat = "volatility"))': (
        "[1,]",
        lambda g: [
            (upside(g.one("HAM1", 1996), 0) / downside_deviation(g.one("HAM1", 1996), 0)) ** 2
        ],
    ),
    't(round(maxDrawdown(edhec[, "Funds of Funds"]), 4))': (
        "[1,]",
        lambda g: [-min(underwater(g.index("Funds of Funds")))],
    ),
    "tail(cumprod(1 + portfolio_bacon), 1)": (
        "2001-12-30",
        lambda g: [1 + compounded(g.book), 1 + compounded(g.market)],
    ),
    "print(AdjustedSharpeRatio(portfolio_bacon[, 1]))": (
        "Annualized Sharpe Ratio (Rf=0%, p=95%):",
        lambda g: [adjusted(g.book)],
    ),
    'print(AdjustedSharpeRatio(managers["1996"]))': (
        "Adjusted Sharpe ratio (Risk free = 0)",
        alone(adjusted),
    ),
    ('CoVariance(managers[, "HAM2", drop = FALSE], managers[, "SP500 TR", drop = FALSE])'): (
        "[1]",
        lambda g: [line(*pair(g, "HAM2")).beta * float(np.var(pair(g, "HAM2")[1]))],
    ),
    'SharpeRatio(edhec[, 6, drop = FALSE], Rf = 0.04/12, FUN = "VaR", method = "gaussian")': (
        "VaR Sharpe Ratio (Rf=0.3%, p=95%):",
        lambda g: [reward(g.index("Event Driven"), 0.04 / 12, lambda v: gaussian(v, 0.95)[0])],
    ),
    'print(SkewnessKurtosisRatio(managers["1996"]))': (
        "SkewnessKurtosisRatio",
        lambda g: [
            moments(values)[0] / (moments(values)[1] + 3) if values else None
            for values in (g.one(name, 1996) for name in EVERY)
        ],
    ),
    'print(UpsideRisk(managers["1996"], MAR, stat = "risk"))': (
        "Upside Risk (MAR = 0%)",
        lambda g: [
            upside(values, 0) if values else 0.0 for values in (g.one(name, 1996) for name in EVERY)
        ],
    ),
    "SemiVariance(managers[, 1:6])": (
        "Semi-Variance",
        lambda g: [
            # of the months below the mean alone, there
            below_mean(values) ** 2 / float(np.mean(np.asarray(values) < np.mean(values)))
            for values in map(g.one, MANAGERS)
        ],
    ),
    "round(TreynorRatio(managers[, 1], managers[, 8], Rf = managers[, 10]), 4)": (
        "[1]",
        lambda g: [treynor(excess_of(g, "HAM1")[0], excess_of(g, "HAM1")[1], 12)],
    ),
    "round(TreynorRatio(managers[, 1:6], managers[, 8], Rf = 0.035/12), 4)": (
        "Treynor Ratio: SP500 TR",
        lambda g: [
            treynor(both[0], both[1], 12, 0.035 / 12) for both in (pair(g, n) for n in MANAGERS)
        ],
    ),
    "head(Return.relative(managers[, 1:3], managers[, 8, drop = FALSE]), n = 20)": (
        None,
        relative_growth,
    ),
    'Return.portfolio(edhec["1997", 1:5], rebalance_on = "quarters", verbose = TRUE)': (
        None,
        quarters(0.0),
    ),
    'Return.portfolio(edhec["1997", 1:5], rebalance_on = "quarters", rebal_cost = 0.002)': (
        None,
        quarters(0.002),
    ),
}


@pytest.mark.parametrize("call", HERE)
def test_a_printed_figure_is_ours(rows, monthly, call):
    label, ours = HERE[call]
    found = list(ours(Given(monthly)))
    printed = first_column(call, rows)[-len(found) :] if label is None else rows(call)[label]
    assert len(found) == len(printed)
    pairs = [(a, b) for a, b in zip(found, printed, strict=True) if a is not None and b is not None]
    assert pairs
    for own, expected in pairs:
        # a figure of hundreds is printed with fewer decimals
        assert own == pytest.approx(expected, abs=CUT, rel=0 if abs(expected) < 100 else 1e-3)
