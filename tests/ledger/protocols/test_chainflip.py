"""Chainflip: what its vaults take goes to another network, and what they give came from one."""

import pytest

from ledger.protocols import chainflip
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

VAULT = min(chainflip.VAULTS)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "SwapNative(uint32,bytes,uint32,uint256,address,bytes)": chainflip.SWAP_COIN,
        "SwapToken(uint32,bytes,uint32,address,uint256,address,bytes)": chainflip.SWAP_TOKEN,
        "XCallNative(uint32,bytes,uint32,uint256,address,bytes,uint256,bytes)": chainflip.CALL_COIN,
        "XCallToken(uint32,bytes,uint32,address,uint256,address,bytes,uint256,bytes)": (
            chainflip.CALL_TOKEN
        ),
    }.items():
        assert hashes_to(signature, topic)


SENT = [
    (chainflip.SWAP_COIN, [3, 160, 5, 100, 192], "ETH"),
    (chainflip.SWAP_TOKEN, [3, 192, 5, "U", 100, 224], "U"),
    (chainflip.CALL_COIN, [3, 224, 5, 100, 256, 9, 288], "ETH"),
    (chainflip.CALL_TOKEN, [3, 256, 5, "U", 100, 288, 9, 320], "U"),
]


@pytest.mark.parametrize(("topic", "data", "asset"), SENT)
def test_what_a_swap_takes_goes_elsewhere(topic, data, asset):
    told = log(5, VAULT, topic, "w", data=data)
    event = only(activity(f"w > {VAULT} 100 {asset}", logs=[told], called=VAULT), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "chainflip")
    assert event.note.split() == ["expects:*/*/*", "by:chainflip"]


def test_what_a_vault_pays_came_from_elsewhere():
    one = activity(f"{VAULT} > w 7 ETH", caller="x", called=VAULT, fee=0)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("bridge_in", "chainflip")


def test_another_contract_and_swaps_of_others_are_none():
    told = log(5, "shop", chainflip.SWAP_COIN, "w", data=SENT[0][1])
    assert only(activity("w > shop 100 ETH", logs=[told], called="shop"), PROTOCOLS).kind == "send"
    told = log(5, VAULT, chainflip.SWAP_COIN, "x", data=SENT[0][1])
    assert only(activity("w > y 100 ETH", logs=[told], called="y"), PROTOCOLS).kind == "send"
