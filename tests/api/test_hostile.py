"""Hostile requests are refused with a problem, early and without repeating what they sent."""

import itertools

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.routes.bodies import parsed
from api.settings import Settings
from tests.api.conftest import BOTH, bearer

KEYS = (f"key-{number}" for number in itertools.count())
WALLET = '{"network":"ethereum","address":"0x%s"' % ("ab" * 20)


def check_refused(answer, status=400):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["type"] == f"/problems/{said['code']}"
    assert said["trace_id"] == answer.headers["x-request-id"]
    return said


def posted(client, body, path="/v1/wallets", kind="application/json"):
    headers = {"Idempotency-Key": next(KEYS), "Content-Type": kind}
    return client.post(path, content=body, headers=headers)


@pytest.mark.parametrize(
    "asked",
    [
        "limit=-1",
        "limit=0",
        "limit=501",
        "limit=99999999999999999999",
        "limit=" + "9" * 5_000,
        "limit=1e2",
        "limit=NaN",
        "limit=",
        "limit=%00",
        "as_of=yesterday",
        "as_of=2026-13-01",
        "as_of=9999-12-31T23:59:59-23:59",
        "as_of=0001-01-01T00:00:00%2B23:59",
        "as_of=2999-01-01",
        "as_of=" + "1" * 60,
        "as_of=%ED%A0%80",
        "known_at=NaN",
    ],
)
def test_parameters_out_of_their_bounds_are_refused(reader, asked):
    check_refused(reader.get(f"/v1/events?{asked}"))


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "é", "a" * 300, "../..", "eyJhIjoxfQ"])
def test_a_forged_cursor_is_refused(reader, cursor):
    check_refused(reader.get(f"/v1/events?cursor={cursor}"))


def test_a_cursor_of_another_list_or_time_is_refused(reader):
    cursor = reader.get("/v1/events?limit=1").json()["next_cursor"]
    assert reader.get("/v1/events", params={"cursor": cursor}).status_code == 200
    for asked in ("/v1/journal?", "/v1/events?as_of=2026-02-01&"):
        assert check_refused(reader.get(f"{asked}cursor={cursor}"))["code"] == "bad_cursor"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        (WALLET + "} trailing").encode(),
        (WALLET + ',"label":NaN}').encode(),
        (WALLET + ',"label":1e999}').encode(),
        (WALLET + ',"label":' + "9" * 5_000 + "}").encode(),
        (WALLET + ',"label":"\\ud800"}').encode(),
        (WALLET + ',"label":"a","label":"b"}').encode(),
        (WALLET + ',"label":"A\\u0000B"}').encode(),
        (WALLET + ',"label":"USD\\u202eCTH"}').encode(),
        (WALLET + ',"label":"' + "W" * 20_000 + '"}').encode(),
        (WALLET + ',"label":7}').encode(),
        (WALLET + ',"id":"x"}').encode(),
        (WALLET + ',"fund_id":2}').encode(),
        (WALLET + ',"is_admin":true}').encode(),
        (WALLET + "}").encode("utf-16"),
        b"\xef\xbb\xbf" + (WALLET + "}").encode(),
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=range(23),
)
def test_a_body_that_is_not_as_described_is_refused(writer, body):
    before = writer.get("/v1/wallets").json()
    check_refused(posted(writer, body))
    assert writer.get("/v1/wallets").json() == before


def test_a_body_of_another_kind_is_refused(writer):
    check_refused(posted(writer, (WALLET + "}").encode(), kind="text/plain"))
    check_refused(posted(writer, b"x", "/v1/imports", kind="application/json"))
    check_refused(
        posted(writer, b"--x\r\ngarbage", "/v1/imports", kind="multipart/form-data; boundary=x")
    )
    check_refused(posted(writer, b"x", "/v1/imports", kind="multipart/form-data"))


def test_what_was_sent_is_not_repeated(writer):
    said = posted(writer, (WALLET + ',"hostile":"partita_secretsecretsecret"}').encode()).text
    assert "secretsecret" not in said


def test_a_large_body_is_refused_before_it_is_read(writer):
    read = []

    def body():
        for _ in range(100):
            read.append(1)
            yield b"x" * 1_000_000

    headers = {"Idempotency-Key": next(KEYS), "Content-Length": "100000000"}
    check_refused(writer.post("/v1/wallets", content=body(), headers=headers), 413)
    assert len(read) <= 1
    announced = {"Idempotency-Key": next(KEYS), "Content-Length": "9" * 30}
    check_refused(writer.post("/v1/wallets", content=b"x", headers=announced), 413)


def test_a_body_that_hides_its_size_is_stopped_at_the_byte_too_many(url):
    few = Settings(body_bytes_max=2_000, import_bytes_max=3_000)
    with TestClient(create_app(url, few), headers=bearer(BOTH)) as client:
        parts = (b"x" * 500 for _ in range(50))
        headers = {"Idempotency-Key": next(KEYS), "Content-Type": "application/json"}
        check_refused(client.post("/v1/wallets", content=parts, headers=headers), 413)
        file = {"files": ("a.csv", b"x" * 2_500)}
        known = client.post("/v1/imports", files=file, headers={"Idempotency-Key": next(KEYS)})
        assert known.status_code == 422
        file = {"files": ("a.csv", b"x" * 3_000)}
        many = client.post("/v1/imports", files=file, headers={"Idempotency-Key": next(KEYS)})
        check_refused(many, 413)


def test_a_method_that_is_not_taken_is_refused_with_those_that_are(writer):
    answer = writer.delete("/v1/events")
    assert check_refused(answer, 405)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "GET"
    check_refused(writer.request("INVENTED", "/v1/events"), 405)


@pytest.mark.parametrize(
    "identity", ["x" * 301, "%00", "..%2f..%2fetc%2fpasswd", "%ED%A0%80", "'--"]
)
def test_an_id_of_nothing_is_not_found(reader, identity):
    answer = reader.get(f"/v1/trace/{identity}")
    assert answer.status_code in {400, 404}
    check_refused(answer, answer.status_code)


def test_a_fault_of_the_program_is_told_by_its_id_alone(shared_url, caplog):
    app = create_app(shared_url)

    @app.get("/v1/broken")
    def broken():
        raise RuntimeError("the secret path /etc/partita")

    with TestClient(app, headers=bearer(BOTH)) as client:
        answer = client.get("/v1/broken")
    said = check_refused(answer, 500)
    assert set(said) == {"type", "title", "status", "code", "trace_id"}
    assert "secret path" not in answer.text
    (record,) = [found for found in caplog.records if found.exc_info]
    assert record.trace_id == said["trace_id"]


def test_a_database_that_is_gone_is_503_and_the_process_still_lives(url, tmp_path):
    app = create_app(url)
    with TestClient(app, headers=bearer(BOTH)) as client:
        assert client.get("/health/ready").status_code == 200
        app.state.parts.store.close()
        for path in tmp_path.iterdir():
            path.unlink()
        (tmp_path / "partita.db").mkdir()
        gone = client.get("/v1/events")
        check_refused(gone, 503)
        assert gone.headers["retry-after"]
        assert "partita.db" not in gone.text
        check_refused(client.get("/health/ready"), 503)
        assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("body", [b'{"a":[1,2,{"b":null}]}', b'{"a":"\\ud83d\\ude42"}', b" {} "])
def test_a_plain_object_is_read(body):
    assert isinstance(parsed(body), dict)
