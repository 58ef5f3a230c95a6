"""Weights that others published: recomputed from the same inputs, each with its source and digits.

The inputs stand in the folder shared beside the project; without it these tests are skipped.
"""

import json

import numpy as np
import pytest

from risk.allocation import Terms, allocate
from risk.allocation.trees import bisected
from risk.model import ReturnSeries
from tests.risk.series import with_covariance
from tests.risk.test_allocation import weights


@pytest.fixture(scope="module")
def evidence(shared):
    folder = shared / "evidence" / "risk"
    if not folder.is_dir():
        pytest.skip("the published figures are not in the shared folder")
    return folder


@pytest.mark.parametrize(
    ("key", "model"),
    [
        ("hrp:published", "hrp-paper"),
        ("inverse_variance", "inverse-variance"),
        ("min_variance_long_only", "mean-variance"),
    ],
)
def test_ten_series_are_weighed_as_published(evidence, key, model):
    """López de Prado 2016: the tree of the paper, inverse variance, least variance."""
    file = json.loads((evidence / "hrp_lopezdeprado.json").read_text())
    [case] = [one for one in file["cases"] if one["key"] == key]
    found = allocate(with_covariance(file["cov"]), model)
    assert found.fallback == ""
    assert weights(found) * 100 == pytest.approx(case["pct_published"], abs=file["tolerance_pct"])


def test_the_tree_on_the_condensed_distance_is_the_other_one_published(evidence):
    """The variant of libraries, with single linkage."""
    file = json.loads((evidence / "hrp_lopezdeprado.json").read_text())
    [case] = [one for one in file["cases"] if one["key"] == "hrp:condensed"]
    found = bisected(np.asarray(file["cov"]), "condensed")
    expected = case["pct_computed"]
    assert found * 100 == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("case", "abd")
def test_the_highest_return_at_a_volatility_of_ten_percent(evidence, case):
    """Maillard, Roncalli and Teïletche 2008: long-only, constant correlation."""
    file = json.loads((evidence / "mv_roncalli.json").read_text())
    [known] = [one for one in file["cases"] if one["case"] == case]
    rho = np.full((5, 5), known["rho"]) + (1 - known["rho"]) * np.eye(5)
    several = with_covariance(rho * np.outer(known["sigma"], known["sigma"]))
    moved = [
        ReturnSeries(one.name, one.days, tuple(value + mean for value in one.values))
        for one, mean in zip(several, known["mu"], strict=True)
    ]
    aimed = Terms(objective="target-volatility", target=0.1)
    found = allocate(moved, "mean-variance", terms=aimed)
    assert found.fallback == ""
    published = known["weights_pct_published"]
    assert weights(found) * 100 == pytest.approx(published, abs=file["tolerance_pct"])
