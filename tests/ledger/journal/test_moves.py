"""Changes of form, transfers between own wallets and bridges: cost and date are carried."""

import pytest

from ledger.journal.rules import entries_for
from tests.ledger.journal.cases import (
    BTC,
    E18,
    ETH,
    MEME,
    OWED,
    SHARE,
    USDC,
    USDC_BASE,
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
FLIGHT = "transit:bridge:message:7"


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


def test_what_a_statement_says_that_a_transfer_was_worth_prices_what_it_cost():
    entry = booked(
        "own_transfer",
        leg(-9 * E18, MEME),
        leg(9 * E18, MEME, wallet=B),
        leg(-E18, MEME, role="fee"),
        note="stated:transfer",
        stated=50 * E18,
    )
    assert on(entry, WALLET) == [
        (-9 * E18, MEME, "move", -45 * E18),
        (-E18, MEME, "dispose", -5 * E18),
    ]
    assert on(entry, "expense:service_fee") == [(E18, MEME, "none", 5 * E18)]


def test_a_transfer_without_a_stated_value_has_no_price_of_its_own():
    entry = booked(
        "own_transfer",
        leg(-9 * E18, MEME),
        leg(9 * E18, MEME, wallet=B),
        leg(-E18, MEME, role="fee"),
        note="stated:transfer",
    )
    assert {amount for *_, amount in on(entry, WALLET)} == {None}


@pytest.mark.parametrize(("after", "grown"), [(40, 30), (4, -6)])
def test_a_split_moves_what_it_made_or_took_and_nothing_is_in_escrow(after, grown):
    entry = booked("migrate", leg(-10, BTC), leg(after, BTC), note="stated:split")
    assert rows(entry) == [
        (WALLET, grown, BTC, "move", None),
        ("trading:conversion", -grown, BTC, "none", None),
    ]
    assert entry.is_split
    into = booked("migrate", leg(-10, BTC), leg(after, WETH), note="stated:split")
    assert roles(into) == {"move"}
    assert len(into.postings) == 4
