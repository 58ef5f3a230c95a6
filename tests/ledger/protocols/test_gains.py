"""gTrade: margin goes to its diamond and comes from it, whatever the version logs."""

import pytest

from ledger.protocols import gains
from tests.ledger.moves import activity, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS

NETWORK, DIAMOND = next(iter(gains.DIAMONDS.items()))


def shown(text, **more):
    one = activity(text, network=NETWORK, **{"called": DIAMOND, **more})
    event = only(one, PROTOCOLS, wallets("w", network=NETWORK))
    return event.kind, event.protocol


@pytest.mark.parametrize("asset", ["U", "ETH"])
def test_margin_of_a_trade_is_no_sale_and_no_gift(asset):
    assert shown(f"w > {DIAMOND} 100 {asset}") == ("perp_open", "gains")


def test_what_a_keeper_closes_is_paid_out():
    assert shown(f"{DIAMOND} > w 130 U", caller="keeper", fee=0) == ("perp_close", "gains")


def test_what_the_fund_asked_for_itself_may_be_anything():
    assert shown(f"{DIAMOND} > w 3 U") == ("receive", None)


def test_another_networks_diamond_and_two_ways_are_none():
    other = gains.DIAMONDS["eip155:8453"]
    assert shown(f"w > {other} 100 U", called=other) == ("send", None)
    assert shown(f"w > {DIAMOND} 100 U; {DIAMOND} > w 5 T") == ("swap", None)
