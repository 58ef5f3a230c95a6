"""A node and the blocks in the books → where their chains part, and what of the books is gone."""

from collections.abc import Collection
from dataclasses import dataclass

from api.desk import Desk
from ledger.chains import evm
from ledger.model.errors import DeepReorganisation, SourceUnavailable
from ledger.model.evidence import BlockRef
from ledger.transport import Node

#: The deepest reorganisation that is followed: blocks that a chain may take back.
REORG_DEPTH_MAX = 128

#: How far below the end of a reading the blocks are kept whose hashes a later one compares.
_DEPTHS = (0, 1, 2, 4, 8, 16, 32, 64, REORG_DEPTH_MAX)
#: More heights than can lie within the depth, with those below it.
_PLACES = 2 * REORG_DEPTH_MAX


@dataclass(frozen=True, slots=True)
class Fork:
    """What a network has in place of blocks in the books that it took back.

    `anchor` is the newest block that both have, None where the books know none. `gone` is empty
    where nothing was taken back; `instead` says what stands at each of their heights now.
    """

    network: str
    anchor: BlockRef | None = None
    gone: tuple[BlockRef, ...] = ()
    instead: tuple[BlockRef, ...] = ()

    @property
    def height(self) -> int:
        """To where the books and the node are one; blocks above it are read again."""
        if self.anchor is not None:
            return self.anchor.number
        # nothing lower is known: as far as a reorganisation may have gone
        lowest = min((block.number for block in self.gone), default=0)
        return max(lowest - REORG_DEPTH_MAX, 0) - 1

    def confirmed(self) -> tuple[BlockRef, ...]:
        """The blocks that the node must still have when the reading is over."""
        standing = [block for block in self.instead if block.hash]
        return tuple(standing if self.anchor is None else [self.anchor, *standing])


def find_fork(desk: Desk, node: Node, network: str) -> Fork:
    """Compare the newest blocks of the books with the node's, down to the first that agrees.

    A node whose chain is shorter and otherwise the same lags: nothing is gone. Raises
    DeepReorganisation where more than REORG_DEPTH_MAX blocks are gone, or the very first.
    """
    known = desk.store.blocks.newest(desk.fund.name, network, _PLACES)
    head = evm.fetch_head(node)
    gone, instead = [], []
    anchor = None
    for block in (one for one in known if one.number <= head):
        now = evm.fetch_blocks(node, network, [block.number])[block.number]
        if now == block:
            anchor = block
            break
        if known[0].number - block.number >= REORG_DEPTH_MAX or block.number == 0:
            raise DeepReorganisation(
                f"{node.host} has another block {block.number} of {network} than the books, and"
                f" more than {REORG_DEPTH_MAX} blocks are never taken back; nothing was written"
            )
        gone.append(block)
        instead.append(now)
    if not gone:
        return Fork(network, anchor)
    above = [block for block in known if block.number > head]
    nothing = [BlockRef(network, block.number, "") for block in above]
    return Fork(network, anchor, (*above, *gone), (*nothing, *instead))


def places_to_keep(end: int, head: int, used: Collection[int]) -> set[int]:
    """The heights whose blocks are kept with a reading to `end`: those of evidence, and a few.

    Far below the head only the end is: what lies so deep is not taken back.
    """
    depths = _DEPTHS if head - end < REORG_DEPTH_MAX else _DEPTHS[:1]
    return {*used, *(max(end - depth, 0) for depth in depths)}


def blocks_after(
    node: Node, network: str, places: Collection[int], seen: Collection[BlockRef]
) -> dict[int, BlockRef]:
    """The blocks at these heights once all is read, if those `seen` on the way still stand.

    Raises SourceUnavailable where one does not: what was read is of two chains.
    """
    found = evm.fetch_blocks(node, network, {*places, *(block.number for block in seen)})
    for block in seen:
        if found[block.number] != block:
            raise SourceUnavailable(
                f"{node.host} took back block {block.number} of {network} while it was read;"
                " nothing of this range was kept: sync again"
            )
    return found
