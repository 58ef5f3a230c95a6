"""A plan enters; its stretches leave as in `stretches`, read and classified by a process ahead.

Worth its start for long histories alone. The process opens the database by its address and has a
desk of its own. It waits at the pipe while nobody takes what it sends, so that it is never more
than a stretch ahead. A fault that has a
name is the same fault here.
"""

import copyreg
import gc
import io
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any, Final

from api.jobs.keep.plan import Plan
from api.jobs.keep.stretches import Again, Foreknown, Stretch, stretches
from ledger.model.amount import Money
from ledger.model.errors import PartitaError, SourceUnavailable
from ledger.model.event import Event, EventFee, Leg

if TYPE_CHECKING:
    from api.desk import Desk

#: From so many pieces of evidence on a second process pays for its start.
LONG: Final = 50_000
_LENGTH_BYTES: Final = 8


def stretches_ahead(desk: "Desk", plan: Plan, known: Foreknown) -> Iterator[Stretch]:
    """The stretches of a plan. Raises what the process ahead raised."""
    address = desk.store.address
    if plan.size < LONG or address is None:
        yield from stretches(desk, plan, known)
        return
    # the same modules as here, whatever lies in the folder that it is started in
    code = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import run; run()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 -- this module
        assert process.stdin is not None and process.stdout is not None
        try:
            _send(process.stdin, (address, desk.fund.name, plan, known))
            while (sent := _received(process.stdout)) is not None:
                if isinstance(sent, Exception):
                    raise sent
                yield sent
        finally:
            process.kill()


def _made_again(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    """A value as its class and what it is made of: a class's own way asks for its fields anew."""
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda value: (kind, values(value))


class _Sending(pickle.Pickler):
    """Pickling that knows the values of which there are most."""

    dispatch_table = copyreg.dispatch_table | {
        kind: _made_again(kind) for kind in (Event, EventFee, Leg, Money)
    }


def _send(pipe: IO[bytes], what: object) -> None:
    written = io.BytesIO()
    _Sending(written, pickle.HIGHEST_PROTOCOL).dump(what)
    body = written.getvalue()
    pipe.write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)
    pipe.flush()


def _received(pipe: IO[bytes]) -> Any:  # noqa: ANN401 -- whatever `_send` sent
    length = int.from_bytes(pipe.read(_LENGTH_BYTES), "big")
    body = pipe.read(length)
    if not length or len(body) < length:
        raise SourceUnavailable("the process that reads ahead ended")
    return pickle.loads(body)  # noqa: S301 -- from our own process


def _run(asked: IO[bytes], out: IO[bytes]) -> None:
    """The process ahead: sends stretches, then None, or the fault that it met."""
    from api.desk import Desk, now
    from ledger.store import open_store

    address, fund, plan, known = _received(asked)
    gc.disable()  # what is made here is sent away whole, and nothing of it points back
    try:
        with open_store(address, clock=now) as store:
            for stretch in stretches(Desk(store, store.funds.get(fund)), plan, known):
                _send(out, stretch)
                gc.collect()
        _send(out, None)
    except (Again, PartitaError) as fault:
        _send(out, fault)


def run() -> None:
    """Be the process ahead: the plan comes on standard input, stretches go to standard output."""
    try:
        _run(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        sys.exit(1)  # whoever asked has gone
