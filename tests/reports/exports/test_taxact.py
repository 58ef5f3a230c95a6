"""TaxAct's CSV: categories A to F for boxes G to L, wash sales, and the box said in words."""

import pytest

from reports.exports import taxact
from tests.reports.books import export_figures, line, tax_year, whole


def row(*lines, year=2025):
    [made] = taxact.rows(export_figures(tax=tax_year(*lines, year=year)))
    return dict(zip(taxact.HEADER, made, strict=True))


@pytest.mark.parametrize(
    ("term", "category", "box", "word"),
    [("short", "C", "box I", "Short"), ("long", "F", "box L", "Long")],
)
def test_a_box_of_digital_assets_goes_as_the_category_of_the_same_statement(
    term, category, box, word
):
    found = row(line(term=term))
    assert found["Reporting Category (A-F)"] == category
    assert found["Additional Description"] == box
    assert found["Long/Short"] == word


def test_every_box_has_a_category_of_the_same_term():
    assert all((taxact.CATEGORIES[box] in "ABC") == (box in "ABCGHI") for box in "ABCDEFGHIJKL")


def test_a_wash_sale_stands_in_its_own_column_with_code_and_amount():
    loss = line(proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60"))
    found = row(loss)
    assert (found["Wash Sale (W)"], found["Adjustment Code"]) == ("W", "W")
    assert found["Adjustment Amount"].text == "60.00"
    assert row(line())["Wash Sale (W)"] == ""


def test_several_acquisitions_are_various_with_their_term():
    found = row(line(acquired=None, term="long"))
    assert (found["Date Acquired"], found["Long/Short"]) == ("VARIOUS", "Long")
