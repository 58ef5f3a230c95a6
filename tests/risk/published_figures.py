"""Figures as others define them, put together from ours, and how their printed rows are read."""

import re
from itertools import groupby
from math import sqrt

import numpy as np

from risk.appraisal import risks
from risk.downside import downside_deviation, omega
from risk.drawdown import underwater
from risk.growth import annualised, compounded
from risk.ratios import sharpe
from risk.relative import line, same_days
from risk.tail.normal import moments
from risk.walk_forward import Schedule, walk_forward
from tests.risk.test_published_further import BILLS, MANAGERS, MARKET, PEERS, above

CUT = 1.01e-4
FIGURE = re.compile(r"^-?\d+\.?\d*(e-?\d+)?$")
WORDS = {"NA", "NaN", "Inf", "-Inf"}


def rows_of(cases):
    """What a call printed: label → its figures, None where it has none; broken lines joined."""
    known = {case["call"]: case["prints"] for case in cases("pa_snapshots.json").values()}

    def of(call):
        found: dict[str, list[float | None]] = {}
        for text in known[call]:
            words = text.split()
            count = 0
            while count < len(words) and (
                FIGURE.match(words[-1 - count]) or words[-1 - count] in WORDS
            ):
                count += 1
            if count:
                label = " ".join(words[: len(words) - count])
                values = [None if word in WORDS else float(word) for word in words[-count:]]
                found.setdefault(label, []).extend(values)
        return found

    return of


class Given:
    """The series of the tables, whole or of one year."""

    def __init__(self, monthly):
        self.monthly = monthly

    def one(self, name, year=None):
        found = self.monthly(name)
        return found.values if year is None else self.in_year(found, year)

    def index(self, name, rows=None):
        return self.monthly(name, "edhec.csv", rows).values

    @staticmethod
    def in_year(found, year):
        pairs = zip(found.days, found.values, strict=True)
        return tuple(value for day, value in pairs if day.year == year)

    @property
    def book(self):
        return self.monthly("portfolio", "portfolio_bacon.csv").values

    @property
    def market(self):
        return self.monthly("benchmark", "portfolio_bacon.csv").values


def yearly(values):
    return annualised(compounded(values), len(values) / 12)


def alpha(own, other):
    """Jensen's alpha of geometric yearly returns, as the package and Bacon have it."""
    return yearly(own) - line(own, other).beta * yearly(other)


def specific(own, other):
    """Of a year, with a divisor of n as there."""
    return risks(own, other)[1] * sqrt(12 * (len(own) - 1) / len(own))


def squared(own, other):
    """M² of geometric yearly returns."""
    return yearly(own) / float(np.std(own)) * float(np.std(other))


def adjusted(values):
    """The Sharpe ratio with what skew and kurtosis take of it (Pezier and White 2006)."""
    ratio = sharpe(values, 12)
    skew, excess = moments(values)
    return ratio * (1 + skew / 6 * ratio - excess / 24 * ratio**2)


def short_of(values, least):
    """The mean of what returns are short of a least one: Ω and the mean say it together."""
    return (float(np.mean(values)) - least) / (omega(values, least) - 1)


def upside(values, least):
    return downside_deviation([-value for value in values], -least)


def d_ratio(values):
    below, over = sum(value < 0 for value in values), sum(value > 0 for value in values)
    return below / over / omega(values)


def reward(values, rate, measure):
    """Mean excess return for each unit of a tail of the excess returns."""
    excess = [value - rate for value in values]
    return float(np.mean(excess)) / measure(excess)


def stretches(values):
    """The deepest point of every stretch below the peak, and zero of every one at it."""
    runs = groupby(underwater(values), key=lambda level: level < 0)
    return [min(levels) if below else 0.0 for below, levels in runs]


def below_mean(values):
    return downside_deviation(values, float(np.mean(values)))


def sided(given, up):
    own, bills = given.monthly("HAM2"), given.monthly(BILLS)
    mine, theirs = same_days(above(own, bills), above(given.monthly(MARKET), bills))
    at = [n for n, value in enumerate(theirs.values) if (value > 0) == up and value]
    return line([mine.values[n] for n in at], [theirs.values[n] for n in at]).beta


def beside(figure, names=MANAGERS[:5], year=1996):
    """A figure of managers beside the market in one year; None where a month is missing."""

    def of(given):
        market = given.one(MARKET, year)
        own = [given.one(name, year) for name in names]
        return [figure(one, market) if len(one) == len(market) else None for one in own]

    return of


EVERY = (*MANAGERS, PEERS, MARKET, "US 10Y TR", BILLS)


def alone(figure, year=1996):
    """A figure of each series in one year; None where it has none."""

    def of(given):
        found = []
        for name in EVERY:
            values = given.one(name, year)
            found.append(figure(values) if values and min(values) < 0 else None)
        return found

    return of


def pair(given, name):
    return [one.values for one in same_days(given.monthly(name), given.monthly(MARKET))]


def excess_of(given, name):
    bills = given.monthly(BILLS)
    own, market = above(given.monthly(name), bills), above(given.monthly(MARKET), bills)
    return [one.values for one in same_days(own, market)]


def relative_growth(given):
    own, other = same_days(given.monthly("HAM1"), given.monthly(MARKET))
    return [
        (1 + compounded(own.values[:at])) / (1 + compounded(other.values[:at]))
        for at in range(1, 21)
    ]


def quarters(cost):
    """Five indices of equal weight, from the second quarter of 1997 on."""

    def of(given):
        names = list(INDICES)[:5]
        rows = [given.monthly(name, "edhec.csv", 12) for name in names]
        walked = walk_forward(rows, ("equal",), Schedule(first=3, step=3, cost=cost))
        # we pay for the first purchase too, at the begin of the second quarter
        return walked.outcomes[0].returns.values[3 if cost else 0 :]

    return of


INDICES = {
    "Convertible Arbitrage": "CA",
    "CTA Global": "CTA",
    "Distressed Securities": "DIS",
    "Emerging Markets": "EM",
    "Equity Market Neutral": "EMN",
    "Event Driven": "ED",
    "Fixed Income Arbitrage": "FIA",
    "Global Macro": "GM",
    "Long/Short Equity": "LS",
    "Merger Arbitrage": "MA",
    "Relative Value": "RV",
    "Short Selling": "SS",
    "Funds of Funds": "FOF",
}


def first_column(call, rows):
    """The first figure of each row of a table by days; of several tables, of the first."""
    found, printed = [], rows(call)
    for label, values in printed.items():
        if re.match(r"^\d{4}-\d{2}-\d{2}$", label):
            found.append(values[0])
    return found
