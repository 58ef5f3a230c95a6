"""The lines of a year as rows: exact, all of them, with the rule and its version."""

from reports.exports import tax_lines
from tests.reports.books import export_figures, line, tax_year, whole


def rows(*lines, currency="EUR"):
    figures = export_figures(tax=tax_year(*lines, currency=currency))
    return [dict(zip(tax_lines.HEADER, row, strict=True)) for row in tax_lines.rows(figures)]


def test_amounts_keep_all_their_decimals():
    [row] = rows(line(proceeds=whole("1500.000000000000000001"), version="de-2025"))
    assert row["proceeds"].text == "1500.000000000000000001"
    assert (row["currency"], row["rule"], row["rule_version"]) == ("EUR", "fifo", "de-2025")


def test_what_is_not_assessed_is_a_row_without_a_gain():
    [row] = rows(line(rule="not_assessed", gain=None, assessed=False))
    assert (row["rule"], row["gain"], row["problem"]) == ("not_assessed", None, "not_assessed")
    [lost] = rows(line(rule="not_assessed", gain=None, assessed=False, proceeds=None))
    assert lost["problem"] == "not_assessed", "nothing of it lacks a price"


def test_an_unknown_basis_is_empty_and_named():
    [row] = rows(line(acquired=None, cost=None, gain=None))
    assert (row["cost"], row["acquired"], row["problem"]) == (None, "", "missing_basis")


def test_a_part_of_a_portfolio_without_a_value_lacks_a_price_and_no_acquisition():
    [row] = rows(line(acquired=None, cost=None, gain=None, rule="portfolio"))
    assert (row["proceeds"].text, row["cost"], row["problem"]) == (
        "1500.005",
        None,
        "missing_price",
    )
