"""Figures that others published, by file and key; where they are absent, tests are skipped."""

import csv
import json
from datetime import date

import pytest

from risk.model import ReturnSeries


@pytest.fixture(scope="module")
def evidence(shared):
    folder = shared / "evidence" / "risk"
    if not folder.is_dir():
        pytest.skip("the published figures are not in the shared folder")
    return folder


@pytest.fixture(scope="module")
def cases(evidence):
    """The cases of a file by their key."""

    def of(name):
        return {case["key"]: case for case in json.loads((evidence / name).read_text())["cases"]}

    return of


@pytest.fixture(scope="module")
def oracle(cases):
    """R PerformanceAnalytics 2.1.0, 15 digits; a loss is negative there."""
    found = cases("pa_oracle.json")
    return lambda key: found[key]["value"]


@pytest.fixture(scope="module")
def monthly(evidence):
    """One column of a file of monthly returns, missing values left out."""

    def of(column, name="managers.csv", rows=None):
        with (evidence / name).open() as lines:
            table = list(csv.DictReader(lines))[:rows]
        pairs = [(row["date"], float(row[column])) for row in table if row[column]]
        days = tuple(date.fromisoformat(day) for day, _ in pairs)
        return ReturnSeries(column, days, tuple(value for _, value in pairs))

    return of


@pytest.fixture(scope="module")
def small(evidence):
    """empyrical-reloaded 0.7.1: small series, missing values left out, and the cases of a test."""
    file = json.loads((evidence / "empyrical_cases.json").read_text())
    known = {
        name: [value for value in values if value != "NaN"]
        for name, values in file["series"].items()
    }

    def of(test):
        return [(case, known[case["returns"]]) for case in file["cases"] if case["test"] == test]

    return of
