"""Months over the web API: read with their trace, closed in the name of the key, reopened never."""

from api.desk import now
from ledger.store import open_store
from tests.api.conftest import HEADER

CLOSE = "/v1/periods/2026-02/close"
LATE = "2026-01-15T10:00:00Z,buy,bank,USD,9000,BTC,0.1,,,,,directional,late-1,\n"


def asked(key):
    return {"Idempotency-Key": key}


def test_a_month_closes_once_under_its_key_and_is_read(writer):
    assert writer.get("/v1/periods").json()["items"] == []
    done = writer.post(CLOSE, headers=asked("c-1"))
    assert (done.status_code, done.json()) == (200, {"closed": ["2026-01", "2026-02"]})
    again = writer.post(CLOSE, headers=asked("c-1"))
    assert again.headers["Idempotency-Hit"] == "true"
    assert again.json() == done.json()
    rows = writer.get("/v1/periods").json()["items"]
    assert [(row["month"], row["status"], row["closed_by"]) for row in rows] == [
        ("2026-01", "closed", "both"),
        ("2026-02", "closed", "both"),
    ]
    assert writer.post(CLOSE, headers=asked("c-2")).status_code == 409


def test_periods_of_a_time_are_those_that_were_closed_by_then(writer):
    writer.post(CLOSE, headers=asked("c-1"))
    assert writer.get("/v1/periods", params={"as_of": "2026-03-01"}).json()["items"] == []


def test_a_month_that_was_reopened_is_told_as_it_was_closed_before(writer, url):
    writer.post(CLOSE, headers=asked("c-1"))
    closed, then = writer.get("/v1/periods").json()["items"], now().isoformat()
    with open_store(url, clock=now) as store:
        store.periods.reopen("main", "2026-02", "Ann", "Bob", "a late file")
    assert [row["status"] for row in writer.get("/v1/periods").json()["items"]] == [
        "closed",
        "open",
    ]
    writer.post(CLOSE, headers=asked("c-2"))
    for name in ("as_of", "known_at"):
        assert writer.get("/v1/periods", params={name: then}).json()["items"] == closed


def test_books_after_a_close_are_not_those_of_the_cache(writer):
    before = writer.get("/v1/journal").headers["etag"]
    writer.post(CLOSE, headers=asked("c-1"))
    assert writer.get("/v1/journal").headers["etag"] != before
    files = {"files": ("late.csv", (HEADER + LATE).encode())}
    assert writer.post("/v1/imports", files=files, headers=asked("i-1")).status_code == 200
    ids = [row["id"] for row in writer.get("/v1/journal").json()["items"]]
    assert len([id_ for id_ in ids if id_.startswith("adjust:2026-03:")]) == 1


def test_what_hinders_a_close_is_counted_and_can_be_taken_along(writer):
    march = CLOSE.replace("2026-02", "2026-03")
    refused = writer.post(march, headers=asked("c-1"))
    assert (refused.status_code, refused.json()["code"]) == (409, "open_problems")
    assert refused.json()["counts"]["missing_price"]
    assert writer.get("/v1/periods").json()["items"] == []
    params = {"with_open_problems": "true"}
    assert writer.post(march, headers=asked("c-2"), params=params).status_code == 200
    [*_, last] = writer.get("/v1/periods").json()["items"]
    assert last["trace"][0]["reason"].startswith("with open problems: ")


def test_a_month_that_is_none_or_not_over_is_refused(writer):
    for month in ("2026-13", "2999-01", "x", "..", "2026-02%00"):
        answer = writer.post(f"/v1/periods/{month}/close", headers=asked("c-1"))
        assert answer.status_code in {404, 422}, month
    assert writer.get("/v1/periods").json()["items"] == []


def test_nothing_reopens_a_month_over_the_web_api(writer):
    writer.post(CLOSE, headers=asked("c-1"))
    for method in ("post", "put", "delete", "patch"):
        for path in ("/v1/periods/2026-02/reopen", "/v1/periods/2026-02"):
            assert getattr(writer, method)(path, headers=asked("r-1")).status_code in {404, 405}
