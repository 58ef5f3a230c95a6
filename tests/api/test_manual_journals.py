"""Manual journals by the web API: the key is the person, and one person is never both."""

import pytest
from starlette.testclient import TestClient

from ledger.store import open_store
from tests.api.cli.test_manual import OPENING
from tests.api.conftest import OTHER, PENDING, READ, bearer

TEXT = "\n".join(OPENING) + "\n"
ASKED = {"text": TEXT, "reason": "opening balances"}
SECOND, SAME_LABEL = "partita_check" + "k" * 40, "partita_again" + "k" * 40


@pytest.fixture
def checker(writer, url):
    """A client with another key of the fund."""
    with open_store(url) as store:
        store.keys.add("main", SECOND, "checker", ["read", "write"])
        store.keys.add("main", SAME_LABEL, " Both", ["read", "write"])
    return TestClient(writer.app, headers=bearer(SECOND), raise_server_exceptions=False)


def post(client, path="", json=None, key="m-1", **more):
    return client.post(
        f"/v1/manual-journals{path}", json=json, headers={"Idempotency-Key": key}, **more
    )


@pytest.fixture
def pending(writer):
    answer = post(writer, json=ASKED)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def digest(client):
    return client.get("/v1/fund").json()["digest"]


def state(client, identity):
    return client.get(f"/v1/manual-journals/{identity}").json()["state"]


def test_a_proposal_is_seen_at_once_and_books_nothing(writer):
    before = digest(writer)
    said = post(writer, json=ASKED).json()
    assert (said["state"], said["maker"], said["text"]) == ("pending", "both", TEXT)
    assert said["checker"] is None
    assert writer.get(f"/v1/manual-journals/{said['id']}").json() == said
    listed = writer.get("/v1/manual-journals").json()["items"]
    assert [row["id"] for row in listed] == [PENDING.id, said["id"]]
    assert "text" not in listed[1]
    assert digest(writer) == before


def test_another_key_approves_and_the_books_have_it_at_once(writer, checker, pending):
    before = writer.get("/v1/fund").json()
    said = post(checker, f"/{pending}/approve", key="m-2")
    assert said.status_code == 200, said.text
    assert (said.json()["state"], said.json()["checker"]) == ("approved", "checker")
    after = writer.get("/v1/fund").json()
    assert after["entries"] == before["entries"] + 1
    (entry,) = writer.get("/v1/trace/" + pending).json()["entries"]
    (source,) = entry["sources"]
    assert (source["maker"], source["checker"], source["kind"]) == ("both", "checker", "manual")


@pytest.mark.parametrize("what", ["approve", "reject"])
def test_the_key_that_proposed_decides_nothing_and_no_key_of_its_label(
    writer, checker, pending, what
):
    same = TestClient(writer.app, headers=bearer(SAME_LABEL))
    for client in (writer, same):
        answer = post(client, f"/{pending}/{what}", {"reason": "mine"}, key=f"m-{what}")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert state(writer, pending) == "pending"


def test_a_rejected_journal_stays_to_be_seen(writer, checker, pending):
    before = digest(writer)
    said = post(checker, f"/{pending}/reject", {"reason": "no statement"}, key="m-2").json()
    assert (said["state"], said["answer"]) == ("rejected", "no statement")
    assert digest(writer) == before
    assert post(checker, f"/{pending}/approve", key="m-3").status_code == 409
    assert state(writer, pending) == "rejected"


def test_a_reversal_is_proposed_and_approved_and_leaves_the_books_as_they_were(
    writer, checker, pending
):
    before = digest(writer)
    post(checker, f"/{pending}/approve", key="m-2")
    booked = digest(writer)
    assert booked != before
    back = post(checker, f"/{pending}/reverse", {"reason": "twice"}, key="m-3").json()
    assert (back["state"], back["reverses"]) == ("pending", pending)
    assert digest(writer) == booked
    assert post(checker, f"/{back['id']}/approve", key="m-4").status_code == 409
    assert post(writer, f"/{back['id']}/approve", key="m-5").status_code == 200
    assert digest(writer) == before
    said = writer.get(f"/v1/manual-journals/{pending}").json()
    assert (said["state"], said["reversed_by"]) == ("reversed", back["id"])


def test_a_request_sent_again_is_done_once_and_never_answered_to_another_key(
    writer, checker, pending
):
    again = post(writer, json=ASKED)
    assert (again.headers["idempotency-hit"], again.json()["id"]) == ("true", pending)
    other = post(checker, json=ASKED)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    for hit in (None, "true"):
        answer = post(checker, f"/{pending}/approve", key="m-2")
        assert (answer.status_code, answer.headers.get("idempotency-hit")) == (200, hit)
    assert post(writer, f"/{pending}/approve", key="m-2").status_code == 422


def test_a_key_without_the_scope_and_a_key_of_another_fund_decide_nothing(writer, checker, pending):
    reads = TestClient(writer.app, headers=bearer(READ))
    assert post(reads, f"/{pending}/approve", key="m-2").status_code == 403
    other = TestClient(writer.app, headers=bearer(OTHER))
    for what, body in (
        ("approve", None),
        ("reject", {"reason": "x"}),
        ("reverse", {"reason": "x"}),
    ):
        assert post(other, f"/{pending}/{what}", body, key=f"m-{what}").status_code == 404
    assert other.get(f"/v1/manual-journals/{pending}").status_code == 404
    assert other.get("/v1/manual-journals").json()["items"] == []
    assert state(writer, pending) == "pending"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"text": TEXT}, 400),
        ({"text": TEXT, "reason": ""}, 400),
        ({"text": TEXT, "reason": " "}, 422),
        ({"text": TEXT, "reason": 1}, 400),
        ({"text": TEXT, "reason": "x", "by": "somebody else"}, 400),
        ({"text": "", "reason": "x"}, 400),
        ({"text": TEXT.replace("equity:opening", "equity:magic"), "reason": "x"}, 422),
        ({"text": TEXT + "\x00", "reason": "x"}, 422),
    ],
)
def test_a_body_that_is_not_as_described_is_refused_and_leaves_nothing(writer, body, status):
    answer = post(writer, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(writer.get("/v1/manual-journals").json()["items"]) == 1


def test_a_refused_text_names_its_line(writer):
    wrong = TEXT.replace("equity:opening", "equity:magic")
    assert "line 5: " in post(writer, json={"text": wrong, "reason": "x"}).json()["detail"]


def test_a_time_before_the_proposal_knows_nothing_of_it_and_one_before_the_decision_no_decision(
    writer, checker, pending
):
    said = post(checker, f"/{pending}/approve", key="m-2").json()
    at_the_proposal = {"as_of": said["proposed_at"]}
    row = writer.get(f"/v1/manual-journals/{pending}", params=at_the_proposal).json()
    assert (row["state"], row["checker"]) == ("pending", None)
    ids = [
        row["id"]
        for row in writer.get("/v1/manual-journals", params={"as_of": "2020-01-01"}).json()["items"]
    ]
    assert ids == []
    gone = writer.get(f"/v1/manual-journals/{pending}", params={"as_of": "2020-01-01"})
    assert gone.status_code == 404
