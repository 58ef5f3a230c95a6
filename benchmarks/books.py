"""Books kept: a history of transactions and rows, from evidence to entries and lots."""

import hashlib
import json
from collections.abc import Iterator

from api.plug_ins import plug_ins
from api.wiring import readers
from benchmarks import samples
from benchmarks.figure import MICROSECONDS, Figure, against, cpu_seconds
from ledger.books import Books, History, keep_books
from ledger.model.fund import Policy
from ledger.venues.importing import read_files

WHAT = {
    "keep_books": "an activity, from verbatim evidence to entries and lots (2,000 transactions and "
    "2,000 rows); floor: parsing and hashing the same evidence",
    "keep_books_growth": "the cost of an activity in a history of 4,000 against one of 1,000; 1 is "
    "a cost that does not grow with the length of history",
}

_COUNT = 4_000


def history(activities: int) -> History:
    """A history of as many transactions as statement rows, with a quote a day of every token."""
    half = activities // 2
    body = samples.partita_csv(half)
    reading = read_files([("bench.csv", body)], plug_ins("ledger.venues"), {})
    return History(
        wallets=(samples.trader(),),
        transactions=samples.transactions(half),
        lines=reading.lines,
        quotes=tuple(samples.quotes(60)),
    )


def kept(known: History) -> Books:
    """The books of a history under the plainest policy."""
    return keep_books(known, Policy(), readers())


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    count = _COUNT // share
    large, small = history(count), history(count // 4)

    def keep_large() -> None:
        assert len(kept(large).activities) == count

    def keep_small() -> None:
        assert len(kept(small).activities) == count // 4

    def bare() -> None:
        for raw in large.transactions:
            json.loads(raw.body)
            hashlib.sha256(raw.body).hexdigest()
        for line in large.lines:
            hashlib.sha256("\0".join(text for _, text in line.cells).encode()).hexdigest()

    whole = against("keep_books", keep_large, bare, count, "activity")
    yield whole
    yield Figure(
        "keep_books_growth",
        whole.value * count / 4 / MICROSECONDS / cpu_seconds(keep_small),
        "times the cost of an activity",
        1.0,
    )
