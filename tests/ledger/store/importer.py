"""A process that imports and keeps books as others do the same: address, start file and turn."""

import sys
import time
from pathlib import Path

from ledger.store import open_store
from tests.ledger.store.cases import entry, line

ROWS, AT_ONCE = 400, 40


def main(url: str, start: str, turn: int) -> None:
    """Wait for the start file, then import every row in portions, beginning where `turn` says."""
    while not Path(start).exists():
        time.sleep(0.001)
    rows = [line(number % 300, 1 + number // 300) for number in range(ROWS)]
    with open_store(url) as store:
        for first in range(0, ROWS, AT_ONCE):
            place = (first + turn * ROWS // 2) % ROWS
            store.evidence.add("main", rows[place : place + AT_ONCE], {"file": str(first)})
            with store.transaction("main") as inside:
                known = inside.evidence.statements("main")
                kept = [entry(f"row:{row.id}#0", row.line) for row in known]
                inside.journal.replace_open("main", kept)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
