"""Blocks that give coin beside their transactions: withdrawals, and what gas paid the producer."""

import json

import pytest

from ledger.chains.evm import fetch_history, read
from ledger.model.activity import SYSTEM_ADDRESS
from ledger.model.asset import native
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import BlockRef, RawTransaction, canonical_json
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.beacon import GWEI, PAYING, Beacon, block, block_hash, withdrawal
from tests.ledger.chains.evm.bodies import ALICE, BOB, PRODUCER
from tests.ledger.web_server import rpc, served


def history(node, addresses=(ALICE,), network="eip155:1", first=1, last=12, owned=()):
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(node)) as server:
            found = fetch_history(
                json_rpc(transport, server.url), network, addresses, first, last, owned
            )
            return list(found)
    finally:
        transport.close()


def moves(raw):
    return [(one.sender, one.recipient, one.quantity) for one in read(raw)[0].transfers]


def test_a_block_that_pays_a_wallet_is_evidence_by_its_hash():
    (raw,) = history(Beacon(PAYING))
    assert raw.txid == block_hash(7)
    assert raw.block == BlockRef("eip155:1", 7, block_hash(7))
    assert raw.answers()["block"]["withdrawals"] == PAYING["withdrawals"]
    assert "transactions" not in raw.answers()["block"]


def test_each_withdrawal_is_a_transfer_in_coin_from_the_system():
    (raw,) = history(Beacon(PAYING))
    activity, problems = read(raw)
    assert not problems
    assert moves(raw) == [
        (SYSTEM_ADDRESS, ALICE, 17_000_000 * GWEI),
        (SYSTEM_ADDRESS, BOB, 18_000_000 * GWEI),
        (SYSTEM_ADDRESS, ALICE, 32_001_000_000 * GWEI),
    ]
    assert {one.asset for one in activity.transfers} == {native("eip155:1")}
    assert (activity.block, activity.fee, activity.caller) == (7, None, SYSTEM_ADDRESS)
    assert activity.evidence == (raw.id,)


def test_it_stands_after_every_transaction_of_its_block():
    activity, _ = read(history(Beacon(PAYING))[0])
    assert activity.order[:3] == (activity.order[0], "eip155:1", 7)
    assert activity.order[3] > 10**6


def test_whichever_wallet_is_looked_for_the_evidence_is_the_same():
    one, other = (history(Beacon(PAYING), (each,), owned=(ALICE, BOB)) for each in (ALICE, BOB))
    assert one == other


def test_a_block_that_pays_others_alone_is_none_of_the_funds():
    strangers = block(7, withdrawal(1, 2, BOB, 5), transactions=[(21_000, 11 * GWEI)])
    node = Beacon(strangers)
    assert history(node) == []
    assert "eth_getTransactionReceipt" not in node.asked


def test_a_node_that_leaves_withdrawals_out_of_a_block_is_no_source():
    without = PAYING | {"withdrawals": None}
    with pytest.raises(SourceUnavailable, match="withdrawals"):
        history(Beacon(without))
    before = block(7) | {"withdrawals": None, "withdrawalsRoot": None}
    assert history(Beacon(before)) == []


def test_withdrawals_of_gnosis_are_no_coin():
    assert history(Beacon(PAYING, network=100), network="eip155:100") == []


def test_a_producer_gets_what_gas_paid_over_the_base_fee():
    made = block(9, miner=ALICE, transactions=[(21_000, 12 * GWEI), (50_000, 10 * GWEI)])
    (raw,) = history(Beacon(made))
    assert moves(raw) == [("protocol", ALICE, 21_000 * 2 * GWEI)]
    assert [row["gasUsed"] for row in raw.answers()["credits"]["paid"]] == ["0x5208", "0xc350"]


def test_what_gas_paid_a_stranger_is_not_asked_for():
    (raw,) = history(
        Beacon(PAYING | {"transactions": block(7, transactions=[(1, 1)])["transactions"]})
    )
    assert "paid" not in raw.answers()["credits"]
    assert PRODUCER not in {recipient for _, recipient, _ in moves(raw)}


@pytest.mark.parametrize(
    "rules", [{"difficulty": "0x1"}, {"baseFeePerGas": None}], ids=["worked for", "no base fee"]
)
def test_a_producer_by_other_rules_is_a_problem_and_no_guess(rules):
    made = block(9, miner=ALICE, transactions=[(21_000, 12 * GWEI)], **rules)
    (raw,) = history(Beacon(made))
    assert moves(raw) == []
    assert [problem.code for problem in read(raw)[1]] == ["unproven_quantity"]


def test_receipts_of_another_transaction_are_no_evidence():
    made = block(9, miner=ALICE, transactions=[(21_000, 12 * GWEI)])

    class Lying(Beacon):
        def receipt(self, txid):
            return super().receipt(txid) | {"transactionHash": "0x" + "99" * 32}

    node = Lying(made)
    with pytest.raises(SourceUnavailable, match="receipts"):
        history(node)


@pytest.mark.parametrize("field", ["hash", "timestamp", "miner", "number", "withdrawals"])
@pytest.mark.parametrize("nonsense", [None, 5, "x", [7], "0x" + "f" * 64])
def test_reading_never_raises(field, nonsense):
    (raw,) = history(Beacon(PAYING))
    body = json.loads(raw.body)
    body["block"][field] = nonsense
    activity, problems = read(RawTransaction(raw.network, raw.txid, canonical_json(body)))
    assert activity.transfers == () or nonsense == "0x" + "f" * 64
    assert activity.id == f"eip155:1/block:{raw.txid}"
    assert {problem.source for problem in problems} <= {activity.id}


@pytest.mark.parametrize("amount", ["-0x1", 3, None, "0x" + "f" * 70])
def test_an_amount_that_is_none_is_a_problem(amount):
    rows = [withdrawal(1, 2, ALICE, 5) | {"amount": amount}]
    (raw,) = history(Beacon(PAYING | {"withdrawals": rows}))
    activity, (problem,) = read(raw)
    assert (activity.transfers, problem.code) == ((), "transaction_unreadable")
