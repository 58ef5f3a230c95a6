"""A process that commits one entry, says so, and stops dead in the middle of the next."""

import os
import sys

from ledger.store import open_store
from tests.ledger.store.cases import entry, line

if __name__ == "__main__":
    with open_store(sys.argv[1]) as store:
        store.journal.append("main", [entry("tx:1#0")])
        print("acknowledged", flush=True)
        with store.transaction("main") as inside:
            inside.evidence.add("main", [line(1)], {"file": "1"})
            inside.journal.append("main", [entry("tx:1#0", 6), entry("tx:2#0")])
            os._exit(9)
