"""WalletConnect's lock."""

from ledger.protocols import walletconnect as lock
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    words = "address,uint256,uint256,uint256"
    assert hashes_to(f"Deposit({words},uint256,uint256)", lock.DEPOSIT)
    assert hashes_to(f"Withdraw({words})", lock.WITHDRAW)
    assert hashes_to(f"ForcedWithdraw({words},uint256)", lock.FORCED)


def test_what_is_locked_is_a_position():
    locked = log(5, "lock", lock.DEPOSIT, "w", data=[100, 9, 4, 100, 9])
    event = only(activity("w > lock 100 WCT", logs=[locked]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "walletconnect")
    assert [leg.quantity for leg in event.legs] == [-100, 100]


def test_what_comes_back_is_what_was_brought_and_not_what_was_allotted():
    for topic, data in ((lock.WITHDRAW, [900, 100, 9]), (lock.FORCED, [900, 100, 9, 9])):
        gone = log(5, "lock", topic, "w", data=data)
        event = only(activity("lock > w 100 WCT", logs=[gone]), PROTOCOLS)
        assert (event.kind, event.protocol) == ("unstake", "walletconnect")


def test_a_longer_lock_moves_nothing_and_other_contracts_do_not_count():
    locked = log(5, "lock", lock.DEPOSIT, "w", data=[100, 9, 3, 0, 9])
    assert only(activity("w > other 100 WCT", logs=[locked]), PROTOCOLS).kind == "send"
