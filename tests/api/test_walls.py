"""Nobody without a key, with a key for something else, or of another fund gets past the gate."""

import re

import pytest

from api.auth.bearer import COMPUTED, is_open
from ledger.store import open_store
from tests.api.conftest import OTHER, READ, WRITE, bearer
from tests.api.routes import address

METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}


@pytest.fixture(scope="session")
def operations(shared):
    """Every (method, path) that the OpenAPI document names."""
    document = shared.get("/v1/openapi.json").json()
    found = [(m, path) for path, ms in document["paths"].items() for m in ms if m in METHODS]
    assert len(found) > 25
    return found


def test_no_operation_that_names_a_fund_answers_without_a_key(shared, operations):
    for method, path in operations:
        answer = shared.request(method, address(path))
        if is_open(method.upper(), path.replace("{code}", "x")):
            assert answer.status_code == 200, path
        else:
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["type"] == "/problems/unauthenticated"


def test_open_addresses_are_these_and_no_more(operations):
    free = {path for method, path in operations if is_open(method.upper(), path)}
    assert free == {
        "/health/live",
        "/health/ready",
        "/metrics",
        "/problems/{code}",
        "/v1/docs",
        "/v1/openapi.json",
    }


def test_a_key_that_reads_writes_nothing(reader, operations):
    sent = {method_path for method_path in operations if method_path[0] != "get"}
    computed = {("post", path) for path in COMPUTED}
    assert computed < sent
    for method, path in sorted(sent):
        answer = reader.request(method, address(path), headers={"Idempotency-Key": "x"})
        if (method, path) in computed:
            # it was let in, and has no body
            assert answer.json()["type"] == "/problems/malformed_body", path
        else:
            assert answer.status_code == 403, path
            assert answer.json()["scope"] == "write"


def test_a_key_that_writes_reads_nothing(shared, operations):
    for method, path in operations:
        if (method == "get" and not is_open("GET", path)) or path in COMPUTED:
            answer = shared.request(method, address(path), headers=bearer(WRITE))
            assert answer.status_code == 403, path


def ids_of(client, operations):
    """Every long id and name that the first fund's answers hold."""
    said = " ".join(
        client.get(address(path)).text
        for method, path in operations
        if method == "get" and path.startswith("/v1/") and "openapi" not in path
    )
    return set(re.findall(r"[0-9a-f]{64}", said)) | {"t-1", "main.csv"}


def test_a_key_of_another_fund_sees_nothing_of_this_one(shared, reader, operations):
    ids = ids_of(reader, operations)
    assert len(ids) > 10
    for method, path in operations:
        if method != "get" or not path.startswith("/v1/") or "openapi" in path:
            continue
        for identity in ("t-1", *sorted(ids)[:5]) if "identity" in path else ("x",):
            answer = shared.get(address(path, identity), headers=bearer(OTHER))
            assert answer.status_code in {200, 404}, path
            without_echo = answer.text.replace(identity, "")
            assert not [found for found in ids if found in without_echo], path
    own = shared.get("/v1/events", headers=bearer(OTHER)).json()["items"]
    assert [event["txid"] for event in own] == ["hidden-txid"]


def test_the_first_fund_sees_nothing_of_the_other(reader, operations):
    for method, path in operations:
        if method == "get":
            assert "hidden" not in reader.get(address(path)).text, path


def test_no_parameter_changes_the_fund(shared):
    asked = {"fund": "other", "fund_id": "2"}
    named = shared.get("/v1/fund", params=asked, headers={**bearer(READ), "X-Fund": "other"})
    assert named.json()["name"] == "main"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Bearer",
        "Bearer partita_short",
        f"Basic {READ}",
        READ,
        f"Bearer {READ}x",
        f"Bearer {READ[:-1]}",
        f"Bearer {READ} {READ}",
        "Bearer partita_" + "x" * 5_000,
        "Bearer partita_\u00e9" + "x" * 40,
    ],
)
def test_a_header_that_is_not_quite_a_key_opens_nothing(shared, said):
    answer = shared.get("/v1/fund", headers={"Authorization": said.encode("utf-8")})
    assert answer.status_code == 401
    assert "partita_" not in answer.text


def test_a_key_in_the_address_opens_nothing(shared):
    assert shared.get("/v1/fund", params={"key": READ, "access_token": READ}).status_code == 401


def test_a_revoked_key_is_closed_at_once(writer, url):
    assert writer.get("/v1/fund").status_code == 200
    with open_store(url) as store:
        store.keys.revoke("main", writer.headers["authorization"][7:23])
    assert writer.get("/v1/fund").status_code == 401


def test_an_address_that_does_not_exist_is_not_told_apart_without_a_key(shared, reader):
    assert shared.get("/v1/nothing").status_code == 401
    assert shared.get("/").status_code == 401
    missing = reader.get("/v1/nothing")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/no_such_address")
