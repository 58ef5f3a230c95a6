"""Koinly's template: one row a trade, else one a movement; our own reader takes it back."""

import json
from dataclasses import replace

import pytest

from ledger.model.amount import Money
from ledger.model.event import EventFee, Leg
from ledger.venues import koinly as reader
from ledger.venues.importing import read_files
from reports.csv import export
from reports.exports import koinly
from tests.reports.books import ARBITRUM, DESK, ETH, USDC, event, export_figures, whole

HALF = 5 * 10**17


def rows(*events):
    made = koinly.rows(export_figures(events=events))
    return [dict(zip(koinly.HEADER, map(_text, row), strict=True)) for row in made]


def _text(cell):
    return getattr(cell, "text", cell)


def made(kind, *legs, **changes):
    return replace(event(), kind=kind, legs=legs, **changes)


def test_a_swap_is_one_row_with_its_fee_and_its_hash():
    [row] = rows(event())
    assert row["Date"] == "2025-06-30 12:00:00 UTC"
    assert (row["Sent Amount"], row["Sent Currency"]) == ("0.5", "ETH")
    assert (row["Received Amount"], row["Received Currency"]) == ("1500.000001", "USDC")
    assert (row["Fee Amount"], row["Fee Currency"]) == ("0.000021", "ETH")
    assert (row["Label"], row["TxHash"]) == ("", "0x01")


def test_an_event_of_more_legs_is_a_row_each_with_the_fee_in_the_first():
    pool = made("pool_deposit", Leg(DESK.id, ETH, -HALF), Leg(DESK.id, USDC, -7))
    first, second = rows(pool)
    assert (first["Sent Currency"], second["Sent Currency"]) == ("ETH", "USDC")
    assert (first["Fee Amount"], second["Fee Amount"]) == ("0.000021", None)
    assert first["Description"].startswith("pool_deposit")


def test_a_fee_of_the_venue_is_in_the_row_of_its_trade_and_the_network_fee_beside_it():
    legs = (Leg(DESK.id, ETH, -HALF), Leg(DESK.id, USDC, 9), Leg(DESK.id, USDC, -2, role="fee"))
    trade, network = rows(made("swap", *legs))
    assert (trade["Sent Amount"], trade["Received Amount"]) == ("0.5", "0.000009")
    assert (trade["Fee Amount"], trade["Fee Currency"], trade["Label"]) == ("0.000002", "USDC", "")
    assert (network["Sent Amount"], network["Label"]) == ("0.000021", "cost")


def test_a_fee_where_nothing_else_left_is_a_cost_of_its_own():
    legs = (Leg(DESK.id, USDC, 9), Leg(DESK.id, USDC, -2, role="fee"))
    came, paid = rows(made("receive", *legs, fee=None))
    assert (came["Received Amount"], came["Fee Amount"]) == ("0.000009", None)
    assert (paid["Sent Amount"], paid["Label"]) == ("0.000002", "cost")


def test_a_move_between_own_wallets_leaves_one_and_comes_to_the_other():
    move = made("own_transfer", Leg(DESK.id, ETH, -HALF), Leg(ARBITRUM.id, ETH, HALF))
    out, come = rows(move)
    assert (out["Sent Amount"], out["Received Amount"]) == ("0.5", None)
    assert (come["Sent Amount"], come["Received Amount"]) == (None, "0.5")


def test_a_debt_is_told_in_words_and_is_no_movement():
    borrowed = made("borrow", Leg(DESK.id, USDC, 9), Leg(DESK.id, ETH, 9, role="debt"), fee=None)
    [row] = rows(borrowed)
    assert (row["Received Amount"], row["Label"]) == ("0.000009", "loan")
    assert "debt 0.000000000000000009 ETH" in row["Description"]


@pytest.mark.parametrize(
    ("kind", "role", "quantity", "label"),
    [
        ("reward", "plain", 1, "reward"),
        ("pool_fees", "plain", 1, "reward"),
        ("airdrop", "plain", 1, "airdrop"),
        ("lend_withdraw", "interest", 1, "lending interest"),
        ("donation", "plain", -1, "donation"),
        ("repay", "interest", -1, "cost"),
        ("receive", "plain", 1, ""),
        ("send", "plain", -1, ""),
    ],
)
def test_labels_are_those_that_koinly_knows(kind, role, quantity, label):
    [row] = rows(made(kind, Leg(DESK.id, ETH, quantity, role=role), fee=None))
    assert row["Label"] == label


@pytest.mark.parametrize(
    ("said", "kind", "quantity", "role", "label"),
    [
        ("gift_sent", "send", -1, "plain", "gift"),
        ("stolen", "send", -1, "plain", "lost"),
        ("spend", "send", -1, "plain", ""),
        ("mining", "reward", 1, "reward", "mining"),
        ("staking", "reward", 1, "reward", "reward"),
        ("fork", "airdrop", 1, "plain", "fork"),
        ("gift_sent", "send", -1, "fee", "cost"),
    ],
)
def test_what_a_statement_says_of_a_movement_is_its_label(said, kind, quantity, role, label):
    leg = Leg(DESK.id, ETH, quantity, role=role)
    [row] = rows(made(kind, leg, fee=None, note=f"stated:{said}"))
    assert row["Label"] == label


def test_what_came_alone_has_no_fee_beside_it():
    """Koinly's support, article 9490022: a deposit can have none; a cost is a row of its own."""
    came, paid = rows(made("reward", Leg(DESK.id, USDC, 9)))
    assert (came["Received Amount"], came["Fee Amount"]) == ("0.000009", None)
    assert (paid["Sent Amount"], paid["Label"]) == ("0.000021", "cost")


def test_a_fee_that_nothing_moved_beside_is_a_cost():
    [row] = rows(made("failed", fee=EventFee(DESK.id, ETH, 7)))
    assert (row["Label"], row["Sent Amount"]) == ("cost", "0.000000000000000007")
    assert rows(made("approval", fee=None)) == []


def test_a_stated_value_stands_in_the_first_row_alone():
    legs = (Leg(DESK.id, ETH, 1), Leg(DESK.id, USDC, 1))
    first, second = rows(made("receive", *legs, value=Money(whole("12.5"), "EUR"), fee=None))
    assert (first["Net Worth Amount"], first["Net Worth Currency"]) == ("12.5", "EUR")
    assert (second["Net Worth Amount"], second["Net Worth Currency"]) == (None, "")


def test_each_row_has_its_event_and_its_activities():
    [sources] = koinly.sources(export_figures())
    assert sources == ("eip155:1/tx:0x01#0", "eip155:1/tx:0x01")


def test_no_quantity_is_lost():
    pool = made("pool_deposit", Leg(DESK.id, ETH, -HALF), Leg(DESK.id, USDC, -7), fee=None)
    sums = json.loads(export(koinly, export_figures(events=(pool, event("b#0")))).manifest)["sums"]
    assert (sums["Sent Amount"], sums["Received Amount"]) == ("1.000007", "1500.000001")


def test_our_own_reader_takes_the_file_back_with_every_quantity():
    moved = made("send", Leg(DESK.id, ETH, -HALF), fee=EventFee(DESK.id, ETH, 7))
    content = export(koinly, export_figures(events=(event(), moved))).content
    reading = read_files([("k.csv", content)], [reader], {}, "")
    assert reading.problems == ()
    assert reading.balances() == {
        "symbol:ETH": -2 * HALF - 21_000 * 10**9 - 7,
        "symbol:USDC": 1_500_000_001 * 10**12,
    }
