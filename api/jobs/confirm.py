"""What one node told enters, a second one is asked: blocks and balances agree, or it is refused.

A node may lie, lag or be on a branch; that two of two operators tell the same wrong thing is
unlikely. Hashes of blocks say that both are of one chain; balances are asked for by sample, for
what a node computes stands in no header. What the first leaves out of its blocks shows only where
the books do not come to the balances (`partita reconcile`).
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Final

from api.desk import BALANCE
from ledger.chains import evm
from ledger.model.asset import AssetId, native
from ledger.model.errors import SourcesDisagree
from ledger.model.evidence import BlockRef, Question, RawTransaction
from ledger.model.fund import wallet_id
from ledger.transport import Node, NodeError

#: Balances that are asked of both nodes at the end of a range of blocks.
BALANCES_SAMPLED: Final = 20


def confirm(
    nodes: tuple[Node, Node],
    network: str,
    blocks: Collection[BlockRef],
    found: Sequence[RawTransaction],
    owned: Sequence[str],
) -> None:
    """Compare blocks, and balances at the highest of them: first of what moved, then of coin.

    Raises SourcesDisagree.
    """
    first, second = nodes
    theirs = evm.fetch_blocks(second, network, [block.number for block in blocks])
    for block in sorted(blocks):
        if theirs[block.number] != block:
            raise SourcesDisagree(
                f"block {block.number} of {network} is {block.hash} at {first.host} and"
                f" {theirs[block.number].hash} at {second.host}; nothing of this range was kept"
            )
    highest = max(block.number for block in blocks)
    for subject in islice(_moved(network, found, owned), BALANCES_SAMPLED):
        question = Question(BALANCE, subject, highest)
        ours, other = (_balance(node, question) for node in nodes)
        if None not in {ours, other} and ours != other:
            wallet, _, asset = subject.partition("|")
            raise SourcesDisagree(
                f"{wallet} holds {ours} of {asset} at block {highest} by {first.host} and {other}"
                f" by {second.host}; nothing of this range was kept"
            )


def _balance(node: Node, question: Question) -> object:
    """What a node says; None where it has not kept a state so old, which is no other balance."""
    try:
        return evm.fetch_balance(node, question).value()
    except (NodeError, TypeError, ValueError):
        return None


def _moved(network: str, found: Iterable[RawTransaction], owned: Sequence[str]) -> Iterable[str]:
    """`wallet id|asset` of what moved, and then of the coin of all wallets; each once."""
    said: dict[str, None] = {}
    for raw in found:
        for transfer in evm.read(raw)[0].transfers:
            for party in (transfer.sender, transfer.recipient):
                if party in owned:
                    said[_subject(network, party, transfer.asset)] = None
    coin = native(network)
    for address in owned:
        said[_subject(network, address, coin)] = None
    return said


def _subject(network: str, address: str, asset: AssetId) -> str:
    return f"{wallet_id(network, address)}|{asset}"
