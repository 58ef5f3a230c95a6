"""The United Kingdom: the worked examples of HMRC, and years from 6 April.

HMRC rounds intermediate sums to whole pounds, so its figures hold to the pound.
"""

from fractions import Fraction

import pytest

from tests.ledger.tax.asked import ask, buy, row, sell

INDIVIDUAL = {
    "CRYPTO22251": (
        [
            buy("r1", "2020-01-01", 100, 1000),
            buy("r2", "2020-09-18", 50, 125_000),
            sell("r3", "2020-12-01", 50, 300_000),
        ],
        {"r3": 258_000},
        (100, 84_000),
    ),
    "CRYPTO22252": (
        [
            buy("r1", "2020-01-01", 5000, 500),
            sell("r2", "2020-06-23T10:00", 1000, 800),
            buy("r3", "2020-06-23T15:00", 1600, 1000),
            sell("r4", "2020-06-23T19:00", 500, 600),
        ],
        {"r2 r4": 462},
        (5100, 562),
    ),
    "CRYPTO22253": (
        [
            buy("r1", "2020-01-01", 2000, 1000),
            sell("r2", "2020-03-31", 1000, 400),
            sell("r3", "2020-04-20", 500, 150),
            buy("r4", "2020-04-21", 700, 175),
            buy("r5", "2020-04-28", 500, 100),
            buy("r6", "2020-05-01", 500, 150),
        ],
        {"r2": 165, "r3": 20},
        (2200, 1060),
    ),
    "CRYPTO22255": (
        [
            buy("r1", "2020-01-01", 14_000, 200_000),
            sell("r2", "2020-08-30", 4000, 160_000),
            buy("r3", "2020-09-11", 500, 17_500),
        ],
        {"r2": 92_500},
        (10_500, 150_000),
    ),
    "CRYPTO22256": (
        [
            buy("r1", "2020-01-01", 100_000, 300_000),
            buy("r2", "2020-07-31T09:00", 10_000, 45_000),
            sell("r3", "2020-07-31T10:00", 30_000, 150_000),
            sell("r4", "2020-08-05", 20_000, 100_000),
            buy("r5", "2020-08-06", 50_000, 225_000),
            sell("r6", "2020-08-07", 100_000, 150_000),
        ],
        {"r3": 15_000, "r4": 10_000, "r6": -163_637},
        (10_000, 31_363),
    ),
}
COMPANY = {
    "CRYPTO41350, first": (
        [
            buy("r1", "2016-01-01", 100, 1000),
            buy("r2", "2017-01-01", 50, 125_000),
            sell("r3", "2020-09-04", 50, 300_000),
        ],
        {"r3": 258_000},
        (100, 84_000),
    ),
    "CRYPTO41350, second": (
        [
            buy("r1", "2020-01-01", 14_000, 200_000),
            buy("r2", "2020-08-30", 500, 17_500),
            sell("r3", "2020-09-04", 4000, 160_000),
        ],
        {"r3": 92_500},
        (10_500, 150_000),
    ),
}


def check_example(rows, gains, pool, method):
    said = ask(*rows, regime="uk", method=method)
    for names, gain in gains.items():
        assert abs(sum(said.gains[name] for name in names.split()) - gain) <= 1
    quantity, cost = said.left["X"]
    assert quantity == pool[0]
    assert abs(cost - pool[1]) <= 1
    assert not said.problems


@pytest.mark.parametrize("example", INDIVIDUAL)
def test_examples_of_hmrc_for_individuals(example):
    check_example(*INDIVIDUAL[example], "share-matching")


@pytest.mark.parametrize("example", COMPANY)
def test_examples_of_hmrc_for_companies(example):
    check_example(*COMPANY[example], "company-matching")


def test_a_fee_in_tokens_is_a_cost_and_a_disposal_crypto22280():
    said = ask(
        buy("r1", "2020-01-01", 10_000, 20_000),
        sell("r2", "2020-08-01", 1000, 5000, fee="1 X"),
        regime="uk",
    )
    assert [part.gain for part in said.parts] == [2995, 3]
    assert said.totals[2021]["short"] == 2998


def test_the_thirtieth_day_after_matches_and_the_next_one_does_not():
    first, sale = buy("a", "2020-01-01", 10, 10), sell("s", "2020-03-01", 10, 100)
    for day, rule in (("2020-03-31", "thirty_day"), ("2020-04-01", "s104")):
        said = ask(first, sale, buy("b", day, 10, 50), regime="uk")
        assert [part.rule for part in said.parts] == [rule]


def test_the_tenth_day_before_matches_and_the_eleventh_does_not_for_a_company():
    first, sale = buy("a", "2020-01-01", 10, 10), sell("s", "2020-03-31", 10, 100)
    for day, rule in (("2020-03-21", "ten_day"), ("2020-03-20", "s104")):
        said = ask(first, buy("b", day, 10, 50), sale, regime="uk", method="company-matching")
        assert said.parts[0].rule == rule


def test_a_gift_at_no_gain_and_no_loss_takes_part_in_the_matching():
    said = ask(
        buy("a", "2020-01-01", 100, 100),
        row("g", "2020-02-01", "gift_sent", sent="40 X"),
        buy("b", "2020-02-15", 40, 4000),
        regime="uk",
        gifts_sent="no_gain",
    )
    assert [(part.cost, part.gain) for part in said.parts] == [(4000, 0)]
    assert said.left["X"] == (100, 100)


def test_the_year_begins_on_6_april_by_local_time():
    rows = [
        buy("a", "2023-01-01", 3, 3),
        sell("b", "2024-04-05T22:59", 1, 2),
        sell("c", "2024-04-05T23:00", 1, 2),
    ]
    assert set(ask(*rows, regime="uk", day_zone="Europe/London").totals) == {2024, 2025}
    assert set(ask(*rows, regime="uk").totals) == {2024}


def test_a_donation_to_charity_is_at_no_gain_and_a_gift_is_not_section_257():
    rows = (
        buy("b", "2024-05-01", 10, 100),
        row("d", "2024-06-01", "donation", sent="5 X", value="500"),
        row("g", "2024-07-01", "gift_sent", sent="5 X", value="500"),
    )
    assert ask(*rows, regime="uk", regime_own=True).gains == {"d": 0, "g": 450}
    stated = ask(*rows, regime="uk", gifts_sent="disposal")
    assert stated.gains == {"d": 450, "g": 450}, "what is said of gifts is said of donations"


def test_units_of_a_fork_are_no_income_and_their_part_of_the_pool_is_not_known_crypto22300():
    fork = row("f", "2024-05-01", "fork", got="10 X", value="5000")
    said = ask(fork, sell("s", "2024-06-01", 2, 2000), regime="uk", regime_own=True)
    assert (said.income, said.gains) == ({}, {})
    assert said.problems == [("missing_basis", "f"), ("missing_basis", "s")]


@pytest.mark.parametrize(
    ("held", "cost", "gain", "left"),
    [(100, 200, -50, (0, 0)), (1000, 1500, 0, (900, 1350))],
    ids=["CRYPTO61671", "CRYPTO61677"],
)
def test_a_loan_of_tokens_is_a_disposal_for_what_they_are_worth(held, cost, gain, left):
    lent = row("l", "2021-09-30", "swap", sent="100 X", got="1 RIGHT", value=150)
    said = ask(buy("b", "2021-01-01", held, cost), lent, regime="uk")
    assert said.gains == {"l": gain}
    assert said.left.get("X", (0, 0)) == left
    assert said.left["RIGHT"] == (1, 150)


@pytest.mark.parametrize("first", ["2020-02-01T01:00", "2020-02-01T23:00"])
def test_a_sale_and_a_transfer_of_one_day_have_their_parts_of_one_transaction_section_105(first):
    rows = (
        buy("a", "2020-01-01", 100, 100),
        buy("b", "2020-02-01T00:30", 100, 1000),
        sell("s", first, 100, 2000),
        row("g", "2020-02-01T12:00", "gift_sent", sent="100 X"),
    )
    said = ask(*rows, regime="uk", gifts_sent="no_gain")
    assert said.gains == {"s": 1450, "g": 0}
    assert [(part.row, part.rule, part.quantity, part.cost) for part in said.parts] == [
        (name, rule, 50, cost)
        for name in (("s", "g") if first < rows[3]["time"] else ("g", "s"))
        for rule, cost in (("same_day", 500), ("s104", 50))
    ]


def test_a_sale_and_a_transfer_of_one_day_share_the_thirty_days_too():
    rows = (
        buy("a", "2020-01-01", "100.7", 100),
        sell("s", "2020-02-01T01:00", "0.000000000000000007", 2),
        row("g", "2020-02-01T12:00", "gift_sent", sent="60 X"),
        buy("b", "2020-02-10", 50, 1000),
    )
    said = ask(*rows, regime="uk", gifts_sent="no_gain")
    assert sum(part.quantity for part in said.parts if part.rule == "thirty_day") == 50
    assert said.left["X"][0] == Fraction("90.699999999999999993")
