"""Blocks that a sync read whole ↔ the names of the cursors that say so.

`<network>|<addresses>` is of transactions from the first block on, `…|<block>` of those from a
block that was asked for. What blocks give beside their transactions is read with them; it was not
always, so it has a cursor of its own: `…|<block or nothing>|given`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

#: First and last of a range of whole numbers, both inside.
Span = tuple[int, int]
#: What was read of blocks: their transactions, or what they gave beside them.
What = Literal["", "given"]
GIVEN: Final = "given"


def source_of(
    network: str, addresses: Iterable[str], first: int | None = None, what: What = ""
) -> str:
    """The name of the cursor of a range; from the first block on without `first`."""
    begin = "" if first is None else str(first)
    return "|".join((network, "+".join(sorted(addresses)), begin, what)).rstrip("|")


def spans_of(cursors: Mapping[str, str], network: str, address: str, what: What = "") -> list[Span]:
    """The ranges of blocks that cursors say were read whole for an address."""
    found = []
    for source, position in cursors.items():
        of_network, addresses, first, told = [*source.split("|"), "", "", ""][:4]
        span = (int(first or 0), int(position))
        ours = (of_network, told) == (network, what) and address in addresses.split("+")
        if ours and span[0] <= span[1]:
            found.append(span)
    return found
