"""An address enters; its database is upgraded, by a process that may be killed on the way.

The second argument is the number of the statement before which the process dies, `commit` for the
moment before the commit, or `whole`; with `whole` the number of statements is printed.
"""

import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event

from ledger.store import upgrade


def main(url: str, death: str) -> None:
    """Upgrade, or die trying."""
    statements = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_arguments: Any) -> None:
        nonlocal statements
        statements += 1
        if str(statements) == death:
            die()

    @event.listens_for(Engine, "commit")
    def committing(*_arguments: Any) -> None:
        if death == "commit":
            die()

    upgrade(url)
    print(statements)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
