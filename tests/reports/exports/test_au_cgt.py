"""The Australian schedule: losses first against gains without discount, then the half."""

import pytest

from reports.exports import au_cgt
from tests.reports.books import export_figures, line, tax_year


def gained(gain, term="short"):
    amount = gain * 10**18
    return line(proceeds=max(amount, 0), cost=max(-amount, 0), fees=0, gain=amount, term=term)


def labels(*lines, year=2025):
    made = au_cgt.rows(export_figures(tax=tax_year(*lines, year=year, currency="AUD")))
    return {label: getattr(exact, "text", exact) for label, _, _, exact, _, _ in made}


@pytest.mark.parametrize(
    ("lines", "discount", "net"),
    [
        ([gained(1000, "long")], "500", "500"),
        ([gained(1000)], "0", "1000"),
        ([gained(1000, "long"), gained(-300)], "350", "350"),
        ([gained(1000, "long"), gained(400), gained(-300)], "500", "600"),
        ([gained(1000, "long"), gained(400), gained(-600, "long")], "400", "400"),
        ([gained(100), gained(-300)], "0", "0"),
    ],
)
def test_losses_go_against_gains_without_discount_first(lines, discount, net):
    found = labels(*lines)
    assert (found["4A"], found["6A"]) == (discount, net)


def test_losses_beyond_the_gains_are_carried_forward():
    found = labels(gained(100), gained(-300))
    assert (found["1J"], found["2A"], found["2B"], found["3B"]) == ("100", "300", "100", "200")


def test_a_parcel_without_a_figure_is_counted_alone():
    found = labels(line(cost=None, gain=None), line(rule="not_assessed", gain=None, assessed=False))
    assert (found[""], found["1J"]) == ("1", "0")


@pytest.mark.parametrize(("year", "net"), [(2027, "500"), (2028, "1000")])
def test_the_discount_ends_with_the_year_2027(year, net):
    assert labels(gained(1000, "long"), year=year)["6A"] == net
