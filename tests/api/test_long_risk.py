"""A long fund: what is simulated is bounded, so that no request computes on and on."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import Desk, now
from api.jobs.bring import import_bytes
from api.routes.series import RETURNS_MAX_SIMULATED
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.conftest import HEADER, READ, bearer

FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
STRATEGIES = ("arb", "lend", "maker")
PARTS = len(STRATEGIES) + 1


def traded():
    rows = [f"{FIRST}T00:30:00Z,contribution,bank,,,USD,100000,,,,,,c-1,\n"]
    days = [FIRST + timedelta(days=7 * at) for at in range((LAST - FIRST).days // 7)]
    for at, day in enumerate([*days, LAST]):
        name, won = STRATEGIES[at % 3], 5 * (at % 11) - 20
        rows.append(
            f"{day}T10:00:00Z,buy,bank,USD,1000,COIN,1000,,,,,{name},b{at},\n"
            f"{day}T11:00:00Z,sell,bank,COIN,1000,USD,{1000 + won},,,,,{name},s{at},\n"
        )
    return HEADER + "".join(rows)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('long') / 'partita.db'}"
    with open_store(url, clock=now) as store:
        store.funds.create(Fund("main", "USD", "us"))
        import_bytes(Desk(store, store.funds.get("main")), [("main.csv", traded().encode())])
        store.keys.add("main", READ, "reads", ["read"])
    with TestClient(create_app(url), headers=bearer(READ), raise_server_exceptions=False) as asker:
        yield asker


@pytest.mark.parametrize(("horizon", "each"), [(1, PARTS), (10, PARTS + 1)])
def test_more_days_than_a_request_simulates_are_refused_with_the_number_that_would_do(
    client, horizon, each
):
    days = (LAST - FIRST).days + 1
    assert days * each > RETURNS_MAX_SIMULATED
    words = {"simulate": "true", "horizon": horizon}
    answer = client.get("/v1/risk", params=words)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    most = RETURNS_MAX_SIMULATED // each
    assert answer.json()["detail"] == (
        f"{days * each} returns of {days} days; one request simulates {RETURNS_MAX_SIMULATED}:"
        f" ask of {most} days at most, by `from` and `to`"
    )
    # one day too many is refused, and no day fewer
    over = {**words, "from": f"{LAST - timedelta(days=most)}"}
    assert client.get("/v1/risk", params=over).status_code == 422
    inside = {**words, "from": f"{LAST - timedelta(days=most - 1)}"}
    found = client.get("/v1/risk", params=inside)
    assert found.status_code == 200
    assert "var_copula_95" in {one["name"] for one in found.json()["measures"]}


def test_what_takes_no_time_has_no_bound(client):
    for words in ({}, {"horizon": 10}, {"rolling": 30}):
        assert client.get("/v1/risk", params=words).status_code == 200
