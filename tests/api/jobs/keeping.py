"""A process that keeps the books of a fund in many transactions, and says when it begins.

    python -m tests.api.jobs.keeping ADDRESS FUND ENTRIES

Stretches are of so many pieces of evidence, and so many entries are written at once. It ends when
it is killed, or when the books are kept.
"""

import sys

from api.desk import Desk
from api.jobs.keep import plan, saving
from ledger.store import open_store


def main(url: str, fund: str, entries: int) -> None:
    """Keep the books."""
    plan.STRETCH = saving.AT_ONCE = entries  # type: ignore[misc]  # small here, to commit often
    with open_store(url) as store:
        desk = Desk(store, store.funds.get(fund))
        print("begins", flush=True)
        desk.keep()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
