"""An answer that was kept is given again; the first one stands."""

from datetime import UTC, datetime, timedelta

from ledger.model.fund import Fund
from ledger.store import AnsweredRequest, open_store

FIRST = AnsweredRequest("key-1", "a" * 64, 200, b'{"new":1}')


def test_an_answer_comes_back_as_it_was_kept(store):
    assert store.requests.get("main", "key-1") is None
    store.requests.put("main", FIRST)
    assert store.requests.get("main", "key-1") == FIRST


def test_the_first_answer_under_a_key_stands(store):
    store.requests.put("main", FIRST)
    store.requests.put("main", AnsweredRequest("key-1", "b" * 64, 200, b"{}"))
    assert store.requests.get("main", "key-1") == FIRST


def test_a_key_of_one_fund_is_unknown_to_another(store):
    store.funds.create(Fund("other"))
    store.requests.put("main", FIRST)
    assert store.requests.get("other", "key-1") is None


def test_answers_are_forgotten_after_thirty_days(sqlite_url):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with open_store(sqlite_url, clock=lambda: start) as store:
        store.funds.create(Fund("main"))
        store.requests.put("main", FIRST)
    later = AnsweredRequest("key-2", "b" * 64, 200, b"{}")
    with open_store(sqlite_url, clock=lambda: start + timedelta(days=31)) as store:
        store.requests.put("main", later)
        assert store.requests.get("main", "key-1") is None
        assert store.requests.get("main", "key-2") == later
