"""Orders, perpetuals, options, and what has no event: what their entries say."""

import pytest

from ledger.journal.rules import Accrual, accrual_entry, entries_for, suspense_entry
from ledger.model.event import Unexplained
from ledger.model.evidence import EvidenceId
from tests.ledger.journal.cases import (
    MEME,
    OWED,
    TIME,
    USDC,
    WETH,
    A,
    booked,
    event,
    leg,
    on,
    value,
)

WALLET = f"asset:{A}"


# ---- orders, perpetuals, options


@pytest.mark.parametrize("kind", ["order_open", "perp_open", "option_buy"])
def test_units_given_to_a_protocol_wait_in_escrow(kind):
    entry = booked(kind, leg(-5, WETH), protocol="gmx")
    assert on(entry, "transit:escrow:gmx") == [(5, WETH, "move", 15_000)]


@pytest.mark.parametrize("kind", ["order_cancel", "perp_close", "option_expiry"])
def test_units_come_back_out_of_escrow(kind):
    entry = booked(kind, leg(5, WETH))
    assert on(entry, "transit:escrow:unnamed") == [(-5, WETH, "move", -15_000)]


def test_the_result_of_a_perpetual_is_income_from_trading():
    entry = booked("perp_close", leg(5, WETH), leg(1, WETH, role="reward"))
    assert on(entry, "income:trading") == [(-1, WETH, "none", -3000)]


POSITION = "eip155:1/position:gmx_v2:0x01"


def test_margin_in_a_position_is_in_no_escrow():
    entry = booked("perp_open", leg(-5, WETH), leg(5, POSITION, role="position"))
    assert on(entry, WALLET)[1] == (5, POSITION, "move", 15_000)
    assert not on(entry, "transit:escrow:unnamed")


def test_the_result_and_the_costs_of_a_position_stand_apart():
    roles = (leg(-3, POSITION, role="fee"), leg(-2, POSITION, role="reward"))
    entry = booked("perp_close", *roles)
    assert [one[:3] for one in on(entry, "expense:service_fee")] == [(3, POSITION, "none")]
    assert [one[:3] for one in on(entry, "income:trading")] == [(2, POSITION, "none")]
    assert [one[:3] for one in on(entry, WALLET)] == [
        (-3, POSITION, "dispose"),
        (-2, POSITION, "dispose"),
    ]


def test_margin_that_was_swapped_on_the_way_out_is_a_trade_and_its_profit_income_from_trading():
    legs = leg(-5, POSITION, role="position"), leg(5, WETH), leg(1, WETH, role="reward")
    entry = booked("perp_close", *legs, note="paid:swapped")
    assert [one[2] for one in on(entry, WALLET)] == ["dispose", "acquire", "acquire"]
    assert on(entry, "income:trading") == [(-1, WETH, "none", -3000)]


@pytest.mark.parametrize("kind", ["order_fill", "order_cancel", "perp_close"])
def test_what_came_of_an_unknown_position_has_no_basis(kind):
    entry = booked(kind, leg(5, WETH), note="position:unknown")
    assert on(entry, WALLET) == [(5, WETH, "acquire", None)]
    assert on(entry, "suspense:unmatched")


def test_a_fill_brings_units_at_their_quote():
    entry = booked("order_fill", leg(5, WETH), protocol="cow")
    assert on(entry, WALLET) == [(5, WETH, "acquire", 15_000)]
    assert on(entry, "transit:escrow:cow") == [(-5, WETH, "none", -15_000)]


def test_a_fill_whose_two_sides_show_is_a_trade():
    entry = booked("order_fill", leg(-5, WETH), leg(1, MEME))
    assert on(entry, "trading:conversion")


def test_a_fill_that_only_gives_feeds_the_escrow():
    assert on(booked("order_fill", leg(-5, WETH)), "transit:escrow:unnamed")


def test_an_option_whose_two_sides_show_is_bought():
    entry = booked("option_buy", leg(-5, WETH), leg(1, MEME))
    assert on(entry, WALLET)[1] == (1, MEME, "acquire", 15_000)


def test_the_premium_of_a_written_option_is_income_and_its_collateral_is_not_sold():
    entry = booked("option_write", leg(-5, WETH), leg(100, USDC))
    assert on(entry, WALLET)[0] == (-5, WETH, "move", -15_000)
    assert on(entry, "income:trading") == [(-100, USDC, "none", -100 * 10**12)]


def test_an_expired_option_is_given_up_for_nothing():
    entry = booked("option_expiry", leg(-1, MEME))
    assert on(entry, WALLET) == [(-1, MEME, "dispose", 0)]


def test_what_came_for_a_written_option_is_received_for_what_is_owed():
    kept = leg(5, POSITION, role="position")
    legs = leg(-5, WETH), leg(100, USDC), kept, leg(100, OWED, role="debt")
    entry = booked("option_write", *legs)
    assert on(entry, "trading:conversion") == [
        (-100, USDC, "none", -100 * 10**12),
        (-100, OWED, "none", 100 * 10**12),
        (5, WETH, "none", 15_000),
        (-5, POSITION, "none", -15_000),
    ]
    assert not on(entry, "income:trading")


def test_a_written_option_that_expired_is_owed_no_more_for_nothing():
    back = leg(5, WETH), leg(-5, POSITION, role="position")
    entry = booked("option_expiry", *back, leg(-1, OWED, role="debt"))
    assert on(entry, f"liability:{A}") == [(-1, OWED, "none", 0)]
    assert [one[2] for one in on(entry, WALLET)] == ["move", "move"]


def test_options_that_were_bought_back_are_what_the_debt_cost():
    entry = booked("option_expiry", leg(-1, USDC), leg(-1, OWED, role="debt"))
    assert on(entry, f"liability:{A}") == [(-1, OWED, "none", 10**12)]


def test_collateral_that_an_exercise_took_paid_the_debt():
    entry = booked("option_exercise", leg(-5, WETH, role="position"), leg(-1, OWED, role="debt"))
    assert on(entry, f"liability:{A}") == [(-1, OWED, "none", 15_000)]
    assert on(entry, WALLET) == [(-5, WETH, "dispose", -15_000)]


# ---- what has no event


def unexplained(one, activity="eip155:1/tx:0x01"):
    order = (1, "eip155:1", 100, 3, activity)
    return Unexplained(activity, TIME, order, one, "two assets out, none in")


def test_an_unexplained_movement_keeps_its_lots_in_suspense():
    entry = suspense_entry(unexplained(leg(-5, WETH, claim=("x", 4))), value)
    assert entry.id == "eip155:1/tx:0x01#suspense-4"
    assert (entry.txid, entry.network, entry.kind) == ("0x01", "eip155:1", "suspense")
    assert on(entry, "suspense:unexplained") == [(5, WETH, "move", 15_000)]


def test_unexplained_units_that_came_have_no_basis():
    entry = suspense_entry(unexplained(leg(5, WETH), "venue:x/row:9"), value)
    assert on(entry, WALLET) == [(5, WETH, "acquire", None)]
    assert (entry.txid, entry.network) == ("", "eip155:1")


def test_an_unexplained_debt_is_still_owed():
    entry = suspense_entry(unexplained(leg(5, OWED, role="debt")), value)
    assert on(entry, f"liability:{A}") == [(5, OWED, "none", None)]


def test_growth_of_a_balance_is_income_at_its_value():
    entry = accrual_entry(Accrual(A, WETH, 5, TIME, "staking", block=9), value)
    assert on(entry, WALLET) == [(5, WETH, "acquire", 15_000)]
    assert on(entry, "income:staking") == [(-5, WETH, "none", -15_000)]
    assert entry.order[1:3] == ("eip155:1", 9)


def test_a_balance_that_shrank_is_income_given_back():
    entry = accrual_entry(Accrual(A, MEME, -5, TIME, "interest"), value)
    assert on(entry, WALLET) == [(-5, MEME, "dispose", None)]


def test_growth_of_a_debt_is_an_expense():
    entry = accrual_entry(Accrual(A, OWED, 5, TIME, "interest", debt=True), value)
    assert on(entry, f"liability:{A}") == [(5, OWED, "none", -5 * 10**12)]
    assert on(entry, "expense:interest") == [(-5, OWED, "none", 5 * 10**12)]


def test_an_entry_says_what_its_event_says():
    entry = booked(
        "swap", leg(-5, WETH), leg(1, MEME),
        protocol="uniswap_v3", strategy="sniping", group="g", called="0xca", note="n",
    )  # fmt: skip
    told = (entry.protocol, entry.strategy, entry.group, entry.called, entry.note, entry.txid)
    assert told == ("uniswap_v3", "sniping", "g", "0xca", "n", "0x01")


def test_an_entry_points_at_its_evidence():
    evidence = (EvidenceId("e1"), EvidenceId("e2"))
    entry = entries_for(event("reward", leg(1, WETH)), value, evidence=evidence)
    assert entry is not None and entry.evidence == evidence
