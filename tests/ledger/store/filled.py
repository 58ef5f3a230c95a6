"""A process whose disk has no space for a while: it says what was kept, refused and kept again."""

import json
import resource
import sys
from pathlib import Path

from ledger.model.errors import SourceUnavailable
from ledger.store import open_store
from tests.ledger.store.cases import entry


def main(url: str, more: int) -> None:
    """Append with `more` bytes left until it is refused, then with space; print what happened."""
    said: dict[str, object] = {"kept": 0, "code": None}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    path = Path(url.removeprefix("sqlite:///"))
    with open_store(url) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + more, limits[1]))
        try:
            for number in range(1, 2_000):
                store.journal.append("main", [entry(f"tx:{number}#{n}") for n in range(3)])
                said["kept"] = number
        except SourceUnavailable as fault:
            said["code"] = fault.code
        said["live"] = len(store.journal.live_entries("main"))
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        said["appended"] = store.journal.append("main", [entry("after#0")]).appended
        said["digest"] = store.journal.digest("main")
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
