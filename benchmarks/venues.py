"""Exports of venues enter where they stand beside the project; the share read rightly leaves."""

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.cases import SHARED
from benchmarks.command import PARTITA
from benchmarks.figure import Figure, Unmeasured

WHAT = {
    "venues_passed": "real exports of exchanges, wallets and explorers imported as expected, dry, "
    "once and again; floor: all",
}
#: Minutes.
LONG = True


def figures(share: int = 1) -> Iterator[Figure]:
    """The score of `partita import` over every case, whatever the `share`."""
    del share  # the tool knows no smaller size
    tool = SHARED / "tools" / "score_venues.py"
    if not tool.is_file():
        raise Unmeasured("the exports are not beside this project")
    command = [sys.executable, str(tool), "--json", "--command", str(PARTITA)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in {0, 1}:
        raise Unmeasured(done.stderr.strip())
    found = json.loads(done.stdout)
    passed, asked = found["passed"], found["asked"]
    yield Figure("venues_passed", passed / max(asked, 1), f"of {asked} cases", 1.0)
