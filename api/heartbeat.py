"""A store and a pace enter; while the service runs, each fund is told so beat by beat."""

import threading
from typing import Final, Self

from api.logging import LOG
from ledger.model.errors import PartitaError
from ledger.store import Store

#: So many paces after the last beat a run has ended.
PATIENCE: Final = 2

_MICROSECONDS: Final = 1_000_000


class Heartbeat:
    """Beats in a thread of its own from `__enter__` to `__exit__`; with a pace of 0 none.

    A beat that fails is told in the log and made up for by nothing: once two in a row are missing
    the run has ended, and the next beat begins another one.
    """

    def __init__(self, store: Store, seconds: int) -> None:
        self._store = store
        self._seconds = seconds
        self._runs: dict[str, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)

    def beat(self) -> None:
        """Tell every fund, one after the other; who cannot be told stops nobody."""
        patience = PATIENCE * self._seconds * _MICROSECONDS
        try:
            names = [fund.name for fund in self._store.funds.all()]
        except PartitaError as fault:
            LOG.warning("no heartbeat: %s", fault)
            return
        for name in names:
            try:
                self._runs[name] = self._store.runs.beat(name, self._runs.get(name), patience)
            except PartitaError as fault:
                LOG.warning("no heartbeat for a fund: %s", fault)

    def _go_on(self) -> None:
        while not self._over.wait(self._seconds):
            self.beat()

    def __enter__(self) -> Self:
        if self._seconds:
            self.beat()
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
            self.beat()
