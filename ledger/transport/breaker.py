"""Answers and failures of a source enter; whether it is asked at all for now leaves."""

import time
from collections.abc import Callable
from typing import Final

from ledger.model.errors import SourceUnavailable

#: Requests that must fail one after the other, each tried as often as patience has it.
FAILURES: Final = 5
#: Seconds that a source is then left alone, doubled by each further failure.
REST: Final = 30
REST_MAX: Final = 300


class Breaker:
    """A source that fails again and again is left alone for a while; then one request decides.

    So a thousand questions to a dead node end at once, and a node that comes back is not met by all
    that waited.
    """

    def __init__(self, host: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._host, self._clock = host, clock
        self._failures = 0
        self._until: float = 0

    def check(self) -> None:
        """Raises SourceUnavailable while the source is left alone."""
        left = self._until - self._clock()
        if left > 0:
            raise SourceUnavailable(
                f"{self._host} failed {self._failures} times in a row and is left alone for"
                f" {left:.0f} s more"
            )

    def failed(self) -> None:
        """A request was given up."""
        self._failures += 1
        beyond = self._failures - FAILURES
        if beyond >= 0:
            self._until = self._clock() + min(REST * 2 ** min(beyond, 10), REST_MAX)

    def answered(self) -> None:
        """A request was answered."""
        self._failures, self._until = 0, 0
