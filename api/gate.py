"""Requests enter here first, answers leave here last: id, key, size, headers and log of each."""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth.bearer import admitted, is_open
from api.logging import LOG
from api.problems import KINDS, Refusal, of_fault, of_refusal, problem
from ledger.model.errors import PartitaError
from ledger.store import ApiKey

#: What every answer says, unless its route says it in its own words.
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


#: Methods that are counted by their own name: what an asker invents must not fill the memory.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How many bytes a body may have: anywhere, and where files are imported."""

    body_bytes_max: int
    import_bytes_max: int
    import_paths: frozenset[str]

    def of(self, path: str) -> int:
        """The limit of an address."""
        return self.import_bytes_max if path in self.import_paths else self.body_bytes_max


@dataclass(slots=True)
class _Exchange:
    """How far the answer to one request is."""

    trace_id: str
    status: int = 0
    key: str | None = None


class Gate:
    """The wall around the routes: a request without a key, or too large, never reaches them."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        check: Callable[[str], ApiKey | None],
        limits: Limits,
        answered: Counter[tuple[str, int]],
    ) -> None:
        self._app, self._check, self._limits, self._answered = app, check, limits, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        exchange = _Exchange(secrets.token_hex(8))
        scope.setdefault("state", {})["trace_id"] = exchange.trace_id
        try:
            await self._answer(scope, receive, _marked(send, exchange), exchange)
        except ClientDisconnect:
            LOG.info("the asker went away", extra={"trace_id": exchange.trace_id})
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._answered[method, exchange.status] += 1
            LOG.info(
                "answered",
                extra={
                    "trace_id": exchange.trace_id,
                    "method": method,
                    "path": scope["path"],
                    "status": exchange.status,
                    "milliseconds": round((time.monotonic() - begun) * 1000),
                    "key": exchange.key,
                },
            )

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, exchange: _Exchange
    ) -> None:
        trace_id = exchange.trace_id
        try:
            headers = Headers(scope=scope)
            if not is_open(scope["method"], scope["path"]):
                said = headers.get("authorization", "")
                asked = (scope["method"], scope["path"])
                key = await run_in_threadpool(admitted, self._check, said, *asked)
                scope["state"]["key"] = key
                exchange.key = key.prefix
            most = self._limits.of(scope["path"])
            _refuse_more_than(most, headers)
            await self._app(scope, _counted(receive, most), send)
        except Refusal as refusal:
            await of_refusal(refusal, trace_id)(scope, receive, send)
        except PartitaError as fault:
            await of_fault(fault, trace_id)(scope, receive, send)
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001 -- the last wall: what is behind it stays in the log
            LOG.exception("a fault of the program", extra={"trace_id": trace_id})
            if exchange.status == 0:
                said_so = problem("internal", KINDS["internal"], trace_id)
                await said_so(scope, receive, send)


def _marked(send: Send, exchange: _Exchange) -> Send:
    """Send on, with the headers that every answer has."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = exchange.trace_id
        await send(message)

    return sent


def _counted(receive: Receive, most: int) -> Receive:
    """Receive a body, and stop at the byte too many: it is not kept, and not waited for."""
    seen = 0

    async def received() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413)
        return message

    return received


def _refuse_more_than(most: int, headers: Headers) -> None:
    """Refuse a body that announces itself as too large, before a byte of it is read."""
    said = headers.get("content-length", "")
    if said.isascii() and said.isdigit() and (len(said) > 18 or int(said) > most):
        raise Refusal("too_large", f"at most {most} bytes")
