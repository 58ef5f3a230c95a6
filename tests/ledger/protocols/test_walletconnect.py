"""WalletConnect: WCT locked and withdrawn, and what it earned."""

import pytest

from ledger.classify import after
from ledger.protocols import walletconnect as stake
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    words = "address,uint256,uint256,uint256"
    assert hashes_to(f"Deposit({words},uint256,uint256)", stake.DEPOSIT)
    assert hashes_to(f"Withdraw({words})", stake.WITHDRAW)
    assert hashes_to(f"ForcedWithdraw({words},uint256)", stake.FORCED_WITHDRAW)


def deposited(who="w", moved=9, at="lock"):
    return log(5, at, stake.DEPOSIT, who, data=[12, 1, 4, moved, 2])


@pytest.mark.parametrize("topic", [stake.WITHDRAW, stake.FORCED_WITHDRAW])
def test_a_lock_is_a_position_until_it_is_withdrawn(topic):
    network, lock = stake.STAKE
    own = wallets("w", network=network)
    one = activity(f"w > {lock} 9 WCT", logs=[deposited(at=lock)], network=network)
    into = only(one, PROTOCOLS, own)
    assert (into.kind, into.protocol) == ("stake", "walletconnect")
    told = log(5, lock, topic, "w", data=[12, 9, 1, 2])
    held = after([into], {})
    back = activity(f"{lock} > w 9 WCT", logs=[told], network=network)
    out = only(back, PROTOCOLS, own, held=held)
    assert (out.kind, out.protocol) == ("unstake", "walletconnect")
    assert sorted(units for units, _, _ in said(out)) == [-9, 9]


def test_a_withdrawal_of_the_same_words_from_elsewhere_is_not_its():
    told = log(5, "lock", stake.WITHDRAW, "w", data=[12, 9, 1, 2])
    assert only(activity("lock > w 9 WCT", logs=[told]), PROTOCOLS).protocol != "walletconnect"


def test_other_stakers_and_sizes_are_not_claimed():
    assert only(activity("w > lock 9 WCT", logs=[deposited("x")]), PROTOCOLS).kind == "send"
    assert only(activity("w > lock 8 WCT", logs=[deposited()]), PROTOCOLS).kind == "send"


def test_the_distributor_pays_rewards_on_its_network():
    def kind(network):
        one = activity(f"{stake.REWARDS[1]} > w 3 WCT", network=network)
        return only(one, PROTOCOLS, wallets("w", network=network)).kind

    assert (kind("eip155:10"), kind("eip155:1")) == ("reward", "receive")


def test_only_what_came_from_the_distributor_is_a_reward():
    payer = stake.REWARDS[1]
    text = f"{payer} > w 3 WCT; x > w 2 WCT; w > {payer} 1 A"
    one = activity(text, network="eip155:10")
    found = events_of(one, PROTOCOLS, wallets("w", network="eip155:10"))
    assert [leg.quantity for each in found if each.kind == "reward" for leg in each.legs] == [3]
