"""France: the examples of notice 2086 and of BOFiP."""

import pytest

from tests.ledger.tax.asked import ask, buy, row, sell
from tests.ledger.tax.kept import codes, on, quote, year

QUOTES = (
    {"time": "2024-05-10", "asset": "X", "price": "12"},
    {"time": "2024-09-10", "asset": "X", "price": "20.8"},
)
NOTICE = (
    buy("a", "2024-01-10", 100, 1000),
    sell("c1", "2024-05-10", "37.5", 450),
    sell("c2", "2024-09-10", "62.5", 1300),
)


def france(*rows, **more):
    return ask(*rows, regime="fr", **more)


def test_the_example_of_notice_2086_page_7():
    said = france(*NOTICE, prices=QUOTES)
    assert said.gains == {"c1": 75, "c2": 675}
    assert {part.rule for part in said.parts} == {"portfolio"}
    assert said.totals[2024]["taxable"] == 750


def test_the_acquisition_price_is_the_sum_of_all_acquisitions_bofip_70():
    said = france(buy("a", "2024-01-10", 100, 500), buy("b", "2024-02-10", 100, 300))
    assert said.left["X"] == (200, 800)


def test_fees_reduce_the_price_and_not_the_quotient():
    sale = sell("c1", "2024-05-10", "37.5", 450, fee="10 USD")
    said = france(NOTICE[0], sale, prices=QUOTES)
    assert (said.parts[0].cost, said.gains["c1"]) == (375, 65)


def test_token_for_token_is_no_disposal():
    swap = row("s", "2024-03-01", "swap", sent="50 X", got="5 Y")
    quotes = (*QUOTES, {"time": "2024-05-09", "asset": "Y", "price": "120"})
    said = france(NOTICE[0], swap, NOTICE[1], prices=quotes)
    assert said.gains == {"c1": 75}
    assert said.left["Y"][0] == 5
    assert sum(cost for _, cost in said.left.values()) == 625


def test_a_portfolio_without_all_prices_has_no_value():
    other = row("o", "2024-01-11", "buy", got="5 Y", sent="50 USD")
    said = france(NOTICE[0], other, NOTICE[1], prices=QUOTES)
    assert ("missing_price", "c1") in said.problems
    assert not said.gains


def test_after_a_sale_without_a_value_no_figure_is_known_until_all_is_sold():
    """What the one took of the acquisition price is not known, so nor is what is left of it."""
    other = row("o", "2024-01-11", "buy", got="5 Y", sent="50 USD")
    later = sell("c3", "2024-06-10", 1, 40), row("e", "2024-07-01", "sell", sent="5 Y", got="9 USD")
    quotes = (
        *QUOTES,
        *({"time": day, "asset": "Y", "price": "10"} for day in ("2024-06-09", "2024-09-09")),
    )
    said = france(NOTICE[0], other, NOTICE[1], *later, prices=quotes)
    assert [row for code, row in said.problems if code == "missing_price"] == ["c1", "c3", "e"]
    assert not said.gains
    assert not said.totals, "and none is in a total"
    end = sell("end", "2024-08-01", "61.5", 100)
    again = buy("n", "2024-09-01", 1, 10), sell("m", "2024-09-02", 1, 15)
    said = france(NOTICE[0], other, NOTICE[1], *later, end, *again, prices=quotes)
    assert said.gains == {"m": 5}, "with nothing held nothing is left of it either"


def test_a_price_does_not_stand_for_more_than_three_days():
    quotes = ({"time": "2024-05-06", "asset": "Y", "price": "10"},)
    other = row("o", "2024-01-11", "buy", got="5 Y", sent="50 USD")
    assert ("missing_price", "c1") in france(NOTICE[0], other, NOTICE[1], prices=quotes).problems


def test_a_year_of_small_sales_is_free():
    for money, taxable in ((305, 0), (306, 206)):
        said = france(buy("a", "2024-01-10", 1, 100), sell("c", "2024-05-10", 1, money))
        assert said.totals[2024]["taxable"] == taxable


GIFT = row("g", "2024-05-10", "gift_sent", sent="37.5 X")


def test_a_gift_takes_its_fraction_of_the_acquisition_price_and_has_no_gain():
    said = france(NOTICE[0], GIFT, NOTICE[2], prices=QUOTES, gifts_sent="no_gain")
    assert said.gains == {"g": 0, "c2": 675}
    assert said.parts[0].cost == 375


def test_a_gift_without_a_value_takes_nothing_and_is_said():
    said = france(NOTICE[0], GIFT, gifts_sent="no_gain")
    assert (said.left["X"][1], said.problems) == (1000, [("missing_price", "g")])
    sale = sell("s", "2024-08-10", 1, 40), sell("c2", "2024-09-10", "61.5", 1300)
    said = france(NOTICE[0], GIFT, *sale, prices=QUOTES, gifts_sent="no_gain")
    assert said.gains["g"] == 0, "it has a price"
    said = france(NOTICE[0], GIFT, *sale, gifts_sent="no_gain")
    assert not said.gains, "what it took is not known, so nor is what is left"


def test_what_is_given_away_or_lost_is_in_no_price_of_the_year():
    quotes = [{"time": "2024-05-10", "asset": "X", "price": "20"}]
    lost = row("l", "2024-05-10T01:00", "stolen", sent="10 X", value=200)
    sale = sell("s", "2024-05-10T02:00", 10, 305)
    said = france(NOTICE[0], GIFT, lost, sale, prices=quotes, gifts_sent="no_gain")
    assert said.totals[2024]["taxable"] == 0
    assert said.gains["s"] > 0


def test_prices_of_the_year_are_net_of_fees():
    for fee, free in ((4, False), (5, True)):
        sale = sell("s", "2024-05-10", 10, 310, fee=f"{fee} USD")
        said = france(NOTICE[0], sale, prices=QUOTES[:1])
        assert (said.totals[2024]["taxable"] == 0) is free


def test_what_was_lost_leaves_the_acquisition_price_as_it_is():
    lost = row("l", "2024-05-09", "stolen", sent="37.5 X", value=1)
    said = france(NOTICE[0], lost, sell("c2", "2024-09-10", "62.5", 1300), prices=QUOTES)
    assert said.gains == {"l": 0, "c2": 300}


@pytest.mark.parametrize("valued", [True, False])
def test_a_gift_of_books_takes_its_fraction_of_the_french_acquisition_price(valued):
    """As notice 2086, p. 7, has it of a sale: 4,500 of a portfolio of 12,000 that cost 10,000."""
    worth = " = -4500" if valued else ""
    kept = " = 4500" if valued else ""
    gift = f"asset:w ETH -375 dispose{worth}\nexpense:donation ETH 375 none{kept}"
    found = year(
        on(
            "2024-01-10",
            "asset:w ETH 1000 acquire = 10000\nasset:w EUR -10000 dispose = -10000",
            "a",
        ),
        on("2024-05-10", gift, "gift"),
        on(
            "2024-09-10",
            "asset:w ETH -625 dispose = -13000\nasset:w EUR 13000 acquire = 13000",
            "sale",
        ),
        regime="fr",
        base="EUR",
        quotes=[quote("2024-05-10", "ETH", 12, "EUR")] if valued else [],
    )
    assert [(line.cost, line.gain) for line in found.lines] == (
        [(3750, 0), (6250, 6750)] if valued else [(None, None), (None, None)]
    )
    assert codes(found) == (
        [] if valued else [("missing_price", "gift"), ("missing_price", "sale")]
    )
