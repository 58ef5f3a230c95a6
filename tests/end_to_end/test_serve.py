"""The server as it is started by the command: it answers who has a key, and stops when told to."""

import json
import sqlite3
from contextlib import closing

import httpx
import pytest

from tests.end_to_end.program import STOP_SECONDS_MAX, free_port, run, started
from tests.end_to_end.test_faults import CONTRIBUTION, HEADER, PURCHASE

PRICES = ("time,asset,price,currency", "2025-01-02T00:00:00Z,symbol:ETH,3100,USD")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with a fund's books and a key that reads them, made by commands."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "rows.csv").write_text(f"{HEADER}\n{CONTRIBUTION}\n{PURCHASE}\n")
    (folder / "prices.csv").write_text("\n".join((*PRICES, "")))
    run(folder, "fund", "create", "main", "--base", "USD", "--regime", "us")
    run(folder, "prices", "import", "prices.csv")
    run(folder, "import", "rows.csv")
    key = run(folder, "key", "create", "a program", "--scope", "read").strip()
    return folder, key


@pytest.fixture(scope="module")
def server(desk):
    folder, key = desk
    port = free_port()
    database = f"sqlite:///{folder / 'partita.db'}"
    words = ("serve", "--port", str(port), "--db", database)
    with (
        started(folder / "server", *words, PARTITA_LOG_LEVEL="info") as running,
        running.answering(port) as client,
    ):
        yield running, client, {"Authorization": f"Bearer {key}"}


def test_it_says_that_it_lives_without_a_key(server):
    _, client, _ = server
    assert client.get("/health/live").status_code == httpx.codes.OK


def test_net_asset_value_is_that_of_the_command(server, desk):
    _, client, headers = server
    answer = client.get("/v1/nav", headers=headers)
    assert answer.status_code == httpx.codes.OK
    printed = json.loads(run(desk[0], "nav", "--json"))
    assert answer.json()["items"] == printed
    assert printed[-1]["nav"] == "1010"


def test_the_description_of_the_api_is_openapi_3_1(server):
    _, client, headers = server
    described = client.get("/v1/openapi.json", headers=headers).json()
    assert described["openapi"].startswith("3.1")
    assert "/v1/nav" in described["paths"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer partita_" + "x" * 43}])
def test_who_has_no_key_of_the_fund_is_told_nothing(server, headers):
    _, client, _ = server
    answer = client.get("/v1/nav", headers=headers)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "1010" not in answer.text


def test_it_stops_when_asked_while_a_client_holds_a_connection(server, desk):
    running, client, headers = server
    assert client.get("/v1/nav", headers=headers).status_code == httpx.codes.OK
    assert running.stop() < STOP_SECONDS_MAX
    with pytest.raises(httpx.TransportError):
        client.get("/health/live")
    assert "Traceback" not in running.err
    assert desk[1] not in running.err + running.out
    with closing(sqlite3.connect(desk[0] / "partita.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
