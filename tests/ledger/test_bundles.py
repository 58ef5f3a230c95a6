"""A payment to the producer that is a transaction of its own, and the trade it was made for."""

import pytest

from ledger.link import link
from tests.ledger.moves import NETWORK, activity, events_of, wallets
from tests.ledger.protocols.registry import PROTOCOLS

OWNED = wallets()
BUY, SELL = "bot > pool 100 U; pool > bot 50 A", "bot > pool 50 A; pool > bot 104 U"
PAID = "w > producer 9 ETH"


def at(index, text, block=100):
    return activity(text, index=index, block=block, called="bot", name=f"b{block}i{index}")


def groups(*activities):
    events = [event for one in activities for event in events_of(one, PROTOCOLS, OWNED)]
    return [event.group for event in link(events, OWNED).events]


@pytest.mark.parametrize("paid_at", [2, 4])
def test_a_producer_paid_beside_a_trade_is_paid_for_it(paid_at):
    name = f"bundle:{NETWORK}:100:{min(3, paid_at)}"
    assert groups(at(3, BUY), at(paid_at, PAID)) == [name, name]


def test_a_payment_after_a_sandwich_belongs_to_it():
    assert groups(at(3, BUY), at(5, SELL), at(6, PAID)) == [f"sandwich:{NETWORK}:100:3"] * 3


def test_of_two_trades_the_one_before_the_payment_counts():
    name = f"bundle:{NETWORK}:100:3"
    assert groups(at(3, BUY), at(4, PAID), at(5, BUY)) == [name, name, None]


def test_a_payment_apart_from_a_trade_or_in_another_block_stands_alone():
    assert groups(at(3, BUY), at(5, PAID)) == [None, None]
    assert groups(at(3, BUY), at(4, PAID, block=101)) == [None, None]
    assert groups(at(3, "w > bob 5 U"), at(4, PAID)) == [None, None]


def test_a_trade_that_paid_by_itself_needs_no_other():
    assert groups(at(3, f"{BUY}; bot > producer 1 ETH"), at(4, SELL)) == [None, None]
