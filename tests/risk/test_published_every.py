"""A textbook's examples and a library's small series beside ours; no shared case is left out."""

import importlib
import inspect
import json
from math import sqrt
from pathlib import Path

import pytest

from risk.appraisal import ahead, risks
from risk.downside import downside_deviation, omega, pain
from risk.growth import annualised, compounded
from risk.ratios import sortino
from risk.relative import line, relative_measures
from tests.risk.published_figures import (
    CUT,
    Given,
    adjusted,
    alpha,
    d_ratio,
    rows_of,
    short_of,
    specific,
    squared,
    upside,
    yearly,
)
from tests.risk.series import series
from tests.risk.test_published_printed import HERE as CALLS


@pytest.fixture(scope="module")
def rows(cases):
    return rows_of(cases)


# ---- a textbook


def m2_by_downside(own, other, least):
    """M² of Sortino: the ratio of a month on what the downsides of a year differ by, as there."""
    more = downside_deviation(other, least) - downside_deviation(own, least)
    return yearly(own) + sortino(own, 1, least) * more * sqrt(12)


#: key → ours; of those that today's package does not reproduce, its own figure is compared.
BACON = {
    "AdjustedSharpeRatio(portfolio_bacon[,1])": lambda g: adjusted(g.book),
    "SFM.epsilon(portfolio_bacon[,1], portfolio_bacon[,2])": lambda g: (
        alpha(g.book, g.market) - line(g.book, g.market).alpha
    ),
    "SFM.jensenAlpha(portfolio_bacon[, 1], portfolio_bacon[, 2])": lambda g: alpha(
        g.book, g.market
    ),
    "DRatio(portfolio_bacon[,1])": lambda g: d_ratio(g.book),
    "DownsideFrequency(portfolio_bacon[,1], MAR)": lambda g: 1 - ahead(g.book, [0.005] * 24),
    "M2Sortino(portfolio_bacon[,1], portfolio_bacon[,2], MAR)": lambda g: m2_by_downside(
        g.book, g.market, 0.005
    ),
    "MSquared(portfolio_bacon[,1], portfolio_bacon[,2])": lambda g: squared(g.book, g.market),
    'MSquaredExcess(portfolio_bacon[,1], portfolio_bacon[,2], Method="arithmetic")': lambda g: (
        squared(g.book, g.market) - yearly(g.market)
    ),
    "PainRatio(portfolio_bacon[,1])": lambda g: yearly(g.book) / pain(g.book),
    "SystematicRisk(portfolio_bacon[,1], portfolio_bacon[,2])": lambda g: (
        risks(g.book, g.market)[0] * sqrt(12)
    ),
    "TotalRisk(portfolio_bacon[,1], portfolio_bacon[,2])": lambda g: sqrt(
        12 * risks(g.book, g.market)[0] ** 2 + specific(g.book, g.market) ** 2
    ),
    "DownsidePotential(portfolio_bacon[,1], MAR)": lambda g: short_of(g.book, 0.005),
    'UpsideRisk(portfolio_bacon[,1], MAR, stat="potential")': lambda g: (
        short_of(g.book, 0.005) * omega(g.book, 0.005)
    ),
    'UpsideRisk(portfolio_bacon[,1], MAR, stat="variance")': lambda g: upside(g.book, 0.005) ** 2,
    "UpsideRisk(managers['1996',1], MAR, stat=\"risk\")": lambda g: upside(g.one("HAM1", 1996), 0),
    'VolatilitySkewness(portfolio_bacon[,1], MAR, stat="variability")': lambda g: (
        upside(g.book, 0.005) / downside_deviation(g.book, 0.005)
    ),
}


@pytest.mark.parametrize("key", BACON)
def test_an_example_of_the_textbook_is_ours(cases, monthly, key):
    case, found = cases("bacon_published.json")[key], BACON[key](Given(monthly))
    if case["agrees"]:
        assert found == pytest.approx(case["published"], abs=1.001 * 10.0 ** -case["decimals"])
    else:
        assert found == pytest.approx(case["package_2_1_0_to_4_decimals"], abs=CUT)
        assert found != pytest.approx(case["published"], abs=10.0 ** -case["decimals"])


# ---- small series


@pytest.fixture(scope="module")
def pairs(evidence):
    """Two small series on the places at which both have a value; a minus turns one round."""
    known = json.loads((evidence / "empyrical_cases.json").read_text())["series"]

    def of(own, other):
        mine, theirs = known[own], known[other.removeprefix("-")]
        sign = -1 if other.startswith("-") else 1
        both = [(a, sign * b) for a, b in zip(mine, theirs, strict=False) if "NaN" not in {a, b}]
        return [one[0] for one in both], [one[1] for one in both]

    return of


def captured(own, other, *, up):
    """What was earned for what the other earned on its days of a kind, in a year of 252."""
    days = [at for at, value in enumerate(other) if (value > 0 if up else value < 0)]
    if not days:
        return None
    parts = [[one[at] for at in days] for one in (own, other)]
    yearly_ones = [annualised(compounded(part), len(part) / 252) for part in parts]
    return yearly_ones[0] / yearly_ones[1]


def windows(own, other, window, figure):
    return [
        figure(own[at : at + window], other[at : at + window])
        for at in range(len(own) - window + 1)
    ]


def test_small_series_have_the_captures_of_empyrical(small, pairs):
    told = 0
    for test in ("test_up_capture", "test_down_capture", "test_up_down_capture"):
        for case, _ in small(test):
            own, other = pairs(case["returns"], case.get("benchmark") or case["factor_returns"])
            up, down = captured(own, other, up=True), captured(own, other, up=False)
            found = {
                "test_up_capture": up,
                "test_down_capture": down,
                "test_up_down_capture": up / down if up and down else None,
            }[test]
            if case["expected"] == "NaN":
                assert found is None, case["key"]
            else:
                assert found == pytest.approx(case["expected"], abs=1e-8), case["key"]
                told += 1
    assert told == 6


def test_windows_of_small_series_have_the_captures_of_empyrical(small, pairs):
    for test in ("test_roll_up_capture", "test_roll_down_capture", "test_roll_up_down_capture"):
        for case, _ in small(test):
            own, other = pairs(case["returns"], case["factor_returns"])

            def figure(a, b, test=test):
                up, down = captured(a, b, up=True), captured(a, b, up=False)
                if test == "test_roll_up_capture":
                    return up
                return down if test == "test_roll_down_capture" else up and down and up / down

            found = windows(own, other, case["window"], figure)
            if case["expected"] == "NaN":
                assert found == [None]
            else:
                told = case["expected"][len(case["expected"]) - len(found) :]
                assert found == pytest.approx(told, rel=1e-6), case["key"]


def test_small_series_have_the_slopes_of_each_side(small, pairs):
    for test, up in (("test_up_alpha_beta", True), ("test_down_alpha_beta", False)):
        for case, _ in small(test):
            own, other = pairs(case["returns"], case["benchmark"])
            days = [at for at, value in enumerate(other) if (value > 0 if up else value < 0)]
            if "NaN" in case["expected"]:
                assert len(days) < 3
                continue
            mine, theirs = ([one[at] for at in days] for one in (own, other))
            if len(days) > 2:
                found = line(mine, theirs)
                assert (found.alpha, found.beta) == pytest.approx(case["expected"], abs=1e-12)


def test_an_empty_series_has_no_alpha(small):
    [(case, values)] = small("test_alpha")
    found = {one.name: one for one in relative_measures(series(*values), series(0.1, 0.2))}
    assert (case["expected"], found["alpha"].value) == ("NaN", None)
    assert found["alpha"].reason == "0 of at least 20 common days"


def test_small_series_have_the_downside_of_empyrical(small):
    periods = {"DAILY": 252, "MONTHLY": 12}
    for case, values in small("test_downside_risk"):
        least = 0.0 if case["required_return"] == "mixed_returns" else case["required_return"]
        own = [0.0 for _ in values] if case["required_return"] == "mixed_returns" else values
        found = downside_deviation(own, float(least)) * sqrt(periods[case["period"]])
        assert found == pytest.approx(case["expected"], rel=1e-12)


def test_who_rose_while_the_other_fell_was_always_ahead(small, pairs):
    [(case, _)] = small("test_batting_average")
    own, other = pairs(case["returns"], case["benchmark"])
    # of days on which the benchmark rose there are none: "NaN" there
    assert case["expected"] == [ahead(own, other), "NaN", ahead(own, other)]


# ---- nothing is left out


CASES = Path(__file__).with_name("published_cases.txt")
HERE = {
    "pa_snapshots.json": lambda case: case["call"] in CALLS,
    "bacon_published.json": lambda case: case["key"] in BACON,
}
FILES = ("pa_snapshots.json", "bacon_published.json", "pa_oracle.json", "empyrical_cases.json")


def told():
    """File → case → the test that compares it, or why there is none of ours."""
    found: dict[str, dict[str, str]] = {}
    head = ""
    for text in CASES.read_text("utf-8").splitlines()[2:]:
        if text.startswith("== "):
            cases = found[text[3:]] = {}
        elif text.startswith("    "):
            assert text.strip() not in cases, text
            cases[text.strip()] = head
        else:
            head = text
    return found


def name_of(file, case):
    """What stands for a case in the list: its call, its test, its key."""
    if file == "pa_snapshots.json":
        return case["call"]
    return case["test"] if file == "empyrical_cases.json" else case["key"]


@pytest.mark.parametrize("file", FILES)
def test_every_case_is_compared_or_stands_with_its_reason(cases, file):
    here = HERE.get(file)
    every = {name_of(file, case) for case in cases(file).values() if here is None or not here(case)}
    assert every == set(told()[file])


def test_every_test_that_is_said_to_compare_is_there_and_every_reason_says_something():
    for cases in told().values():
        for head in cases.values():
            kind, _, rest = head.partition(" ")
            if kind == "test":
                module, _, name = rest.partition(":")
                found = importlib.import_module(f"tests.risk.{module}")
                assert inspect.isfunction(getattr(found, name)), rest
            else:
                assert (kind, len(rest) > 30) == ("none", True), head
