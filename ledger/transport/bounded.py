"""Requests go out over checked and bounded connections; parsed JSON comes back, within bounds."""

import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from ledger.model.errors import SourceRefused, SourceUnavailable
from ledger.transport.addresses import host_of, permitted
from ledger.transport.faults import SourceBusy


class _Deadline(threading.local):
    """When the request of this thread must be over, on the monotonic clock."""

    def __init__(self) -> None:
        self.until = time.monotonic()

    def left(self) -> float:
        """Seconds that are left; raises ReadTimeout when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return left


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose every operation ends at the deadline, so that slow drips end there too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 -- the deadline bounds it
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _BoundedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 -- as the base class has it
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to an address that was resolved once and checked; the name is not resolved again."""

    def __init__(self, deadline: _Deadline, *, allow_private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline, self._allow_private = deadline, allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 -- the deadline bounds it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        refused = [a for a in addresses if not permitted(a, allow_private=self._allow_private)]
        if refused or not addresses:
            raise SourceRefused(f"{host} leads to {refused[0]}, which may not be asked")
        last: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                left = self._deadline.left()
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
                return _BoundedStream(stream, self._deadline)
            except httpcore.ConnectError as error:
                last = error
        raise last


class _CheckedTransport(httpx.HTTPTransport):
    """httpx's transport over checked and bounded connections."""

    def __init__(self, backend: _CheckedBackend) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=16,
            max_keepalive_connections=16,
            network_backend=backend,
        )


class Exchanges:
    """Exchanges of JSON, each within bounds of time and size."""

    def __init__(self, *, allow_private: bool, timeout_seconds: int, bytes_max: int) -> None:
        self._deadline = _Deadline()
        self._timeout_seconds, self._bytes_max = timeout_seconds, bytes_max
        backend = _CheckedBackend(self._deadline, allow_private=allow_private)
        self._client = httpx.Client(
            transport=_CheckedTransport(backend),
            trust_env=False,
            follow_redirects=False,
            timeout=timeout_seconds,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def exchange(self, url: str, body: bytes) -> Any:  # noqa: ANN401 -- any JSON value
        """The parsed answer to a POST; raises SourceRefused, SourceUnavailable or SourceBusy."""
        host = host_of(url)
        self._deadline.until = time.monotonic() + self._timeout_seconds
        headers = {"Content-Type": "application/json"}
        try:
            with self._client.stream("POST", url, content=body, headers=headers) as response:
                _check_status(response, host)
                data = self._body(response, host)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise SourceUnavailable(f"{host} cannot be reached") from None
        except (httpx.TimeoutException, httpcore.TimeoutException):
            message = f"{host} did not answer within {self._timeout_seconds} s"
            raise SourceUnavailable(message) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            raise SourceBusy(f"{host} broke off its answer ({type(error).__name__})") from None
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise SourceBusy(f"{host} did not answer in JSON") from None

    def _body(self, response: httpx.Response, host: str) -> bytes:
        """The body, inflated piece by piece, so that a small answer cannot become a large one."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip", ""}:
            raise SourceUnavailable(
                f"{host} answered in the encoding {encoding[:20]!r}, not asked for"
            )
        inflate = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        data = bytearray()
        for piece in response.iter_raw():
            self._deadline.left()
            room = self._bytes_max + 1 - len(data)
            try:
                data += piece if inflate is None else inflate.decompress(piece, max(room, 1))
            except zlib.error:
                raise SourceBusy(f"{host} broke off its answer (gzip)") from None
            if len(data) > self._bytes_max:
                raise SourceUnavailable(f"{host} answered more than {self._bytes_max} bytes")
        return bytes(data)


def _check_status(response: httpx.Response, host: str) -> None:
    status = response.status_code
    if status == httpx.codes.OK:
        return
    if response.is_redirect:
        raise SourceRefused(f"{host} answered with a redirect, which is not followed")
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        asked = response.headers.get("Retry-After", "0")
        wait = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
        raise SourceBusy(f"{host} answered HTTP status {status}", wait)
    raise SourceUnavailable(f"{host} answered HTTP status {status}")
