"""Blocks that a network was seen to have enter; which stand, and which are orphaned, leaves.

What is seen is kept for ever, and of each height the newest sight holds: a block is *orphaned*
while the newest sight of its height is another one, and stands again when it is seen again. So
evidence is never touched: whether it counts follows from the block that it names.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import BlockRef
from ledger.store.bulk import in_chunks, insert_rows
from ledger.store.columns import checked_text
from ledger.store.engine import Door, FundTransaction
from ledger.store.known import recorded_by
from ledger.store.tables import BLOCK_SEEN


class Blocks:
    """The blocks of each fund's networks that evidence was read from."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def see(
        self,
        fund: str,
        blocks: Iterable[BlockRef],
        gone: Collection[BlockRef] = (),
        agreed: int = 0,
    ) -> tuple[BlockRef, ...]:
        """Note what a network has now; gives the blocks that this orphans, in order.

        Taken back are only blocks of `gone`, and those below the height `agreed`, to which the
        reader found its chain and that of the books to be one. Any other that stands in the way
        raises SourceUnavailable: two readers saw different chains, and the first was faster. What
        is known already adds nothing.
        """
        with self._door.write(fund) as inside:
            given = sorted(set(blocks))
            newest = _newest_at(inside, given)
            orphaned, new = [], []
            for block in given:
                known = newest.get((block.network, block.number))
                if block.hash == (known.hash if known is not None else ""):
                    continue
                if known is not None and known.hash:
                    if known not in gone and known.number >= agreed:
                        raise SourceUnavailable(
                            f"another reader saw another block {block.number} of {block.network}"
                            " meanwhile; nothing of this reading was kept: sync again"
                        )
                    orphaned.append(known)
                newest[block.network, block.number] = block
                new.append(block)
            ours = select(func.max(BLOCK_SEEN.c.n)).where(BLOCK_SEEN.c.fund_id == inside.fund_id)
            last = int(inside.connection.execute(ours).scalar_one() or 0)
            rows = [
                (
                    inside.fund_id,
                    n,
                    checked_text(block.network),
                    block.number,
                    checked_text(block.hash),
                    inside.recorded_at,
                )
                for n, block in enumerate(new, last + 1)
            ]
            insert_rows(inside.connection, BLOCK_SEEN, rows)
        return tuple(orphaned)

    def newest(
        self, fund: str, network: str, count: int, known_at: datetime | None = None
    ) -> tuple[BlockRef, ...]:
        """The blocks that stand, highest first, at the `count` highest places ever looked at.

        With `known_at`, as it was known then.
        """
        with self._door.read(fund) as inside:
            of_network = (
                (BLOCK_SEEN.c.fund_id == inside.fund_id)
                & (BLOCK_SEEN.c.network == network)
                & recorded_by(BLOCK_SEEN, known_at)
            )
            places = (
                select(func.max(BLOCK_SEEN.c.n))
                .where(of_network)
                .group_by(BLOCK_SEEN.c.number)
                .order_by(BLOCK_SEEN.c.number.desc())
                .limit(count)
            )
            numbers = list(inside.connection.execute(places).scalars())
            found = [
                BlockRef(network, row.number, row.hash)
                for chunk in in_chunks(numbers)
                for row in inside.connection.execute(
                    select(BLOCK_SEEN.c.number, BLOCK_SEEN.c.hash).where(
                        of_network, BLOCK_SEEN.c.n.in_(chunk)
                    )
                )
            ]
        return tuple(sorted((block for block in found if block.hash), reverse=True))

    def orphaned(self, fund: str) -> tuple[BlockRef, ...]:
        """The blocks that once stood and do not now, in order."""
        with self._door.read(fund) as inside:
            return orphaned_blocks(inside)


def orphaned_blocks(inside: FundTransaction, until: int | None = None) -> tuple[BlockRef, ...]:
    """The same in a transaction that is open; `until` leaves out what became known later."""
    known = BLOCK_SEEN.c.fund_id == inside.fund_id
    if until is not None:
        known &= BLOCK_SEEN.c.recorded_at <= until
    several = (
        select(BLOCK_SEEN.c.network, BLOCK_SEEN.c.number)
        .where(known)
        .group_by(BLOCK_SEEN.c.network, BLOCK_SEEN.c.number)
        .having(func.count() > 1)
        .subquery()
    )
    joined = (several.c.network == BLOCK_SEEN.c.network) & (several.c.number == BLOCK_SEEN.c.number)
    rows = inside.connection.execute(
        select(BLOCK_SEEN.c.network, BLOCK_SEEN.c.number, BLOCK_SEEN.c.hash)
        .join(several, joined)
        .where(known)
        .order_by(BLOCK_SEEN.c.n)
    )
    standing: dict[tuple[str, int], str] = {}
    seen: set[BlockRef] = set()
    for network, number, found in rows:
        standing[network, number] = found
        seen.add(BlockRef(network, number, found))
    return tuple(
        sorted(one for one in seen if one.hash and standing[one.network, one.number] != one.hash)
    )


def _newest_at(
    inside: FundTransaction, places: Iterable[BlockRef]
) -> dict[tuple[str, int], BlockRef]:
    """The newest sight of each of these heights."""
    numbers: dict[str, list[int]] = {}
    for place in places:
        numbers.setdefault(place.network, []).append(place.number)
    newest = {}
    for network, wanted in numbers.items():
        for chunk in in_chunks(sorted(set(wanted))):
            rows = inside.connection.execute(
                select(BLOCK_SEEN.c.number, BLOCK_SEEN.c.hash)
                .where(BLOCK_SEEN.c.fund_id == inside.fund_id, BLOCK_SEEN.c.network == network)
                .where(BLOCK_SEEN.c.number.in_(chunk))
                .order_by(BLOCK_SEEN.c.n)
            )
            for number, found in rows:
                newest[network, number] = BlockRef(network, number, found)
    return newest
