"""Words enter the installed command; what it said leaves, or a server that stops when told to."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

PARTITA = Path(sys.executable).with_name("partita")

#: How long a server may take to stop, in seconds.
STOP_SECONDS_MAX = 10


def environment(**given: str) -> dict[str, str]:
    """This process's environment without the settings of a fund, and with what is given."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("PARTITA_")}
    return own | given


def run(folder: Path, *words: str) -> str:
    """What the command prints, run in a folder to its end."""
    done = subprocess.run(
        [PARTITA, *words], cwd=folder, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Running:
    """A command that runs in a folder and writes what it says there."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def out(self) -> str:
        return (self.folder / "stdout").read_text("utf-8")

    @property
    def err(self) -> str:
        return (self.folder / "stderr").read_text("utf-8")

    @contextmanager
    def answering(self, port: int, seconds: int = 120) -> Iterator[httpx.Client]:
        """A client of the server, once it lives."""
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False
        ) as client:
            end = time.monotonic() + seconds
            while not self._lives(client):
                if time.monotonic() > end or self.process.poll() is not None:
                    pytest.fail(f"nobody answers at {port}: {self.err[-2000:]}")
                time.sleep(0.1)
            yield client

    def stop(self) -> float:
        """Ask it to end; gives the seconds that it took."""
        asked = time.monotonic()
        self.process.terminate()
        self.process.wait(STOP_SECONDS_MAX)
        return time.monotonic() - asked

    @staticmethod
    def _lives(client: httpx.Client) -> bool:
        try:
            return client.get("/health/live").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@contextmanager
def started(folder: Path, *words: str, **settings: str) -> Iterator[Running]:
    """The command, running in a folder of its own; ended at the latest with the context."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = subprocess.Popen(
            [PARTITA, *words], cwd=folder, env=environment(**settings), stdout=out, stderr=err
        )
    try:
        yield Running(process, folder)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
