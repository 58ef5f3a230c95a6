"""Units from others and to others, income and costs: what their entries say."""

import pytest

from ledger.journal.rules import entries_for
from tests.ledger.journal.cases import (
    ETH,
    MEME,
    OWED,
    USD,
    WETH,
    A,
    B,
    booked,
    event,
    leg,
    on,
    rows,
    value,
)

WALLET = f"asset:{A}"


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
