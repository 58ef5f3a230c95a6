"""Kinetiq."""

from ledger.protocols import kinetiq
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    words = "address" + ",uint256" * 6
    assert hashes_to("StakeReceived(address,address,uint256)", kinetiq.STAKED)
    assert hashes_to(f"InstantUnstakeExecuted({words})", kinetiq.UNSTAKED)


def test_coin_for_its_token_is_a_stake():
    staked = log(5, "manager", kinetiq.STAKED, "manager", "w", data=[100])
    event = only(activity("w > manager 100 ETH; zero > w 98 kHYPE", logs=[staked]), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("stake", "kinetiq", 2)
    staked = log(5, "manager", kinetiq.STAKED, "manager", "x", data=[100])
    event = only(activity("w > manager 100 ETH; zero > w 98 kHYPE", logs=[staked]), PROTOCOLS)
    assert event.protocol is None


def test_the_token_for_coin_at_once():
    left = log(5, "manager", kinetiq.UNSTAKED, "w", data=[98, 99, 1, 1, 1, 1])
    event = only(activity("w > manager 98 kHYPE; other > w 99 ETH", logs=[left]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("unstake", "kinetiq")
