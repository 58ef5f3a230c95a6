"""Books are kept once for each state of the evidence, whoever changes it."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api.app import create_app
from api.books_cache import DERIVED_MAX, PAST_MAX, BooksCache
from api.desk import Desk, now
from api.jobs.bring import import_bytes
from api.jobs.keep import plan
from ledger.store import open_store
from tests.api.conftest import HEADER

NEW = "2026-03-05T10:00:00Z,buy,bank,USD,100,ETH,0.03,,,,,,t-9,\n"


def test_books_are_kept_once_until_the_evidence_changes(url):
    with open_store(url, clock=now) as store:
        cache = BooksCache(store)
        first = cache.of("main")
        assert cache.of("main") is first
        import_bytes(Desk(store, store.funds.get("main")), [("n.csv", (HEADER + NEW).encode())])
        second = cache.of("main")
        assert second is not first
        assert len(second.as_of(None).entries) == len(first.as_of(None).entries) + 1


def test_what_another_process_writes_is_seen(url):
    with open_store(url, clock=now) as store, open_store(url, clock=now) as elsewhere:
        cache = BooksCache(store)
        first = cache.of("main")
        desk = Desk(elsewhere, elsewhere.funds.get("main"))
        import_bytes(desk, [("n.csv", (HEADER + NEW).encode())])
        assert cache.of("main").version != first.version


def test_books_that_waited_to_be_kept_are_others_once_they_are(url):
    with open_store(url, clock=now) as store:
        desk = Desk(store, store.funds.get("main"))
        cache = BooksCache(store)
        first = cache.of("main")
        import_bytes(desk, [("n.csv", (HEADER + NEW).encode())], keep=False)
        waiting = cache.of("main")
        assert cache.of("main") is waiting
        assert waiting.as_of(None).entries == first.as_of(None).entries
        desk.keep()
        assert len(cache.of("main").as_of(None).entries) == len(first.as_of(None).entries) + 1


def test_what_comes_in_behind_the_question_whether_all_is_kept_is_in_no_books(url, monkeypatch):
    asked = plan.is_kept
    with open_store(url, clock=now) as store, open_store(url, clock=now) as elsewhere:
        desk = Desk(store, store.funds.get("main"))
        before = desk.books()
        other = Desk(elsewhere, elsewhere.funds.get("main"))

        def and_then_a_file(inside, fund):
            kept = asked(inside, fund)
            import_bytes(other, [("n.csv", (HEADER + NEW).encode())], keep=False)
            return kept

        monkeypatch.setattr(plan, "is_kept", and_then_a_file)
        told = desk.books()
        monkeypatch.undo()
        assert not desk.is_kept()
        assert told.entries == before.entries
        desk.keep()
        assert len(desk.books().entries) == len(before.entries) + 1


def test_the_books_of_another_fund_stay(url):
    with open_store(url, clock=now) as store:
        cache = BooksCache(store)
        other = cache.of("other")
        import_bytes(Desk(store, store.funds.get("main")), [("n.csv", (HEADER + NEW).encode())])
        assert cache.of("other") is other
        assert cache.count() == 1


def test_readers_at_once_compute_once(url):
    with open_store(url, clock=now) as store:
        kept = BooksCache(store).of("main")
        made, found = [], []

        def compute():
            made.append(1)
            return object()

        threads = [
            threading.Thread(target=lambda: found.append(kept.derived(("x",), compute)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 1
        assert len(set(map(id, found))) == 1


def test_many_times_do_not_fill_the_memory(url):
    with open_store(url, clock=now) as store:
        kept = BooksCache(store).of("main")
        for second in range(DERIVED_MAX + 10):
            kept.as_of(datetime(2026, 2, 1, 0, second // 60, second % 60, tzinfo=UTC))
        assert len(kept._derived) == DERIVED_MAX


def test_books_of_a_past_moment_are_kept_once_and_do_not_push_those_of_now_out(url):
    with open_store(url, clock=now) as store:
        cache = BooksCache(store)
        present, moment = cache.of("main"), now()
        past = cache.known_at("main", moment)
        assert cache.known_at("main", moment) is past
        assert past is not present
        for second in range(PAST_MAX + 3):
            cache.known_at("other", moment - timedelta(seconds=second))
        assert len(cache._past) == PAST_MAX
        assert cache.of("main") is present


def test_a_batch_that_was_still_being_written_makes_the_books_of_its_moment_anew(url):
    moment = now()
    with open_store(url, clock=lambda: moment) as store:
        cache = BooksCache(store)
        before = cache.known_at("main", moment)
        entries = store.journal.live_entries("main")
        store.journal.replace_open("main", [replace(entries[0], note="late"), *entries[1:]])
        after = cache.known_at("main", moment)
        assert after.version != before.version
        assert "late" in {entry.note for entry in after.as_of(None).entries}
        assert "late" not in {entry.note for entry in before.as_of(None).entries}


def test_a_fault_of_a_computation_is_not_kept(url):
    app = create_app(url)
    kept = app.state.parts.cache.of("main")
    app.state.parts.store.close()
    try:
        kept.derived(("x",), lambda: 1 // 0)
    except ZeroDivisionError:
        assert kept.derived(("x",), lambda: 7) == 7
