"""A small fund, imported from files into a real SQLite store, and a client for each key."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import Desk, now
from api.jobs.bring import import_bytes, import_price_bytes
from ledger.model.fund import Fund
from ledger.model.manual import ManualJournal
from ledger.store import open_store

HEADER = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,fee_asset,"
    "fee_quantity,value,value_currency,strategy,txid,note\n"
)
ROWS = (
    "2026-01-05T09:00:00Z,contribution,bank,,,USD,100000,,,,,,c-1,\n"
    "2026-01-06T10:00:00Z,buy,bank,USD,40000,BTC,0.5,USD,12.5,,,directional,t-1,first\n"
    "2026-01-20T10:00:00Z,sell,bank,BTC,0.2,USD,18000,USD,5,,,directional,t-2,\n"
    "2026-02-03T10:00:00Z,staking,bank,,,ETH,0.01,,,30,USD,yield,s-1,\n"
    "2026-02-10T10:00:00Z,swap,bank,BTC,0.1,ETH,2.25,,,9000,USD,rotation,t-3,=1+1 <script>\n"
    "2026-03-02T10:00:00Z,airdrop,bank,,,SPAMMY,1000000,,,,,,a-1,\n"
)
PRICES = "time,asset,price,currency,source\n" + "".join(
    f"2026-{month:02d}-{day:02d},{asset},{price + day},USD,test\n"
    for month, last in ((1, 31), (2, 28), (3, 3))
    for day in range(1, last + 1)
    for asset, price in (("BTC", 80_000 + 1_000 * month), ("ETH", 3_000))
)
SECRET = "2026-01-05T09:00:00Z,contribution,vault,,,EUR,7777,,,,,,hidden-txid,hidden note\n"

PENDING = ManualJournal(
    "partita journal 1\n\n2026-01-02T00:00:00Z manual waiting\n"
    "    asset:venue:partita:bank 5 symbol:BTC acquire ?\n"
    "    equity:opening -5 symbol:BTC none ?\n",
    "nobody has looked at it yet",
    "Ann",
)

READ, WRITE = "partita_reads" + "k" * 40, "partita_write" + "k" * 40
OTHER, BOTH = "partita_other" + "k" * 40, "partita_twoin" + "k" * 40


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def filled(path: Path) -> str:
    """A database with the funds `main` and `other`; a manual journal of `main` is pending."""
    url = f"sqlite:///{path}"
    with open_store(url, clock=now) as store:
        for name in ("main", "other"):
            store.funds.create(Fund(name, "USD", "us"))
        main, other = (Desk(store, store.funds.get(name)) for name in ("main", "other"))
        import_bytes(main, [("main.csv", (HEADER + ROWS).encode())])
        import_price_bytes(main, "prices.csv", PRICES.encode())
        import_bytes(other, [("secret.csv", (HEADER + SECRET).encode())])
        store.manual.propose("main", PENDING)
        store.keys.add("main", READ, "reads", ["read"])
        store.keys.add("main", WRITE, "writes", ["write"])
        store.keys.add("main", BOTH, "both", ["read", "write"])
        store.keys.add("other", OTHER, "other", ["read", "write"])
    return url


@pytest.fixture(scope="session")
def shared_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filled(tmp_path_factory.mktemp("api") / "partita.db")


@pytest.fixture(scope="session")
def shared(shared_url: str) -> Iterator[TestClient]:
    """A client without a key, on a fund that no test changes."""
    with TestClient(create_app(shared_url), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def reader(shared: TestClient) -> TestClient:
    """The same with a key that reads."""
    return TestClient(shared.app, headers=bearer(READ), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("api") / "template.db"
    filled(path)
    return path


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    path = tmp_path / "partita.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def writer(url: str) -> Iterator[TestClient]:
    """A client with a key that reads and writes, on a fund of the test's own."""
    with TestClient(create_app(url), headers=bearer(BOTH), raise_server_exceptions=False) as client:
        yield client
