"""Rows: what can be used is used, each other row says why not."""

from itertools import permutations

import pytest

from ledger.tax.history.reading import read_rows
from ledger.tax.history.rows import TaxRow
from tests.ledger.tax.asked import ask, buy, row, sell

GOOD = buy("good", "2024-01-01", 1, 10)


@pytest.mark.parametrize(
    "bad",
    [
        row("x", "2024-01-02", "dance", sent="1 X"),
        row("x", "2024-01-02", "sell", got="5 USD"),
        row("x", "2024-01-02", "staking", sent="1 X", got="1 X", value=1),
        row("x", "yesterday", "spend", sent="1 X"),
        row("x", "0001-01-01", "spend", sent="1 X"),
        row("x", "2024-01-02", "spend", sent="-1 X"),
        row("x", "2024-01-02", "spend", sent="1e3 X"),
        row("x", "2024-01-02", "spend", sent="0 X"),
        row("x", "2024-01-02", "spend", sent="1 X", value=1, value_currency="EUR"),
        row("x", "2024-01-02", "spend", sent="1 X", to="elsewhere"),
        row("x", "2024-01-02", "spend", sent="1 X", colour="red"),
        row("x", "2024-01-02", "transfer", sent="1 X", wallet="a"),
        row("x", "2024-01-02", "transfer", sent="1 X", got="2 X", wallet="a", to="b"),
        row("x", "2024-01-02", "transfer", sent="1 X", got="1 Y", wallet="a", to="b"),
        row("x", "2024-01-02", "split", sent="1 USD", got="2 X"),
        row("x", "2024-01-02", "fee"),
        {"id": "x", "time": "2024-01-02", "kind": "spend", "sent_asset": "X"},
        {"id": "x", "time": "2024-01-02", "kind": "spend", "sent_asset": 5, "sent_quantity": "1"},
        {"id": "x", "time": "2024-01-02", "kind": "spend", "sent_asset": "X",
         "sent_quantity": 0.5},
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_a_bad_row_and_the_others_go_on(bad):
    said = ask(GOOD, bad)
    assert said.problems == [("bad_row", "x")]
    assert said.left["X"] == (1, 10)


def test_a_row_that_is_said_again_in_the_same_words_counts_once_and_is_a_bad_row():
    said = ask(GOOD, dict(GOOD), sell("s", "2025-01-01", 1, 20))
    assert said.problems == [("bad_row", "good")]
    assert said.gains == {"s": 10}
    assert not said.left, "there was one unit"


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_of_two_rows_with_one_id_that_differ_neither_is_used_in_any_order(order):
    other = {**GOOD, "received_quantity": "5", "note": "mine"}
    rows = [GOOD, other, buy("b", "2024-01-03", 2, 30), sell("s", "2025-01-01", 1, 20)]
    read = read_rows([rows[place] for place in order], (), "USD", fees_count=None)
    assert {one.id for one in read.rows if isinstance(one, TaxRow)} == {"b", "s"}, (
        "the good part goes on"
    )
    (fault,) = read.faults
    numbers = sorted((order.index(0) + 1, order.index(1) + 1))
    where = "rows {}, {}".format(*numbers)
    assert (fault.code, fault.row) == ("bad_row", "good")
    assert fault.message == (
        f"good: the id stands twice, in {where}, which differ in note, received_quantity: none of"
        " them is used"
    )


def test_problems_of_rows_stand_in_the_order_of_their_ids():
    bad = [row(name, "yesterday", "spend", sent="1 X") for name in "acb"]
    assert [source for _, source in ask(GOOD, *bad).problems] == ["a", "b", "c"]


def test_a_row_without_id_is_a_bad_row():
    assert ask({"kind": "buy"}, "row").problems == [("bad_row", None), ("bad_row", None)]


def test_times_have_zones_and_without_one_are_utc():
    rows = [GOOD, sell("s", "2025-01-01T00:30+01:00", 1, 20)]
    assert set(ask(*rows).totals) == {2024}
    assert set(ask(*rows, day_zone="Europe/Berlin").totals) == {2025}


def test_at_one_instant_what_comes_in_is_there_for_what_goes_out():
    said = ask(sell("a", "2024-01-01", 1, 20), buy("b", "2024-01-01", 1, 10))
    assert said.gains == {"a": 10}
