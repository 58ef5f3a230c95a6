"""Commands started: what `partita` costs before and around its work."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import samples
from benchmarks.figure import TIMES, Figure, program_cpu_seconds

WHAT = {
    "cli_help": "`partita --help`, the whole process; floor: `python -c pass`",
    "help_start_s": "the same, of one thread: its seconds on a machine that does nothing else;"
    " floor: the 0.5 s that it may take",
    "cli_nav": "`partita nav` of a fund with a hundred rows, the whole process; floor: the same",
    "risk_start": "the library of portfolios loaded, which `partita risk`, reports and the demo "
    "pay once; floor: the same",
}

PARTITA = Path(sys.executable).parent / "partita"


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, from as many runs as `share` leaves."""
    times = 1 if share > 1 else TIMES
    floor = program_cpu_seconds([sys.executable, "-c", "pass"], times)
    unit = "CPU s"
    shown = program_cpu_seconds([str(PARTITA), "--help"], times)
    yield Figure("cli_help", shown, unit, floor)
    yield Figure("help_start_s", shown, unit, 0.5)
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.csv"
        rows.write_bytes(samples.partita_csv(100))
        database = ("--db", f"sqlite:///{folder}/bench.db")
        for words in (("fund", "create", "main"), ("import", str(rows))):
            _run(*words, *database)
        asked = [str(PARTITA), "nav", *database]
        yield Figure("cli_nav", program_cpu_seconds(asked, times), unit, floor)
    loaded = program_cpu_seconds([sys.executable, "-c", "import riskfolio"], times)
    yield Figure("risk_start", loaded, unit, floor)


def _run(*words: str) -> None:
    subprocess.run([PARTITA, *words], check=True, capture_output=True)
