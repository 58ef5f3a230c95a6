"""Moves, bridges, parties, income, costs, escrow and time: what their entries say."""

import pytest

from ledger.journal.rules import Accrual, accrual_entry, entries_for, suspense_entry
from ledger.model.event import Unexplained
from ledger.model.evidence import EvidenceId
from tests.ledger.journal.cases import (
    BTC,
    E18,
    ETH,
    MEME,
    OWED,
    SHARE,
    TIME,
    USD,
    USDC,
    USDC_BASE,
    WETH,
    A,
    B,
    event,
    leg,
    no_price,
    on,
    rows,
    value,
)

WALLET = f"asset:{A}"
FLIGHT = "transit:bridge:message:7"


def booked(kind, *legs, partner=None, value=value, **fields):
    entry = entries_for(event(kind, *legs, **fields), value, partner)
    assert entry is not None
    return entry


def roles(entry):
    return {role for path, _, _, role, _ in rows(entry) if path.startswith("asset")}


# ---- forms


@pytest.mark.parametrize("kind", ["wrap", "stake", "vault_deposit", "lend_withdraw", "migrate"])
def test_a_change_of_form_moves_both_sides_and_sells_nothing(kind):
    entry = booked(kind, leg(-E18, WETH), leg(5, SHARE))
    assert on(entry, WALLET) == [
        (-E18, WETH, "move", -3000 * E18),
        (5, SHARE, "move", 3000 * E18),
    ]
    assert on(entry, "trading:conversion") == [
        (E18, WETH, "none", 3000 * E18),
        (-5, SHARE, "none", -3000 * E18),
    ]


def test_a_pool_share_takes_the_value_of_both_assets():
    entry = booked("pool_deposit", leg(-E18, WETH), leg(-3000 * 10**6, USDC), leg(8, SHARE))
    assert on(entry, WALLET)[2] == (8, SHARE, "move", 6000 * E18)


def test_a_deposit_without_a_token_in_return_is_held_in_escrow():
    entry = booked("stake", leg(-32 * E18, ETH), protocol="eth2")
    assert on(entry, "transit:escrow:eth2") == [(32 * E18, ETH, "move", 96_000 * E18)]


def test_a_reward_that_comes_with_a_withdrawal_is_income():
    entry = booked("unstake", leg(-5, SHARE), leg(5, WETH), leg(2, WETH, role="reward"))
    assert on(entry, "income:reward") == [(-2, WETH, "none", -6000)]
    assert on(entry, WALLET)[2] == (2, WETH, "acquire", 6000)


def test_interest_that_comes_with_a_withdrawal_is_income():
    entry = booked("lend_withdraw", leg(-5, SHARE), leg(5, WETH), leg(1, WETH, role="interest"))
    assert on(entry, "income:interest") == [(-1, WETH, "none", -3000)]


def test_a_debt_that_migrates_with_its_collateral_stays_a_debt():
    entry = booked("migrate", leg(-5, SHARE), leg(5, WETH), leg(7, OWED, role="debt"))
    assert on(entry, f"liability:{A}") == [(7, OWED, "none", -7 * 10**12)]


# ---- own wallets


def test_a_transfer_between_own_wallets_carries_its_lots():
    entry = booked("own_transfer", leg(-5, WETH, A), leg(5, WETH, B))
    assert rows(entry) == [
        (WALLET, -5, WETH, "move", -15_000),
        (f"asset:{B}", 5, WETH, "move", 15_000),
    ]


def test_what_does_not_arrive_of_an_own_transfer_is_a_fee():
    entry = booked("own_transfer", leg(-5, WETH, A), leg(4, WETH, B))
    assert on(entry, WALLET)[1] == (-1, WETH, "dispose", -3000)
    assert on(entry, "expense:service_fee") == [(1, WETH, "none", 3000)]


def test_a_transfer_that_changes_the_name_of_the_asset_carries_its_lots():
    entry = booked("own_transfer", leg(-5, BTC, A), leg(4, MEME, B))
    assert roles(entry) == {"move"}
    assert on(entry, f"asset:{B}") == [(4, MEME, "move", 300_000)]


def test_an_own_transfer_whose_other_side_nobody_saw_is_unmatched():
    entry = booked("own_transfer", leg(-5, WETH))
    assert on(entry, "suspense:unmatched") == [(5, WETH, "move", 15_000)]


# ---- bridges


def sent(*legs):
    return event("bridge_out", *legs, group="message:7", id="out#0")


def test_units_in_flight_keep_their_lots_and_stay_the_funds():
    entry = entries_for(sent(leg(-100, USDC)), value)
    assert rows(entry) == [
        (WALLET, -100, USDC, "move", -100 * 10**12),
        (FLIGHT, 100, USDC, "move", 100 * 10**12),
    ]


def test_an_arrival_ends_the_flight_and_the_relayers_fee_is_an_expense():
    entry = booked("bridge_in", leg(99, USDC_BASE, B), partner=sent(leg(-100, USDC)))
    assert on(entry, FLIGHT) == [
        (-99, USDC, "move", -99 * 10**12),
        (-1, USDC, "dispose", -(10**12)),
    ]
    assert on(entry, f"asset:{B}") == [(99, USDC_BASE, "move", 99 * 10**12)]
    assert on(entry, "expense:service_fee") == [(1, USDC, "none", 10**12)]
    assert sum(v for *_, v in on(entry, "trading:conversion")) == 0


def scaled(power):
    """A dollar coin with another number of decimals on the other network."""

    def value(asset, quantity, time):
        return quantity * (10**power if asset == USDC_BASE else 1)

    return value


@pytest.mark.parametrize(
    ("power", "out", "arrived", "fee"),
    [(3, 5000, 4, 1000), (0, 5, 4, 1), (0, 5, 5, 0), (0, 5, 6, 0)],
)
def test_the_fee_is_told_in_units_across_decimals(power, out, arrived, fee):
    entry = booked(
        "bridge_in", leg(arrived, USDC_BASE), partner=sent(leg(-out, USDC)), value=scaled(power)
    )
    assert sum(row[0] for row in on(entry, "expense:service_fee")) == fee


def test_a_fee_that_is_no_whole_unit_stays_in_the_cost():
    coarse = scaled(0)

    def finer(asset, quantity, time):
        return coarse(asset, quantity, time) * (1000 if asset == USDC else 1)

    entry = booked("bridge_in", leg(3500, USDC_BASE), partner=sent(leg(-4, USDC)), value=finer)
    assert not on(entry, "expense:service_fee")
    assert on(entry, FLIGHT)[0][0] == -4
    entry = booked("bridge_in", leg(3000, USDC_BASE), partner=sent(leg(-4, USDC)), value=finer)
    assert on(entry, "expense:service_fee")[0][0] == 1


def test_assets_of_other_prices_carry_the_whole_cost():
    entry = booked("bridge_in", leg(3, BTC), partner=sent(leg(-100, WETH)))
    assert on(entry, FLIGHT) == [(-100, WETH, "move", -300_000)]
    assert not on(entry, "expense:service_fee")


def test_assets_without_a_price_carry_the_whole_cost():
    entry = booked("bridge_in", leg(3, MEME), partner=sent(leg(-100, SHARE)), value=no_price)
    assert on(entry, FLIGHT) == [(-100, SHARE, "move", None)]


def test_several_assets_arrive_together():
    partner = sent(leg(-100, USDC), leg(-5, WETH))
    entry = booked("bridge_in", leg(90, USDC_BASE), leg(4, WETH), partner=partner)
    assert {row[:2] for row in on(entry, FLIGHT)} == {(-100, USDC), (-5, WETH)}


def test_an_asset_of_one_id_on_both_sides_needs_no_price_for_its_fee():
    entry = booked("bridge_in", leg(3, MEME, B), partner=sent(leg(-5, MEME)), value=no_price)
    assert on(entry, "expense:service_fee") == [(2, MEME, "none", None)]


def test_an_arrival_that_nobody_sent_is_unmatched():
    entry = booked("bridge_in", leg(99, USDC))
    assert on(entry, "suspense:unmatched") == [(-99, USDC, "none", None)]


def test_an_arrival_whose_sender_sent_nothing_is_unmatched():
    entry = booked("bridge_in", leg(99, USDC), partner=sent(leg(1, USDC)))
    assert not on(entry, FLIGHT)


def test_what_comes_back_at_the_departure_is_unmatched():
    entry = entries_for(sent(leg(-100, USDC), leg(1, MEME)), value)
    assert on(entry, "suspense:unmatched") == [(-1, MEME, "none", None)]


def test_a_bridge_within_one_event_carries_the_lots_less_the_fee():
    entry = booked("bridge_move", leg(-100, USDC, A), leg(99, USDC_BASE, B))
    assert on(entry, WALLET) == [
        (-1, USDC, "dispose", -(10**12)),
        (-99, USDC, "move", -99 * 10**12),
    ]
    assert on(entry, f"asset:{B}") == [(99, USDC_BASE, "move", 99 * 10**12)]


# ---- others


def test_what_arrives_from_nobody_known_has_no_basis_and_is_no_income():
    entry = booked("receive", leg(5, WETH))
    assert rows(entry) == [
        (WALLET, 5, WETH, "acquire", None),
        ("suspense:unmatched", -5, WETH, "none", None),
    ]


def test_currency_from_nobody_known_comes_in_at_its_face():
    entry = booked("receive", leg(5, USD))
    assert on(entry, WALLET) == [(5, USD, "acquire", 5)]


def test_what_is_sent_to_nobody_known_keeps_its_lots_in_suspense():
    entry = booked("send", leg(-5, WETH))
    assert rows(entry) == [
        (WALLET, -5, WETH, "move", -15_000),
        ("suspense:unmatched", 5, WETH, "move", 15_000),
    ]


@pytest.mark.parametrize(
    ("said", "account"),
    [
        ("gift_sent", "expense:donation"),
        ("lost", "expense:lost"),
        ("stolen", "expense:lost"),
        ("spend", "expense:spend"),
    ],
)
def test_a_statement_that_says_where_units_went_is_believed(said, account):
    entry = booked("send", leg(-5, WETH), note=f"stated:{said}", stated=20_000)
    assert rows(entry) == [
        (WALLET, -5, WETH, "dispose", -20_000),
        (account, 5, WETH, "none", 20_000),
    ]


def test_a_gift_received_is_brought_in_and_no_income():
    entry = booked("receive", leg(5, WETH), note="stated:gift_received")
    assert on(entry, "equity:contribution") == [(-5, WETH, "none", -15_000)]


def test_the_part_of_a_stated_transfer_that_does_not_arrive_is_a_fee():
    entry = booked("send", leg(-4, WETH, A), leg(3, WETH, B), note="stated:transfer")
    assert on(entry, "expense:service_fee") == [(1, WETH, "none", 3000)]
    assert not on(entry, "suspense:unmatched")


@pytest.mark.parametrize(
    ("kind", "quantity", "role"),
    [("contribution", 5, "acquire"), ("redemption", -5, "dispose")],
)
def test_investors_bring_and_take_at_value(kind, quantity, role):
    entry = booked(kind, leg(quantity, USD))
    assert on(entry, WALLET) == [(quantity, USD, role, quantity)]
    assert on(entry, f"equity:{kind}") == [(-quantity, USD, "none", -quantity)]


def test_spam_ties_to_the_chain_and_is_never_valued():
    entry = booked("spam", leg(5, WETH), leg(2, OWED, role="debt"))
    assert on(entry, WALLET) == [(5, WETH, "none", None)]
    assert on(entry, f"liability:{A}") == [(2, OWED, "none", None)]
    assert on(entry, "suspense:spam") == [(-5, WETH, "none", None), (-2, OWED, "none", None)]


# ---- income and costs


@pytest.mark.parametrize(
    ("kind", "role", "note", "protocol", "account"),
    [
        ("reward", "reward", "", None, "income:reward"),
        ("reward", "plain", "", None, "income:reward"),
        ("reward", "interest", "stated:interest", None, "income:interest"),
        ("reward", "reward", "stated:staking", None, "income:staking"),
        ("reward", "reward", "", "lido", "income:staking"),
        ("airdrop", "plain", "", None, "income:airdrop"),
        ("pool_fees", "plain", "", None, "income:reward"),
        ("mint", "plain", "", None, "income:airdrop"),
    ],
)
def test_income_comes_in_at_its_value(kind, role, note, protocol, account):
    entry = booked(kind, leg(5, WETH, role=role), note=note, protocol=protocol)
    assert rows(entry) == [
        (WALLET, 5, WETH, "acquire", 15_000),
        (account, -5, WETH, "none", -15_000),
    ]


def test_income_has_the_value_that_its_statement_names():
    entry = booked("reward", leg(5, WETH, role="reward"), stated=14_000)
    assert on(entry, WALLET) == [(5, WETH, "acquire", 14_000)]


def test_income_without_a_price_has_no_value():
    entry = booked("reward", leg(5, MEME, role="reward"))
    assert on(entry, WALLET) == [(5, MEME, "acquire", None)]


@pytest.mark.parametrize(
    ("kind", "role", "account"),
    [
        ("donation", "plain", "expense:donation"),
        ("burn", "plain", "expense:lost"),
        ("service_fee", "fee", "expense:service_fee"),
        ("inclusion_payment", "tip", "expense:tip"),
        ("inclusion_payment", "plain", "expense:tip"),
    ],
)
def test_costs_are_given_up_at_their_value(kind, role, account):
    entry = booked(kind, leg(-5, WETH, role=role))
    assert rows(entry) == [
        (WALLET, -5, WETH, "dispose", -15_000),
        (account, 5, WETH, "none", 15_000),
    ]


@pytest.mark.parametrize("kind", ["mint", "burn"])
def test_a_token_made_or_destroyed_for_another_is_a_trade(kind):
    entry = booked(kind, leg(-5, WETH), leg(1, MEME))
    assert on(entry, WALLET)[1] == (1, MEME, "acquire", 15_000)


def test_a_failed_transaction_costs_its_gas_under_its_own_name():
    entry = booked("failed", fee=7)
    assert rows(entry) == [
        (WALLET, -7, ETH, "dispose", -21_000),
        ("expense:failed", 7, ETH, "none", 21_000),
    ]


def test_an_approval_costs_gas():
    assert on(booked("approval", fee=7), "expense:gas") == [(7, ETH, "none", 21_000)]


@pytest.mark.parametrize("fee", [None, 0])
def test_nothing_that_moved_gives_no_entry(fee):
    assert entries_for(event("no_effect", fee=fee), value) is None


def test_a_leg_where_none_should_be_is_unexplained_and_not_dropped():
    entry = booked("no_effect", leg(5, WETH))
    assert on(entry, "suspense:unexplained") == [(-5, WETH, "none", None)]


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
