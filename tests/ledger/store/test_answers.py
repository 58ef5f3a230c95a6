"""Which answers the books are kept from."""

from ledger.model.evidence import Answer, Question, canonical_json
from tests.ledger.store.cases import run

SUBJECT = "venue:kraken:main|symbol:ETH"


def balance(day, quantity, block=None):
    body = canonical_json({"quantity": str(quantity), "time": f"2026-01-{day:02d}T00:00:00Z"})
    return Answer(Question("balance", SUBJECT, block), body, "statement")


def test_balances_without_a_block_all_stand_whatever_came_last(store):
    seen = [balance(1, 5), balance(2, 7)]
    store.answers.add("main", [seen[1]])
    store.answers.add("main", [seen[0]])
    assert sorted(answer.body for answer in store.answers.all("main")) == sorted(
        answer.body for answer in seen
    )


def test_of_two_answers_about_one_block_the_newest_counts(store):
    store.answers.add("main", [balance(1, 5, block=9)])
    store.answers.add("main", [balance(1, 6, block=9)])
    (answer,) = store.answers.all("main")
    assert answer.value()["quantity"] == "6"


def test_an_answer_that_was_changed_is_named(store, url):
    store.answers.add("main", [balance(1, 5, block=9), balance(2, 6)])
    assert store.answers.altered("main") == ()
    run(url, "UPDATE answer SET block = 10 WHERE n = 1")
    assert store.answers.altered("main") == (balance(1, 5, block=9).id,)
