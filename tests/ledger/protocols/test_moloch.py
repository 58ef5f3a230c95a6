"""Moloch: who leaves takes his part of what the fund has, and earns nothing."""

import pytest

from ledger.protocols import moloch
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Ragequit(address,uint256)": moloch.LEFT,
        "Ragequit(address,uint256,uint256)": moloch.LEFT_V2,
        "Ragequit(address,address,uint256,uint256,address[])": moloch.LEFT_V3,
    }.items():
        assert hashes_to(signature, topic)


def test_shares_that_are_tokens_are_burnt_for_all_that_comes():
    left = log(5, "baal", moloch.LEFT_V3, "w", data=["w", 0, 5, 128, 0])
    text = "w > zero 5 shares; safe9 > w 100 U; safe9 > w 3 ETH"
    event = only(activity(text, logs=[left], called="baal"), PROTOCOLS)
    assert (event.kind, event.protocol, event.note) == ("vault_withdraw", "moloch", "")
    assert len(event.legs) == 3


@pytest.mark.parametrize(("topic", "data"), [(moloch.LEFT, [5]), (moloch.LEFT_V2, [5, 0])])
def test_shares_without_a_token_are_of_a_position_that_nobody_knows(topic, data):
    left = log(5, "fund", topic, "w", data=data)
    event = only(activity("bank > w 100 U", logs=[left], called="fund"), PROTOCOLS)
    assert (event.kind, event.note) == ("vault_withdraw", "position:unknown")


def test_who_did_not_leave_and_who_traded_took_nothing_out():
    left = log(5, "fund", moloch.LEFT, "x", data=[5])
    assert only(activity("bank > w 1 U", logs=[left], called="fund"), PROTOCOLS).kind == "receive"
    left = log(5, "fund", moloch.LEFT, "w", data=[5])
    one = activity("w > shop 5 T; shop > w 1 U", logs=[left], called="shop")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("swap", None)
