"""The journal keeps entries as they were, books differences only, and forgets nothing."""

from dataclasses import fields, replace

import pytest

from ledger.model.entry import in_order
from ledger.model.errors import BadInput, NotFound
from ledger.model.fund import Fund
from ledger.store import Written, books_digest, open_store
from ledger.store.journal import reversal_of
from tests.ledger.store.cases import HARD, entry, run, transfer


def test_entries_come_back_equal_in_every_field(store):
    written = [entry("tx:1#0"), entry("tx:2#0", after=1, value=None)]
    assert store.journal.append("main", written) == Written(0, 2, 0)
    assert store.journal.live_entries("main") == tuple(written)
    found = store.journal.all_entries("main")[0]
    assert all(getattr(found, f.name) == getattr(written[0], f.name) for f in fields(found))
    assert found.postings[0].account.wallet == written[0].postings[0].account.wallet


def test_every_hard_quantity_is_booked_exactly(store):
    written = [transfer(f"tx:{place:03}#0", number) for place, number in enumerate(HARD)]
    written += [transfer(f"tx:{place:03}#1", -number) for place, number in enumerate(HARD)]
    store.journal.append("main", written)
    assert set(store.journal.live_entries("main")) == set(written)


def test_an_unchanged_entry_is_left_as_it_is(store):
    store.journal.append("main", [entry("tx:1#0"), entry("tx:2#0")])
    again = store.journal.append("main", [entry("tx:1#0"), entry("tx:3#0")])
    assert again == Written(unchanged=1, appended=1, reversed=0)
    assert len(store.journal.all_entries("main")) == 3


def test_a_changed_entry_is_reversed_and_booked_anew(store):
    store.journal.append("main", [entry("tx:1#0", 5)])
    assert store.journal.append("main", [entry("tx:1#0", 6)]) == Written(0, 1, 1)
    first, reversal, second = store.journal.all_entries("main")
    assert (first, second) == (entry("tx:1#0", 5), entry("tx:1#0", 6))
    assert reversal == reversal_of(first, 1)
    assert (reversal.id, reversal.kind, reversal.reverses) == ("tx:1#0~1", "reversal", "tx:1#0")
    assert reversal.time == first.time
    assert store.journal.live_entries("main") == (second,)


def test_a_reversal_negates_every_posting(store):
    before = entry("tx:1#0", 5)
    for old, new in zip(before.postings, reversal_of(before, 1).postings, strict=True):
        assert (new.account, new.asset, new.role) == (old.account, old.asset, old.role)
        assert new.quantity == -old.quantity
        assert new.value == (None if old.value is None else -old.value)


def test_an_entry_that_vanished_is_reversed_and_may_come_back(store):
    journal, kept, gone = store.journal, entry("tx:1#0"), entry("tx:2#0", after=1)
    journal.replace_open("main", [kept, gone])
    assert journal.replace_open("main", [kept]) == Written(1, 0, 1)
    assert journal.live_entries("main") == (kept,)
    assert journal.replace_open("main", [kept, gone]) == Written(1, 1, 0)
    assert journal.replace_open("main", [kept]) == Written(1, 0, 1)
    assert [e.id for e in journal.all_entries("main")][1:] == [
        "tx:2#0", "tx:2#0~1", "tx:2#0", "tx:2#0~2",
    ]  # fmt: skip


def test_keeping_the_same_books_again_writes_nothing(store, url):
    written = [entry(f"tx:{n}#0", after=n) for n in range(5)]
    store.journal.replace_open("main", written)
    assert store.journal.replace_open("main", written[::-1]) == Written(5, 0, 0)
    assert run(url, "SELECT count(*) FROM batch") == [(1,)]


def test_append_leaves_other_entries_alone(store):
    store.journal.append("main", [entry("tx:1#0")])
    store.journal.append("main", [entry("tx:2#0")])
    assert len(store.journal.live_entries("main")) == 2


def test_live_entries_stand_in_canonical_order_whatever_the_order_of_arrival(store):
    written = [entry(f"tx:1#{n}") for n in range(12)] + [entry("tx:0#0", after=-1)]
    for one in (written[3], written[11], written[12]):
        store.journal.append("main", [one])
    store.journal.append("main", written[::-1])
    found = store.journal.live_entries("main")
    assert [e.id for e in found] == ["tx:0#0", *(f"tx:1#{n}" for n in range(12))]
    assert found == in_order(written)


def test_the_digest_does_not_depend_on_history(store):
    store.funds.create(Fund("other"))
    written = [entry(f"tx:{n}#0", n + 1, after=n) for n in range(20)]
    store.journal.replace_open("main", written)
    for one in reversed(written):
        store.journal.append("other", [replace(one, note="first"), one][:1])
    assert store.journal.digest("other") != store.journal.digest("main")
    store.journal.replace_open("other", written)
    assert store.journal.digest("other") == store.journal.digest("main") == books_digest(written)


def test_both_databases_give_the_same_digest(sqlite_url, postgres_url):
    written = [transfer(f"tx:{n}#0", number) for n, number in enumerate(HARD)]
    written += [entry(f"tx:{n}#1", n + 1, after=n % 7) for n in range(50)]
    digests, arrivals = [], []
    for url in (sqlite_url, postgres_url):
        with open_store(url) as store:
            store.funds.create(Fund("main"))
            store.journal.replace_open("main", written[::2])
            store.journal.replace_open("main", written[1:])
            digests.append(store.journal.digest("main"))
            arrivals.append([e.hash for e in store.journal.all_entries("main")])
    assert digests[0] == digests[1]
    assert arrivals[0] == arrivals[1]


def test_the_digest_has_a_frozen_value():
    assert books_digest([entry("tx:1#0"), entry("tx:2#0", value=None)]) == (
        "306b375ef5859f342f7bfb7ccb34dcf13d8b4cff738f9729bc9a537186083d6f"
    )


def test_two_entries_of_one_id_are_a_fault_of_the_program(store):
    with pytest.raises(AssertionError, match="same id"):
        store.journal.append("main", [entry("tx:1#0"), entry("tx:1#0")])
    assert store.journal.all_entries("main") == ()


def test_only_the_journal_makes_reversals(store):
    with pytest.raises(AssertionError, match="reversals"):
        store.journal.append("main", [reversal_of(entry("tx:1#0"), 1)])
    assert store.journal.all_entries("main") == ()


def test_a_note_with_a_nul_is_refused_and_nothing_is_written(store):
    with pytest.raises(BadInput):
        store.journal.append("main", [entry("tx:1#0"), replace(entry("tx:2#0"), note="a\0b")])
    assert store.journal.all_entries("main") == ()


def test_funds_do_not_see_each_other(store):
    store.funds.create(Fund("other"))
    store.journal.append("main", [entry("tx:1#0")])
    assert store.journal.live_entries("other") == ()
    store.journal.append("other", [entry("tx:1#0", 9)])
    assert store.journal.live_entries("main") == (entry("tx:1#0"),)
    with pytest.raises(NotFound):
        store.journal.live_entries("nobody")


def test_what_is_written_together_stands_or_falls_together(store):
    store.journal.append("main", [entry("tx:1#0")])
    seen = []

    def stopped_in_the_middle():
        with store.transaction("main") as inside:
            inside.journal.append("main", [entry("tx:2#0")])
            seen.extend(inside.journal.live_entries("main"))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stopped_in_the_middle()
    assert len(seen) == 2
    assert len(store.journal.live_entries("main")) == 1


def test_an_altered_entry_is_named(store, url):
    store.journal.append("main", [entry("tx:1#0"), entry("tx:2#0")])
    assert store.journal.altered("main") == ()
    off, on = ("DROP TRIGGER entry_is_not_changed", "SELECT 1")
    if url.startswith("postgresql"):
        off, on = ("ALTER TABLE entry DISABLE TRIGGER ALL", "ALTER TABLE entry ENABLE TRIGGER ALL")
    run(url, off, "UPDATE entry SET note = 'x' WHERE id = 'tx:2#0'", on)
    assert store.journal.altered("main") == ("tx:2#0",)


def operations(store, work) -> int:
    """How many hundreds of steps SQLite takes for it, whatever the machine."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    with store._database.read("main") as inside:
        driver = inside.connection.connection.driver_connection
        driver.set_progress_handler(step, 100)
    work()
    driver.set_progress_handler(None, 0)
    return steps


def test_an_entry_costs_sqlite_the_same_however_many_stand_before_it(sqlite_url):
    """Neither its keys nor what is asked of its id or its batch reads the journal."""
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry(f"tx:{number}#0") for number in range(20)])
        few = operations(store, lambda: store.journal.append("main", [entry("few#0")]))
        store.journal.append("main", [entry(f"tx:{number}#1") for number in range(3_000)])
        many = operations(store, lambda: store.journal.append("main", [entry("many#0")]))
        open_ = entry("open#0", after=9)
        span = (open_.order[0], open_.order[0] + 1)
        replaced = operations(store, lambda: store.journal.replace_open("main", [open_], span))
    assert few > 0
    assert many <= few + 3
    assert replaced <= 2 * few + 3


def test_entries_in_force_of_some_kinds_are_found_without_those_taken_back(store):
    first, second = transfer("a#0", 5), replace(transfer("b#0", 7), kind="stake")
    store.journal.replace_open("main", [first, second])
    kinds = {entry.id: entry.kind for entry in store.journal.live_entries("main")}
    assert [one.id for one in store.journal.live_of_kinds("main", {kinds["a#0"]})] == ["a#0"]
    assert [one.id for one in store.journal.live_of_kinds("main", {"stake"})] == ["b#0"]
    store.journal.replace_open("main", [first])
    assert store.journal.live_of_kinds("main", {"stake"}) == ()
