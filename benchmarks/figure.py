"""Work enters; what it cost leaves, beside the cost of a floor measured in the same run."""

import gc
import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: How often a thing is measured; the best counts, for whatever disturbs only ever adds.
TIMES = 3

MICROSECONDS = 1e6
MILLISECONDS = 1e3


class Unmeasured(Exception):
    """What a subject needs and this machine does not have; the figures before it count."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure; `floor` is in its unit: bare work of the same run, or a limit."""

    name: str
    value: float
    unit: str
    floor: float


def cpu_seconds(work: Callable[[], object], times: int = TIMES) -> float:
    """Seconds of processor time of the best of several runs of this process."""
    best = float("inf")
    for _ in range(times):
        gc.collect()
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def against(
    name: str, work: Callable[[], object], floor: Callable[[], object], count: int, unit: str
) -> Figure:
    """Microseconds of processor time of each of `count` things, and of the floor for each."""
    scale = MICROSECONDS / count
    return Figure(name, cpu_seconds(work) * scale, f"µs CPU per {unit}", cpu_seconds(floor) * scale)


def program_cpu_seconds(command: Sequence[str], times: int = TIMES, **options: Any) -> float:  # noqa: ANN401
    """Seconds of processor time of the best of several runs of a program, which must succeed.

    It has what one's own shell gives it, without what machines that build and test tell Python:
    there compiled modules may not be kept, and each start would compile them again.
    """
    shell = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    options.setdefault("env", shell)
    best = float("inf")
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        best = min(best, used)
    return best
