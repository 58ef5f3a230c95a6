"""Recorded cases enter where they stand beside the project; the share answered rightly leaves."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.command import PARTITA
from benchmarks.figure import Figure, Unmeasured

WHAT = {
    "onchain_flows_evm": "recorded EVM transactions whose quantities are exact, by wallet and "
    "asset; floor: what must be reached",
    "onchain_flows": "the same over all recorded transactions, of networks without a reader too",
    "onchain_explained": "recorded transactions with nothing unexplained",
    "onchain_kind": "recorded transactions whose events are of an acceptable kind",
    "onchain_protocol": "recorded transactions whose protocol is named",
    "onchain_answered": "recorded transactions answered by one well-formed line; floor: all",
}

SHARED = Path(__file__).parents[2] / "shared"

#: What must be reached; for scores that name no aim, every case.
_FLOORS = {"onchain_flows_evm": 0.80}


def figures(share: int = 1) -> Iterator[Figure]:
    """The scores of `partita explain`; a `share` above 1 asks for one protocol's cases alone."""
    folder = SHARED / "evidence" / "onchain"
    if not folder.is_dir():
        raise Unmeasured("the recorded cases are not beside this project")
    command = [sys.executable, str(SHARED / "tools" / "score_onchain.py"), str(folder), "--json"]
    only = ["--only", "uniswap"] if share > 1 else []
    done = subprocess.run(
        [*command, "--partita", str(PARTITA), *only], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    networks = found["by_network"].items()
    evm = [scores["flows"] for network, scores in networks if network.startswith("eip155:")]
    counted: dict[str, Any] = {f"onchain_{name}": each for name, each in found["scores"].items()}
    counted["onchain_flows_evm"] = {key: sum(each[key] for each in evm) for key in ("passed", "of")}
    for name in WHAT:
        passed, of = counted[name]["passed"], counted[name]["of"]
        yield Figure(name, passed / max(of, 1), f"of {of} cases", _FLOORS.get(name, 1.0))
