"""Octant: GLM locked, unlocked, and the coin it earned."""

from ledger.classify import after, classify
from ledger.model.asset import Asset
from ledger.protocols import octant
from tests.ledger.moves import (
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Locked(uint256,uint256,uint256,address)", octant.LOCKED)
    assert hashes_to("Unlocked(uint256,uint256,uint256,address)", octant.UNLOCKED)
    assert hashes_to("Withdrawn(address,uint256,uint256)", octant.WITHDRAWN)


def test_what_was_locked_is_a_position_until_it_is_unlocked():
    locked = log(3, "lock", octant.LOCKED, data=[0, 9, 1, "w"])
    into = only(activity("w > lock 9 GLM", logs=[locked]), PROTOCOLS)
    assert (into.kind, into.protocol) == ("stake", "octant")
    unlocked = log(3, "lock", octant.UNLOCKED, data=[9, 9, 1, "w"])
    held = after([into], {})
    out = only(activity("lock > w 9 GLM", logs=[unlocked]), PROTOCOLS, held=held)
    assert out.kind == "unstake"
    assert sorted(units for units, _, _ in said(out)) == [-9, 9]


def test_rewards_of_several_epochs_come_in_one_payment():
    logs = [log(n, "vault", octant.WITHDRAWN, data=["w", 4, n]) for n in (1, 2)]
    event = only(activity("vault > w 8 ETH", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "octant")


def test_rewards_are_coin_from_the_vault_alone():
    told = log(1, "vault", octant.WITHDRAWN, data=["w", 4, 1])
    text = "vault > w 4 ETH; vault > w 2 A; w > vault 1 ETH"
    found = events_of(activity(text, logs=[told]), PROTOCOLS)
    assert [leg.quantity for one in found if one.kind == "reward" for leg in one.legs] == [4]
    longer = log(1, "vault", octant.WITHDRAWN, 5, data=["w", 4, 1])
    assert only(activity("vault > w 4 ETH", logs=[longer]), PROTOCOLS).kind == "receive"


def test_locks_and_rewards_of_others_claim_nothing():
    locked = log(3, "lock", octant.LOCKED, data=[0, 9, 1, "x"])
    assert only(activity("w > lock 9 GLM", logs=[locked]), PROTOCOLS).kind == "send"
    paid = log(3, "vault", octant.WITHDRAWN, data=["x", 8, 1])
    assert only(activity("vault > w 8 ETH", logs=[paid], caller="x"), PROTOCOLS).kind == "receive"


def test_a_lock_is_named_after_what_is_locked():
    def facts(text, amount, assets=None):
        told = log(3, "lock", octant.LOCKED, data=[0, amount, 1, "w"])
        _, known = classify(activity(text, logs=[told]), wallets(), PROTOCOLS, assets)
        return [(one.symbol, one.decimals, one.kind, one.underlying) for one in known]

    glm = asset("GLM")
    assets = {glm: Asset(glm, "GLM", 18)}
    assert facts("w > lock 9 GLM", 9, assets) == [("GLM", 18, "position", glm)]
    assert facts("w > lock 9 GLM", 9) == []
    coin = asset("ETH")
    assert [one[3] for one in facts("w > lock 9 ETH", 9)] == [coin]


def test_positions_of_coin_and_of_tokens_are_two():
    told = log(3, "lock", octant.LOCKED, data=[0, 9, 1, "w"])
    text = "w > lock 9 {}"
    kept = [
        next(what for _, what, role in said(only(each, PROTOCOLS)) if role == "position")
        for each in (activity(text.format(what), logs=[told]) for what in ("GLM", "ETH"))
    ]
    assert [one.rpartition(".")[2] for one in kept] == [address("GLM"), "coin"]
