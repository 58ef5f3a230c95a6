"""Hyperliquid: deposits without a log, withdrawals with one."""

from ledger.protocols import hyperliquid
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BRIDGE, USDC, ARBITRUM = hyperliquid.BRIDGE, hyperliquid.USDC, "eip155:42161"


def read(text, *, logs=(), network=ARBITRUM, caller="w"):
    one = activity(text, logs=logs, network=network, caller=caller)
    return only(one, PROTOCOLS, wallets("w", network=network))


def withdrawn(user="w", emitter=BRIDGE):
    topic = hyperliquid.FINALIZED_WITHDRAWAL
    return log(4, emitter, topic, user, data=[user, 9, 1, 2])


def test_what_the_bridge_is_sent_has_left_over_it():
    event = read(f"w > {BRIDGE} 9 {USDC}")
    assert (event.kind, event.protocol) == ("bridge_out", "hyperliquid")


def test_what_was_withdrawn_has_come_back():
    signature = "FinalizedWithdrawal(address,address,uint64,uint64,bytes32)"
    assert hashes_to(signature, hyperliquid.FINALIZED_WITHDRAWAL)
    event = read(f"{BRIDGE} > w 9 {USDC}", logs=[withdrawn()], caller="validator")
    assert (event.kind, event.protocol) == ("bridge_in", "hyperliquid")


def test_other_tokens_users_emitters_and_networks_are_not_claimed():
    assert read(f"w > {BRIDGE} 9 U").kind == "send"
    assert read(f"w > x 9 {USDC}", logs=[withdrawn()]).kind == "send"
    assert read(f"{BRIDGE} > w 9 {USDC}", logs=[withdrawn("x")]).kind == "receive"
    assert read(f"{BRIDGE} > w 9 {USDC}", logs=[withdrawn(emitter="x")]).kind == "receive"
    assert read(f"w > {BRIDGE} 9 U", network="eip155:1").kind == "send"


def test_system_addresses_stand_between_the_chain_of_contracts_and_that_of_orders():
    evm, hype, token = "eip155:999", "0x" + "2" * 40, "0x20" + "0" * 36 + "c8"
    for text, kind in {
        f"w > {hype} 9 ETH": "bridge_out",
        f"w > {token} 9 T": "bridge_out",
        f"{token} > w 9 T": "bridge_in",
    }.items():
        event = read(text, network=evm, caller="w" if kind == "bridge_out" else token)
        assert (event.kind, event.protocol) == (kind, "hyperliquid")
    assert read(f"w > {hype} 9 ETH", network="eip155:1").kind == "send"
