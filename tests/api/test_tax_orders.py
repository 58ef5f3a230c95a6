"""Standing orders for lots over the web: what the command says, who may, and what is not filed."""

import pytest

from api.routes.shapes import PageOut
from api.routes.shapes_of_tax import OrderOut
from tests.api.conftest import OTHER, READ, bearer
from tests.api.ordering import AUGUST, BOUGHT, FEBRUARY, bring, costs, order
from tests.end_to_end.command import Command

BODY = {"method": "hifo"}
HIFO = {"method": "hifo"}
#: Far enough that an order of any day on which this runs is before it.
LATE_SALE = "2090-02-01T10:00:00Z,sell,bank,BTC,0.5,USD,2000,,,,,,s-9,"


@pytest.fixture
def partita(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PARTITA_DATABASE_URL", url)
    monkeypatch.setenv("PARTITA_FUND", "main")
    return Command(tmp_path, monkeypatch, capsys)


def post(client, path, body, key="k-1", **headers):
    return client.post(path, json=body, headers={"Idempotency-Key": key, **headers})


def codes(answer):
    return [one["code"] for one in answer["problems"]]


def test_an_order_is_given_once_and_listed_alike_by_both_ways(writer, partita):
    made = post(writer, "/v1/tax/orders", BODY)
    assert made.status_code == 200, made.text
    OrderOut.model_validate_json(made.content, strict=True)
    assert (made.json()["by"], made.json()["wallet"]) == ("both", None), "the label of the key"
    assert post(writer, "/v1/tax/orders", BODY).json() == made.json(), "the same request again"
    said = partita("fund", "order", "--method", "lifo", "--wallet", "bank", "--by", "Ann", "--json")
    assert (said.code, said.json["wallet"]) == (0, "venue:partita:bank")
    answer = writer.get("/v1/tax/orders")
    PageOut[OrderOut].model_validate_json(answer.content, strict=True)
    assert answer.json()["items"] == [made.json(), said.json]
    assert partita("fund", "orders", "--json").json == answer.json()["items"]
    known = {"known_at": made.json()["said_at"]}
    assert writer.get("/v1/tax/orders", params=known).json()["items"] == [made.json()]
    assert writer.get("/v1/tax/orders", headers=bearer(OTHER)).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"method": "average"}, 422),
        ({"method": "specific"}, 422),
        ({}, 400),
        ({"method": "hifo", "wallet": "nowhere"}, 404),
        ({"method": "hifo", "at": "2020-01-01T00:00:00Z"}, 400),
    ],
)
def test_what_is_no_order_is_refused_and_nobody_dates_one(writer, body, status):
    answer = post(writer, "/v1/tax/orders", body)
    assert answer.status_code == status, answer.text
    assert writer.get("/v1/tax/orders").json()["items"] == []


def test_a_key_that_reads_orders_nothing(writer):
    assert post(writer, "/v1/tax/orders", BODY, **bearer(READ)).status_code == 403


def test_a_method_that_nobody_ordered_is_told_alike_and_not_filed(writer, partita):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    found = writer.get("/v1/tax/us/2025", params=HIFO).json()
    assert (costs(found), found["status"]) == (["1500", "1500"], "provisional")
    assert codes(found) == ["late_identification"]
    assert partita("tax", "us", "2025", "--method", "hifo", "--json").json == found
    refused = post(writer, "/v1/tax/us/2025/file", HIFO, key="f-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "open_problems")
    assert refused.json()["counts"] == {"late_identification": 1}
    assert writer.get("/v1/tax/filed").json()["items"] == []
    asked = {"asset": "BTC", "quantity": "0.5", "wallet": "bank", "price": "4000", "method": "hifo"}
    [tried] = writer.get("/v1/tax/what-if", params=asked).json()["items"]
    assert codes(tried) == ["late_identification"]
    counts = {
        one["method"]: one["problems"]
        for one in writer.get("/v1/tax/us/2025/methods").json()["items"]
    }
    assert counts == {"fifo": 0, "lifo": 1, "hifo": 1, "lofo": 0, "average": 1}


def test_an_order_is_used_by_every_way_that_reads_and_by_none_that_did_not_know_it(writer, partita):
    bring(partita, *BOUGHT, LATE_SALE)
    before = writer.get("/v1/tax/us/2090")
    assert costs(before.json()) == ["500"]
    made = post(writer, "/v1/tax/orders", BODY)
    assert made.status_code == 200, made.text
    after = writer.get("/v1/tax/us/2090")
    # half of a bitcoin of the fund's own books is the dearest
    assert costs(after.json()) == ["40012.5"] and codes(after.json()) == []
    assert after.headers["ETag"] != before.headers["ETag"]
    known = {"known_at": before.headers["Known-At"]}
    assert writer.get("/v1/tax/us/2090", params=known).content == before.content
    said = partita("tax", "us", "2090", "--json").json
    assert said == after.json()
    assert said["settings"]["standing_orders"].startswith("hifo from 20")


def test_an_order_of_before_the_sale_is_filed(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    partita = Command(tmp_path, monkeypatch, capsys)
    partita("fund", "create", "main", "--base", "USD", "--regime", "us")
    order(f"sqlite:///{tmp_path / 'partita.db'}", "hifo", "2025-05-01T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita("tax", "file", "us", "2025", "--by", "Ann", "--json")
    assert done.code == 0, done.err
    assert costs(partita("tax", "us", "2025", "--json").json) == ["500", "1500"]
