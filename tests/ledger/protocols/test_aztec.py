"""Aztec: what was staked with a provider."""

from ledger.model.asset import contract_of
from ledger.protocols import aztec
from tests.ledger.moves import activity, address, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

NETWORK, REGISTRY = aztec.REGISTRY


def staked(attester="a", emitter=REGISTRY):
    return log(3, emitter, aztec.STAKED, 1, "rollup", attester, data=["split", "code"])


def test_the_topic_is_the_hash_of_its_signature():
    assert hashes_to("StakedWithProvider(uint256,address,address,address,address)", aztec.STAKED)


def test_a_stake_is_a_position_of_who_attests_for_it():
    one = activity(f"w > {REGISTRY} 9 {aztec.TOKEN}", logs=[staked()], called=REGISTRY)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "aztec")
    (kept,) = [name for _, name, role in said(event) if role == "position"]
    assert kept.endswith(f"{address('a')}.{contract_of(aztec.TOKEN)}")


def test_two_stakes_are_two_positions():
    text = f"w > {REGISTRY} 9 {aztec.TOKEN}; w > {REGISTRY} 9 {aztec.TOKEN}"
    found = events_of(activity(text, logs=[staked(), staked("b")]), PROTOCOLS)
    kept = {name for event in found for _, name, role in said(event) if role == "position"}
    assert len(kept) == 2


def test_other_tokens_parties_and_contracts_say_nothing():
    for text, told in (
        (f"w > {REGISTRY} 9 A", staked()),
        (f"w > x 9 {aztec.TOKEN}", staked()),
        (f"w > {REGISTRY} 9 {aztec.TOKEN}", staked(emitter="x")),
    ):
        assert only(activity(text, logs=[told]), PROTOCOLS).kind == "send"
