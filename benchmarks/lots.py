"""Lots booked: a long history of entries folded into lots, disposals and gains."""

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from benchmarks import samples
from benchmarks.figure import MICROSECONDS, Figure, against, cpu_seconds
from ledger.lots.booking import book
from ledger.model.entry import Entry
from ledger.model.fund import Policy

WHAT = {
    "lots_fifo": "an entry folded into lots, first in first out by wallet (100,000 entries, five "
    "years, 20 wallets, 50 tokens); floor: a bare deque of integers a wallet and token, with exact "
    "total cost, gains, and lots carried through transfers",
    "lots_growth": "the cost of an entry in 100,000 against 25,000; 1 is linear",
}

_Lots = defaultdict[tuple[str, str], deque[list[int]]]
#: (place, asset, quantity, value, role, target of a move)
_Move = tuple[str, str, int, int, str, str]


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    count = 100_000 // share
    every, policy = samples.entries(count), Policy()
    quarter = samples.entries(count // 4)
    moves = list(_moves(every))
    gains = {sum(d.gain for d in book(every, policy).disposals if d.gain is not None), _fifo(moves)}
    assert len(gains) == 1, "both book the same gains"

    def whole() -> None:
        book(every, policy)

    def part() -> None:
        book(quarter, policy)

    def bare() -> None:
        _fifo(moves)

    figure = against("lots_fifo", whole, bare, count, "entry")
    yield figure
    seconds = figure.value * count / 4 / MICROSECONDS
    yield Figure("lots_growth", seconds / cpu_seconds(part), "times the cost of an entry", 1.0)


def _moves(entries: Sequence[Entry]) -> Iterator[_Move]:
    """What lots need of the entries, as bare as it can be."""
    for entry in entries:
        target = next((p.account.name for p in entry.postings if _arrives(p)), "")
        for posting in entry.postings:
            if posting.role != "none" and not _arrives(posting):
                yield (
                    posting.account.name,
                    posting.asset,
                    abs(posting.quantity),
                    abs(posting.value or 0),
                    posting.role,
                    target,
                )


def _arrives(posting: object) -> bool:
    return getattr(posting, "role", "") == "move" and getattr(posting, "quantity", 0) > 0


def _fifo(moves: Sequence[_Move]) -> int:
    """The sum of all gains; a lot is its age, number, quantity and total cost."""
    lots: _Lots = defaultdict(deque)
    total = pieces = 0
    for age, (place, asset, quantity, value, role, target) in enumerate(moves):
        queue = lots[place, asset]
        if role == "acquire":
            queue.append([age, 0, quantity, value])
            continue
        left, taken = quantity, 0
        while left:
            lot = queue[0]
            if lot[2] <= left:
                piece = queue.popleft()
            else:
                pieces += 1
                cost = lot[3] * left // lot[2]
                piece = [lot[0], pieces, left, cost]
                lot[2] -= left
                lot[3] -= cost
            left -= piece[2]
            taken += piece[3]
            if role == "move":
                insort(lots[target, asset], piece)
        if role == "dispose":
            total += value - taken
    return total
