"""Octant."""

from ledger.protocols import octant
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Locked(uint256,uint256,uint256,address)", octant.LOCKED)
    assert hashes_to("Unlocked(uint256,uint256,uint256,address)", octant.UNLOCKED)
    assert hashes_to("Withdrawn(address,uint256,uint256)", octant.WITHDRAWN)


def test_what_is_locked_is_a_position_and_comes_back():
    locked = log(5, "deposits", octant.LOCKED, data=[0, 100, 9, "w"])
    event = only(activity("w > deposits 100 GLM", logs=[locked]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "octant")
    assert [leg.quantity for leg in event.legs] == [-100, 100]
    gone = log(5, "deposits", octant.UNLOCKED, data=[100, 40, 9, "w"])
    event = only(activity("deposits > w 40 GLM", logs=[gone]), PROTOCOLS)
    assert (event.kind, event.note) == ("unstake", "position:unknown")


def test_the_vault_pays_in_coin_and_no_other_contract_does():
    for vault, kind in ((octant.VAULT, "reward"), ("vault", "receive")):
        paid = log(5, vault, octant.WITHDRAWN, data=["w", 7, 2])
        assert only(activity(f"{vault} > w 7 ETH", logs=[paid]), PROTOCOLS).kind == kind


def test_what_somebody_else_locked_is_not_the_funds():
    locked = log(5, "deposits", octant.LOCKED, data=[0, 100, 9, "x"])
    assert only(activity("w > deposits 100 GLM", logs=[locked]), PROTOCOLS).kind == "send"
