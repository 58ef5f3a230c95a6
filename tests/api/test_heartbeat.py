"""While the service runs each fund is told so; what cannot be told stops nothing."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import now
from api.heartbeat import Heartbeat
from api.settings import Settings
from ledger.model.fund import Fund
from ledger.store import open_store


@pytest.fixture
def url(tmp_path) -> str:
    address = f"sqlite:///{tmp_path / 'books.db'}"
    with open_store(address, clock=now) as store:
        store.funds.create(Fund("main"))
    return address


def test_the_service_says_for_each_fund_that_it_runs_until_it_ends(url):
    began = datetime.now(UTC)
    with TestClient(create_app(url, Settings(heartbeat_seconds=1))) as client:
        with open_store(url, clock=now) as store:
            store.funds.create(Fund("later"))
            while not store.runs.all("later"):
                time.sleep(0.05)
        assert client.get("/health/live").status_code == 200
    with open_store(url, clock=now) as store:
        [main], [later] = store.runs.all("main"), store.runs.all("later")
    assert began <= main.started_at < later.started_at <= later.seen_at
    assert main.seen_at - main.started_at >= timedelta(seconds=1)


def test_a_service_without_a_pace_says_nothing(url):
    with TestClient(create_app(url, Settings(heartbeat_seconds=0))) as client:
        assert client.get("/health/live").status_code == 200
    with open_store(url, clock=now) as store:
        assert store.runs.all("main") == ()


def test_a_database_that_is_gone_stops_no_service(url, tmp_path):
    with open_store(url, clock=now) as store, Heartbeat(store, 3_600) as heart:
        store.close()
        (tmp_path / "books.db").rename(tmp_path / "elsewhere")
        (tmp_path / "books.db").mkdir()
        heart.beat()
        (tmp_path / "books.db").rmdir()
        (tmp_path / "elsewhere").rename(tmp_path / "books.db")
    with open_store(url, clock=now) as store:
        [run] = store.runs.all("main")
    assert run.seen_at > run.started_at
