"""Deposits for validators, and requests to them."""

from ledger.classify import classify
from ledger.model.activity import Log
from ledger.protocols import eth2
from tests.ledger.moves import activity, asset, events_of, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

CONTRACT = eth2.CONTRACTS["eip155:1"][0]
GNOSIS, GNO = eth2.CONTRACTS["eip155:100"][:2]
GWEI = 10**9


def deposit(index, key, gwei, contract=CONTRACT):
    """The log of a deposit: bytes at five offsets, the amount little-endian."""
    words = [160, 256, 320, 384, 512, 48]
    data = "".join(f"{word:064x}" for word in words) + key * 48 + "00" * 16
    data += f"{32:064x}" + "01" * 32 + f"{8:064x}"
    data += gwei.to_bytes(8, "little").hex() + "00" * 24 + f"{96:064x}" + "02" * 96
    data += f"{8:064x}" + "03" * 8 + "00" * 24
    return Log(index, contract, (eth2.DEPOSIT,), "0x" + data)


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("DepositEvent(bytes,bytes,bytes,bytes,bytes)", eth2.DEPOSIT)


def test_a_deposit_is_a_position_by_the_key_of_its_validator():
    one = activity(f"w > {CONTRACT} {32 * GWEI} ETH", logs=[deposit(5, "ab", 32)], called=CONTRACT)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "eth2")
    position = event.legs[-1]
    assert (position.quantity, position.role) == (32 * GWEI, "position")
    assert position.asset.endswith(":0x" + "ab" * 48)
    _, facts = classify(one, wallets(), PROTOCOLS)
    assert [fact.underlying for fact in facts] == [asset("ETH")]


def test_deposits_in_a_batch_are_a_position_each_and_what_the_batch_costs_is_a_fee():
    logs = [deposit(5, "ab", 32), deposit(6, "cd", 32)]
    one = activity(f"w > batch {65 * GWEI} ETH", logs=logs, called="batch")
    event = only(one, PROTOCOLS)
    fees = [quantity for quantity, _, role in said(event) if role == "fee"]
    assert fees == [-1 * GWEI]
    assert sum(leg.quantity for leg in event.legs if leg.role == "position") == 64 * GWEI


def test_a_pool_that_deposits_on_its_own_account_is_none_of_the_funds():
    one = activity(
        f"w > pool {32 * GWEI} ETH; zero > w 30 share", logs=[deposit(5, "ab", 32)], called="pool"
    )
    assert {event.protocol for event in events_of(one, PROTOCOLS)} == {None}
    other = activity(
        f"w > x {32 * GWEI} ETH", logs=[deposit(5, "ab", 32, contract="0x" + "9" * 40)]
    )
    assert only(other, PROTOCOLS).kind == "send"


def test_gnosis_takes_a_token_of_which_one_is_a_whole_validator():
    one = activity(
        f"w > {GNOSIS} {GWEI} {GNO}",
        logs=[deposit(5, "ab", 32, contract=GNOSIS)],
        network="eip155:100",
    )
    event = only(one, PROTOCOLS, wallets(network="eip155:100"))
    assert (event.kind, event.legs[-1].quantity) == ("stake", GWEI)


def test_a_request_to_leave_costs_a_fee():
    for contract in eth2.REQUESTS:
        event = only(activity(f"w > {contract} 1 ETH", called=contract), PROTOCOLS)
        assert (event.kind, event.protocol) == ("service_fee", "eth2")
