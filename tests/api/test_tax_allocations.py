"""The allocation of one pool over the web: what the command says, and who may freeze it."""

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.desk import Desk, now
from api.jobs.bring import import_bytes
from api.routes.shapes import PageOut
from api.routes.shapes_of_tax import AllocationOut, FrozenOut, ProposedOut, TaxOut
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.cli.test_tax_allocation import ROWS, SALE
from tests.api.conftest import BOTH, HEADER, OTHER, READ, bearer

ORDER = {"method": "hifo", "wallet": ["one", "two"], "due": "2200-01-01"}


@pytest.fixture
def pool(tmp_path):
    """A client on a fund that kept one pool and sold of it in 2025."""
    url = f"sqlite:///{tmp_path / 'pool.db'}"
    with open_store(url, clock=now) as store:
        for name in ("main", "other"):
            store.funds.create(Fund(name, "USD", "us", scope="fund"))
        desk = Desk(store, store.funds.get("main"))
        import_bytes(desk, [("rows.csv", (HEADER + "\n".join((*ROWS, SALE, ""))).encode())])
        store.keys.add("main", READ, "reads", ["read"])
        store.keys.add("main", BOTH, "both", ["read", "write"])
        store.keys.add("other", OTHER, "other", ["read", "write"])
    with TestClient(create_app(url), headers=bearer(BOTH), raise_server_exceptions=False) as client:
        yield client


def freeze(client, sha256, key="k-1", **more):
    body = {
        "method": "hifo",
        "wallets": ["one", "two"],
        "due": "2200-01-01",
        "sha256": sha256,
        **more,
    }
    headers = {"Idempotency-Key": key}
    return client.post("/v1/tax/allocations", json=body, headers=headers)


def test_what_an_order_comes_to_is_told_and_frozen_under_the_name_of_the_key(pool):
    answer = pool.get("/v1/tax/allocation", params=ORDER)
    assert answer.status_code == 200, answer.text
    found = ProposedOut.model_validate_json(answer.content, strict=True)
    assert [lot.quantity for lot in found.lots] == [1, 1]
    assert pool.get("/v1/tax/allocations").json()["items"] == []
    before = pool.get("/v1/tax/us/2025").json()
    assert before["problems"][0]["code"] == "allocation_needed"

    made = freeze(pool, found.sha256)
    assert made.status_code == 200, made.text
    AllocationOut.model_validate_json(made.content, strict=True)
    assert made.json()["by"] == "both", "the label of the key"
    listed = pool.get("/v1/tax/allocations")
    PageOut[FrozenOut].model_validate_json(listed.content, strict=True)
    [one] = listed.json()["items"]
    assert one["lots"] == answer.json()["lots"]

    year = pool.get("/v1/tax/us/2025")
    TaxOut.model_validate_json(year.content, strict=True)
    assert [line["cost"] for line in year.json()["disposals"]] == ["300"]
    assert year.json()["allocation"] == made.json()
    then = pool.get("/v1/tax/us/2025", params={"as_of": "2026-01-31"}).json()
    assert "allocation" not in then, "nothing was frozen then"
    assert pool.get("/v1/tax/allocations", headers=bearer(OTHER)).json()["items"] == []


def test_a_second_one_is_a_conflict_and_the_same_request_the_same_answer(pool):
    sha256 = pool.get("/v1/tax/allocation", params=ORDER).json()["sha256"]
    made = freeze(pool, sha256)
    assert freeze(pool, sha256).json() == made.json()
    second = freeze(pool, sha256, key="k-2")
    assert (second.status_code, second.json()["code"]) == (409, "conflict")


def test_what_is_left_open_or_not_looked_at_is_refused(pool):
    assert freeze(pool, "0" * 64).status_code == 409
    answer = freeze(pool, "0" * 64, key="k-2", wallets=["one"])
    assert answer.json()["code"] == "open_problems"
    assert answer.json()["counts"] == {"allocation_needed": 1}
    assert freeze(pool, "0" * 64, key="k-3", wallets=["nowhere"]).status_code == 404
    assert pool.get("/v1/tax/allocation", params={"method": "hifo"}).status_code == 400
    assert pool.get("/v1/tax/allocations").json()["items"] == []


def test_a_key_that_reads_freezes_nothing(pool):
    body = {"method": "hifo", "wallets": ["one", "two"], "sha256": "0" * 64}
    headers = {"Idempotency-Key": "k-1", **bearer(READ)}
    assert pool.post("/v1/tax/allocations", json=body, headers=headers).status_code == 403
    assert pool.get("/v1/tax/allocation", params=ORDER, headers=bearer(READ)).status_code == 200
