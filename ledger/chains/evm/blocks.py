"""Heights of a network go to the node, the blocks that it has there come out, checked."""

from collections.abc import Collection, Mapping

from ledger.chains.evm.frames import number
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import BlockRef
from ledger.transport import Node


def fetch_head(node: Node) -> int:
    """The height of the newest block that the node knows."""
    try:
        return number(node.ask("eth_blockNumber"))
    except ValueError as fault:
        raise SourceUnavailable(f"{node.host} did not say the height of its chain") from fault


def fetch_blocks(node: Node, network: str, numbers: Collection[int]) -> dict[int, BlockRef]:
    """The block at each height; raises SourceUnavailable where the node does not answer one."""
    places = sorted(set(numbers))
    headers = node.ask_many([("eth_getBlockByNumber", [hex(n), False]) for n in places])
    return {
        place: BlockRef(network, place, hash_of(node, header, place))
        for place, header in zip(places, headers, strict=True)
    }


def hash_of(node: Node, header: object, asked: int) -> str:
    """The hash in an answer about the block that was asked for; raises SourceUnavailable."""
    if isinstance(header, Mapping):
        found, place = header.get("hash"), header.get("number")
        if isinstance(found, str) and len(found) == 66 and place == hex(asked):
            return found.lower()
    raise SourceUnavailable(f"{node.host} did not answer block {asked} as asked")
