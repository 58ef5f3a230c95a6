"""On recorded public transactions: net flows of each tracked wallet against what truly moved."""

import importlib.util
import subprocess
import sys
from collections import Counter, defaultdict

import pytest

from ledger.chains.evm import fetch_transaction, read
from ledger.transport import Transport, json_rpc

#: Of all EVM cases, the share whose flows must be exact to the base unit.
FLOOR_PERCENT = 97


@pytest.fixture(scope="module")
def cases(shared):
    """The module that says what is true about a case."""
    path = shared / "tools" / "onchain" / "cases.py"
    spec = importlib.util.spec_from_file_location("recorded_cases_truth", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Replay:
    """A replay node in a process of its own, with the methods that it denies."""

    def __init__(self, shared, *options):
        tool = shared / "tools" / "replay_node.py"
        folder = shared / "evidence" / "onchain"
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(tool), str(folder), *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[0]
        self.transport = Transport(allow_private=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.transport.close()
        self.process.terminate()
        self.process.communicate()

    def node(self, case):
        return json_rpc(self.transport, f"{self.url}/{case['chain_id']}")


def flows(activity, wallets, first_name):
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for transfer in activity.transfers:
        found[transfer.sender][transfer.asset] -= transfer.quantity
        found[transfer.recipient][transfer.asset] += transfer.quantity
    if activity.fee is not None:
        found[activity.fee.payer][activity.fee.asset] -= activity.fee.quantity
    named: dict[str, Counter[str]] = {wallet: Counter() for wallet in wallets}
    for wallet in wallets:
        for asset, units in found[wallet].items():
            chain, _, reference = asset.partition("/")
            named[wallet][f"{chain}/{first_name(reference)}"] += units
    return without_zeros(named)


def without_zeros(named):
    kept = {w: {a: units for a, units in each.items() if units} for w, each in named.items()}
    return {wallet: each for wallet, each in kept.items() if each}


def wrong_cases(shared, cases, *options, owned):
    """Names of the EVM cases with other flows than the truth, how many there are, and problems."""
    listed = [
        case for case in cases.load(shared / "evidence" / "onchain") if not cases.is_solana(case)
    ]
    wrong: list[tuple[str, str | None]] = []
    problems: Counter[str] = Counter()
    with Replay(shared, *options) as replay:
        for case in listed:
            wallets = cases.wallets(case)
            raw = fetch_transaction(
                replay.node(case), cases.network(case), cases.txid(case), wallets if owned else ()
            )
            activity, found = read(raw)
            problems.update({problem.code for problem in found})
            truth = {
                wallet: {cases.caip19(case, asset): units for asset, units in each.items()}
                for wallet, each in cases.true_flows(case).items()
            }
            if flows(activity, wallets, cases.first_name) != without_zeros(truth):
                wrong.append((case["case"], case["divergence"]))
    return wrong, len(listed), problems


def test_flows_with_traces_and_balances_are_exact(shared, cases):
    wrong, count, problems = wrong_cases(shared, cases, owned=True)
    assert 100 * (count - len(wrong)) >= FLOOR_PERCENT * count, wrong
    assert problems["transaction_unreadable"] == 0
    assert problems["unproven_quantity"] == 0


def test_flows_with_traces_alone_miss_only_what_no_log_shows(shared, cases):
    wrong, count, _ = wrong_cases(shared, cases, owned=False)
    assert 100 * (count - len(wrong)) >= FLOOR_PERCENT * count, wrong
    assert {divergence for _, divergence in wrong} <= cases.LOG_BLIND


def test_flows_without_traces_are_exact_by_balances(shared, cases):
    wrong, count, _ = wrong_cases(shared, cases, "--deny", "debug_", owned=True)
    assert 100 * (count - len(wrong)) >= FLOOR_PERCENT * count, wrong


def test_flows_without_traces_and_balances_are_marked_unproven(shared, cases):
    wrong, count, problems = wrong_cases(shared, cases, "--deny", "debug_", owned=False)
    assert problems["unproven_quantity"] >= len(wrong)
    assert 100 * (count - len(wrong)) >= 80 * count


def test_a_node_that_errs_and_breaks_off_is_asked_again(shared, cases):
    faults = ("--error", "0.02", "--truncate", "0.01", "--seed", "7")
    wrong, count, _ = wrong_cases(shared, cases, *faults, owned=True)
    assert 100 * (count - len(wrong)) >= FLOOR_PERCENT * count, wrong
