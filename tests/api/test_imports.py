"""An import adds what is new, once, and names what it refuses."""

import threading

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from tests.api.conftest import BOTH, HEADER, OTHER, PRICES, ROWS, bearer

NEW = "2026-03-05T10:00:00Z,buy,bank,USD,100,ETH,0.03,,,,,,t-9,\n"
BAD = "2026-03-06T10:00:00Z,teleport,bank,USD,100,ETH,0.03,,,,,,t-10,\n"


def sent(client, text, key, name="new.csv", **form):
    body = text if isinstance(text, bytes) else text.encode()
    files = [("files", (name, body))]
    return client.post("/v1/imports", files=files, data=form, headers={"Idempotency-Key": key})


def txids(client):
    return [event["txid"] for event in client.get("/v1/events?limit=500").json()["items"]]


def test_an_import_is_in_the_books_at_once(writer):
    before = writer.get("/v1/fund").json()
    answer = sent(writer, HEADER + NEW, "k-1")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["venue"], said["rows_read"], said["activities"], said["new"]) == (
        "partita",
        1,
        1,
        1,
    )
    assert said["balances"] == [
        {"asset": "USD", "quantity": "-100"},
        {"asset": "ETH", "quantity": "0.03"},
    ]
    after = writer.get("/v1/fund").json()
    assert after["entries"] == before["entries"] + 1
    assert after["digest"] != before["digest"]
    assert txids(writer)[-1] == "t-9"


def test_the_same_file_twice_adds_nothing(writer):
    first = txids(writer)
    again = sent(writer, HEADER + ROWS, "k-2", name="another-name.csv")
    assert (again.status_code, again.json()["new"], again.json()["activities"]) == (200, 0, 6)
    assert txids(writer) == first


def test_the_same_key_and_content_give_the_stored_answer(writer):
    first = sent(writer, HEADER + NEW, "k-3")
    again = sent(writer, HEADER + NEW, "k-3")
    assert "idempotency-hit" not in first.headers
    assert again.headers["idempotency-hit"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.json()["new"] == 1
    assert txids(writer).count("t-9") == 1


def test_the_stored_answer_outlives_the_process(url):
    for hit in (None, "true"):
        with TestClient(create_app(url), headers=bearer(BOTH)) as client:
            answer = sent(client, HEADER + NEW, "k-4")
            assert (answer.headers.get("idempotency-hit"), answer.json()["new"]) == (hit, 1)


def test_the_same_key_with_another_content_is_refused(writer):
    assert sent(writer, HEADER + NEW, "k-5").status_code == 200
    for answer in (
        sent(writer, HEADER + NEW.replace("0.03", "0.04"), "k-5"),
        sent(writer, HEADER + NEW, "k-5", name="other.csv"),
        sent(writer, HEADER + NEW, "k-5", dry_run="true"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key_reused")
    assert txids(writer).count("t-9") == 1


def test_a_key_of_one_fund_is_free_in_another(writer):
    assert sent(writer, HEADER + NEW, "k-6").status_code == 200
    other = TestClient(writer.app, headers=bearer(OTHER))
    answer = sent(other, HEADER + NEW, "k-6")
    assert (answer.json()["new"], answer.headers.get("idempotency-hit")) == (1, None)


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 256, "\u00e9"])
def test_a_writing_request_without_a_proper_key_is_refused(writer, key):
    files = [("files", ("new.csv", (HEADER + NEW).encode()))]
    headers = {} if key is None else {"Idempotency-Key": key.encode()}
    answer = writer.post("/v1/imports", files=files, headers=headers)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]
    assert "t-9" not in txids(writer)


def test_a_refused_request_may_be_mended_and_sent_under_its_key(writer):
    assert sent(writer, "nonsense\n1\n", "k-7").status_code == 422
    assert sent(writer, HEADER + NEW, "k-7").json()["new"] == 1


def test_sixteen_at_once_with_one_key_add_one_entry(writer):
    answers = []

    def send():
        answers.append(sent(writer, HEADER + NEW, "k-8"))

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(answer.status_code, answer.json()["new"]) for answer in answers] == [(200, 1)] * 16
    assert sum("idempotency-hit" in answer.headers for answer in answers) == 15
    assert txids(writer).count("t-9") == 1


def test_a_dry_run_writes_nothing(writer):
    before = writer.get("/v1/fund").json()
    answer = sent(writer, HEADER + NEW, "k-9", dry_run="true").json()
    assert (answer["new"], answer["dry_run"]) == (1, True)
    assert writer.get("/v1/fund").json() == before


def test_a_bad_row_is_named_and_the_others_are_booked(writer):
    answer = sent(writer, HEADER + NEW + BAD, "k-10")
    assert answer.status_code == 200
    (problem,) = answer.json()["problems"]
    assert (problem["code"], problem["file"], problem["line"]) == ("unknown_kind", "new.csv", 3)
    assert "t-9" in txids(writer)
    assert "t-10" not in txids(writer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HEADER.encode() + BAD.encode(),
        b"\x7fELF\x01\x02\x00\x00" * 20,
        b"\x80\x04\x95\x0e\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
        b"PK\x03\x04" + b"\x00" * 60,
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"a\n" * 3,
        b'"open quote to the end' + b"x" * 1_000,
        b"," * 100_000,
        b"\x00" * 100,
    ],
    ids=range(10),
)
def test_a_file_of_which_nothing_can_be_booked_is_refused_with_the_reason(writer, body):
    before = writer.get("/v1/fund").json()
    answer = sent(writer, body, "k-11")
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["detail"]
    assert answer.status_code == 400 or said["problems"][0]["code"] == said["code"]
    assert writer.get("/v1/fund").json() == before
    assert len(writer.get("/v1/imports").json()["items"]) == 1


@pytest.mark.parametrize(
    "name", ["../../../../etc/passwd", "C:\\Windows\\x.csv", "x" * 300 + ".csv", "a\x1b[2J.csv"]
)
def test_a_hostile_file_name_is_made_ours(writer, name):
    assert sent(writer, HEADER + NEW, "k-12", name=name).status_code == 200
    shown = writer.get("/v1/imports").json()["items"][-1]["name"]
    assert len(shown) <= 120
    assert "/" not in shown
    assert "\\" not in shown
    assert shown.isprintable()


def test_a_file_name_of_five_thousand_letters_is_refused(writer):
    assert sent(writer, HEADER + NEW, "k-12", name="x" * 5_000).status_code == 400


def test_an_unknown_venue_or_wallet_is_refused(writer):
    assert sent(writer, HEADER + NEW, "k-13", venue="nowhere").status_code == 422
    assert sent(writer, HEADER + NEW, "k-14", wallet="nobody").status_code == 422
    assert sent(writer, HEADER + NEW, "k-15", venue="../x").status_code == 400


def test_prices_are_in_the_positions_at_once_and_a_correction_too(writer):
    def quoted(key, price):
        text = f"time,asset,price,currency,source\n2026-03-03,SPAMMY,{price},USD,desk\n"
        file = {"file": ("p.csv", text.encode())}
        return writer.post("/v1/prices/imports", files=file, headers={"Idempotency-Key": key})

    def value():
        rows = writer.get("/v1/positions").json()["items"]
        return next(row["value"] for row in rows if row["symbol"] == "SPAMMY")

    assert value() is None
    assert quoted("p-1", "0.001").json() == {"new": 1, "problems": []}
    assert value() == "1000"
    assert quoted("p-2", "0.001").json() == {"new": 0, "problems": []}
    assert quoted("p-3", "0.002").json()["new"] == 1
    assert value() == "2000"
    refused = quoted("p-4", "1E+999999999")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_amount")
    assert value() == "2000"


def test_a_price_list_that_is_no_text_is_refused(writer):
    for key, body in (("p-5", b"\xff\xfe\x00"), ("p-6", PRICES.encode("utf-16"))):
        file = {"file": ("p.csv", body)}
        answer = writer.post("/v1/prices/imports", files=file, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


def test_a_wallet_is_added_once(writer):
    asked = {"network": "ethereum", "address": "0x" + "AB" * 20, "label": "hot", "strategy": None}
    for hit in (None, "true"):
        answer = writer.post("/v1/wallets", json=asked, headers={"Idempotency-Key": "w-1"})
        assert (answer.status_code, answer.headers.get("idempotency-hit")) == (200, hit)
        assert answer.json()["id"] == "eip155:1:0x" + "ab" * 20
    labels = [row["label"] for row in writer.get("/v1/wallets").json()["items"]]
    assert labels.count("hot") == 1
    other = writer.post(
        "/v1/wallets", json=asked | {"label": "cold"}, headers={"Idempotency-Key": "w-2"}
    )
    assert (other.status_code, other.json()["type"]) == (409, "/problems/conflict")
    wrong = writer.post(
        "/v1/wallets", json=asked | {"address": "0x12"}, headers={"Idempotency-Key": "w-3"}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_input")


def test_a_cursor_of_books_that_changed_is_refused_not_answered_wrongly(writer):
    cursor = writer.get("/v1/events?limit=2").json()["next_cursor"]
    sent(writer, HEADER + NEW, "k-16")
    answer = writer.get("/v1/events", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")
