"""The index of figures: each is called, shows and comes from what the statement says (P10)."""

import json

from reports.index import index
from reports.statements.monthly import statement
from tests.reports.books import monthly_figures


def test_every_figure_is_in_the_index_with_its_source():
    made = statement(monthly_figures())
    found = json.loads(index(made))
    assert set(found["figures"]) == set(made.figures)
    assert found["figures"]["2026-10/cover/nav"] == {
        "text": "6,752,472",
        "kind": "nav",
        "references": ["2026-11-01T00:00:00Z"],
    }
    assert found["books"] == made.digest
