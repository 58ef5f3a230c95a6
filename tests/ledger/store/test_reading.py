"""A journal read entry by entry is the one that is read at once, however it came together."""

import random
from dataclasses import replace

import pytest

from ledger.store import BooksDigest, reading
from ledger.store.times import ALL_TIMES
from tests.ledger.store.cases import entry


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    monkeypatch.setattr(reading, "_GAP", 2)


def in_turn(store, span=ALL_TIMES):
    digest = BooksDigest()
    return tuple(store.journal.in_turn("main", span, digest)), digest.hexdigest()


def test_entries_that_arrived_in_any_order_come_in_that_of_the_books(store):
    written = [entry(f"tx:{number:02}#0", after=number % 17) for number in range(40)]
    random.Random(7).shuffle(written)
    for start in range(0, 40, 7):
        store.journal.append("main", written[start : start + 7])
    found, digest = in_turn(store)
    assert found == store.journal.live_entries("main")
    assert len(found) == 40
    assert digest == store.journal.digest("main")


def test_more_of_one_instant_than_are_read_at_once_are_not_parted(store):
    written = [entry(f"tx:{number}#0") for number in range(11)]
    store.journal.append("main", [*written, entry("tx:later#0", after=1)])
    found = in_turn(store)[0]
    assert found == store.journal.live_entries("main")
    assert (len(found), found[-1].id) == (12, "tx:later#0")


def test_what_was_taken_back_is_not_among_them(store):
    written = [entry(f"tx:{number}#0", after=number) for number in range(8)]
    store.journal.append("main", written)
    changed = replace(written[2], note="again")
    store.journal.replace_open("main", [*written[:2], changed, *written[4:]])
    found, digest = in_turn(store)
    assert found == (*written[:2], changed, *written[4:])
    assert digest == store.journal.digest("main")


def test_a_span_has_its_own_alone(store):
    written = [entry(f"tx:{number}#0", after=number) for number in range(9)]
    store.journal.append("main", written)
    span = (written[2].order[0], written[7].order[0])
    assert (
        in_turn(store, span)[0] == tuple(written[2:7]) == store.journal.live_entries("main", span)
    )
    assert in_turn(store, (span[1] + 10**12, ALL_TIMES[1]))[0] == ()
