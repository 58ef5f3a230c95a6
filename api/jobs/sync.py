"""Wallets → evidence from their chains: transactions, the tokens they touched, and balances."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from api.desk import BALANCE, Desk, balance_answer
from api.nodes import node_for, transport
from api.wiring import readers
from ledger.chains import evm
from ledger.model.activity import iso
from ledger.model.asset import AssetId, network_of
from ledger.model.errors import BadInput, NotFound
from ledger.model.evidence import Answer, Question, RawTransaction
from ledger.model.fund import Wallet
from ledger.transport import Node

Row = dict[str, Any]
Tell = Callable[[str], None]

#: Blocks whose transactions are saved together, with the cursor.
BLOCKS_AT_ONCE = 2_000


def sync_chains(
    desk: Desk,
    *,
    wallet: str | None,
    tx: str | None,
    rpc: str | None,
    blocks: tuple[int | None, int | None],
    tell: Tell,
) -> list[Row]:
    """Fetch and keep what is new of each network; one row a network says how far.

    A cursor is saved with the rows of its range in one transaction, and only when the range is
    whole: a node that fails half way leaves books and cursor at the last whole range. An address
    given (`rpc`) is a node of one network: wallets of others are left alone. Tokens that imported
    files name and nobody has described are asked for too.
    """
    rows = []
    described = 0
    asked = _questions_of_files(desk)
    for network, owned in sorted(_by_network(desk, wallet).items()):
        with transport(by_operator=rpc is not None) as opened:
            node = node_for(opened, network, rpc)
            said = _chain_of(node)
            if rpc is not None and said != network and _is_another(desk, wallet, said):
                continue
            _check_chain(node, network, said)
            described += _describe(
                desk, node, [one for one in asked if _network_of_subject(one) == network]
            )
            if tx is not None:
                rows.append(_one(desk, node, network, tx))
            else:
                rows.append(_range(desk, node, network, owned, blocks, tell))
    if described or any(row["new"] for row in rows):
        desk.keep()
    return rows


def observe(desk: Desk, rpc: str, assets: Iterable[tuple[str, AssetId]]) -> int:
    """Ask the nodes for today's balances of (wallet id, asset) and keep the answers."""
    wanted: defaultdict[str, list[tuple[str, AssetId]]] = defaultdict(list)
    for wallet, asset in assets:
        if wallet.startswith("eip155:") and network_of(asset) == ":".join(wallet.split(":")[:2]):
            wanted[network_of(asset)].append((wallet, asset))
    answers: list[Answer] = []
    for network, pairs in sorted(wanted.items()):
        with transport(by_operator=True) as opened:
            node = node_for(opened, network, rpc)
            if _chain_of(node) != network:
                continue  # the address is a node of one network: others are not asked
            block = int(node.ask("eth_blockNumber"), 16)
            time = _time_of(node, block)
            for wallet, asset in pairs:
                question = Question(BALANCE, f"{wallet}|{asset}", block)
                said = evm.fetch_balance(node, question).value()
                if said is not None:
                    body = balance_answer({"quantity": said, "time": time}, node.host)
                    answers.append(Answer(question, body, node.host))
    desk.store.answers.add(desk.fund.name, answers)
    return len(answers)


def _by_network(desk: Desk, label: str | None) -> dict[str, list[Wallet]]:
    chosen: Sequence[Wallet] = tuple(desk.wallets().values())
    if label is not None:
        one = desk.wallet_called(label)
        if one is None:
            raise BadInput(f"no wallet is called {label!r}; partita wallet list shows them")
        chosen = (one,)
    found: defaultdict[str, list[Wallet]] = defaultdict(list)
    for wallet in chosen:
        if wallet.network.startswith("eip155:"):
            found[wallet.network].append(wallet)
    if not found:
        raise NotFound("the fund has no wallet on an EVM network")
    return found


def _chain_of(node: Node) -> str:
    """The network that a node says it is of."""
    return f"eip155:{int(node.ask('eth_chainId'), 16)}"


def _is_another(desk: Desk, label: str | None, network: str) -> bool:
    """Whether a node is of another network on which the fund has a wallet to be read."""
    return label is None and network in _by_network(desk, None)


def _check_chain(node: Node, network: str, said: str) -> None:
    if said != network:
        raise BadInput(f"{node.host} is a node of {said}, not of {network}")


def _questions_of_files(desk: Desk) -> tuple[Question, ...]:
    """The tokens that imported files name and that nobody has described."""
    history = desk.history()
    by_label = {wallet.label: wallet for wallet in history.wallets}
    known = {asset.id: asset for asset in history.assets}
    return readers().questions(history.lines, by_label, known)


def _describe(desk: Desk, node: Node, asked: Iterable[Question]) -> int:
    """Keep what a node says of tokens; how many."""
    known = {answer.question for answer in desk.store.answers.all(desk.fund.name)}
    wanted = sorted(set(asked) - known)
    if wanted:
        answers = [evm.fetch_token(node, question) for question in wanted]
        desk.store.answers.add(desk.fund.name, answers)
    return len(wanted)


def _network_of_subject(question: Question) -> str:
    """The network of the asset that a question is about."""
    return network_of(AssetId(question.subject))


def _one(desk: Desk, node: Node, network: str, tx: str) -> Row:
    addresses = _addresses(desk, network)
    raw = evm.fetch_transaction(node, network, tx, addresses)
    if raw.answers().get("transaction") is None:
        raise NotFound(f"{node.host} does not know the transaction {tx}")
    new = _save(desk, node, [raw], addresses, None)
    return {"network": network, "from": None, "to": None, "transactions": 1, "new": new}


def _range(
    desk: Desk,
    node: Node,
    network: str,
    owned: Sequence[Wallet],
    blocks: tuple[int | None, int | None],
    tell: Tell,
) -> Row:
    name = desk.fund.name
    cursor = f"{network}|{'+'.join(sorted(wallet.address for wallet in owned))}"
    done = desk.store.evidence.cursors(name).get(cursor)
    first = blocks[0] if blocks[0] is not None else int(done) + 1 if done is not None else 0
    head = int(node.ask("eth_blockNumber"), 16)
    last = head if blocks[1] is None else min(blocks[1], head)
    wanted, addresses = [wallet.address for wallet in owned], _addresses(desk, network)
    seen = new = 0
    for begin in range(first, last + 1, BLOCKS_AT_ONCE):
        end = min(begin + BLOCKS_AT_ONCE - 1, last)
        found = list(evm.fetch_history(node, network, wanted, begin, end, addresses))
        contiguous = blocks[0] is None
        new += _save(desk, node, found, addresses, (cursor, end) if contiguous else None)
        seen += len(found)
        tell(f"{network}: block {end} of {last}, {seen} transactions, {new} new")
    return {"network": network, "from": first, "to": last, "transactions": seen, "new": new}


def _addresses(desk: Desk, network: str) -> list[str]:
    """All that the fund owns on a network, whichever wallet is synced."""
    return [wallet.address for wallet in _by_network(desk, None)[network]]


def _save(
    desk: Desk,
    node: Node,
    found: Sequence[RawTransaction],
    addresses: Sequence[str],
    cursor: tuple[str, int] | None,
) -> int:
    name = desk.fund.name
    known = {answer.question for answer in desk.store.answers.all(name)}
    asked = {
        question
        for raw in found
        for question in evm.token_questions(evm.read(raw)[0], addresses)
        if question not in known
    }
    answers = [evm.fetch_token(node, question) for question in sorted(asked)]
    with desk.store.transaction(name) as inside:
        cursors = {} if cursor is None else {cursor[0]: str(cursor[1])}
        times = {raw.id: evm.read(raw)[0].order[0] for raw in found}
        new = inside.evidence.add(name, found, cursors, times)
        inside.answers.add(name, answers)
    return len(new)


def _time_of(node: Node, block: int) -> str:
    header = node.ask("eth_getBlockByNumber", [hex(block), False])
    return iso(datetime.fromtimestamp(int(header["timestamp"], 16), UTC))
