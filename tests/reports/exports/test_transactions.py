"""Events as CSV: each leg is a row, and so is the network fee."""

from dataclasses import replace

from ledger.model.amount import Money
from reports.exports import transactions
from tests.reports.books import event, export_figures


def rows(*events):
    figures = export_figures(events=events)
    return [dict(zip(transactions.HEADER, row, strict=True)) for row in transactions.rows(figures)]


def test_each_leg_and_the_fee_are_rows():
    found = rows(event())
    assert [row["role"] for row in found] == ["plain", "plain", "network_fee"]
    assert [row["quantity"].text for row in found] == ["-0.5", "1500.000001", "-0.000021"]


def test_an_event_that_moved_nothing_is_not_lost():
    [row] = rows(replace(event(), kind="no_effect", legs=(), fee=None))
    assert row["kind"] == "no_effect"
    assert row["quantity"] is None


def test_a_stated_value_stands_once():
    found = rows(replace(event(), value=Money.parse("1500.5", "EUR")))
    assert [row["value"] and row["value"].text for row in found] == ["1500.5", None, None]
    assert found[0]["value_currency"] == "EUR"
