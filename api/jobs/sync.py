"""Wallets → evidence from their chains: transactions, the tokens they touched, and balances."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.desk import BALANCE, Desk, balance_answer
from api.jobs.confirm import confirm
from api.jobs.cursors import GIVEN, source_of
from api.jobs.fork import Fork, blocks_after, find_fork, places_to_keep
from api.jobs.progress import Progress, Tell
from api.nodes import confirming_node_for, node_for, transport
from api.wiring import fetch_position, readers
from ledger.chains import evm
from ledger.model.activity import iso
from ledger.model.asset import AssetId, is_held_apart, network_of
from ledger.model.errors import BadInput, NotFound, SourceUnavailable
from ledger.model.evidence import Answer, BlockRef, Question, RawTransaction
from ledger.model.fund import Wallet
from ledger.transport import Node

Row = dict[str, Any]
#: Blocks by their heights.
Seen = Mapping[int, BlockRef]
#: What asks a node for all that is of some addresses in a range of blocks.
Fetch = Callable[[Node, str, Collection[str], int, int, Collection[str]], Iterator[RawTransaction]]
#: The node that is asked, and one that confirms what it tells.
Nodes = tuple[Node, Node | None]

#: Blocks whose transactions are saved together, with the cursor.
BLOCKS_AT_ONCE = 2_000
#: Networks that are read beside each other: most of the time is waiting for nodes.
NETWORKS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Asking:
    """What a sync was asked for; empty is all, from where the last one ended to the newest block.

    `rpcs` are addresses of a node and of a second one that confirms it: the first is of one
    network, wallets of others are left alone. Blocks less than `depth` below the newest are left
    for later. Where `stopped` says so, what is left of the blocks is, too.
    """

    wallet: str | None = None
    tx: str | None = None
    rpcs: tuple[str | None, str | None] = (None, None)
    blocks: tuple[int | None, int | None] = (None, None)
    depth: int = 0
    stopped: Callable[[], bool] = bool


def sync_chains(desk: Desk, asking: Asking, tell: Tell) -> list[Row]:
    """Fetch and keep what is new of each network; one row a network says how far.

    A cursor is saved with the rows of its range in one transaction, and only when the range is
    whole: a node that fails half way leaves books and cursor at the last whole range. Blocks that
    the network took back are found first; what they held is orphaned in the transaction that saves
    what stands in their place. Tokens that imported files name and nobody has described are asked
    for too. Networks are read beside each other, each from its own node; their faults are told, and
    the gravest is raised when all are done. What is saved by then, or was by a sync that did not
    come so far, is in the books whatever happened.
    """
    if asking.rpcs[1] is not None and asking.rpcs[0] is None:
        raise BadInput("--confirm goes with --rpc; others stand in PARTITA_CONFIRMING_NODES")
    asked = _questions_of_files(desk)
    networks = sorted(_by_network(desk, asking.wallet).items())
    at_once = 1 if asking.rpcs[0] is not None else NETWORKS_AT_ONCE
    with ThreadPoolExecutor(at_once) as pool:
        jobs = {
            network: pool.submit(_sync_network, desk, asking, network, owned, asked, tell)
            for network, owned in networks
        }
    desk.keep_if_due()
    faults = [fault for job in jobs.values() if (fault := job.exception()) is not None]
    if len(faults) > 1:
        for network, job in jobs.items():
            if (fault := job.exception()) is not None:
                tell(f"{network}: {fault}")
    if faults:
        # one that may pass by itself stands behind the others
        raise min(faults, key=lambda fault: isinstance(fault, SourceUnavailable))
    return [row for job in jobs.values() if (row := job.result()) is not None]


def _sync_network(
    desk: Desk,
    asking: Asking,
    network: str,
    owned: Sequence[Wallet],
    asked: Iterable[Question],
    tell: Tell,
) -> Row | None:
    """One network; None where the node that was named is of another one, on which wallets are."""
    rpc, confirming = asking.rpcs
    with (
        transport(by_operator=rpc is not None) as opened,
        transport(by_operator=confirming is not None) as beside,
    ):
        node = node_for(opened, network, rpc)
        said = _chain_of(node)
        if rpc is not None and said != network and _is_another(desk, asking.wallet, said):
            return None
        _check_chain(node, network, said)
        second = confirming_node_for(beside, network, confirming)
        if second is not None:
            _check_chain(second, network, _chain_of(second))
        _describe(desk, node, [one for one in asked if _network_of_subject(one) == network])
        fork = find_fork(desk, node, network)
        if asking.tx is not None:
            return _one(desk, (node, second), fork, asking.tx)
        return _range(desk, (node, second), fork, owned, asking, tell)


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
            answers += _balances(desk, node, network, pairs)
    return len(answers)


def _balances(
    desk: Desk, node: Node, network: str, pairs: Iterable[tuple[str, AssetId]]
) -> list[Answer]:
    """Keep what a node says of balances at its newest block, with the block. Gives the answers."""
    fork = find_fork(desk, node, network)
    if fork.gone:
        raise SourceUnavailable(f"{network} took back blocks that are in the books: sync it first")
    place = evm.fetch_head(node)
    block = evm.fetch_blocks(node, network, [place])[place]
    time = _time_of(node, place)
    questions = {Question(BALANCE, f"{wallet}|{asset}", place): asset for wallet, asset in pairs}
    tokens = [question for question, asset in questions.items() if not is_held_apart(asset)]
    balances = {answer.question: answer.value() for answer in evm.fetch_balances(node, tokens)}
    answers = []
    for question, asset in questions.items():
        units = balances.get(question)
        said = None if units is None else {"quantity": units}
        if is_held_apart(asset):
            said = fetch_position(node, question)
        if said is not None:
            stated = {**said, "time": time, "block_hash": block.hash}
            answers.append(Answer(question, balance_answer(stated, node.host), node.host))
    seen = blocks_after(node, network, (), [block, *fork.confirmed()])
    with desk.store.transaction(desk.fund.name) as inside:
        inside.blocks.see(desk.fund.name, seen.values())
        inside.answers.add(desk.fund.name, answers)
    return answers


def _by_network(desk: Desk, label: str | None) -> dict[str, list[Wallet]]:
    chosen: Sequence[Wallet] = tuple(desk.wallets().values())
    if label is not None:
        chosen = desk.wallets_called(label)
        if not chosen:
            raise BadInput(f"no wallet is called {label!r}; partita wallet list shows them")
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


def _one(desk: Desk, nodes: Nodes, fork: Fork, tx: str) -> Row:
    network, (node, second) = fork.network, nodes
    addresses = _addresses(desk, network)
    raw = evm.fetch_transaction(node, network, tx, addresses)
    if raw.answers().get("transaction") is None or raw.block is None:
        raise NotFound(f"{node.host} knows no block with the transaction {tx}")
    after = blocks_after(node, network, (), [raw.block, *fork.confirmed()])
    if second is not None:
        confirm((node, second), network, after.values(), [raw], addresses)
    new, orphaned = _save(desk, node, fork, [raw], after, None)
    return _row(network, (None, None), 1, new, orphaned)


def _range(
    desk: Desk,
    nodes: Nodes,
    fork: Fork,
    owned: Sequence[Wallet],
    asking: Asking,
    tell: Tell,
) -> Row:
    """What was asked for, after what blocks gave that were read when that was not kept."""
    network, (node, second) = fork.network, nodes
    wanted = [wallet.address for wallet in owned]
    begin_at, end_at = asking.blocks
    # a range by itself has cursors of its own: they do not say what was before it
    told, given = (source_of(network, wanted, begin_at, what) for what in ("", GIVEN))
    known, known_given = (_known(desk, fork, source) for source in (told, given))
    first = begin_at if begin_at is not None else known + 1
    head = min(evm.fetch_head(one) for one in nodes if one is not None)
    deep = head - asking.depth
    last = deep if end_at is None else min(end_at, deep)
    walk = _Walk(desk, nodes, fork, wanted, asking, tell)
    if begin_at is None and known_given < known:
        what, end = f"{network}, what blocks gave {len(owned)} wallets", min(known, last)
        if walk.read(what, evm.fetch_given, (given,), (known_given + 1, end, head)) < end:
            last = end  # it was stopped: what is above it waits
    what = f"{network}, {len(owned)} wallets"
    last = walk.read(what, evm.fetch_history, (told, given), (first, last, head))
    if walk.fork.gone:  # nothing was asked for above it; what is gone is gone all the same
        after = blocks_after(node, network, (), fork.confirmed())
        if second is not None and after:
            confirm((node, second), network, after.values(), (), wanted)
        walk.orphaned = _save(desk, node, fork, (), after, None)[1]
    if walk.orphaned:
        tell(
            f"{network}: {walk.orphaned} transactions orphaned,"
            " their blocks are no longer of the chain"
        )
    return _row(network, (first, last), walk.seen, walk.new, walk.orphaned)


def _known(desk: Desk, fork: Fork, source: str) -> int:
    """The last block up to which a cursor says that all is read; −1 without any."""
    done = int(desk.store.evidence.cursors(desk.fund.name).get(source, -1))
    return min(done, fork.height) if fork.gone else done


@dataclass(slots=True)
class _Walk:
    """One reading of a network's blocks, portion by portion, and what it found so far."""

    desk: Desk
    nodes: Nodes
    fork: Fork
    wanted: Sequence[str]
    asking: Asking
    tell: Tell
    seen: int = 0
    new: int = 0
    orphaned: int = 0

    def read(
        self, what: str, fetch: Fetch, sources: Sequence[str], blocks: tuple[int, int, int]
    ) -> int:
        """Read and keep the first to the last of `blocks`; the third is the newest that there is.

        Gives the last that was read: where it was stopped, that is an earlier one.
        """
        (first, last, head), network, (node, second) = blocks, self.fork.network, self.nodes
        progress = Progress(what, first, last, self.tell)
        for begin in range(first, last + 1, BLOCKS_AT_ONCE):
            if self.asking.stopped():
                return begin - 1
            end = min(begin + BLOCKS_AT_ONCE - 1, last)
            addresses = _addresses(self.desk, network)
            last_before = evm.fetch_blocks(node, network, [end])[end]
            found = list(fetch(node, network, self.wanted, begin, end, addresses))
            after = _still_there(node, self.fork, last_before, found, head)
            if second is not None:
                confirm((node, second), network, after.values(), found, self.wanted)
            counts = _save(self.desk, node, self.fork, found, after, (sources, end))
            self.seen += len(found)
            self.new, self.orphaned = self.new + counts[0], self.orphaned + counts[1]
            self.fork = Fork(network, after[end])
            progress.at(end, self.seen, self.new)
        return last


def _row(
    network: str, blocks: tuple[int | None, int | None], seen: int, new: int, orphaned: int
) -> Row:
    return {
        "network": network,
        "from": blocks[0],
        "to": blocks[1],
        "transactions": seen,
        "new": new,
        "orphaned": orphaned,
    }


def _still_there(
    node: Node, fork: Fork, last: BlockRef, found: Iterable[RawTransaction], head: int
) -> Seen:
    """The blocks to keep with what a range held: of one chain with its last, as that was before.

    The last block is asked for before and after: while it is the same, so are all below it.
    """
    of_evidence = [block for block in (raw.block for raw in found) if block is not None]
    places = places_to_keep(last.number, head, [block.number for block in of_evidence])
    return blocks_after(node, fork.network, places, [last, *of_evidence, *fork.confirmed()])


def _addresses(desk: Desk, network: str) -> list[str]:
    """All that the fund owns on a network, whichever wallet is synced."""
    return [wallet.address for wallet in _by_network(desk, None)[network]]


def _save(
    desk: Desk,
    node: Node,
    fork: Fork,
    found: Sequence[RawTransaction],
    after: Seen,
    reached: tuple[Sequence[str], int] | None,
) -> tuple[int, int]:
    """Keep what was found, with its blocks and cursors; how much is new, how much orphaned."""
    name = desk.fund.name
    known = {answer.question for answer in desk.store.answers.all(name)}
    addresses = _addresses(desk, fork.network)
    asked = {
        question
        for raw in found
        for question in evm.token_questions(evm.read(raw)[0], addresses)
        if question not in known
    }
    answers = [evm.fetch_token(node, question) for question in sorted(asked)]
    with desk.store.transaction(name) as inside:
        seen = [*after.values(), *(block for block in fork.instead if not block.hash)]
        agreed = 0 if fork.anchor is None else fork.anchor.number
        before = frozenset(inside.blocks.orphaned(name))
        orphaned = inside.blocks.see(name, seen, fork.gone, agreed)
        changed = before ^ frozenset(inside.blocks.orphaned(name))
        inside.evidence.concern(name, changed)
        inside.answers.concern(name, changed)
        lost = inside.evidence.concern(name, frozenset(orphaned))
        stood = inside.evidence.cursors(name)
        cursors = _moved_back(stood, fork)
        sources, end = ((), 0) if reached is None else reached
        for source in sources:
            # a range that was asked for again up to a lower block stays as long as it was
            cursors[source] = str(max(end, int({**stood, **cursors}.get(source, end))))
        times = {raw.id: evm.read(raw)[0].order[0] for raw in found}
        new = inside.evidence.add(name, found, cursors, times)
        inside.answers.add(name, answers)
    return len(new), len(lost)


def _moved_back(cursors: Mapping[str, str], fork: Fork) -> dict[str, str]:
    """The cursors of a network that stand above its fork, at the fork."""
    ours = f"{fork.network}|"
    return {
        source: str(fork.height)
        for source, position in cursors.items()
        if fork.gone and source.startswith(ours) and int(position) > fork.height
    }


def _time_of(node: Node, block: int) -> str:
    header = node.ask("eth_getBlockByNumber", [hex(block), False])
    return iso(datetime.fromtimestamp(int(header["timestamp"], 16), UTC))
