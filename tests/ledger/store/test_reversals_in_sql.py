"""What takes an entry back is its opposite at its time, or both databases refuse it (P3, P8)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry
from ledger.model.errors import BadInput, VerificationFailed
from ledger.model.evidence import EvidenceId
from ledger.model.fund import Fund
from ledger.store import open_store
from ledger.store.bulk import insert_columns, insert_rows
from ledger.store.engine import Database, engine_for
from ledger.store.entry_rows import account_ids, columns_of
from ledger.store.journal import reversal_of
from ledger.store.seals import leaf_of, seal_of
from ledger.store.tables import BATCH, ENTRY, POSTING
from tests.ledger.store.around import run_around
from tests.ledger.store.cases import LATER, run
from tests.ledger.store.closing import FEBRUARY, MARCH, close, on
from tests.ledger.store.test_periods_at_once import (
    LEVELS,
    REFUSED,
    code_of,
    connected,
    tell,
    until_waiting,
)
from tests.ledger.store.test_promises import BATCH as SEALING
from tests.ledger.store.test_promises import HASH, new_entry, postings

JANUARY, OPEN = on("jan#0", 0), on("feb#0", FEBRUARY)
#: The entries of `books` by their numbers.
BOOKED = {1: JANUARY, 2: OPEN, 3: replace(on("half#0", FEBRUARY, 9), evidence=())}


def write(url: str, *numbered: tuple[Entry, int | None], recorded_at: int = LATER) -> None:
    """Rows of a batch as anyone may write them, hashed and sealed by the rules."""
    database = Database(engine_for(url))
    try:
        with database.write("main") as inside:
            last = "SELECT number, last_n, link FROM batch WHERE fund_id = 1 ORDER BY number DESC"
            number, last_n, link = inside.connection.exec_driver_sql(f"{last} LIMIT 1").one()
            used = {posting.account.place for entry, _ in numbered for posting in entry.postings}
            ids = account_ids(inside.connection, 1, used)
            first = [(entry, 1, back) for entry, back in numbered]
            columns = columns_of(1, number + 1, last_n + 1, first, ids)
            leaves = [
                leaf_of(n, 1, back, hash_)
                for n, ((_, back), hash_) in enumerate(
                    zip(numbered, columns.hashes, strict=True), last_n + 1
                )
            ]
            insert_columns(inside.connection, ENTRY, columns.entries)
            insert_columns(inside.connection, POSTING, columns.postings)
            numbers = (number + 1, last_n + 1, last_n + len(leaves), recorded_at)
            seal = seal_of("main", numbers, link, leaves)
            sealing = (1, *numbers, seal.leaves, seal.root, seal.previous, seal.link)
            insert_rows(inside.connection, BATCH, [sealing])
    finally:
        database.engine.dispose()


def at(entry: Entry, days: int) -> Entry:
    """An entry so many days later."""
    later = entry.time + timedelta(days=days)
    return replace(entry, time=later, order=(microseconds(later), *entry.order[1:]))


def with_posting(entry: Entry, number: int, **cells: Any) -> Entry:
    """An entry, one posting of which has other fields."""
    changed = [
        replace(posting, **cells) if seq == number else posting
        for seq, posting in enumerate(entry.postings)
    ]
    return replace(entry, postings=tuple(changed))


@pytest.fixture
def books(store, url):
    """The address of books with an entry of January and two of February, all open."""
    store.journal.append("main", list(BOOKED.values()))
    return url


BACK = reversal_of(OPEN, 1)
MOVED, OTHER = Account("trading", "elsewhere"), AssetId("eip155:1/slip44:61")
NOT_TAKEN = {
    "at a later time": at(BACK, 1),
    "at an earlier time": at(BACK, -1),
    "at another time, in its place": replace(BACK, time=BACK.time + timedelta(days=1)),
    "in another place, at its time": replace(BACK, order=at(BACK, 1).order),
    "of another id": replace(BACK, reverses="jan#0"),
}
NOT_OPPOSITE = {
    "of the same amounts": replace(BACK, postings=OPEN.postings),
    "of other amounts": replace(BACK, postings=reversal_of(on("x", FEBRUARY, 6), 1).postings),
    "of fewer postings": replace(BACK, postings=BACK.postings[:2]),
    "of more postings": replace(BACK, postings=(*BACK.postings, *on("x", 0).postings)),
    "in another order": replace(BACK, postings=BACK.postings[::-1]),
    "to another account": with_posting(BACK, 1, account=MOVED),
    "of another asset": replace(
        BACK, postings=tuple(replace(each, asset=OTHER) for each in BACK.postings)
    ),
    "of another role": with_posting(BACK, 1, role="move"),
    "of another value": with_posting(BACK, 1, value=-8),
    "of the same value": with_posting(BACK, 1, value=7),
    "without its value": with_posting(BACK, 1, value=None),
    "of a value where there was none": with_posting(BACK, 2, value=0),
}


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_takes_back_an_entry_has_its_id_and_time(books, what):
    with pytest.raises(DatabaseError, match=r"no such entry to take back|at_its_time|another time"):
        write(books, (NOT_TAKEN[what], 2))
    assert run(books, "SELECT count(*) FROM entry") == [(3,)]


@pytest.mark.parametrize("what", NOT_OPPOSITE)
def test_what_takes_back_an_entry_is_its_opposite(books, what):
    for beside in ((), ((on("new#0", MARCH), None), (reversal_of(BOOKED[3], 1), 3))):
        with pytest.raises(DatabaseError, match="not the opposite"):
            write(books, *beside, (NOT_OPPOSITE[what], 2))
    assert run(books, "SELECT count(*) FROM entry") == [(3,)]


def test_the_opposite_at_its_time_takes_an_entry_back(books, store):
    # the second asset has no value, the first has one that is zero
    zero = with_posting(with_posting(on("zero#0", MARCH), 0, value=0), 1, value=0)
    write(books, (BACK, 2), (zero, None))
    write(books, (reversal_of(zero, 1), 4 + 1), (reversal_of(BOOKED[3], 1), 3))
    assert store.journal.live_entries("main") == (JANUARY,)
    assert store.seals.verify("main").batches == 3


def test_an_entry_is_booked_and_taken_back_in_one_batch(books, store):
    new = on("new#0", MARCH)
    write(books, (new, None), (reversal_of(new, 1), 4))
    assert len(store.journal.live_entries("main")) == 3
    store.seals.verify("main")


def test_a_reversal_is_not_taken_back(books):
    write(books, (BACK, 2))
    with pytest.raises(DatabaseError, match="no such entry to take back"):
        write(books, (reversal_of(BACK, 1), 4))
    with pytest.raises(DatabaseError):
        write(books, (on("x#0", MARCH), None), (replace(BACK, id="again", reverses="x#0"), 2))


def test_an_entry_of_a_closed_month_is_taken_back_by_nothing(books, store):
    close(store, "2025-01")
    back = reversal_of(JANUARY, 1)
    with pytest.raises(DatabaseError, match="period is closed"):
        write(books, (back, 1))
    for moved in (at(back, 40), replace(at(back, 40), postings=BACK.postings)):
        with pytest.raises(DatabaseError, match="no such entry to take back"):
            write(books, (moved, 1))
    assert store.periods.verify("main") == 1
    assert len(store.journal.live_entries("main")) == 3


def test_the_honest_way_is_open_before_and_after_a_close(books, store):
    kept = [on("jan#0", 0, 6), OPEN]
    done = store.journal.replace_open("main", kept)
    assert (done.unchanged, done.appended, done.reversed) == (1, 1, 2)
    close(store, "2025-01")
    store.journal.append("main", [on("adjust:jan#0", FEBRUARY + 1, 3)])
    store.journal.append("main", [on("adjust:jan#0", FEBRUARY + 1, 4)])
    store.periods.reopen("main", "2025-01", "ann", "bob", "late rows")
    store.journal.replace_open("main", [on("jan#0", 0, 7), OPEN])
    close(store, "2025-02")
    assert store.journal.live_entries("main") == (on("jan#0", 0, 7), OPEN)
    assert store.periods.verify("main") == 2
    store.seals.verify("main")


def test_a_reversal_in_open_time_that_is_there_already_is_no_sound_month(books, store):
    write(books, (BACK, 2))
    close(store, "2025-01")
    assert store.periods.verify("main") == 1
    later = microseconds(at(JANUARY, 40).time)
    taken = "SET reverses = 'jan#0', reverses_n = 1"
    for moved in (f"time = {later}, order_time = {later}", f"order_time = {later}"):
        run_around(books, f"UPDATE entry {taken}, {moved} WHERE n = 4")
        with pytest.raises(VerificationFailed, match=r"period 2025-01: its entry jan#0 .*n=4"):
            store.periods.verify("main")


# ---- when a batch was recorded


def test_a_batch_is_recorded_no_earlier_than_the_one_before_it(books, store):
    write(books, (on("a#0", MARCH), None))
    with pytest.raises(DatabaseError, match="recorded before"):
        write(books, (on("b#0", MARCH), None), recorded_at=LATER - 1)
    write(books, (on("b#0", MARCH), None))
    store.journal.append("main", [on("c#0", MARCH)])
    assert store.seals.verify("main").batches == 4


def test_the_time_of_another_funds_batch_is_of_no_account(books, store):
    write(books, (on("a#0", MARCH), None))
    store.funds.create(Fund("other"))
    store.journal.append("other", [on("a#0", MARCH), on("b#0", MARCH)])
    assert store.seals.verify("other").batches == 1


def test_a_batch_that_went_back_in_time_is_found(books, store):
    write(books, (on("a#0", MARCH), None))
    batch = "SELECT first_n, last_n, previous, leaves FROM batch WHERE number = 2"
    [(first, last, previous, kept)] = run(books, batch)
    link = seal_of("main", (2, first, last, 7), previous, [bytes(kept)]).link
    changed = f"UPDATE batch SET recorded_at = 7, link = '{link}' WHERE number = 2"
    run_around(books, changed, f"UPDATE journal_head SET link = '{link}'")
    with pytest.raises(VerificationFailed, match=r"batch 2 \(from n 4\): .* recorded before"):
        store.seals.verify("main")


def test_of_two_writers_at_once_the_second_joins_no_batch_that_the_first_sealed(postgres_url):
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [JANUARY])
    last = SEALING.replace("WHERE number = 1)", "ORDER BY number DESC LIMIT 1)")
    other = last.format(number=3, first=3, last=3).replace(f"'{HASH}')", f"'{'d' * 64}')")

    with connected(postgres_url, LEVELS[0]) as first, connected(postgres_url, LEVELS[0]) as second:
        tell(first, new_entry(), postings(2, 5, -5))
        with ThreadPoolExecutor(1) as pool:
            joining = pool.submit(
                lambda: code_of(lambda: tell(second, new_entry(n=3, batch=2), postings(3, 5, -5)))
            )
            until_waiting(postgres_url, joining)
            tell(first, SEALING.format(number=2, first=2, last=2))
            first.commit()
            assert joining.result(timeout=30) == REFUSED
        second.rollback()
        tell(second, new_entry(n=3, batch=3), postings(3, 5, -5), other)
        second.commit()
    assert run(postgres_url, "SELECT n, batch FROM entry ORDER BY n") == [(1, 1), (2, 2), (3, 3)]


# ---- what a row keeps as it was given


@pytest.mark.parametrize("wrong", ["", " ", "a b", "a\tb", "\u2003", "a\n"])
def test_an_id_of_evidence_is_a_word(store, wrong):
    for ids in ((wrong,), (wrong, "b" * 64), ("b" * 64, wrong)):
        given = replace(JANUARY, evidence=tuple(map(EvidenceId, ids)))
        with pytest.raises(AssertionError, match="words"):
            store.journal.append("main", [given])


def test_evidence_that_was_kept_with_other_white_space_comes_back_as_it_was_sealed(books, store):
    run_around(books, "UPDATE entry SET evidence = 'a\tb c' WHERE n = 1")
    assert store.journal.live_entries("main")[0].evidence == ("a\tb", "c")


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("field", ["kind", "called", "protocol", "group", "network", "note"])
def test_no_text_of_an_entry_is_kept_that_a_database_cannot_give_back(store, field, bad):
    with pytest.raises(BadInput, match="jan#0"):
        store.journal.append("main", [replace(JANUARY, **{field: bad})])
    assert store.journal.all_entries("main") == ()


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
def test_an_id_that_a_database_cannot_give_back_is_named(store, bad):
    for write in (store.journal.append, store.journal.replace_open):
        with pytest.raises(BadInput, match=r"'a.*b"):
            write("main", [JANUARY, replace(OPEN, id=bad)])
    assert store.journal.all_entries("main") == ()
