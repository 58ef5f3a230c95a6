"""A sync enters and is done again and again: new blocks are read as they come, until a stop."""

import threading
from collections.abc import Callable
from typing import Any

from ledger.model.errors import SourceRefused, SourceUnavailable

#: The longest that a source which does not answer is left alone, in seconds, where the syncs are
#: not further apart by themselves: other networks wait with it.
WAIT_MAX = 60.0


def watch(
    once: Callable[[], list[dict[str, Any]]],
    every: float,
    stop: threading.Event,
    tell: Callable[[str], None],
) -> None:
    """Sync, wait `every` seconds, sync again, until `stop` is set.

    A source that does not answer, or disagrees with another, may do so later: it is asked again,
    each time after twice as long. Any other fault ends the watch, and so does an address that may
    not be asked.
    """
    wait = every
    while not stop.is_set():
        try:
            once()
            wait = every
        except SourceRefused:
            raise
        except SourceUnavailable as fault:
            wait = min(max(2 * wait, 1.0), max(WAIT_MAX, every))
            tell(f"{fault.code}: {fault}; asked again in {wait:.0f} s")
        stop.wait(wait)
