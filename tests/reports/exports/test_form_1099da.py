"""What brokers reported beside the books, as rows."""

from dataclasses import replace

from ledger.model.broker import Comparison
from reports.exports import form_1099da
from tests.reports.books import KRAKEN, export_figures, line, whole
from tests.reports.test_sales import reported

OURS = line(wallet=KRAKEN.id)


def row(found):
    figures = export_figures(comparisons=(found,))
    [made] = form_1099da.rows(figures)
    return dict(zip(form_1099da.HEADER, made, strict=True))


def test_a_difference_is_a_row_with_both_sides():
    theirs = reported(proceeds=whole("1400"))
    made = row(
        Comparison("proceeds_differ", KRAKEN.id, "ETH", (OURS,), (theirs,), True, whole("100.005"))
    )
    assert made["outcome"] == "proceeds_differ"
    assert (made["our proceeds"].text, made["their proceeds"].text) == ("1500.005", "1400")
    assert made["proceeds difference"].text == "100.005"
    assert (made["source"], made["statement rows"]) == ("eip155:1/tx:0x01#0", "da.csv:2")
    assert (made["date sold"], made["basis reported"]) == ("2025-06-30", "yes")


def test_what_a_side_lacks_is_empty_and_never_zero():
    theirs = row(Comparison("missing_with_us", KRAKEN.id, "ETH", (), (reported(),)))
    assert (theirs["our proceeds"], theirs["our basis"], theirs["our lines"].text) == (
        None,
        None,
        "0",
    )
    ours = row(Comparison("missing_with_them", KRAKEN.id, "ETH", (OURS,), ()))
    assert (ours["their proceeds"], ours["their basis"], ours["source"]) == (
        None,
        None,
        OURS.source,
    )


def test_a_basis_that_the_books_lack_has_no_sum():
    nameless = line(wallet=KRAKEN.id, cost=None, gain=None)
    alone = row(Comparison("missing_with_them", KRAKEN.id, "ETH", (nameless,), ()))
    assert (alone["our basis"], alone["our proceeds"].text) == (None, "1500.005")
    both = row(Comparison("match", KRAKEN.id, "ETH", (OURS, nameless), (reported(),)))
    assert both["our basis"] is None, "what is known of it is not all of it"


def test_a_basis_that_one_row_has_not_has_no_sum():
    both = (reported(), replace(reported(), basis=None))
    made = row(Comparison("match", KRAKEN.id, "ETH", (OURS, OURS), both))
    assert made["their basis"] is None
