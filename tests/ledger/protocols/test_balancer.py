"""Balancer v1 to v3: joins, exits, trades, flash loans."""

import pytest

from ledger.protocols import _markets as markets
from ledger.protocols import balancer
from tests.ledger.moves import activity, address, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

POOL = int(address("Bpt")[2:] + "0" * 24, 16)
NEGATIVE = 2**256


def test_topics_are_the_hashes_of_their_signatures():
    arrays = "uint256[],uint256[]"
    for signature, topic in {
        "LOG_JOIN(address,address,uint256)": balancer.LOG_JOIN,
        "LOG_EXIT(address,address,uint256)": balancer.LOG_EXIT,
        "PoolBalanceChanged(bytes32,address,address[],int256[],uint256[])": (
            balancer.BALANCE_CHANGED
        ),
        "FlashLoan(address,address,uint256,uint256)": balancer.FLASH_LOAN,
        f"LiquidityAdded(address,address,uint8,uint256,{arrays})": balancer.ADDED,
        f"LiquidityRemoved(address,address,uint8,uint256,{arrays})": balancer.REMOVED,
    }.items():
        assert hashes_to(signature, topic)


def changed(first, second, provider="w"):
    """A change of a pool of two assets in the vault v2."""
    deltas = [delta % NEGATIVE for delta in (first, second)]
    data = [96, 192, 288, 2, "A", "B", 2, *deltas, 2, 0, 0]
    return log(1, "vault", balancer.BALANCE_CHANGED, POOL, provider, data=data)


JOINED = [
    [changed(100, 0)],
    [log(1, "vault", balancer.ADDED, "Bpt", "w", 0, data=[1] * 8)],
    [log(1, "Bpt", balancer.LOG_JOIN, "w", token, data=[1]) for token in "AB"],
]
LEFT = [
    [changed(-100, -7)],
    [log(1, "vault", balancer.REMOVED, "Bpt", "w", 0, data=[1] * 8)],
    [log(1, "Bpt", balancer.LOG_EXIT, "w", token, data=[1]) for token in "AB"],
]


@pytest.mark.parametrize("logs", JOINED)
def test_a_join_gives_assets_for_shares(logs):
    place = logs[0].address
    text = f"w > {place} 100 A; w > {place} 7 B; zero > w 26 Bpt; {place} > w 1 B"
    event = only(activity(text, logs=logs, called=place), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "balancer")
    assert said(event)[-1] == (1, asset("B"), "refund")


@pytest.mark.parametrize("logs", LEFT)
def test_an_exit_gives_shares_for_assets(logs):
    place = logs[0].address
    text = f"w > zero 26 Bpt; {place} > w 100 A; {place} > w 7 B"
    event = only(activity(text, logs=logs, called=place), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_withdraw", "balancer", 3)


def test_a_change_of_another_pool_or_of_mixed_signs_is_no_join():
    for share, logs in (("C", [changed(100, 0)]), ("Bpt", [changed(100, -7)])):
        text = f"w > vault 100 A; zero > w 26 {share}; vault > w 7 B"
        found = events_of(activity(text, logs=logs, called="vault"), PROTOCOLS)
        assert not {"pool_deposit", "pool_withdraw"} & {event.kind for event in found}


def test_a_change_that_lies_about_its_length_is_passed_over():
    for data in ([96, 2**200, 288, 2, 1, 1], [96, 192, 288, 2, "A", "B", 2**250, 5]):
        liar = log(1, "vault", balancer.BALANCE_CHANGED, POOL, "w", data=data)
        one = activity("w > vault 100 A", logs=[liar], called="vault")
        assert only(one, PROTOCOLS).kind == "send"


def test_trades_of_all_versions():
    for topic, words in (
        (markets.BALANCER_V1, 2),
        (markets.BALANCER_V2, 2),
        (markets.BALANCER_V3, 4),
    ):
        done = log(1, "vault", topic, "p", "A", "B", data=[1] * words)
        event = only(activity("w > vault 100 A; vault > w 7 B", logs=[done]), PROTOCOLS)
        assert (event.kind, event.protocol) == ("swap", "balancer")


def test_a_loan_from_the_vault_takes_the_whole_transaction():
    loan = log(1, "vault", balancer.FLASH_LOAN, "bot", "A", data=[1000, 5])
    text = "vault > bot 1000 A; bot > p 1000 A; p > bot 1020 A; bot > vault 1005 A"
    event = only(activity(text, logs=[loan], called="bot"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("flash_loan", "balancer")
    assert said(event)[-1] == (-5, asset("A"), "premium")
    other = log(1, "vault", balancer.FLASH_LOAN, "x", "A", data=[1000, 5])
    one = activity("w > vault 1 A; vault > w 7 B", logs=[other])
    assert only(one, PROTOCOLS).kind == "swap"


def test_a_pool_that_trades_its_own_token_is_entered_and_left():
    def event(taken, given, pools):
        logs = [log(n, "vault", markets.BALANCER_V2, *one, data=[9, 9]) for n, one in pools]
        text = f"w > vault 100 {taken}; vault > w 99 {given}"
        return only(activity(text, logs=logs, called="vault"), PROTOCOLS)

    linear = int(address("Linear")[2:] + "0" * 24, 16)
    joins = [(1, (linear, "A", "Linear")), (2, (POOL, "Linear", "Bpt"))]
    assert event("A", "Bpt", joins).kind == "pool_deposit"
    leaves = [(1, (POOL, "Bpt", "Linear")), (2, (linear, "Linear", "A"))]
    assert event("Bpt", "A", leaves).kind == "pool_withdraw"
    # a token of another pool is an asset like any other, and one share for another is a trade
    assert event("A", "Bpt", [(1, (linear, "A", "Bpt"))]).kind == "swap"
    between = [(1, (POOL, "Bpt", "A")), (2, (linear, "A", "Linear"))]
    assert event("Bpt", "Linear", between).kind == "swap"
