"""The one bounded way out to the network: address and JSON go in, the parsed answer comes out."""

import ipaddress
import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import httpcore
import httpx

from ledger.model.errors import SourceRefused, SourceUnavailable

TIMEOUT_SECONDS: Final = 30
BYTES_MAX: Final = 64 * 1024 * 1024
BATCH_MAX: Final = 100

_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Addresses that lead to another one: NAT64, 6to4, Teredo. `is_global` calls some of them public.
_LEADING_ELSEWHERE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


class NodeError(SourceUnavailable):
    """A JSON-RPC error that a node answered; `rpc_code` is its number."""

    def __init__(self, message: str, rpc_code: int) -> None:
        super().__init__(message)
        self.rpc_code = rpc_code

    @property
    def reverted(self) -> bool:
        """Whether a contract's own code refused the call; anything else is the node's trouble."""
        words = ("revert", "invalid opcode", "invalid jump", "out of gas", "stack underflow")
        return self.rpc_code == 3 or any(word in str(self).lower() for word in words)


class SourceBusy(SourceUnavailable):
    """A source that may answer if asked again, after `wait_seconds` at least."""

    def __init__(self, message: str, wait_seconds: int = 0) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


def permitted(address: str, *, allow_private: bool) -> bool:
    """Whether an IP address may be connected to.

    Without `allow_private` public unicast addresses only; with it private and loopback ones too.
    Multicast, link-local (a cloud's metadata) and addresses that lead elsewhere never.
    """
    ip: _IpAddress = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if allow_private and ip.is_loopback:
        return True
    leads = any(ip.version == network.version and ip in network for network in _LEADING_ELSEWHERE)
    if leads or ip.is_multicast or ip.is_link_local or ip.is_unspecified:
        return False
    return allow_private or ip.is_global


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


class Transport:
    """Sends JSON to addresses that a user can set, within bounds: scheme, address, time and size.

    http and https alone; the connected address is the one that was checked; no redirects, proxies
    or environment; `timeout_seconds` bounds the whole exchange and `bytes_max` the answer after
    decompression. Messages name the host, never the path or query, for these hold keys.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        timeout_seconds: int = TIMEOUT_SECONDS,
        bytes_max: int = BYTES_MAX,
    ) -> None:
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

    def post_json(self, url: str, payload: object) -> Any:  # noqa: ANN401 -- any JSON value
        """The parsed answer to a POST; raises SourceRefused, SourceUnavailable or SourceBusy."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        return self._exchange("POST", url, body)

    def get_json(self, url: str) -> Any:  # noqa: ANN401 -- any JSON value
        """The parsed answer to a GET; raises as `post_json`."""
        return self._exchange("GET", url, None)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _exchange(self, method: str, url: str, body: bytes | None) -> Any:  # noqa: ANN401
        host = host_of(url)
        self._deadline.until = time.monotonic() + self._timeout_seconds
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            with self._client.stream(method, url, content=body, headers=headers) as response:
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


def host_of(url: str) -> str:
    """The host of an http or https address, for messages; raises SourceRefused for another text."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise SourceRefused("that is no address of the web") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise SourceRefused("addresses begin with http:// or https:// and a host")
    return parsed.host


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


# ---- JSON-RPC ------------------------------------------------------------------------------------

Asked = tuple[str, Sequence[object]]

#: Seconds before the second, third and fourth attempt.
_WAITS: Final = (0, 1, 2)
_WAIT_MAX: Final = 10
#: Codes of nodes that may answer if asked again: internal error, limit exceeded.
_BUSY_CODES: Final = frozenset({-32603, -32005, -32016, 429})


class Node:
    """A JSON-RPC node at an address: every answer's id and form are checked.

    A request is repeated at most three times where the node is busy or breaks off; a method that
    stays refused is not waited for again.
    """

    def __init__(self, transport: Transport, url: str) -> None:
        self._transport, self._url = transport, url
        self.host = host_of(url)
        self._batches = True
        self._refused: set[str] = set()

    def ask(self, method: str, params: Sequence[object] = ()) -> Any:  # noqa: ANN401
        """The result of one method; raises NodeError where the node refuses, SourceUnavailable."""
        (answer,) = self.ask_each([(method, params)])
        if isinstance(answer, NodeError):
            raise answer
        return answer

    def ask_many(self, asked: Sequence[Asked]) -> list[Any]:
        """The results in order; raises the first error."""
        answers = self.ask_each(asked)
        for answer in answers:
            if isinstance(answer, NodeError):
                raise answer
        return answers

    def ask_each(self, asked: Sequence[Asked]) -> list[Any]:
        """The results in order, a NodeError in the place of each that the node refused."""
        answers: list[Any] = []
        for start in range(0, len(asked), BATCH_MAX):
            answers += self._with_patience(asked[start : start + BATCH_MAX])
        return answers

    def _with_patience(self, asked: Sequence[Asked]) -> list[Any]:
        answers: list[Any] = []
        for wait in (*_WAITS, None):
            try:
                answers = self._once(asked)
            except SourceBusy as busy:
                if wait is None:
                    raise
                time.sleep(min(max(wait, busy.wait_seconds), _WAIT_MAX))
                continue
            busy_methods = {
                method
                for (method, _), answer in zip(asked, answers, strict=True)
                if _is_busy(answer) and method not in self._refused
            }
            if wait is None:
                self._refused |= busy_methods
            elif busy_methods:
                time.sleep(wait)
                continue
            break
        return answers

    def _once(self, asked: Sequence[Asked]) -> list[Any]:
        if len(asked) > 1 and self._batches:
            requests = [_request(number, each) for number, each in enumerate(asked)]
            answer = self._transport.post_json(self._url, requests)
            if isinstance(answer, list):
                return self._in_order(answer, len(asked))
            self._batches = False
        return [
            self._result(self._transport.post_json(self._url, _request(number, each)), number)
            for number, each in enumerate(asked)
        ]

    def _in_order(self, answers: Sequence[Any], count: int) -> list[Any]:
        by_number = {
            answer.get("id"): answer
            for answer in answers
            if isinstance(answer, dict) and type(answer.get("id")) is int
        }
        if len(answers) != count or set(by_number) != set(range(count)):
            raise SourceBusy(f"{self.host} answered a batch with other ids than were asked")
        return [self._result(by_number[number], number) for number in range(count)]

    def _result(self, answer: object, number: int) -> Any:  # noqa: ANN401
        if not isinstance(answer, Mapping) or answer.get("jsonrpc") != "2.0":
            raise SourceBusy(f"{self.host} did not answer in JSON-RPC 2.0")
        error = answer.get("error")
        if error is not None:
            told = error if isinstance(error, Mapping) else {}
            code = told.get("code")
            message = "".join(c for c in str(told.get("message"))[:200] if c.isprintable())
            message = message.replace(self._url, self.host)
            return NodeError(f"{self.host}: {message}", code if type(code) is int else 0)
        if answer.get("id") != number or "result" not in answer:
            raise SourceBusy(f"{self.host} answered another request than was asked")
        return answer["result"]


def _request(number: int, asked: Asked) -> dict[str, object]:
    method, params = asked
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def _is_busy(answer: object) -> bool:
    return isinstance(answer, NodeError) and answer.rpc_code in _BUSY_CODES


def json_rpc(transport: Transport, url: str) -> Node:
    """The node at an address; raises SourceRefused where the address is none of http or https."""
    return Node(transport, url)
