"""Fresh databases with this version's tables: an SQLite file, a PostgreSQL database, or each."""

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.model.fund import Fund
from ledger.store import Store, open_store, upgrade
from tests.ledger.store import postgres

COUNT = itertools.count()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    name = f"partita_template_{os.getpid()}"
    with postgres.database(postgres_server, name) as url:
        upgrade(url)
        yield name


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "partita.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    name = f"partita_test_{os.getpid()}_{next(COUNT)}"
    with postgres.database(postgres_server, name, postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh database on each of the two."""
    wanted = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(wanted))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with one fund, `main`."""
    with open_store(url) as opened:
        opened.funds.create(Fund("main"))
        yield opened
