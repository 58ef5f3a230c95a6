"""Rows: what can be used is used, each other row says why not."""

import pytest

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


def test_an_id_that_stands_twice_is_a_bad_row():
    assert ask(GOOD, GOOD).problems == [("bad_row", "good")]


def test_a_row_without_id_is_a_bad_row():
    assert ask({"kind": "buy"}, "row").problems == [("bad_row", None), ("bad_row", None)]


def test_times_have_zones_and_without_one_are_utc():
    rows = [GOOD, sell("s", "2025-01-01T00:30+01:00", 1, 20)]
    assert set(ask(*rows).totals) == {2024}
    assert set(ask(*rows, day_zone="Europe/Berlin").totals) == {2025}


def test_at_one_instant_what_comes_in_is_there_for_what_goes_out():
    said = ask(sell("a", "2024-01-01", 1, 20), buy("b", "2024-01-01", 1, 10))
    assert said.gains == {"a": 10}
