"""Limits over HTTP: the key that acknowledges a breach is not the one that waives it."""

import json
from decimal import Decimal

from api.desk import Desk, now
from api.limit_figures import measured, measured_of
from api.routes.shapes_of_limits import BreachOut, LimitsOut, ToldOut
from ledger.model.limit import Limit
from ledger.store import open_store
from tests.api.conftest import OTHER, WRITE, bearer

LIMIT = {"name": "btc", "measure": "exposure:family:BTC", "level": "0.1", "reason": "mandate"}
SECOND = "partita_second" + "k" * 40


def post(client, path, body, key, **headers):
    return client.post(path, json=body, headers={"Idempotency-Key": key, **headers})


def test_a_limit_is_declared_and_its_breach_answered_by_two_keys(writer, url):
    done = post(writer, "/v1/limits", LIMIT, "a")
    assert done.status_code == 200, done.text
    assert done.json()["by"]
    found = writer.get("/v1/limits").json()
    LimitsOut.model_validate(found)
    assert (found["limits"][0]["state"], found["to_look_at"]) == ("open", [1])
    seen = post(writer, "/v1/limits/breaches/1/acknowledge", {"reason": "I look"}, "b")
    BreachOut.model_validate(seen.json())
    same = post(writer, "/v1/limits/breaches/1/waive", {"reason": "fine"}, "c")
    assert (same.status_code, same.json()["code"]) == (409, "conflict")
    with open_store(url) as store:
        store.keys.add("main", SECOND, "somebody else", ["read", "write"])
    other = post(writer, "/v1/limits/breaches/1/waive", {"reason": "fine"}, "d", **bearer(SECOND))
    assert other.json()["state"] == "waived"
    assert writer.get("/v1/limits").json()["to_look_at"] == []
    (row,) = writer.get("/v1/limits/breaches").json()["items"]
    assert [event["kind"] for event in row["events"]] == ["opened", "acknowledged", "waived"]


def test_the_same_request_declares_once(writer):
    first, again = (post(writer, "/v1/limits", LIMIT, "a") for _ in range(2))
    assert first.content == again.content
    assert again.headers["Idempotency-Hit"] == "true"


def test_what_is_no_limit_is_refused(writer):
    for wrong in ({"level": "0"}, {"measure": "mood"}, {"bound": "more"}, {"level": 0.1}):
        refused = post(writer, "/v1/limits", LIMIT | wrong, str(wrong))
        assert refused.status_code in {400, 422}, wrong
    assert post(writer, "/v1/limits/breaches/9/waive", {"reason": "r"}, "x").status_code == 404
    assert post(writer, "/v1/limits/none/withdraw", {"reason": "r"}, "y").status_code == 404


def test_figures_of_another_time_are_those_of_then(writer):
    post(writer, "/v1/limits", LIMIT, "a")
    now = writer.get("/v1/limits").json()["limits"][0]["figure"]
    # the limit was declared long after what the books speak of
    assert writer.get("/v1/limits", params={"as_of": "2026-02-05"}).json()["limits"] == []
    again = writer.get("/v1/limits", params={"known_at": "now"}).json()["limits"][0]["figure"]
    assert again == now
    assert bearer(WRITE)


def test_a_withdrawn_limit_is_in_force_no_more(writer):
    post(writer, "/v1/limits", LIMIT, "a")
    done = post(writer, "/v1/limits/btc/withdraw", {"reason": "another mandate"}, "b")
    assert done.status_code == 200
    assert writer.get("/v1/limits").json() == {"limits": [], "to_look_at": []}


MEASURES = (
    "exposure:family:*",
    "exposure:protocol:*",
    "gross:custodian:*",
    "concentration:coin",
    "leverage",
    "unpriced",
    "health",
    "drawdown",
    "day_loss",
    "var_historical_95",
)


def test_what_is_kept_and_what_is_made_again_give_the_same_figures(url):
    level = Decimal(1)
    limits = [
        Limit(f"{measure} {strategy}", measure, "most", level, "Ann", "why", strategy)
        for measure in MEASURES
        for strategy in ("", "directional")
        if measure != "health" or not strategy
    ]
    with open_store(url, clock=now) as store:
        desk = Desk(store, store.funds.get("main"))
        desk.keep_if_due()
        kept = measured(desk, limits)[1]
        made = measured_of(desk.books(), desk.fund, limits, None)
    assert kept == made
    assert sum(one.figure is not None for one in kept) > 10


def test_what_limits_have_for_the_outside_is_read_behind_a_number(writer):
    """Everything once and in order, in the shape of a webhook's body."""
    assert writer.get("/v1/limits/events").json()["items"] == []
    post(writer, "/v1/limits", LIMIT, "a")
    post(writer, "/v1/limits/breaches/1/acknowledge", {"reason": "I look"}, "b")
    post(writer, "/v1/limits/btc/withdraw", {"reason": "another mandate"}, "c")
    events = writer.get("/v1/limits/events").json()["items"]
    for event in events:
        ToldOut.model_validate_json(json.dumps(event), strict=True)
    assert [one["n"] for one in events] == [1, 2, 3]
    assert [one["type"] for one in events] == [
        *("limit.breached", "limit.acknowledged"),
        "limit.ended",
    ]
    assert events[1]["data"] | {"at": ""} == {
        "limit": "btc",
        "breach": 1,
        "figure": events[0]["data"]["figure"],
        "at": "",
        "by": "both",
        "reason": "I look",
    }
    assert writer.get("/v1/limits/events?after=2").json()["items"] == events[2:]
    early = writer.get("/v1/limits/events", params={"as_of": "2026-02-05"}).json()
    assert early["items"] == []
    first = writer.get("/v1/limits/events?limit=2").json()
    rest = writer.get("/v1/limits/events", params={"limit": 2, "cursor": first["next_cursor"]})
    assert first["items"] + rest.json()["items"] == events
    assert writer.get("/v1/limits/events?after=-1").status_code == 400


def test_another_fund_has_none_of_them(writer):
    post(writer, "/v1/limits", LIMIT, "a")
    assert writer.get("/v1/limits/events", headers=bearer(OTHER)).json()["items"] == []
