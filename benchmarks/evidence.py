"""Evidence read: a file of rows, and transactions with their logs, frames and state differences."""

import csv
import io
import json
from collections.abc import Iterator

from api.plug_ins import plug_ins
from benchmarks import samples
from benchmarks.figure import Figure, against
from ledger.chains import evm
from ledger.venues.importing import read_files

WHAT = {
    "import_rows": "a row of Partita CSV, read from the file's bytes to an activity, layout found "
    "by itself (20,000 rows); floor: `csv.reader`, and the quantities to integers",
    "evm_read": "a swap with three logs, four call frames and its state difference, from the "
    "node's answers to an activity (2,000); floor: `json.loads` of the answers",
}

_QUANTITIES = (4, 6, 8, 9)


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    count = 20_000 // share
    body = samples.partita_csv(count)
    venues = plug_ins("ledger.venues")

    def read_rows() -> None:
        reading = read_files([("bench.csv", body)], venues, {})
        assert len(reading.activities) == count and not reading.problems

    def bare_rows() -> None:
        rows = csv.reader(io.StringIO(body.decode()))
        next(rows)
        for row in rows:
            for at in _QUANTITIES:
                if row[at]:
                    whole, _, fraction = row[at].partition(".")
                    int(whole + fraction.ljust(18, "0"))

    yield against("import_rows", read_rows, bare_rows, count, "row")

    raw = samples.transactions(2_000 // share)

    def read_transactions() -> None:
        for each in raw:
            activity, problems = evm.read(each)
            assert len(activity.transfers) == 2 and not problems

    def bare_transactions() -> None:
        for each in raw:
            json.loads(each.body)

    yield against("evm_read", read_transactions, bare_transactions, len(raw), "transaction")
