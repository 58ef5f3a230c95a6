"""Pickle's jars."""

from ledger.protocols import pickle
from tests.ledger.moves import activity, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS

JAR = min(pickle.JARS)
MOVED = log(5, JAR, "0x" + "1" * 64)


def test_a_jar_takes_a_token_and_gives_it_back():
    event = only(activity(f"w > {JAR} 100 LP; zero > w 90 {JAR}", logs=[MOVED]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "pickle")
    event = only(activity(f"w > zero 90 {JAR}; {JAR} > w 100 LP", logs=[MOVED]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "pickle")


def test_a_jar_that_is_sold_is_a_trade_and_on_other_networks_it_is_not_known():
    event = only(activity(f"w > pool 90 {JAR}; pool > w 100 LP", logs=[MOVED]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", None)
    network = "eip155:10"
    one = activity(f"w > {JAR} 100 LP; zero > w 90 {JAR}", logs=[MOVED], network=network)
    assert only(one, PROTOCOLS, wallets(network=network)).protocol is None


def test_a_vault_beside_a_jar_is_not_pickles():
    moves = f"w > V 100 U; zero > w 90 V; w > {JAR} 9 LP; zero > w 8 {JAR}"
    events = events_of(activity(moves, logs=[MOVED]), PROTOCOLS)
    assert [event.protocol for event in events] == [None, "pickle"]
