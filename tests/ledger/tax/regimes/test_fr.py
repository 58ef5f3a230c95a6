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


def test_a_price_does_not_stand_for_more_than_three_days():
    quotes = ({"time": "2024-05-06", "asset": "Y", "price": "10"},)
    other = row("o", "2024-01-11", "buy", got="5 Y", sent="50 USD")
    assert ("missing_price", "c1") in france(NOTICE[0], other, NOTICE[1], prices=quotes).problems


def test_a_year_of_small_sales_is_free():
    for money, taxable in ((305, 0), (306, 206)):
        said = france(buy("a", "2024-01-10", 1, 100), sell("c", "2024-05-10", 1, money))
        assert said.totals[2024]["taxable"] == taxable
