"""What pools and loans of real books risk; a threshold that is none is refused."""

import json

import pytest

from api.pool_risk import Loans, lending_rows, liquidity_rows, thresholds_of
from api.routes.shapes_of_exposure import LendingOut, PoolRiskOut
from ledger.model.errors import BadInput
from tests.ledger.test_accrued_fees import kept, read
from tests.ledger.test_positions_without_token import increased, opened


def figures(row):
    return {measure["name"]: measure for measure in row["measures"]}


def test_a_position_that_was_read_has_its_greeks_and_its_loss_against_holding():
    books = kept(opened(3), readings=(read(8, (0, 0), (80, 11)),))
    (row,) = liquidity_rows(books)
    PoolRiskOut.model_validate_json(json.dumps(row), strict=True)
    found = figures(row)
    assert row["pair"] == ["A", "B"]
    assert found["delta"]["value"] is not None
    assert float(found["impermanent_loss"]["value"]) == pytest.approx(1_900 / 2_000 - 1)
    assert found["rebalancing_loss"]["reason"].endswith("of at least 20 days with a price of both")


def test_a_position_whose_liquidity_moved_since_has_reasons_and_no_figures():
    (row,) = liquidity_rows(kept(opened(3), increased(9), readings=(read(8, (0, 0)),)))
    PoolRiskOut.model_validate_json(json.dumps(row), strict=True)
    assert {measure["value"] for measure in row["measures"]} == {None}
    assert all(measure["reason"] for measure in row["measures"])


def test_books_without_debts_have_no_account():
    assert lending_rows(kept(opened(3), readings=()), None, Loans()) == []


def test_thresholds_are_read_whatever_their_case():
    assert thresholds_of(["aave_v3:wETH=0.83", "SPARK:DAI=1"]) == {
        "aave_v3:weth": 0.83,
        "spark:dai": 1.0,
    }


@pytest.mark.parametrize("text", ["", "weth=0.8", "a:b", "a:b=x", "a:b=1.2", "a:b=nan", "a:b=-1"])
def test_what_is_no_threshold_is_refused(text):
    with pytest.raises(BadInput):
        thresholds_of([text])


def test_an_account_has_the_shape_that_the_route_states():
    account: dict[str, object] = {
        "wallet": "w",
        "chain": "c",
        "protocol": "p",
        "market": "",
        "collateral": [],
        "debts": [],
        **dict.fromkeys(("ltv", "health", "distance", "liquidated_at", "sigmas")),
        "reason": "the books have no collateral beside it",
        "measures": [],
    }
    assert LendingOut.model_validate_json(json.dumps(account), strict=True).health is None
