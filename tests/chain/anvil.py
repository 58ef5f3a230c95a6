"""Starts a local Ethereum node (anvil) for a test or a recording; hands out its JSON-RPC."""

import http.client
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NODE_FOLDER = Path(__file__).parents[1] / "node"
# A published BIP-39 test vector: the accounts are the same in every run and hold nothing anywhere.
MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
GENESIS_TIME = 1_704_067_200  # 2024-01-01T00:00:00Z
START_LIMIT = 20.0
ANSWER_LIMIT = 120.0


class RpcError(Exception):
    """The node answered a JSON-RPC request with an error."""


def anvil_binary() -> Path | None:
    """The node's program as npm installed it for this platform, or None when it is not there."""
    found = sorted(NODE_FOLDER.glob("node_modules/@foundry-rs/anvil-*/bin/anvil"))
    return found[0] if found else None


def missing_reason() -> str | None:
    """Why no node can be started, or None when one can; `npm ci` in tests/node mends it."""
    if anvil_binary() is None:
        return "anvil is not installed: run `npm ci` in tests/node"
    return None


def require_anvil() -> None:
    """Skips the calling test, with the reason, when anvil is missing; where CI is set, fails it."""
    import pytest

    reason = missing_reason()
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Anvil:
    """A node of its own process and folder, with mining on demand only.

    `with Anvil(chain_id=1) as node:` starts it and stops it. Transactions of one block stand in
    the order in which they were sent. `accounts` are unlocked, hold `balance` whole coins each and
    are the same on every node. `timestamp` is the time of block 0 in Unix seconds. `port` 0 takes
    a free one. `node.url` is the address for any other client; `node.rpc(method, *params)` asks.
    """

    def __init__(
        self,
        chain_id: int = 1,
        port: int = 0,
        timestamp: int = GENESIS_TIME,
        accounts: int = 30,
        balance: int = 1_000_000,
        base_fee: int = 1_000_000_000,
        extra: Sequence[str] = (),
    ) -> None:
        self.chain_id = chain_id
        self.port = port
        self.timestamp = timestamp
        self.account_count = accounts
        self.balance = balance
        self.base_fee = base_fee
        self.extra = tuple(extra)
        self.accounts: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._folder = ""
        self._ids = itertools.count(1)

    @property
    def url(self) -> str:
        """Address of the node's JSON-RPC over HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the process and waits for its first answer.

        Raises FileNotFoundError when anvil is not installed, RuntimeError when it does not start.
        """
        binary = anvil_binary()
        if binary is None:
            raise FileNotFoundError(missing_reason())
        self._folder = tempfile.mkdtemp(prefix="partita-anvil-")
        log = Path(self._folder) / "log"
        with log.open("wb") as sink:
            self._process = subprocess.Popen(
                [str(binary), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={"HOME": self._folder, "PATH": os.environ.get("PATH", "")},
            )
        try:
            self._wait_for_port(log)
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=ANSWER_LIMIT
            )
            self.accounts = tuple(self.rpc("eth_accounts"))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops the process and removes its folder; harmless when it does not run."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""

    def rpc(self, method: str, *params: Any) -> Any:
        """The result of one request; raises RpcError with the node's message."""
        answer = self._post(self._request(method, params))
        return self._result(method, answer)

    def batch(self, requests: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The results of many independent requests, in the order asked, in one round trip."""
        bodies = [self._request(method, params) for method, params in requests]
        if not bodies:
            return []
        answers = {answer["id"]: answer for answer in self._post(bodies)}
        return [self._result(body["method"], answers[body["id"]]) for body in bodies]

    def _options(self) -> list[str]:
        return [
            *("--port", str(self.port)),
            *("--chain-id", str(self.chain_id)),
            *("--timestamp", str(self.timestamp)),
            *("--accounts", str(self.account_count)),
            *("--balance", str(self.balance)),
            *("--mnemonic", MNEMONIC),
            *("--base-fee", str(self.base_fee)),
            *("--gas-limit", "1000000000"),
            *("--order", "fifo"),
            *("--cache-path", str(Path(self._folder) / "cache")),
            "--no-mining",
            "--no-request-size-limit",
            *self.extra,
        ]

    def _wait_for_port(self, log: Path) -> None:
        assert self._process is not None
        give_up = time.monotonic() + START_LIMIT
        while time.monotonic() < give_up:
            text = log.read_text(errors="replace")
            if "Listening on " in text:
                address = text.rsplit("Listening on ", 1)[1].split()[0]
                self.port = int(address.rsplit(":", 1)[1])
                return
            if self._process.poll() is not None:
                raise RuntimeError(f"anvil ended with {self._process.returncode}: {text[-800:]}")
            time.sleep(0.01)
        raise RuntimeError(f"anvil did not start within {START_LIMIT} s")

    def _request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _post(self, body: Any) -> Any:
        assert self._connection is not None, "the node does not run"
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", "/", json.dumps(body).encode(), headers)
        return json.loads(self._connection.getresponse().read())

    @staticmethod
    def _result(method: str, answer: dict[str, Any]) -> Any:
        if "error" in answer:
            raise RpcError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]
