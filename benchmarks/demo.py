"""The demo run: the whole job on the sample fund, and a clean clone made to run it."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.command import PARTITA
from benchmarks.figure import Figure, Unmeasured

WHAT = {
    "demo_job": "`partita demo`: the whole job on the sample fund; floor: what it may take at most",
    "demo_total": "`make demo` in a clean clone with a warm package cache, set-up included; floor: "
    "what it may take at most",
}
#: Minutes; it is of what is committed.
LONG = True

ROOT = Path(__file__).parents[1]


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, once each; a `share` leaves the clone out."""
    with tempfile.TemporaryDirectory() as folder:
        yield Figure("demo_job", _wall([str(PARTITA), "demo", "--out", f"{folder}/out"]), "s", 40)
        if share > 1:
            return
        clone = f"{folder}/clone"
        try:
            subprocess.run(["git", "clone", "--quiet", str(ROOT), clone], check=True)
            took = _wall(["make", "-C", clone, "demo"])
        except subprocess.CalledProcessError as error:
            # its packages come from the network unless they were fetched once
            raise Unmeasured(f"`make demo` in a clean clone failed: {error}") from error
        yield Figure("demo_total", took, "s", 90)


def _wall(command: Sequence[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=sys.stderr)
    return time.monotonic() - began
