"""Uniswap v1: liquidity for the exchange's own token, on both ways."""

import pytest

from ledger.protocols import uniswap_v1 as v1
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ADD = "w > X 100 ETH; w > X 7 A; zero > w 50 X; X > w 3 ETH"
REMOVE = "w > zero 50 X; X > w 100 ETH; X > w 7 A"


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("AddLiquidity(address,uint256,uint256)", v1.ADDED)
    assert hashes_to("RemoveLiquidity(address,uint256,uint256)", v1.REMOVED)


@pytest.mark.parametrize(
    ("text", "topic", "kind"),
    [(ADD, v1.ADDED, "pool_deposit"), (REMOVE, v1.REMOVED, "pool_withdraw")],
)
def test_liquidity_has_shares(text, topic, kind):
    told = log(4, "X", topic, "w", 97, 7)
    event = only(activity(text, logs=[told], called="X"), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "uniswap_v1")
    assert [leg for leg in said(event) if leg[2] == "refund"] == (
        [(3, asset("ETH"), "refund")] if topic == v1.ADDED else []
    )


def test_a_log_of_another_exchange_names_nothing():
    told = log(4, "Y", v1.ADDED, "w", 97, 7)
    found = events_of(activity(ADD, logs=[told], called="X"), PROTOCOLS)
    assert {event.protocol for event in found} == {None}
