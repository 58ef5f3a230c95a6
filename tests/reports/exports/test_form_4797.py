"""Form 4797, line 10: sales of a trader, then what was marked, their sums, and section 481(a)."""

from reports.exports import form_4797
from tests.reports.books import export_figures, line, tax_year


def rows(*lines):
    figures = export_figures(tax=tax_year(*lines))
    return [
        dict(zip(form_4797.HEADER, (getattr(cell, "text", cell) for cell in row), strict=True))
        for row in form_4797.rows(figures)
    ]


def test_sales_and_marks_stand_apart_and_are_added_up():
    marked = line(character="ordinary", rule="mark", source="mark 2025")
    found = rows(marked, line(character="ordinary"), line(), line(character="section_1256"))
    assert [(row["line"], row["marked at year end"], row["source"]) for row in found] == [
        ("10", "no", "eip155:1/tx:0x01#0"),
        ("10", "yes", "mark 2025"),
        ("10", "", "rows above"),
    ]
    total = found[-1]
    assert total["(a) description"] == "Trader - see attached"
    # 1,500.00 and 1,002.02 (cost with the expense of sale), rounded row by row
    assert found[0]["(d) gross sales price"] == "1500.00"
    assert found[0]["(f) cost or other basis, and expense of sale"] == "1002.02"
    assert (found[0]["(g) gain or loss"], total["(g) gain or loss"]) == ("497.98", "995.96")


def test_what_has_no_price_has_no_gain_and_is_counted():
    found = rows(line(character="ordinary"), line(character="ordinary", proceeds=None, gain=None))
    assert [row["problem"] for row in found[:2]] == ["", "missing_price"]
    assert found[-1]["lines without a gain"] == "1"
    assert found[-1]["(g) gain or loss"] == "497.98"


def test_the_adjustment_of_the_first_year_is_no_sale():
    found = rows(line(character="section_481"))
    assert [row["line"] for row in found] == ["10", "481(a)", "481(a)"]
    assert found[0]["(g) gain or loss"] == "0.00"
    assert found[-1]["(a) description"] == "adjustment of the first year, Form 3115"
    assert found[-1]["(g) gain or loss"] == "497.98"
