"""The test bed itself: order, time, failure, repetition; and artefacts that match their sources."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request

import pytest

from tests.chain import anvil
from tests.chain.anvil import NODE_FOLDER, Anvil, RpcError, require_anvil
from tests.chain.deploy import ARTEFACTS, Chain, pay


def test_a_block_holds_its_transactions_in_the_order_given(chain):
    senders = [chain.accounts[index] for index in (3, 1, 2)]
    fees = (0, 10**9, 5 * 10**9)
    transactions = [
        pay(sender, chain.owner, 1).with_priority_fee(fee)
        for sender, fee in zip(senders, fees, strict=True)
    ]
    receipts = chain.block(*transactions)
    mined = [chain.node.rpc("eth_getTransactionByHash", receipt.hash) for receipt in receipts]
    assert [int(found["from"], 16) for found in mined] == [int(sender, 16) for sender in senders]
    assert [int(found["transactionIndex"], 16) for found in mined] == [0, 1, 2]


def test_a_refused_transaction_leaves_nothing_behind(chain):
    poor = "0x00000000000000000000000000000000000000FF"
    good = pay(chain.accounts[0], chain.accounts[1], 1)
    with chain.acting_as(poor), pytest.raises(RpcError, match=r"(?i)funds"):
        chain.block(good, pay(poor, chain.accounts[1], 1))
    assert chain.height == 0
    assert len(chain.block(good)) == 1


def test_time_moves_only_with_blocks(chain):
    first = chain.transact(pay(chain.accounts[0], chain.accounts[1], 1))
    second = chain.transact(pay(chain.accounts[0], chain.accounts[1], 1))
    assert second.timestamp - first.timestamp == chain.block_interval
    later = chain.transact(
        pay(chain.accounts[0], chain.accounts[1], 1), timestamp=second.timestamp + 86_400
    )
    block = chain.node.rpc("eth_getBlockByNumber", hex(later.block), False)
    assert int(block["timestamp"], 16) == later.timestamp == second.timestamp + 86_400


def test_the_producer_and_the_base_fee_are_as_set(chain):
    producer = chain.accounts[9]
    receipt = chain.transact(
        pay(chain.accounts[0], chain.accounts[1], 1), coinbase=producer, base_fee=7 * 10**9
    )
    block = chain.node.rpc("eth_getBlockByNumber", hex(receipt.block), False)
    assert int(block["miner"], 16) == int(producer, 16)
    assert int(block["baseFeePerGas"], 16) == 7 * 10**9
    assert receipt.gas_price == 7 * 10**9 + chain.priority_fee


def test_what_is_rolled_back_never_happened(chain):
    before = (chain.balance(chain.accounts[1]), chain.time, chain.height)
    with chain.rolled_back():
        chain.transact(pay(chain.accounts[0], chain.accounts[1], 10**18))
        assert chain.balance(chain.accounts[1]) == before[0] + 10**18
    assert (chain.balance(chain.accounts[1]), chain.time, chain.height) == before


def test_another_address_can_be_acted_for(chain):
    stranger = "0x00000000000000000000000000000000000000FF"
    chain.set_balance(stranger, 10**18)
    before = chain.balance(chain.accounts[1])
    with chain.acting_as(stranger):
        chain.transact(pay(stranger, chain.accounts[1], 10**17))
    assert chain.balance(chain.accounts[1]) - before == 10**17


def test_two_runs_make_the_same_chain():
    require_anvil()
    hashes = []
    for _ in range(2):
        with Anvil(chain_id=10) as node:
            chain = Chain(node)
            token = chain.deploy("Token", "USD Coin", "USDC", 6)
            receipt = chain.transact(
                token.transaction("mint", chain.accounts[0], 5, sender=chain.owner)
            )
            block = node.rpc("eth_getBlockByNumber", hex(receipt.block), False)
            hashes.append((token.address, receipt.hash, block["hash"]))
    assert hashes[0] == hashes[1]


def test_old_state_and_traces_stay_readable(chain):
    payer, payee = chain.accounts[:2]
    start = chain.balance(payee)
    receipts = [chain.transact(pay(payer, payee, 1)) for _ in range(50)]
    assert chain.balance(payee, block=receipts[9].block) == start + 10
    batch = [
        ("debug_traceTransaction", (receipt.hash, {"tracer": "prestateTracer"}))
        for receipt in receipts
    ]
    assert len(chain.node.batch(batch)) == 50


def test_a_missing_node_skips_a_test_and_in_ci_fails_it(monkeypatch, tmp_path):
    monkeypatch.setattr(anvil, "NODE_FOLDER", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="npm ci"):
        require_anvil()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="npm ci"):
        require_anvil()


def test_a_stopped_node_answers_no_more(chain):
    url = chain.node.url
    chain.node.stop()
    with pytest.raises(urllib.error.URLError), urllib.request.urlopen(url, timeout=5):
        pass


def test_the_nodes_own_errors_are_raised(chain):
    with pytest.raises(RpcError, match="eth_noSuchMethod"):
        chain.node.rpc("eth_noSuchMethod")


def test_every_source_has_artefacts_and_every_artefact_a_source():
    sources = {path.name for path in ARTEFACTS.parent.glob("*.sol")}
    named = {json.loads(path.read_text())["source"] for path in ARTEFACTS.glob("*.json")}
    assert named == sources


def test_the_artefacts_are_what_the_compiler_makes_of_the_sources():
    node = shutil.which("node")
    if node is None or not (NODE_FOLDER / "node_modules" / "solc").is_dir():
        reason = "solc is not installed: run `npm ci` in tests/node"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [node, "compile.js", "--check"],
        cwd=NODE_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
