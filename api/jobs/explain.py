"""A transaction's hash and wallets → what would be booked, and why; nothing is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from api import views
from api.wiring import readers
from ledger.chains import evm
from ledger.chains.networks import network_named
from ledger.classify import classify
from ledger.journal.rules import entries_for, suspense_entry
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry
from ledger.model.errors import BadInput, PartitaError, SourceUnavailable
from ledger.model.event import Event, Unexplained
from ledger.model.evidence import RawTransaction
from ledger.model.fund import Policy, Wallet
from ledger.model.problem import Problem
from ledger.prices.book import PriceBook
from ledger.strategies import assign
from ledger.transport import Node, Transport, json_rpc

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one transaction would be in the books, and what is known of the assets it moved."""

    events: tuple[Event, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    assets: dict[AssetId, Asset] = field(default_factory=dict)


def explain(
    node: Node, network: str, txid: str, wallets: Sequence[Wallet], policy: Policy | None = None
) -> Explanation:
    """Fetch, read, classify and journal one transaction; raises SourceUnavailable and BadInput."""
    raw = evm.fetch_transaction(node, network, txid, [wallet.address for wallet in wallets])
    return explained(node, raw, wallets, policy or Policy())


def explained(
    node: Node, raw: RawTransaction, wallets: Sequence[Wallet], policy: Policy
) -> Explanation:
    """The same for answers at hand; the node is asked for the tokens' decimals alone."""
    activity, problems = evm.read(raw)
    owned = {wallet.address for wallet in wallets}
    answers, silent = [], []
    for question in evm.token_questions(activity, owned):
        try:
            answers.append(evm.fetch_token(node, question))
        except SourceUnavailable as fault:
            silent.append(Problem("unknown_decimals", str(fault), question.subject))
    assets = evm.assets_from_answers(answers)
    by_id = {wallet.id: wallet for wallet in wallets}
    found, facts = classify(activity, by_id, readers().protocols, assets)
    events = assign(found.events, policy, by_id)
    book = PriceBook((), assets | {fact.id: fact for fact in facts if fact.id not in assets})

    def value(asset: AssetId, quantity: int, time: Any) -> int | None:  # noqa: ANN401
        return book.value(asset, quantity, time, policy.base_currency)

    entries = [entries_for(event, value, None, activity.evidence) for event in events]
    suspended = [suspense_entry(item, value, activity.evidence) for item in found.unexplained]
    return Explanation(
        events,
        found.unexplained,
        (*(entry for entry in entries if entry is not None), *suspended),
        (*problems, *silent),
        assets,
    )


def explain_batch(
    transport: Transport, asked: Iterable[object], rpc_template: str
) -> Iterator[Row]:
    """One answer for each question of `{"id", "network", "txid", "wallets"}`, in their order.

    `{chain_id}` in the template stands for the number of an EVM network, and for `solana`. What
    cannot be answered is a row with problems, and what is no such question is a `bad_row`; nothing
    raises for one question.
    """
    nodes: dict[str, Node] = {}
    for value in asked:
        given = value if isinstance(value, dict) else {}
        name, txid = str(given.get("id")), str(given.get("txid"))
        question = _question(given)
        try:
            if question is None:
                raise _NoQuestion(_SHAPE)
            answer = _answered(transport, question, rpc_template, nodes)
        except PartitaError as fault:
            answer = Explanation(problems=(Problem(_code_of(fault), str(fault), txid),))
        yield answer_row(name, answer)


def answer_row(name: str, answer: Explanation) -> Row:
    """The answer as the batch contract shapes it."""
    return {
        "id": name,
        "events": [views.event_row(_moved(event), answer.assets) for event in answer.events],
        "unexplained": [views.unexplained_row(item, answer.assets) for item in answer.unexplained],
        "problems": [views.problem_row(problem) for problem in answer.problems],
    }


def _moved(event: Event) -> Event:
    """The event with what moved on the chain: debts and positions without a token aside."""
    return replace(event, legs=tuple(leg for leg in event.legs if leg.claim is not None))


class _Unsupported(BadInput):
    """A network that no reader knows."""


class _NoQuestion(BadInput):
    """A line that is not of the shape of a question."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A line of a batch whose parts have the right kinds."""

    network: str
    txid: str
    wallets: tuple[str, ...]


_SHAPE: Final = (
    'a line is an object {"id", "network", "txid", "wallets"}: texts, and a list of them'
)


def _question(given: Mapping[str, object]) -> _Question | None:
    """The question of a line; None where a part is missing or of another kind."""
    network, txid, wallets = given.get("network"), given.get("txid"), given.get("wallets")
    if not (isinstance(network, str) and isinstance(txid, str) and isinstance(wallets, list)):
        return None
    owners = tuple(address for address in wallets if isinstance(address, str))
    return _Question(network, txid, owners) if len(owners) == len(wallets) else None


def _code_of(fault: PartitaError) -> str:
    """The code of the problem that a fault is for one line."""
    if isinstance(fault, SourceUnavailable):
        return fault.code
    if isinstance(fault, _NoQuestion):
        return "bad_row"
    return "unsupported_network" if isinstance(fault, _Unsupported) else "transaction_unreadable"


def _answered(
    transport: Transport, question: _Question, rpc_template: str, nodes: dict[str, Node]
) -> Explanation:
    if question.network.startswith("solana:"):
        raise _Unsupported(f"no reader for {question.network} yet")
    network = network_named(question.network)
    if network.id not in nodes:
        url = rpc_template.replace("{chain_id}", str(network.chain_id))
        nodes[network.id] = json_rpc(transport, url)
    wallets = [Wallet(network.id, address.lower(), address) for address in question.wallets]
    return explain(nodes[network.id], network.id, question.txid, wallets)
