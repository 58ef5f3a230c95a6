"""A plan enters; its stretches leave as in `stretches`, read and classified by a process ahead.

Worth its start for long histories alone. The process opens the database by its address and has a
desk of its own; what it sends waits in a pipe that holds a few stretches, so that it never runs far
ahead. A fault of it is a fault here.
"""

import multiprocessing
import pickle
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from api.jobs.keep.plan import Plan
from api.jobs.keep.stretches import Again, Foreknown, Stretch, stretches
from ledger.model.errors import PartitaError, SourceUnavailable

if TYPE_CHECKING:
    from api.desk import Desk

#: From so many pieces of evidence on a second process pays for its start.
LONG: Final = 50_000
#: How many stretches may wait: the process goes on while one is booked.
WAITING: Final = 2


def stretches_ahead(desk: "Desk", plan: Plan, known: Foreknown) -> Iterator[Stretch]:
    """The stretches of a plan. Raises what the process ahead raised."""
    address = desk.store.address
    if plan.size < LONG or address is None:
        yield from stretches(desk, plan, known)
        return
    start = multiprocessing.get_context("spawn")
    ours, theirs = start.Pipe()
    arguments = (theirs, address, desk.fund.name, plan, known)
    worker = start.Process(target=_run, args=arguments, daemon=True)
    worker.start()
    theirs.close()
    try:
        while True:
            try:
                sent = pickle.loads(ours.recv_bytes())  # noqa: S301 -- from our own process
            except EOFError as fault:
                raise SourceUnavailable("the process that reads ahead ended") from fault
            if sent is None:
                return
            if isinstance(sent, Exception):
                raise sent
            ours.send_bytes(b"")
            yield sent
    finally:
        ours.close()
        worker.terminate()
        worker.join()


def _run(out: Connection, address: str, fund: str, plan: Plan, known: Foreknown) -> None:
    """The process ahead: sends a stretch, and waits while too many are not taken."""
    import gc

    from api.desk import Desk, now
    from ledger.store import open_store

    gc.disable()  # what is made here is sent away whole, and nothing of it points back
    sent = taken = 0
    try:
        with open_store(address, clock=now) as store:
            for stretch in stretches(Desk(store, store.funds.get(fund)), plan, known):
                out.send_bytes(pickle.dumps(stretch, pickle.HIGHEST_PROTOCOL))
                sent += 1
                gc.collect()
                while sent - taken >= WAITING or out.poll():
                    out.recv_bytes()
                    taken += 1
        out.send_bytes(pickle.dumps(None))
    except (Again, PartitaError) as fault:
        out.send_bytes(pickle.dumps(fault))
    except (BrokenPipeError, EOFError):
        return  # whoever asked has gone
    finally:
        out.close()
