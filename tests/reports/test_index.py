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


def test_no_figure_is_a_sum_of_itself():
    found = json.loads(index(statement(monthly_figures())))["figures"]

    def parts(identity, above):
        assert identity not in above, identity
        figure = found.get(identity, {"kind": "none"})
        for part in figure["references"] if figure["kind"] == "sum" else ():
            parts(part, {*above, identity})

    assert sum(figure["kind"] == "sum" for figure in found.values()) > 20
    for identity in found:
        parts(identity, set())
