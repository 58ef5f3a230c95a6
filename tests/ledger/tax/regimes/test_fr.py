"""France: the examples of notice 2086 and of BOFiP."""

from tests.ledger.tax.asked import ask, buy, row, sell

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
