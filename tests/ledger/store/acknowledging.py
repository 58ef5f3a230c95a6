"""A process that keeps batch after batch, and says the number of each once it is kept.

    python -m tests.ledger.store.acknowledging ADDRESS [weak]

A batch is its number made evidence, a cursor and entries, some of which change earlier ones, all in
one transaction. It ends when it is killed, or with code 3 when the database is. `weak` gives up
what makes a commit of PostgreSQL durable.
"""

import random
import sys
from typing import Any

from sqlalchemy import event

from ledger.model.entry import Entry
from ledger.model.errors import SourceUnavailable
from ledger.store import Store, open_store
from tests.ledger.store.cases import entry, line

DATABASE_GONE = 3
CURSOR = "batches"


def batch(number: int) -> list[Entry]:
    """The entries of a batch: the same for the same number."""
    dice = random.Random(number)
    new = [
        entry(f"tx:{number}#{n}", dice.getrandbits(60) + 1, after=number)
        for n in range(dice.choice((1, 1, 1, 2, 5)))
    ]
    if number > 1 and dice.random() < 0.3:
        earlier = dice.randint(1, number - 1)
        new.append(entry(f"tx:{earlier}#0", dice.getrandbits(60) + 1, after=earlier))
    return new


def keep(store: Store, number: int) -> None:
    """Keep a batch."""
    with store.transaction("main") as inside:
        inside.evidence.add("main", [line(number)], {CURSOR: str(number)})
        inside.journal.append("main", batch(number))


def main(url: str, *, weak: bool) -> None:
    """Go on from where the database stands, until the end."""
    with open_store(url) as store:
        if weak:
            store.close()
            event.listen(store._database.engine, "connect", _weaken)
        number = int(store.evidence.cursors("main").get(CURSOR, "0"))
        while True:
            number += 1
            keep(store, number)
            print(number, flush=True)


def _weaken(connection: Any, _record: object) -> None:
    connection.execute("SET SESSION synchronous_commit = off")
    connection.commit()


if __name__ == "__main__":
    try:
        main(sys.argv[1], weak=sys.argv[2:] == ["weak"])
    except SourceUnavailable:
        sys.exit(DATABASE_GONE)
