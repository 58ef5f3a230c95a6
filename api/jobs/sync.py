"""Wallets → evidence from their chains: transactions, the tokens they touched, and balances."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from api.desk import BALANCE, Desk, balance_answer
from api.nodes import node_for, transport
from ledger.chains import evm
from ledger.chains.networks import network_named
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
    whole: a node that fails half way leaves books and cursor at the last whole range.
    """
    rows = []
    for network, owned in sorted(_by_network(desk, wallet).items()):
        with transport(by_operator=rpc is not None) as opened:
            node = node_for(opened, network, rpc)
            _check_chain(node, network)
            if tx is not None:
                rows.append(_one(desk, node, network, tx, owned))
            else:
                rows.append(_range(desk, node, network, owned, blocks, tell))
    if any(row["new"] for row in rows):
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


def _check_chain(node: Node, network: str) -> None:
    said = int(node.ask("eth_chainId"), 16)
    wanted = network_named(network).chain_id
    if said != wanted:
        raise BadInput(f"{node.host} is a node of chain {said}, not of {wanted}")


def _one(desk: Desk, node: Node, network: str, tx: str, owned: Sequence[Wallet]) -> Row:
    addresses = [wallet.address for wallet in owned]
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
    addresses = [wallet.address for wallet in owned]
    seen = new = 0
    for begin in range(first, last + 1, BLOCKS_AT_ONCE):
        end = min(begin + BLOCKS_AT_ONCE - 1, last)
        found = list(evm.fetch_history(node, network, addresses, begin, end))
        contiguous = blocks[0] is None
        new += _save(desk, node, found, addresses, (cursor, end) if contiguous else None)
        seen += len(found)
        tell(f"{network}: block {end} of {last}, {seen} transactions, {new} new")
    return {"network": network, "from": first, "to": last, "transactions": seen, "new": new}


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
        new = inside.evidence.add(name, found, cursors)
        inside.answers.add(name, answers)
    return len(new)


def _time_of(node: Node, block: int) -> str:
    header = node.ask("eth_getBlockByNumber", [hex(block), False])
    return iso(datetime.fromtimestamp(int(header["timestamp"], 16), UTC))
