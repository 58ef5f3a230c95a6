"""A fund's name enters, a turn leaves: one thread at a time does what is heavy or writes."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.problems import Refusal

#: Seconds that a request waits for another's work before it is told to come again.
WAIT_SECONDS: Final = 60


class Turns:
    """One lock a fund; a thread that has it may take it again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)

    @contextmanager
    def of(self, fund: str) -> Iterator[None]:
        """The turn of a fund, while the block runs. Raises Refusal when others take too long."""
        with self._lock:
            turn = self._of[fund]
        if not turn.acquire(timeout=WAIT_SECONDS):
            raise Refusal("busy", "another request is at work on the fund")
        try:
            yield
        finally:
            turn.release()
