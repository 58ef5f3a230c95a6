"""Filed years, plans and trials of tax over the web: what the command says, and who may."""

from api.routes.shapes_of_tax import ListOut, TriedOut
from tests.api.conftest import OTHER, READ, bearer


def post(client, path, body, key="k-1", **headers):
    return client.post(path, json=body, headers={"Idempotency-Key": key, **headers})


def test_a_trade_is_tried_in_the_shape_that_is_stated(reader):
    asked = {"asset": "BTC", "quantity": "0.1", "wallet": "bank", "price": "1000"}
    answer = reader.get("/v1/tax/what-if", params={**asked, "rate": ["short=0.37", "long=0.2"]})
    assert answer.status_code == 200, answer.text
    ListOut[TriedOut].model_validate_json(answer.content, strict=True)
    own = answer.json()["items"][0]
    assert (own["method"], own["holds"]) == ("fifo", True)
    assert own["totals"]["tax"] is not None
    assert reader.get("/v1/tax/what-if", params={**asked, "wallet": "nowhere"}).status_code == 404
    assert reader.get("/v1/tax/what-if", params={**asked, "quantity": "-1"}).status_code == 422
    assert reader.get("/v1/tax/what-if").status_code == 400


def test_a_year_that_is_not_over_is_not_filed(writer):
    assert post(writer, "/v1/tax/us/2026/file", {}).status_code == 422
    assert writer.get("/v1/tax/filed").json()["items"] == []


def test_a_filed_year_is_told_by_every_way_that_reads_it(writer):
    before = writer.get("/v1/tax/us/2025").json()
    assert "filed" not in before
    answer = post(writer, "/v1/tax/us/2025/file", {})
    assert answer.status_code == 200, answer.text
    assert answer.json()["by"] == "both", "the label of the key"
    after = writer.get("/v1/tax/us/2025").json()
    assert after["filed"] == answer.json() and after["difference"]["changed"] is False
    [listed] = writer.get("/v1/tax/filed").json()["items"]
    assert listed == answer.json()
    assert writer.get("/v1/tax/filed", headers=bearer(OTHER)).json()["items"] == []
    then = writer.get("/v1/tax/us/2025", params={"as_of": "2026-01-31"}).json()
    assert "filed" not in then, "nothing was filed then"


def test_a_key_that_reads_files_and_plans_nothing(writer):
    for path, body in (
        ("/v1/tax/us/2025/file", {}),
        ("/v1/tax/plans", {"asset": "BTC", "quantity": "1", "wallet": "bank", "lots": ["x"]}),
    ):
        assert post(writer, path, body, **bearer(READ)).status_code == 403


def test_a_plan_is_kept_once_and_only_of_lots_that_are_there(writer):
    lot = writer.get(
        "/v1/tax/what-if",
        params={"asset": "BTC", "quantity": "0.1", "wallet": "bank", "price": "1"},
    ).json()["items"][0]["lots"][0]["lot"]
    body = {"asset": "BTC", "quantity": "0.1", "wallet": "bank", "lots": [lot]}
    assert post(writer, "/v1/tax/plans", {**body, "lots": ["no:0"]}).status_code == 404
    made = post(writer, "/v1/tax/plans", body)
    assert made.status_code == 200, made.text
    assert post(writer, "/v1/tax/plans", body).json() == made.json()
    assert [one["lots"] for one in writer.get("/v1/tax/plans").json()["items"]] == [[lot]]
