"""The one bounded way out to the network: address and JSON go in, the parsed answer comes out."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ledger.model.errors import SourceUnavailable
from ledger.transport.addresses import host_of, permitted
from ledger.transport.breaker import Breaker
from ledger.transport.faults import NodeError, SourceBusy

__all__ = (
    "Asked",
    "Node",
    "NodeError",
    "SourceBusy",
    "Transport",
    "host_of",
    "json_rpc",
    "permitted",
)

TIMEOUT_SECONDS: Final = 30
BYTES_MAX: Final = 64 * 1024 * 1024
BATCH_MAX: Final = 100


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
        # a command that asks nobody does not wait for the library of the web
        from ledger.transport.bounded import Exchanges

        self._exchanges = Exchanges(
            allow_private=allow_private, timeout_seconds=timeout_seconds, bytes_max=bytes_max
        )

    def post_json(self, url: str, payload: object) -> Any:  # noqa: ANN401 -- any JSON value
        """The parsed answer to a POST; raises SourceRefused, SourceUnavailable or SourceBusy."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        return self._exchanges.exchange(url, body)

    def close(self) -> None:
        """Close every connection."""
        self._exchanges.close()


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
    stays refused is not waited for again. A node that fails again and again is left alone for a
    while (breaker.py).
    """

    def __init__(self, transport: Transport, url: str) -> None:
        self._transport, self._url = transport, url
        self.host = host_of(url)
        self._batches = True
        self._refused: set[str] = set()
        self._breaker = Breaker(self.host)

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
            self._breaker.check()
            try:
                answers += self._with_patience(asked[start : start + BATCH_MAX])
            except SourceUnavailable:
                self._breaker.failed()
                raise
            self._breaker.answered()
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
