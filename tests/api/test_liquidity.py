"""Positions of liquidity as rows: in the shape that the web API states, read or not."""

import json

import pytest

from api import figures, views
from api.desk import BALANCE, balance_answer, observations
from api.reconciliation import reconciliation
from api.routes.shapes import PooledOut
from ledger.model.asset import AssetId
from ledger.model.evidence import Answer, Question
from tests.ledger import moves
from tests.ledger.test_accrued_fees import NFT, kept, read
from tests.ledger.test_positions_without_token import closed, increased, opened


@pytest.mark.parametrize("readings", [(), (read(8, (5, 1), (80, 11)),)])
def test_a_row_has_the_shape_that_the_route_states(readings):
    books = kept(opened(3), readings=readings)
    (row,) = [views.pooled_row(one, books.assets) for one in figures.pooled(books)]
    PooledOut.model_validate_json(json.dumps(row), strict=True)
    assert row["against_holding"] == ("50" if readings else None)
    assert (row["accrued"] is None) is (row["block"] is None) is (not readings)


def test_what_was_not_read_since_liquidity_moved_is_named_among_the_problems():
    dark = kept(opened(3), increased(9), readings=(read(8, (5, 1)),))
    assert reconciliation(dark)["counts"]["position_unread"] == 1
    known = kept(opened(3), readings=(read(8, (5, 1)),))
    assert "position_unread" not in reconciliation(known)["counts"]


def test_books_as_of_a_time_before_a_position_was_read_know_nothing_of_it():
    books = kept(opened(3), readings=(read(8, (5, 1)),))
    (then,) = figures.pooled(figures.as_of(books, read(7, (0, 0)).time))
    assert (then.seen, then.value) == (None, None)


def test_a_position_that_ended_is_asked_of_nobody():
    def asked(*transactions):
        return [asset for _, asset in figures.held(kept(*transactions, readings=()))]

    assert NFT in asked(opened(3))
    assert NFT not in asked(opened(3), closed(9))
    assert moves.asset("Nft#7") in asked(opened(3), closed(9))


def test_an_answer_without_what_is_due_says_what_closing_would_pay():
    coin = AssetId("eip155:1/slip44:60")
    paid: dict[str, str | int | list[str]] = {"assets": [coin, coin], "amounts": ["3", "0"]}
    said = paid | {"quantity": 7, "time": "2026-01-31T12:00:00Z", "block_hash": "0xab"}
    question = Question(BALANCE, f"eip155:1:{'0x' + 'aa' * 20}|{coin}", 5)
    answer = Answer(question, balance_answer(said, "node"), "node")
    (seen,) = observations([answer])
    assert (seen.quantity, seen.pooled, seen.closing) == (7, None, ((coin, 3), (coin, 0)))
