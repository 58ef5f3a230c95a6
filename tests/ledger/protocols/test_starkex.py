"""StarkEx: deposits and withdrawals, by the name of the exchange."""

from ledger.protocols import starkex
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

DYDX = "0xd54f502e184b6b739d7d27a6410a67dc462d69c8"


def test_topics_are_the_hashes_of_their_signatures():
    words = "uint256,uint256,uint256,uint256"
    assert hashes_to(f"LogDeposit(address,{words},uint256)", starkex.LOG_DEPOSIT)
    assert hashes_to(f"LogWithdrawalPerformed({words},address)", starkex.LOG_WITHDRAWAL)


def deposit(place=DYDX, who="w"):
    return log(3, place, starkex.LOG_DEPOSIT, data=[who, 1, 2, 3, 9, 4])


def test_what_was_deposited_has_left():
    event = only(activity(f"w > {DYDX} 9 USDC", logs=[deposit()]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "dydx")
    other = activity("w > exchange 9 ETH", logs=[deposit("exchange")])
    assert only(other, PROTOCOLS).protocol == "starkex"


def test_a_proxy_deposits_for_who_called_it():
    one = activity("w > proxy 9 USDC", logs=[deposit(who="proxy")], called="proxy")
    assert only(one, PROTOCOLS).kind == "bridge_out"


def test_what_was_withdrawn_has_come_back():
    told = log(3, DYDX, starkex.LOG_WITHDRAWAL, data=[1, 2, 9, 4, "w"])
    event = only(activity(f"{DYDX} > w 9 USDC", logs=[told]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "dydx")


def test_others_and_other_sizes_are_not_claimed():
    assert only(activity(f"w > {DYDX} 8 USDC", logs=[deposit()]), PROTOCOLS).kind == "send"
    told = log(3, DYDX, starkex.LOG_WITHDRAWAL, data=[1, 2, 9, 9, "x"])
    assert only(activity(f"{DYDX} > w 9 USDC", logs=[told]), PROTOCOLS).kind == "receive"


def test_a_deposit_counts_for_its_depositor_or_who_acts():
    one = activity(f"w > {DYDX} 9 USDC", logs=[deposit()], caller="x", called="x")
    assert only(one, PROTOCOLS).kind == "bridge_out"
    one = activity(f"w > {DYDX} 9 USDC", logs=[deposit(who="x")], caller="x", called="x")
    assert only(one, PROTOCOLS).kind == "send"
