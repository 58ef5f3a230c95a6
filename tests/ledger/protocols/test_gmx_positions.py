"""GMX's positions from the order to the close: what went in, what came out, what it cost."""

from datetime import timedelta

import pytest

from ledger.lots.booking import snapshots
from ledger.model.amount import MONEY_ONE
from ledger.model.fund import Policy
from ledger.nav.results import strategy_results
from ledger.nav.series import nav_series
from tests.ledger import moves
from tests.ledger.moves import address
from tests.ledger.protocols.gmx_books import (
    ARBITRUM,
    ASKED,
    COIN,
    FUNDED,
    KEPT,
    OPENED,
    ORDER,
    USDC,
    WETH,
    account,
    books_of,
    changed,
    codes,
    decreased,
    done,
    emitted,
    executed,
    fees,
    increased,
    kinds,
    left,
    nav_of,
    ordered,
    result,
    transaction,
)

# ---- orders


def test_an_order_waits_as_an_asset_of_its_own():
    books = books_of(*FUNDED, ordered(3))
    assert left(books) == {ORDER: 100}
    assert account(books, "transit:escrow:gmx_v2") == {}


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        (ordered(3), "vault > w 100 U"),
        (ordered(3, 90, WETH, text="w > router 95 ETH"), "vault > w 90 ETH"),
    ],
)
def test_a_cancelled_order_gives_back_exactly(asked, back):
    books = books_of(*FUNDED, asked, executed(4, back, *done(name="OrderCancelled")))
    assert kinds(books, 4) == ["order_cancel"]
    assert left(books) == {}
    assert account(books, "income:trading") == {}
    assert codes(books, 3, 4) == []


def test_a_filled_order_is_a_trade():
    books = books_of(*FUNDED, ordered(3, kind=0, text="w > router 5 ETH; w > vault 100 U"),
                     executed(4, "pool > w 10 ETH", *done()))  # fmt: skip
    assert kinds(books, 4) == ["order_fill"]
    assert left(books) == {}
    assert account(books, "income:trading") == {}


def test_a_deposit_of_two_tokens_leaves_nothing_behind():
    asked = emitted(
        "DepositCreated", 1, "w",
        addresses=[("initialLongToken", WETH), ("initialShortToken", "U")],
        numbers=[
            ("initialLongTokenAmount", 9), ("initialShortTokenAmount", 90), ("executionFee", 5),
        ],
    )  # fmt: skip
    opened = transaction(3, "w > router 14 ETH; w > vault 90 U", [asked])
    assert sorted(left(books_of(*FUNDED, opened)).values()) == [9, 90]
    books = books_of(*FUNDED, opened, executed(4, "zero > w 7 V", *done(name="DepositExecuted")))
    assert left(books) == {}
    assert account(books, f"asset:{ARBITRUM}:{address('w')}")[moves.asset("V", ARBITRUM)] == 17 - 20


def test_what_an_order_brought_to_somebody_else_is_not_a_loss():
    books = books_of(*FUNDED, ordered(3, kind=0, text="w > vault 100 U; w > router 5 ETH"),
                     executed(4, "", *done()))  # fmt: skip
    assert account(books, "suspense:unmatched") == {ORDER: 100}
    assert codes(books, 4) == ["unmatched_transfer"]


# ---- a position opens


def test_a_position_holds_its_collateral_less_what_opening_cost():
    books = books_of(*FUNDED, ordered(3), increased(4, 93, 93, funding=1, borrowing=2, position=4))
    assert kinds(books, 4) == ["perp_open"]
    assert left(books) == {KEPT: 93}
    assert account(books, "expense:interest") == {KEPT: 3}
    assert account(books, "expense:service_fee")[KEPT] == 4
    assert result(books) == []


def test_without_a_log_of_costs_what_is_missing_is_a_fee():
    told = changed("PositionIncrease", 93, 900, delta=93)
    books = books_of(*FUNDED, ordered(3), executed(4, "", told, *done()))
    assert left(books) == {KEPT: 93}
    assert account(books, "expense:service_fee")[KEPT] == 7


def test_coin_that_was_handed_over_is_collateral_of_its_wrapped_token():
    asked = ordered(3, 90, WETH, text="w > router 95 ETH")
    told = changed("PositionIncrease", 90, 900, token=WETH, delta=90)
    opened = (*FUNDED, asked, executed(4, "", fees(), told, *done()))
    assert left(books_of(*opened)) == {KEPT: 90}
    closing = changed("PositionDecrease", 0, 0, 2, token=WETH)
    books = books_of(*opened, executed(6, "pool > w 95 ETH", fees(2), closing, *done(2)))
    assert left(books) == {}
    assert result(books) == [50]


def test_an_order_that_is_swapped_into_the_collateral_is_a_trade():
    told = changed("PositionIncrease", 9, 900, token=WETH, delta=9)
    books = books_of(*FUNDED, ordered(3), executed(4, "", fees(position=1), told, *done()))
    assert left(books) == {KEPT: 9}
    (cost,) = [lot.cost for lot in books.booking.open if lot.asset == KEPT]
    assert cost == 90 * 10**18


def test_a_position_that_grows_without_more_collateral_pays_out_of_it():
    more = (ordered(5, 0, order=3), increased(6, 95, -3, 1800, 3, position=3))
    books = books_of(*OPENED, *more)
    assert kinds(books, 6) == ["perp_change"]
    assert left(books) == {KEPT: 95}
    assert account(books, "expense:service_fee")[KEPT] == 5


def test_what_comes_back_of_the_keeper_stands_with_the_opening():
    told = changed("PositionIncrease", 100, 900, delta=100)
    books = books_of(*FUNDED, ordered(3), executed(4, "vault > w 3 ETH", told, *done(back=3)))
    assert kinds(books, 4) == ["perp_open"]
    assert account(books, "expense:service_fee") == {COIN: 2}


def test_an_open_position_is_worth_its_collateral_and_its_order_what_was_given():
    now = moves.START + timedelta(minutes=4, seconds=30)
    for opened, worth in ((ordered(3),), 100), ((ordered(3), increased(4)), 98):
        (point,) = [nav_of(books_of(*FUNDED, *opened), now, one) for one in (KEPT, ORDER)
                    if one in left(books_of(*FUNDED, *opened))]  # fmt: skip
        assert point == worth * 10**18


# ---- a position closes


@pytest.mark.parametrize(("payout", "gain"), [(120, 22), (98, 0), (60, -38), (1, -97), (0, -98)])
def test_the_result_of_a_close_is_booked_once_and_nothing_is_left(payout, gain):
    paid = f"pool > w {payout} U" if payout else ""
    books = books_of(*OPENED, ASKED, decreased(6, paid))
    assert kinds(books, 6) == ["perp_close"]
    assert left(books) == {}
    assert account(books, "transit:escrow:gmx_v2") == {}
    assert -sum(account(books, "income:trading").values()) == gain
    assert result(books) == ([gain] if gain else [])
    assert codes(books, 3, 4, 5, 6) == []
    held = account(books, f"asset:{ARBITRUM}:{address('w')}")
    assert held[USDC] == 2000 - 100 + payout


def test_costs_of_a_close_stand_apart_from_its_result():
    books = books_of(*OPENED, decreased(6, "pool > w 110 U", funding=1, borrowing=2, position=4))
    assert left(books) == {}
    assert account(books, "expense:interest") == {KEPT: 3}
    assert account(books, "expense:service_fee")[KEPT] == 2 + 4
    assert -sum(account(books, "income:trading").values()) == 110 + 7 - 98
    assert result(books) == [110 - 98]


def test_a_profit_pays_the_costs_before_the_collateral_does():
    books = books_of(*OPENED, decreased(6, "pool > w 3 U", 98, 450, position=4))
    assert kinds(books, 6) == ["perp_change"]
    assert left(books) == {KEPT: 98}
    assert -sum(account(books, "income:trading").values()) == 7
    assert result(books) == [3]


def test_a_position_in_parts_realises_each_part():
    first = decreased(6, "pool > w 50 U", 58, 450)
    books = books_of(*OPENED, first, decreased(7, "pool > w 38 U", order=3))
    assert left(books_of(*OPENED, first)) == {KEPT: 58}
    assert left(books) == {}
    assert result(books) == [10, -20]


def test_a_liquidation_loses_the_collateral_and_says_its_penalty():
    books = books_of(*OPENED, decreased(6, "", borrowing=3, penalty=5))
    assert left(books) == {}
    assert account(books, "expense:penalty") == {KEPT: 5}
    assert account(books, "expense:interest") == {KEPT: 3}
    assert account(books, "income:trading") == {KEPT: 90}
    assert result(books) == [-98]
    assert codes(books, 6) == []


def test_what_a_market_paid_to_somebody_else_is_no_loss():
    books = books_of(*OPENED, decreased(6, "market > x 60 U"))
    assert kinds(books, 6) == ["send"]
    assert account(books, "income:trading") == {}
    assert account(books, "suspense:unmatched") == {KEPT: 98}
    assert codes(books, 6) == ["unmatched_transfer"]


def test_a_profit_in_another_token_is_the_result():
    books = books_of(*OPENED, decreased(6, "pool > w 96 U; pool > w 4 ETH", position=2))
    assert left(books) == {}
    assert account(books, "income:trading") == {COIN: -4}
    assert result(books) == [40 - 2]


@pytest.mark.parametrize(("payout", "gain"), [(120, 22), (60, -38), (0, -98)])
def test_results_explain_what_the_net_asset_value_became(payout, gain):
    paid = f"pool > w {payout} U" if payout else ""
    books = books_of(*OPENED, ASKED, decreased(6, paid, borrowing=3, position=4))
    start, end = (moves.START + timedelta(minutes=minutes) for minutes in (2, 9))
    entries, own, span = books.entries, books.booking, (start, end)
    lots = snapshots(entries, Policy(), [start, end])
    rows = strategy_results(entries, own.disposals, lots, books.prices, Policy(), span)
    first, last = nav_series(entries, books.prices, Policy(), span)
    assert sum(row.net for row in rows) == last.value - first.value
    assert last.value - first.value == (gain - 2 - 2 * 5 * 10) * MONEY_ONE


# ---- what was swapped on the way out


def swapped(amount=105, out=10, order=2, index=9, token="U", into=WETH):
    return emitted(
        "SwapInfo", "market",
        addresses=[("tokenIn", token), ("tokenOut", into)],
        numbers=[("amountIn", amount), ("amountOut", out)],
        keys=[("orderKey", order)],
        index=index,
    )  # fmt: skip


def test_collateral_that_was_swapped_on_the_way_out_is_a_trade_beside_the_result():
    closing = changed("PositionDecrease", 0, 0, 2)
    books = books_of(
        *OPENED, executed(6, "pool > w 10 ETH", fees(2, position=1), closing, swapped(), *done(2))
    )
    assert kinds(books, 6) == ["perp_close"]
    assert left(books) == {}
    assert -sum(account(books, "income:trading").values()) == 105 + 1 - 98
    assert codes(books, 6) == []
    assert account(books, "suspense:unmatched") == {}


@pytest.mark.parametrize(
    "told",
    [
        (),
        (swapped(out=11),),
        (swapped(order=9),),
        (swapped(98, 105), swapped(105, 10, index=10)),
        (swapped(98, 40, into="V"), swapped(50, 10, index=10, token="V")),
        (swapped(98, 40, into="V"), swapped(40, 9, index=10, token="V")),
    ],
)
def test_a_payout_of_which_no_log_says_what_it_was_is_not_guessed(told):
    closing = changed("PositionDecrease", 0, 0, 2)
    books = books_of(*OPENED, executed(6, "pool > w 10 ETH", fees(2), closing, *told, *done(2)))
    assert account(books, "income:trading") == {}
    assert account(books, "suspense:unmatched") == {KEPT: 98, COIN: -10}
    assert left(books) == {}
    assert "unmatched_transfer" in codes(books, 6)


def test_collateral_may_be_swapped_over_several_markets():
    closing = changed("PositionDecrease", 0, 0, 2)
    swaps = (swapped(98, 40, index=9, into="V"), swapped(40, 10, index=10, token="V"))
    books = books_of(*OPENED, executed(6, "pool > w 10 ETH", fees(2), closing, *swaps, *done(2)))
    assert account(books, "income:trading") == {}
    assert (left(books), codes(books, 6)) == ({}, [])


def test_a_profit_in_the_token_that_collateral_was_swapped_into_is_the_result():
    closing = changed("PositionDecrease", 0, 0, 2)
    books = books_of(
        *OPENED, executed(6, "pool > w 13 ETH", fees(2), closing, swapped(98, 9), *done(2))
    )
    assert account(books, "income:trading") == {COIN: -4}
    assert (left(books), codes(books, 6)) == ({}, [])


# ---- what the books do not know


def test_which_of_two_positions_paid_is_not_guessed():
    closing = changed("PositionDecrease", 0, 0, 2)
    other = changed("PositionDecrease", 0, 0, 3, key=78, index=7)
    books = books_of(*OPENED, executed(6, "pool > w 120 U", other, closing, *done(2)))
    assert account(books, "income:trading") == {}
    assert account(books, "suspense:unmatched") == {USDC: -120, KEPT: 98}
    assert "unmatched_transfer" in codes(books, 6)


def test_a_payout_of_an_unknown_position_is_no_result():
    books = books_of(*FUNDED, decreased(6, "pool > w 120 U"))
    assert account(books, "income:trading") == {}
    assert account(books, "suspense:unmatched") == {USDC: -120}
    assert codes(books, 6) == ["unmatched_transfer"]


def test_a_payout_without_the_position_s_log_is_no_result():
    books = books_of(*OPENED, ASKED, executed(6, "pool > w 120 U", *done(2)))
    assert account(books, "income:trading") == {}
    assert account(books, "suspense:unmatched") == {USDC: -120}
    assert left(books) == {KEPT: 98}
    assert codes(books, 6) == ["unmatched_transfer"]


def test_collateral_from_before_the_books_has_no_known_basis():
    books = books_of(*FUNDED, ordered(3), increased(4, 398, 98))
    assert left(books) == {KEPT: 398}
    assert account(books, "suspense:unmatched") == {KEPT: -300}
    assert codes(books, 4) == ["unmatched_transfer"]


def test_a_position_whose_order_the_books_do_not_know_has_no_known_basis():
    books = books_of(*FUNDED, increased(4))
    assert left(books) == {KEPT: 98}
    assert account(books, "suspense:unmatched") == {KEPT: -100}
    assert codes(books, 4) == ["missing_basis", "unmatched_transfer"]


def test_a_decrease_that_leaves_more_than_is_known_is_no_result():
    books = books_of(*OPENED, decreased(6, "pool > w 10 U", 150, 450))
    assert account(books, "income:trading") == {}
    assert left(books) == {KEPT: 150}
    assert account(books, "suspense:unmatched") == {USDC: -10, KEPT: -52}


def test_a_log_that_says_not_which_position_changes_nothing():
    told = emitted("PositionDecrease", "w", numbers=[("sizeInUsd", 0)], index=8)
    books = books_of(*OPENED, executed(6, "pool > w 120 U", told, *done(2)))
    assert left(books) == {KEPT: 98}
    assert codes(books, 6) == ["unmatched_transfer"]
