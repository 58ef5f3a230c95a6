"""Canada: average cost, superficial losses, half of a gain."""

from fractions import Fraction

from tests.ledger.tax.asked import ask, buy, sell


def canada(*rows, **settings):
    return ask(*rows, regime="ca", loss_rule="ca_superficial", **settings)


BOUGHT = buy("a", "2017-01-02", 10, 12)


def test_a_loss_is_superficial_by_the_least_of_sold_bought_and_held():
    said = canada(
        BOUGHT,
        sell("b", "2017-01-03", 5, 1),
        sell("c", "2017-01-16", 4, "0.8"),
        sell("d", "2017-04-11", 1, "0.2"),
    )
    assert [(part.gain, part.denied) for part in said.parts] == [
        (-4, 1),
        (Fraction("-3.6"), Fraction("1.2")),
        (Fraction("-2.4"), 0),
    ]
    assert said.left["X"] == (0, 0)


def test_the_denied_part_joins_the_cost_of_what_is_held():
    said = canada(BOUGHT, sell("b", "2017-02-20", 5, 1), buy("c", "2017-02-21", 5, 3))
    assert (said.parts[0].gain, said.parts[0].denied) == (0, 5)
    assert said.left["X"] == (10, 14)


def test_what_was_sold_whole_and_bought_again_carries_its_loss():
    said = canada(BOUGHT, sell("b", "2017-02-20", 10, 2), buy("c", "2017-03-22", 10, 3))
    assert (said.parts[0].denied, said.left["X"]) == (10, (10, 13))


def test_the_window_is_thirty_days():
    said = canada(BOUGHT, sell("b", "2017-02-20", 10, 2), buy("c", "2017-03-23", 10, 3))
    assert (said.parts[0].denied, said.parts[0].gain) == (0, -10)


def test_a_gain_is_never_denied_and_half_of_it_is_taxable():
    said = canada(BOUGHT, sell("b", "2017-01-03", 5, 106))
    assert said.totals[2017] == {"short": 100, "long": 0, "income": 0, "taxable": 50}


def test_the_year_ends_at_midnight_of_toronto():
    last, first = sell("b", "2018-01-01T04:59:59", 1, 2), sell("c", "2018-01-01T05:00:00", 1, 3)
    said = ask(BOUGHT, last, first, regime="ca", regime_own=True)
    assert set(said.totals) == {2017, 2018}
