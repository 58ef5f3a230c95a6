"""zkSync Lite: deposits of both versions, payments without a log, claims since it closed."""

import pytest

from ledger.protocols import zksync_lite as zksync
from tests.ledger.moves import activity, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

MAIN = "0xabea9132b05a70803a4e85094fd0e1800777fbef"
CLAIMS = "0x0a14b696350546110a0d8acdb86226983af9d2a0"


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposit(uint16,uint128)", zksync.DEPOSIT)
    assert hashes_to("OnchainDeposit(address,uint16,uint128,address)", zksync.ONCHAIN_DEPOSIT)
    assert hashes_to("Claimed(uint256,address,address,uint256)", zksync.CLAIMED)


DEPOSIT = log(1, MAIN, zksync.DEPOSIT, 1, data=[7])


@pytest.mark.parametrize(
    ("text", "deposit"),
    [
        (f"w > {MAIN} 7 U", DEPOSIT),
        (f"w > {MAIN} 7 ETH", DEPOSIT),
        (f"w > {MAIN} 7 U", log(1, MAIN, zksync.ONCHAIN_DEPOSIT, "w", 1, "w", data=[7])),
    ],
)
def test_deposits_leave(text, deposit):
    event = only(activity(text, logs=[deposit], called=MAIN), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "zksync_lite")


def test_what_its_contract_pays_arrived():
    event = only(activity(f"{MAIN} > w 7 U; {MAIN} > w 5 ETH", caller="x", called=MAIN), PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("bridge_in", 2)


def test_claims_arrive_at_their_account():
    logs = [
        log(1, CLAIMS, zksync.CLAIMED, data=[4, "w", "zero", 5]),
        log(2, CLAIMS, zksync.CLAIMED, data=[5, "w", "U", 7]),
    ]
    one = activity(f"{CLAIMS} > w 5 ETH; {CLAIMS} > w 7 U", logs=logs, caller="x", called="m")
    kinds = {event.kind for event in events_of(one, PROTOCOLS)}
    assert kinds == {"bridge_in"}


def test_the_same_elsewhere_is_not_bridged():
    claim = log(1, "airdrop", zksync.CLAIMED, data=[4, "w", "U", 7])
    one = activity("airdrop > w 7 U", logs=[claim], called="airdrop")
    assert all(event.protocol != "zksync_lite" for event in events_of(one, PROTOCOLS))
    base = "eip155:8453"
    there = activity(f"{MAIN} > w 7 U", caller="x", network=base)
    assert only(there, PROTOCOLS, wallets(network=base)).kind == "receive"
    other = log(1, "x", zksync.DEPOSIT, 1, data=[7])
    assert only(activity("w > x 7 U", logs=[other], called="x"), PROTOCOLS).kind == "send"
