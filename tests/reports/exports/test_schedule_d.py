"""Schedule D: each box in its line, sums of both parts, and what has no gain is counted."""

from reports.exports import schedule_d
from tests.reports.books import export_figures, line, tax_year, whole


def rows(*lines, year=2025):
    figures = export_figures(tax=tax_year(*lines, year=year))
    made = [dict(zip(schedule_d.HEADER, row, strict=True)) for row in schedule_d.rows(figures)]
    return {row["line"]: row for row in made}


def test_every_line_of_the_schedule_is_there_even_without_a_sale():
    assert list(rows()) == ["1b", "2", "3", "7", "8b", "9", "10", "15"]
    assert rows()["3"]["(h) gain or loss"].text == "0.00"


def test_totals_stand_in_the_line_of_their_box():
    found = rows(line(), line(), line(term="long"))
    assert found["3"]["(d) proceeds"].text == "2996.00"
    assert found["3"]["forms_8949_lines"].text == "2"
    assert found["10"]["(h) gain or loss"].text == "497.98"
    assert found["1b"]["forms_8949_lines"].text == "0"


def test_both_parts_have_their_sum():
    found = rows(line(), line(), line(term="long"))
    assert found["7"]["net of part"].text == "995.96"
    assert found["15"]["net of part"].text == "497.98"


def test_lines_of_2024_stand_in_the_same_place_by_their_boxes():
    assert rows(line(), year=2024)["3"]["forms_8949_lines"].text == "1"


def test_what_has_no_gain_is_counted_and_in_no_sum_of_h():
    found = rows(line(), line(acquired=None, cost=None, gain=None))["3"]
    assert found["lines without a gain"].text == "1"
    assert found["(h) gain or loss"].text == "497.98"


def test_a_wash_sale_stands_in_the_adjustments():
    loss = line(proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60"))
    assert rows(loss)["3"]["(g) adjustments"].text == "60.00"


def test_contracts_of_section_1256_stand_in_lines_of_their_own():
    contract = line(gain=whole("100"), character="section_1256")
    found = rows(line(), contract)
    assert list(found) == ["1b", "2", "3", "4", "7", "8b", "9", "10", "11", "15"]
    assert found["4"]["(h) gain or loss"].text == "40.00"
    assert found["11"]["(h) gain or loss"].text == "60.00"
    assert found["11"]["source"] == "form_6781 line 9"
    assert found["7"]["net of part"].text == "537.98"
    assert found["15"]["net of part"].text == "60.00"
    assert found["3"]["forms_8949_lines"].text == "1"


def test_what_is_ordinary_is_in_no_line_of_it():
    found = rows(line(character="ordinary"), line(character="section_481"))
    assert list(found) == list(rows())
    assert found["7"]["net of part"].text == found["15"]["net of part"].text == "0.00"
