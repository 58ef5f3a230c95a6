"""Public transactions, read and classified: what moved is kept, and most of it has its name."""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from importlib import import_module

import pytest

from api.wiring import readers
from ledger import classify as room
from ledger.books import History, keep_books
from ledger.chains.evm import fetch_transaction, read
from ledger.chains.evm.calls import asked
from ledger.classify import classify
from ledger.link import link
from ledger.model.activity import Transfer
from ledger.model.asset import erc20
from ledger.model.fund import Policy, Wallet
from ledger.shapes import is_non_fungible
from ledger.transport import NodeError
from tests.ledger.chains.evm.test_calls import SAFE, given_to
from tests.ledger.protocols.registry import PROTOCOLS
from tests.ledger.test_signs import everyone

#: Families of cases that have other letters than the protocol has.
RENAMED = {
    "1inch": "oneinch",
    "arbitrum_one_bridge": "arbitrumbridge",
    "curve_crvusd": "curvelend",
    "monad": "weth",
    "polygon_pos_bridge": "polygonbridge",
    "superchain_bridge": "optimismbridge",
}
#: Families without a name of their own: what their cases show is another protocol's doing.
BY_OTHERS = {"aavev", "morphoblue", "omni", "stakedaov"}
#: Contracts that none of the cases has.
SOLD, BOUGHT, ROUTER, POOL, STRANGER = (f"0x{digit * 40}" for digit in "12345")


class Replay:
    """A node that answers from the recorded cases, without a server in between."""

    def __init__(self, methods, refusal, *, traces=True):
        kept = {name: each for name, each in methods.items() if traces or name[:5] != "debug"}
        self._methods, self._refusal = kept, refusal

    def ask(self, method, params=()):
        if method not in self._methods:
            raise NodeError(f"{method} is not replayed", -32601)
        try:
            return json.loads(json.dumps(self._methods[method](*params)))
        except self._refusal as refused:
            raise NodeError(str(refused), 3) from refused

    def ask_each(self, asked):
        return [self._answer(method, params) for method, params in asked]

    def ask_many(self, asked):
        return [self.ask(method, params) for method, params in asked]

    def _answer(self, method, params):
        try:
            return self.ask(method, params)
        except NodeError as refused:
            return refused


@pytest.fixture(scope="module")
def recorded(shared):
    """The recorded cases of EVM networks with the tools that tell what is true about them."""
    folder = shared / "evidence" / "onchain"
    if not folder.is_dir():
        pytest.skip("the recorded cases are not in the shared folder")
    sys.path.insert(0, str(shared / "tools"))
    try:
        names = ("cases", "evm", "kinds", "rpc")
        cases, evm, kinds, rpc = (import_module(f"onchain.{name}") for name in names)
    finally:
        sys.path.remove(str(shared / "tools"))
    found = [case for case in cases.load(folder) if not cases.is_solana(case)]
    by_chain = defaultdict(list)
    for case in found:
        by_chain[case["chain_id"]].append(case)
    nodes = {
        chain: Replay(evm.EvmChain(chain, of_chain, {}).methods, rpc.RpcError)
        for chain, of_chain in by_chain.items()
    }
    blind = {
        chain: Replay(evm.EvmChain(chain, of_chain, {}).methods, rpc.RpcError, traces=False)
        for chain, of_chain in by_chain.items()
    }
    return cases, kinds, found, nodes, blind


def asked_of(nodes, recorded):
    """Each case with its network, its owned addresses and what a node says of its transaction."""
    cases, _, found, *_ = recorded
    rows = []
    for case in found:
        network = f"eip155:{case['chain_id']}"
        owned = [address.lower() for address in cases.wallets(case)]
        raw = fetch_transaction(nodes[case["chain_id"]], network, case["tx_hash"], owned)
        rows.append((case, network, owned, raw))
    return rows


@pytest.fixture(scope="module")
def transactions(recorded):
    """What a node with traces says."""
    return asked_of(recorded[3], recorded)


@pytest.fixture(scope="module")
def classified(transactions):
    """Each case with what it was classified as and its linked events."""
    rows = []
    for case, network, owned, raw in transactions:
        wallets = {w.id: w for w in (Wallet(network, address, address) for address in owned)}
        activity, _ = read(raw)
        result, _ = classify(activity, wallets, PROTOCOLS)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(room, "_asked", everyone)
            assert classify(activity, wallets, PROTOCOLS)[0] == result, case["case"]
        rows.append((case, result, link(result.events, wallets).events))
    return rows


def flows(result):
    """(wallet, asset) → signed base units of everything that the events and the rest say."""
    sums: Counter[tuple[str, str]] = Counter()
    for one in result.events:
        for leg in one.legs:
            sums[leg.wallet, leg.asset] += leg.quantity if leg.claim is not None else 0
        if one.fee is not None:
            sums[one.fee.wallet, one.fee.asset] -= one.fee.quantity
    for one in result.unexplained:
        sums[one.leg.wallet, one.leg.asset] += one.leg.quantity
    return {key: total for key, total in sums.items() if total}


def test_nearly_all_cases_keep_the_true_flows(recorded, classified):
    cases = recorded[0]
    exact = 0
    for case, result, _ in classified:
        true = {
            (f"eip155:{case['chain_id']}:{wallet}", cases.caip19(case, asset)): quantity
            for wallet, moved in cases.true_flows(case).items()
            for asset, quantity in moved.items()
        }
        exact += flows(result) == true
    # where one balance has two contracts, the truth may name the other one
    assert exact / len(classified) >= 0.96


def test_most_expected_kinds_are_answered(recorded, classified):
    kinds = recorded[1]
    accepted = Counter(
        bool(wanted & {event.kind for event in events})
        for case, _, events in classified
        for _, wanted in kinds.acceptable(case)
    )
    assert accepted[True] / accepted.total() >= 0.95


def test_nearly_all_protocols_have_their_names(recorded, classified):
    kinds = recorded[1]
    named = Counter(
        any(event.protocol for event in events)
        for case, _, events in classified
        if kinds.named_protocol(case)
    )
    assert named[True] / named.total() >= 0.95


def letters(name):
    return "".join(sign for sign in name.lower() if sign.isalpha())


def test_each_protocol_of_the_cases_is_named_as_itself(recorded, classified):
    kinds = recorded[1]
    called: defaultdict[str, set[str]] = defaultdict(set)
    for case, _, events in classified:
        if kinds.named_protocol(case):
            family = case["case"].partition("__")[0]
            called[RENAMED.get(family, letters(family))] |= {
                letters(event.protocol) for event in events if event.protocol
            }
    missed = {
        family: names
        for family, names in called.items()
        if not any(name and (family.startswith(name) or name in family) for name in names)
        and not any(name.startswith(family) for name in names)
    }
    assert missed.keys() <= BY_OTHERS, missed
    assert len(called) > 60


def test_every_case_is_booked_to_entries_that_keep_its_flows(recorded, transactions):
    """What each event's kind and legs book balances, and moves what the wallets moved."""
    cases = recorded[0]
    for case, network, owned, raw in transactions:
        wallets = tuple(Wallet(network, address, address) for address in owned)
        books = keep_books(History(wallets=wallets, transactions=(raw,)), Policy(), readers())
        assert books.entries or not cases.true_flows(case), case["case"]
        assert "transaction_unreadable" not in {problem.code for problem in books.problems}


def test_without_traces_flows_are_as_exact_and_few_names_are_lost(recorded):
    cases, kinds, _, _, blind = recorded
    exact, named = Counter[bool](), Counter[bool]()
    for case, network, owned, raw in asked_of(blind, recorded):
        if "traces" in case:
            continue
        wallets = {w.id: w for w in (Wallet(network, address, address) for address in owned)}
        result, _ = classify(read(raw)[0], wallets, PROTOCOLS)
        true = {
            (f"{network}:{wallet}", cases.caip19(case, asset)): quantity
            for wallet, moved in cases.true_flows(case).items()
            for asset, quantity in moved.items()
        }
        exact[flows(result) == true] += 1
        told = {event.kind for event in result.events}
        named.update(bool(wanted & told) for _, wanted in kinds.acceptable(case))
    assert exact[True] / exact.total() >= 0.96
    assert named[True] / named.total() >= 0.95


def test_debts_are_never_plain_assets(classified):
    debts = [
        leg
        for _, _, events in classified
        for event in events
        for leg in event.legs
        if event.kind in {"borrow", "repay"} and event.protocol == "aave_v3"
    ]
    assert {leg.role for leg in debts} == {"plain", "debt", "interest"}


def of_account(activity, raw):
    """The same done by a Safe of the fund that a stranger sent, as its input asks for it."""
    sent = json.loads(raw.body)["transaction"]
    to, data = activity.called, bytes.fromhex(sent["input"][2:])
    signed = (0, 0, 0, STRANGER, STRANGER, b"signed")
    calls = asked(STRANGER, activity.caller, given_to(SAFE, to, 0, data, 0, *signed))
    return replace(activity, caller=STRANGER, called=activity.caller, fee=None, calls=calls)


def test_what_a_safe_does_has_the_names_of_what_an_account_does(transactions):
    tried, wrong = 0, []
    for case, network, owned, raw in transactions:
        wallets = {w.id: w for w in (Wallet(network, address, address) for address in owned)}
        activity, _ = read(raw)
        if activity.caller not in owned or activity.called in owned or activity.status == "failed":
            continue
        tried += 1
        own, safes = (
            [
                (event.kind, event.protocol)
                for event in classify(one, wallets, PROTOCOLS)[0].events
                if event.legs
            ]
            for one in (activity, of_account(activity, raw))
        )
        if own != safes:
            wrong.append((case["case"], own, safes))
    assert wrong == []
    assert tried > 200


def swapped(activity, found, wallet):
    """A swap of as many units as an event moved, with all logs of its transaction by a stranger."""
    fungible = [leg for leg in found.legs if leg.claim and not is_non_fungible(leg.asset)]
    gone = next((leg for leg in fungible if leg.quantity < 0), None)
    came = next((leg for leg in fungible if leg.quantity > 0), None)
    sold, gave = (gone.asset, -gone.quantity) if gone else (erc20(activity.network, SOLD), 5)
    bought, got = (came.asset, came.quantity) if came else (erc20(activity.network, BOUGHT), 7)
    moved = (
        Transfer(0, sold, gave, wallet, ROUTER, "log"),
        Transfer(1, sold, gave, ROUTER, POOL, "log"),
        Transfer(2, bought, got, POOL, wallet, "log"),
    )
    logs = tuple(replace(log, address=STRANGER) for log in activity.logs)
    return replace(activity, transfers=moved, logs=logs, caller=wallet, called=ROUTER, fee=None)


def test_no_log_of_any_case_makes_more_of_a_swap_where_a_stranger_writes_it(transactions):
    wrong, tried = [], 0
    for case, network, owned, raw in transactions:
        wallets = {w.id: w for w in (Wallet(network, address, address) for address in owned)}
        activity, _ = read(raw)
        if activity.status == "failed":
            continue
        for found in classify(activity, wallets, PROTOCOLS)[0].events:
            sides = {leg.asset for leg in found.legs if leg.claim}
            if found.protocol is None or not sides:
                continue
            one = swapped(activity, found, found.legs[0].wallet.rpartition(":")[2])
            if len({move.asset for move in one.transfers}) == 1:
                continue
            tried += 1
            trusted = [move.asset for move in one.transfers]
            kinds = [each.kind for each in classify(one, wallets, PROTOCOLS, {}, trusted)[0].events]
            if kinds != ["swap"]:
                wrong.append((case["case"], found.protocol, found.kind, kinds))
    assert wrong == []
    assert tried > 200
