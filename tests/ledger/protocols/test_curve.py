"""Curve's pools: liquidity of all generations, trades, and Saddle's that log alike."""

import pytest

from ledger.protocols import _hop, curve
from ledger.protocols import _markets as markets
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

LATEST = "0x189c623b666b1b45b83d7178f39b8c087cb09774317ca2f53c2d3c3726f222a2"


def test_topics_are_the_hashes_of_their_signatures():
    for topic, signature in {**curve.ADDED, **curve.REMOVED}.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("topic", sorted(curve.ADDED))
def test_assets_for_shares_straight_and_over_a_zap(topic):
    added = log(1, "pool", topic, "w", "w", data=[1] * 4)
    text = "w > pool 100 A; w > pool 7 B; zero > w 26 pool"
    event = only(activity(text, logs=[added], called="pool"), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_deposit", "curve", 3)
    over = log(1, "pool", topic, "zap", "zap", data=[1] * 4)
    text = "w > zap 100 A; zap > pool 100 A; zero > zap 26 pool; zap > w 26 pool; zap > w 3 A"
    event = only(activity(text, logs=[over], called="zap"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "curve")
    assert said(event)[-1] == (3, asset("A"), "refund")


@pytest.mark.parametrize("topic", sorted(set(curve.REMOVED) - curve.ALIKE))
def test_shares_for_assets_whoever_pays_them_out(topic):
    removed = log(1, "pool", topic, "w", data=[1] * 4)
    text = "w > zero 26 Share; lender > w 100 A; pool > w 7 B"
    event = only(activity(text, logs=[removed], called="pool"), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_withdraw", "curve", 3)


def test_a_pool_that_logs_alike_without_being_its_own_token_is_saddles():
    added = log(1, "pool", LATEST, "w", data=[1] * 10)
    text = "w > pool 100 A; zero > w 26 Share"
    event = only(activity(text, logs=[added], called="pool"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "saddle")


def test_a_pool_of_saddles_kind_that_a_bridge_trades_over_is_the_bridges():
    pool = min(_hop.POOLS)
    added = log(1, pool, LATEST, "w", data=[1] * 10)
    text = f"w > {pool} 100 A; zero > w 26 Share"
    event = only(activity(text, logs=[added], called=pool), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "hop")
    traded = next(topic for topic, (name, _) in markets.OTHERS.items() if name == "saddle")
    done = log(1, pool, traded, "w", data=[1] * 9)
    event = only(activity(f"w > {pool} 100 A; {pool} > w 7 B", logs=[done]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "hop")


def test_shares_that_somebody_else_got_or_that_came_from_elsewhere_are_not_claimed():
    added = log(1, "pool", LATEST, "x", data=[1] * 10)
    one = activity("w > pool 100 A; zero > x 26 pool", logs=[added], called="pool")
    assert only(one, PROTOCOLS).kind == "send"
    one = activity("w > q 100 A; q > w 9 C; zero > x 26 pool", logs=[added])
    assert only(one, PROTOCOLS).kind == "swap"


def test_trades_by_pool_or_by_router():
    for topic in (
        markets.CURVE,
        markets.CURVE_CRYPTO,
        markets.CURVE_CRYPTO_NG,
        markets.CURVE_UNDERLYING,
    ):
        done = log(1, "pool", topic, "w", data=[0, 100, 1, 7])
        event = only(activity("w > pool 100 A; pool > w 7 B", logs=[done]), PROTOCOLS)
        assert (event.kind, event.protocol) == ("swap", "curve")
    one = activity("w > p 100 A; p > w 7 B", called=min(curve.ROUTERS))
    assert only(one, PROTOCOLS).protocol == "curve"


def test_payments_to_others_in_a_transaction_of_many_calls_are_no_part_of_a_deposit():
    added = log(1, "pool", LATEST, "safe", data=[1] * 10)
    text = "safe > pool 100 A; zero > safe 26 pool; safe > x 5 C"
    found = events_of(activity(text, logs=[added], called="safe"), PROTOCOLS)
    assert [(event.kind, len(event.legs)) for event in found] == [("pool_deposit", 2), ("send", 1)]
