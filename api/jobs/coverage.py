"""Cursors, blocks and evidence enter; what was read of each wallet, by which source, leaves.

A cursor says that a node's answer was whole up to its block; a range that was asked for by itself
has a cursor of its own. Blocks whose transactions were read, and not what they gave beside them,
are not read whole: the next sync reads that. A file covers nothing: nobody says that it is whole,
so its rows are counted and their first and last blocks said. Whoever sends transactions numbers
them from 0 without a gap: a number that is not there is a transaction that no node told of. Files
do not say numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from api.desk import Desk
from api.jobs.cursors import GIVEN, Span, spans_of
from ledger.model.errors import BadInput, NotFound
from ledger.model.evidence import RawTransaction, StatementLine
from ledger.model.fund import Wallet

Row = dict[str, Any]


def coverage(desk: Desk, label: str | None = None, known_at: datetime | None = None) -> list[Row]:
    """A row a wallet on a chain: what nodes told whole, what is left out, what files tell.

    With `known_at`, as it was known then. Raises BadInput, NotFound.
    """
    wallets = [one for one in _chosen(desk, label, known_at) if one.network.startswith("eip155:")]
    if not wallets:
        whose = "the fund has no wallet" if label is None else f"{label} is no wallet"
        raise NotFound(f"{whose} on an EVM network")
    name = desk.fund.name
    cursors = desk.store.evidence.cursors(name, known_at)
    history = desk.history(known_at)
    numbers = sent_numbers(history.transactions)
    rows = []
    for wallet in wallets:
        seen = desk.store.blocks.newest(name, wallet.network, 1, known_at)
        head = seen[0].number if seen else None
        told = merged(spans_of(cursors, wallet.network, wallet.address))
        given = merged(spans_of(cursors, wallet.network, wallet.address, GIVEN))
        alone = [part for span in told for part in left_out(given, span)]
        read = [part for span in told for part in left_out(alone, span)]
        own = numbers.get((wallet.network, wallet.address), ())
        rows.append(
            {
                "wallet": wallet.label,
                "network": wallet.network,
                "head": head,
                "read": [_said(span) | {"source": "node"} for span in read],
                "transactions_alone": list(map(_said, alone)),
                "gaps": [] if head is None else list(map(_said, left_out(told, (0, head)))),
                "files": _files(history.lines, wallet),
                "sent": len(own),
                "numbers_missing": _missing(own),
            }
        )
    return rows


def coverage_lines(rows: Iterable[Row]) -> Iterable[str]:
    """The same as lines for people."""
    for row in rows:
        head = "no block was looked at" if row["head"] is None else f"up to block {row['head']}"
        yield f"{row['wallet']} on {row['network']}, {head}"
        for span in row["read"]:
            yield f"  {span['source']}: blocks {span['from']} to {span['to']}"
        for span in row["transactions_alone"]:
            yield f"  node, transactions alone: blocks {span['from']} to {span['to']}"
        for span in row["gaps"]:
            yield f"  nobody: blocks {span['from']} to {span['to']}"
        for found in row["files"]:
            first, last = found["from"], found["to"]
            where = "" if first is None else f", the first of block {first}, the last of {last}"
            yield f"  {found['source']} {found['layout']}: {found['rows']} rows{where}"
        yield f"  {row['sent']} transactions sent by it"
        for span in row["numbers_missing"]:
            yield f"  missing: those it numbered {span['from']} to {span['to']}"


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same numbers as ranges that neither overlap nor touch, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def left_out(spans: Sequence[Span], within: Span | None = None) -> list[Span]:
    """What merged ranges leave out between the first and the last, or of a range `within`."""
    if within is None:
        return [(before[1] + 1, after[0] - 1) for before, after in pairwise(spans)]
    beyond = [(within[0] - 1, within[0] - 1), *spans, (within[1] + 1, within[1] + 1)]
    inside = [span for span in merged(beyond) if span[1] >= within[0] - 1]
    return [span for span in left_out(inside) if span[0] <= within[1]]


def sent_numbers(transactions: Iterable[RawTransaction]) -> dict[tuple[str, str], set[int]]:
    """(network, address) → the numbers of the transactions that it sent, of those that are read."""
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for raw in transactions:
        stated = raw.answers().get("transaction")
        if not isinstance(stated, dict):
            continue
        sender, number = stated.get("from"), stated.get("nonce")
        # what the network sends by itself has no number of its own
        if isinstance(sender, str) and isinstance(number, str) and stated.get("type") != "0x7e":
            found[raw.network, sender.lower()].add(int(number, 16))
    return dict(found)


def _chosen(desk: Desk, label: str | None, known_at: datetime | None) -> Sequence[Wallet]:
    if label is None:
        return tuple(desk.wallets(known_at).values())
    chosen = desk.wallets_called(label, known_at)
    if not chosen:
        raise BadInput(f"no wallet is called {label!r}; partita wallet list shows them")
    return chosen


def _missing(numbers: Iterable[int]) -> list[Row]:
    """What is left out from 0 to the highest."""
    own = merged((number, number) for number in numbers)
    return [_said(span) for span in left_out(own, (0, own[-1][1]))] if own else []


def _files(lines: Iterable[StatementLine], wallet: Wallet) -> list[Row]:
    """Rows of files that are of a wallet, by venue and layout."""
    groups: defaultdict[tuple[str, str], list[int | None]] = defaultdict(list)
    for line in lines:
        network, _, address = line.owner.rpartition(":")
        if address == wallet.address and network in {"", wallet.network}:
            block = next((text for name, text in line.cells if name.lower() == "blockno"), "")
            known = block.isascii() and block.isdigit()
            groups[line.venue, line.layout].append(int(block) if known else None)
    return [
        {
            "source": venue,
            "layout": layout,
            "rows": len(blocks),
            **_said(_bounds([block for block in blocks if block is not None])),
        }
        for (venue, layout), blocks in sorted(groups.items())
    ]


def _bounds(blocks: Sequence[int]) -> tuple[int | None, int | None]:
    return (min(blocks), max(blocks)) if blocks else (None, None)


def _said(span: tuple[int | None, int | None]) -> Row:
    return {"from": span[0], "to": span[1]}
