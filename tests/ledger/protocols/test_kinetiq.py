"""Kinetiq."""

from ledger.classify import after, classify
from ledger.protocols import kinetiq
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    words = "address" + ",uint256" * 6
    assert hashes_to("StakeReceived(address,address,uint256)", kinetiq.STAKED)
    queued = "WithdrawalQueued(address,address,uint256,uint256,uint256,uint256)"
    assert hashes_to(queued, kinetiq.QUEUED)
    assert hashes_to("WithdrawalConfirmed(address,uint256,uint256)", kinetiq.CONFIRMED)
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


def test_what_is_queued_waits_as_coin_until_it_is_confirmed():
    for moved in (98, 99):
        queued = log(5, "manager", kinetiq.QUEUED, "manager", "w", 7, data=[98, 100, 1])
        one = activity(f"w > manager {moved} kHYPE", logs=[queued])
        classified, _ = classify(one, wallets(), PROTOCOLS)
        (event,) = classified.events
        assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [-moved, 100])
    confirmed = log(5, "manager", kinetiq.CONFIRMED, "w", 7, data=[100])
    one = activity("manager > w 100 ETH", logs=[confirmed])
    event = only(one, PROTOCOLS, held=after(classified.events, {}))
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [100, -100])
    assert only(one, PROTOCOLS).note == "position:unknown"
