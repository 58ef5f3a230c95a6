"""Exchanges, arbitrage, flash loans and loans: what their entries say, to the last unit."""

import pytest

from ledger.journal.rules import entries_for
from tests.ledger.journal.cases import (
    BTC,
    E18,
    ETH,
    EUR,
    MEME,
    OWED,
    SHARE,
    USD,
    USDC,
    WETH,
    A,
    B,
    booked,
    event,
    leg,
    no_price,
    on,
    rows,
    value,
)

WALLET = f"asset:{A}"
DOLLAR = E18
USDC_ONE = 10**6


def test_both_sides_of_a_swap_carry_the_value_of_what_was_given():
    entry = booked("swap", leg(-E18, WETH), leg(7 * E18, MEME))
    worth = 3000 * DOLLAR
    assert rows(entry) == [
        (WALLET, -E18, WETH, "dispose", -worth),
        ("trading:conversion", E18, WETH, "none", worth),
        (WALLET, 7 * E18, MEME, "acquire", worth),
        ("trading:conversion", -7 * E18, MEME, "none", -worth),
    ]


def test_currency_decides_before_the_stated_value_and_before_quotes():
    entry = booked("swap", leg(-E18, BTC), leg(59_000 * E18, USD), stated=58_000 * E18)
    assert on(entry, WALLET)[0] == (-E18, BTC, "dispose", -59_000 * DOLLAR)


def test_the_stated_value_decides_before_quotes():
    entry = booked("swap", leg(-E18, BTC), leg(20 * E18, WETH), stated=58_000 * E18)
    assert [v for *_, v in on(entry, WALLET)] == [-58_000 * DOLLAR, 58_000 * DOLLAR]


def test_a_stated_value_in_a_currency_without_a_quote_says_nothing():
    entry = entries_for(event("swap", leg(-1, BTC), leg(1, WETH), stated=1), no_price)
    assert [v for *_, v in rows(entry)] == [None] * 4


def test_what_was_received_decides_where_what_was_given_has_no_quote():
    entry = booked("swap", leg(-5, MEME), leg(3000 * USDC_ONE, USDC))
    assert on(entry, WALLET)[0] == (-5, MEME, "dispose", -3000 * DOLLAR)


def test_a_swap_without_any_quote_has_no_value_and_never_zero():
    entry = booked("swap", leg(-5, MEME), leg(3, SHARE))
    assert {v for *_, v in rows(entry)} == {None}


def test_the_value_given_is_split_over_what_came_by_its_quotes():
    entry = booked("swap", leg(-100 * DOLLAR, USD), leg(E18, WETH), leg(1000 * USDC_ONE, USDC))
    assert [v for *_, v in on(entry, WALLET)] == [-100 * DOLLAR, 75 * DOLLAR, 25 * DOLLAR]


def test_the_one_asset_without_a_quote_takes_what_the_others_leave():
    entry = booked("swap", leg(-E18, WETH), leg(1000 * USDC_ONE, USDC), leg(9, MEME))
    assert on(entry, WALLET)[2] == (9, MEME, "acquire", 2000 * DOLLAR)


def test_two_assets_without_a_quote_stay_unknown():
    entry = booked("swap", leg(-E18, WETH), leg(9, MEME), leg(8, SHARE))
    assert [v for *_, v in on(entry, WALLET)] == [-3000 * DOLLAR, None, None]


def test_foreign_currency_is_valued_by_its_quote():
    entry = booked("swap", leg(-10 * E18, EUR), leg(5, MEME))
    assert on(entry, WALLET)[1] == (5, MEME, "acquire", 11 * DOLLAR)


def test_gas_is_given_up_as_an_expense_and_does_not_net_with_the_swap():
    entry = booked("swap", leg(-E18, ETH), leg(3000 * USDC_ONE, USDC), fee=E18 // 1000)
    assert on(entry, WALLET)[0] == (-E18, ETH, "dispose", -3000 * DOLLAR)
    assert on(entry, WALLET)[2] == (-E18 // 1000, ETH, "dispose", -3 * DOLLAR)
    assert on(entry, "expense:gas") == [(E18 // 1000, ETH, "none", 3 * DOLLAR)]


def test_the_fee_of_an_exchange_is_an_expense_of_its_own():
    entry = booked("swap", leg(-3000 * E18, USD), leg(E18, WETH), leg(-2 * E18, USD, role="fee"))
    assert on(entry, "expense:service_fee") == [(2 * E18, USD, "none", 2 * DOLLAR)]
    assert on(entry, WALLET)[0] == (-3000 * E18, USD, "dispose", -3000 * DOLLAR)
    assert on(entry, WALLET)[2] == (-2 * E18, USD, "dispose", -2 * DOLLAR)


def test_an_arbitrage_that_ends_in_its_own_asset_is_income_and_no_swap():
    entry = booked(
        "swap", leg(-10 * E18, WETH), leg(31_500 * USDC_ONE, USDC), leg(-31_500 * USDC_ONE, USDC),
        leg(10 * E18 + E18 // 2, WETH),
    )  # fmt: skip
    assert rows(entry) == [
        (WALLET, E18 // 2, WETH, "acquire", 1500 * DOLLAR),
        ("income:trading", -E18 // 2, WETH, "none", -1500 * DOLLAR),
    ]


def test_a_trade_that_loses_its_own_asset_is_negative_income():
    entry = booked("swap", leg(-10 * E18, WETH), leg(9 * E18, WETH))
    assert rows(entry) == [
        (WALLET, -E18, WETH, "dispose", -3000 * DOLLAR),
        ("income:trading", E18, WETH, "none", 3000 * DOLLAR),
    ]


def test_dust_that_a_cycle_lost_is_not_the_price_of_its_gain():
    entry = booked(
        "swap", leg(-10 * E18, WETH), leg(999, USDC), leg(-1000, USDC), leg(11 * E18, WETH)
    )
    assert on(entry, WALLET) == [
        (E18, WETH, "acquire", 3000 * DOLLAR),
        (-1, USDC, "dispose", -(10**12)),
    ]
    assert not on(entry, "trading:conversion")


def test_a_cycle_with_an_unpriced_rest_is_an_exchange():
    entry = booked("swap", leg(-10, WETH), leg(9, MEME), leg(-10, MEME), leg(11, WETH))
    assert on(entry, WALLET) == [(1, WETH, "acquire", 3000), (-1, MEME, "dispose", -3000)]


def test_transfers_between_own_wallets_do_not_make_a_cycle():
    entry = booked(
        "swap",
        leg(-2 * E18, WETH, A, claim=("t", 0)), leg(2 * E18, WETH, B, claim=("t", 0)),
        leg(-2 * E18, WETH, B, claim=("t", 1)), leg(6000 * USDC_ONE, USDC, A, claim=("t", 2)),
    )  # fmt: skip
    assert on(entry, "trading:conversion")[0] == (2 * E18, WETH, "none", 6000 * DOLLAR)


def test_a_flash_loan_costs_its_premium_and_the_rest_nets():
    entry = booked(
        "flash_loan", leg(100 * E18, WETH), leg(-100 * E18, WETH),
        leg(-E18 // 10, WETH, role="premium"), leg(E18, WETH),
    )  # fmt: skip
    assert rows(entry) == [
        (WALLET, 9 * E18 // 10, WETH, "acquire", 2700 * DOLLAR),
        ("expense:flash_loan", E18 // 10, WETH, "none", 300 * DOLLAR),
        ("income:trading", -E18, WETH, "none", -3000 * DOLLAR),
    ]


def test_a_premium_larger_than_the_gain_is_given_up():
    entry = booked("flash_loan", leg(E18, WETH), leg(-3 * E18, WETH, role="premium"))
    assert on(entry, WALLET) == [(-2 * E18, WETH, "dispose", -6000 * DOLLAR)]
    assert on(entry, "expense:flash_loan") == [(3 * E18, WETH, "none", 9000 * DOLLAR)]


def test_a_flash_loan_that_moved_nothing_else_gives_no_entry():
    assert entries_for(event("flash_loan", leg(5, WETH), leg(-5, WETH)), value) is None


def test_a_tip_paid_out_of_the_proceeds_touches_no_lot():
    entry = booked("swap", leg(48 * E18, ETH), leg(5 * E18, WETH), leg(-48 * E18, ETH, role="tip"))
    assert on(entry, "expense:tip") == [(48 * E18, ETH, "none", 144_000 * DOLLAR)]
    assert on(entry, WALLET) == [(5 * E18, WETH, "acquire", 15_000 * DOLLAR)]
    assert sum(v for *_, v in on(entry, "income:trading")) == -159_000 * DOLLAR


def test_a_tip_in_an_asset_of_the_trade_has_the_price_of_the_trade():
    entry = booked(
        "swap", leg(-6100 * USDC_ONE, USDC), leg(2 * E18, WETH), leg(-E18, WETH, role="tip")
    )
    assert on(entry, "expense:tip") == [(E18, WETH, "none", 3050 * DOLLAR)]
    assert on(entry, WALLET)[1] == (E18, WETH, "acquire", 3050 * DOLLAR)


def test_what_one_own_wallet_gave_another_is_moved_and_not_traded():
    entry = booked("swap", leg(-E18, WETH, A), leg(3 * E18, WETH, B))
    assert rows(entry) == [
        (WALLET, -E18, WETH, "move", -3000 * DOLLAR),
        (f"asset:{B}", E18, WETH, "move", 3000 * DOLLAR),
        (f"asset:{B}", 2 * E18, WETH, "acquire", 6000 * DOLLAR),
        ("income:trading", -2 * E18, WETH, "none", -6000 * DOLLAR),
    ]


def test_what_two_wallets_gave_is_split_by_quantity_to_the_last_unit():
    entry = booked("swap", leg(-1, WETH, A), leg(-2, WETH, B), leg(10, USD))
    assert [v for *_, v in on(entry, WALLET) + on(entry, f"asset:{B}")][::2] == [-3, -7]


def test_borrowing_is_a_debt_and_never_income():
    entry = booked("borrow", leg(1000 * USDC_ONE, USDC), leg(1000 * USDC_ONE, OWED, role="debt"))
    assert on(entry, WALLET) == [(1000 * USDC_ONE, USDC, "acquire", 1000 * DOLLAR)]
    assert on(entry, f"liability:{A}") == [(1000 * USDC_ONE, OWED, "none", -1000 * DOLLAR)]
    assert sum(v for *_, v in on(entry, "trading:conversion")) == 0
    assert not [row for row in rows(entry) if row[0].startswith("income")]


def test_repaying_clears_the_debt_and_its_interest_is_an_expense():
    entry = booked(
        "repay", leg(-990 * USDC_ONE, USDC), leg(-10 * USDC_ONE, USDC, role="interest"),
        leg(-990 * USDC_ONE, OWED, role="debt"),
    )  # fmt: skip
    assert on(entry, f"liability:{A}") == [(-990 * USDC_ONE, OWED, "none", 990 * DOLLAR)]
    assert on(entry, "expense:interest") == [(10 * USDC_ONE, USDC, "none", 10 * DOLLAR)]
    assert sum(v for *_, v in on(entry, "trading:conversion")) == 0


def test_interest_on_a_debt_of_the_same_event_makes_the_debt_grow():
    entry = booked(
        "borrow", leg(1000, USDC), leg(1000, OWED, role="debt"), leg(7, OWED, role="interest")
    )
    assert on(entry, f"liability:{A}")[1] == (7, OWED, "none", -7 * 10**12)
    assert on(entry, "expense:interest") == [(-7, OWED, "none", 7 * 10**12)]


def test_a_loan_without_its_debt_goes_to_suspense_and_not_to_income():
    entry = booked("borrow", leg(1000, USDC))
    assert on(entry, "suspense:unmatched") == [(-1000, USDC, "none", None)]


def test_a_liquidator_pays_the_debt_and_gets_the_collateral_at_that_cost():
    entry = booked("liquidation", leg(-2900 * USDC_ONE, USDC), leg(E18, WETH))
    assert on(entry, WALLET)[1] == (E18, WETH, "acquire", 2900 * DOLLAR)


def test_the_liquidated_gives_collateral_for_its_debt_and_a_penalty():
    entry = booked(
        "liquidation", leg(-E18, WETH), leg(-E18 // 10, WETH, role="penalty"),
        leg(-3000 * USDC_ONE, OWED, role="debt"),
    )  # fmt: skip
    assert on(entry, f"liability:{A}") == [(-3000 * USDC_ONE, OWED, "none", 3000 * DOLLAR)]
    assert on(entry, "expense:penalty") == [(E18 // 10, WETH, "none", 300 * DOLLAR)]


def test_a_debt_that_moves_between_own_wallets_is_an_exchange_of_equal_debts():
    entry = booked("repay", leg(-5, OWED, A, "debt"), leg(5, OWED, B, "debt"))
    assert on(entry, f"liability:{A}") == [(-5, OWED, "none", 5 * 10**12)]
    assert on(entry, f"liability:{B}") == [(5, OWED, "none", -5 * 10**12)]


def test_a_collectible_is_bought_for_what_was_paid():
    entry = booked("nft_trade", leg(-E18, ETH), leg(1, MEME))
    assert on(entry, WALLET)[1] == (1, MEME, "acquire", 3000 * DOLLAR)


def test_sums_beyond_what_a_posting_can_hold_are_booked_in_several():
    largest = 2**256 - 1
    entry = entries_for(event("swap", *[leg(largest, MEME)] * 2, leg(-3, WETH)), value)
    sizes = [quantity for quantity, asset, *_ in on(entry, WALLET) if asset == MEME]
    assert sizes == [largest, largest]
    assert sum(v for _, asset, _, v in on(entry, WALLET) if asset == MEME) == 9000


@pytest.mark.parametrize("said", ["buy", "sell", "swap", "liquidation"])
def test_one_side_of_a_stated_trade_is_never_income(said):
    kind = "liquidation" if said == "liquidation" else "swap"
    came = booked(kind, leg(E18, BTC), note=f"stated:{said}", stated=20_000 * E18)
    assert [row[0] for row in rows(came)] == [f"asset:{A}", "suspense:unmatched"]
    left = booked(kind, leg(-E18, BTC), note=f"stated:{said}", stated=15_000 * E18)
    assert {row[3] for row in rows(left)} == {"move"}, "units wait with their lots"
