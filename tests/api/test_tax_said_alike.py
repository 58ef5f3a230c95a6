"""Tax over the web and on the command line: the same question has the same answer."""

import pytest

from tests.api.conftest import BOTH, bearer
from tests.end_to_end.command import Command

LAST = ("--as-of", "2026-03-03T12:00:00Z")
SALE = {"asset": "BTC", "quantity": "0.1", "wallet": "bank", "price": "60000"}
RATES = ("--rate", "short=0.37", "--rate", "long=0.2")
WEB_RATES = {"rate": ["short=0.37", "long=0.2"]}
WRAPS, ROME = "wraps=disposal", "day_zone=Europe/Rome"
MOMENT = {"as_of": "2026-03-03T12:00:00Z"}

WASH = "loss_rule=us_wash"
#: words of the command, path and parameters of the web, whether the web has the list as `items`
SAME = {
    "a year": (("us", "2026", *LAST), "us/2026", MOMENT, False),
    "by a method": (("us", "2026", "--method", "hifo", *LAST), "us/2026",
                    {"method": "hifo", **MOMENT}, False),
    "by settings": (("us", "2026", "--set", WRAPS, "--set", ROME, *LAST),
                    "us/2026", {"set": [WRAPS, ROME], **MOMENT}, False),
    "without rates": (("de", "2026", *LAST), "de/2026", MOMENT, False),
    "days": (("generic", "2026", "--method", "share-matching", *LAST), "generic/2026",
             {"method": "share-matching", **MOMENT}, False),
    "what-if": (("what-if", "BTC", "0.1", "--wallet", "bank", "--price", "60000", *RATES, *LAST),
                "what-if", {**SALE, **WEB_RATES, **MOMENT}, True),
    "what-if elsewhere": (
        ("what-if", "BTC", "0.1", "--wallet", "bank", "--price", "60000", "--regime", "generic",
         "--regime", "uk", "--method", "lifo", *LAST),
        "what-if", {**SALE, "regime": ["generic", "uk"], "method": ["lifo"], **MOMENT}, True),
    "harvest": (("harvest", *RATES, *LAST), "harvest", {**WEB_RATES, **MOMENT}, False),
    "harvest elsewhere": (("harvest", "--regime", "fr", *LAST), "harvest",
                          {"regime": "fr", **MOMENT}, False),
    "what-if by settings": (
        ("what-if", "BTC", "0.1", "--wallet", "bank", "--price", "60000", "--set", WASH, *LAST),
        "what-if", {**SALE, "set": [WASH], **MOMENT}, True),
    "harvest by settings": (("harvest", "--set", WRAPS, "--set", ROME, *LAST), "harvest",
                            {"set": [WRAPS, ROME], **MOMENT}, False),
    "compare by settings": (("compare", "us", "2026", "--set", WASH, *LAST), "us/2026/methods",
                            {"set": [WASH], **MOMENT}, True),
    "compare": (("compare", "us", "2026", *RATES, *LAST), "us/2026/methods",
                {**WEB_RATES, **MOMENT}, True),
    "filed": (("filed",), "filed", {}, True),
    "plans": (("plans",), "plans", {}, True),
    "allocations": (("allocation", "frozen"), "allocations", {}, True),
}  # fmt: skip


@pytest.fixture
def partita(url, tmp_path, monkeypatch, capsys):
    command = Command(tmp_path, monkeypatch, capsys)

    def ask(*words):
        done = command("tax", *words, "--db", url, "--fund", "main", "--json")
        assert done.code in {0, 3}, done.err
        return done.json

    return ask


@pytest.mark.parametrize("name", SAME)
def test_the_web_says_what_the_command_says(writer, partita, name):
    words, path, params, is_list = SAME[name]
    answer = writer.get(f"/v1/tax/{path}", params=params)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert partita(*words) == (said["items"] if is_list else said)


def test_what_was_filed_and_planned_is_told_alike(writer, partita):
    headers = {"Idempotency-Key": "k", **bearer(BOTH)}
    filed = writer.post("/v1/tax/us/2025/file", json={}, headers=headers)
    assert filed.status_code == 200, filed.text
    assert partita("file", "us", "2025", "--by", "someone else") == filed.json(), "the same again"
    assert partita("filed") == writer.get("/v1/tax/filed").json()["items"] == [filed.json()]
    assert partita("us", "2025") == writer.get("/v1/tax/us/2025").json()
    [own, *_] = partita("what-if", "BTC", "0.1", "--wallet", "bank", "--price", "1")
    body = {"asset": "BTC", "quantity": "0.1", "wallet": "bank", "lots": [own["lots"][0]["lot"]]}
    made = writer.post("/v1/tax/plans", json=body, headers={**headers, "Idempotency-Key": "p"})
    assert made.status_code == 200, made.text
    assert partita("plans") == writer.get("/v1/tax/plans").json()["items"] == [made.json()]
