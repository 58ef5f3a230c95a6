"""What plain SQL may not do to closed time and to the trace, on both databases (P8)."""

import pytest
from sqlalchemy.exc import DatabaseError

from tests.ledger.store.cases import LATER, run
from tests.ledger.store.closing import FEBRUARY, MARCH, close, micros, on

HASH = "c" * 64
ENTRY = (
    "INSERT INTO entry (fund_id, n, batch, id, version, kind, time, order_time, order_network,"
    " order_block, order_index, order_id, evidence, txid, network, called, note, hash) VALUES"
    " (1, 4, 2, 'plain:4', 1, 'swap', {time}, {time}, '', 0, 0, '', '', '', '', '', '',"
    f" '{HASH}')"
)
POSTINGS = (
    "INSERT INTO posting (fund_id, n, seq, account_id, asset, quantity, role) VALUES"
    " (1, 4, 1, 1, 'x', '5', 'none'), (1, 4, 2, 1, 'x', '-5', 'none')"
)
BATCH = (
    "INSERT INTO batch (fund_id, number, first_n, last_n, recorded_at, leaves, root, previous,"
    f" link) VALUES (1, 2, 4, 4, {LATER}, {{leaf}},"
    f" '{HASH}', (SELECT link FROM batch WHERE number = 1), '{HASH}')"
)
LINK = "(SELECT link FROM batch WHERE number = 1)"
EVENT = (
    "INSERT INTO period_event (fund_id, n, month, kind, person, approver, reason, recorded_at,"
    " body) VALUES (1, {n}, '{month}', '{kind}', {person}, {approver}, {reason}, 0, {body})"
)
PERIOD = (
    "INSERT INTO period (fund_id, month, from_time, until_time, status, event_n, closed_by,"
    " closed_at, head, digest, trial_balance, checkpoint) VALUES (1, '{month}', {start}, {until},"
    f" '{{status}}', {{n}}, 'ann', 0, {{head}}, '{HASH}', '{HASH}', '{HASH}')"
)
#: the first instants of some months of 2025
JANUARY, FEBRUARY_1, MARCH_1, APRIL_1 = (
    1_735_689_600_000_000,
    1_738_368_000_000_000,
    1_740_787_200_000_000,
    1_743_465_600_000_000,
)


def event(url: str, n: int = 2, month: str = "2025-02", kind: str = "closed", **cells: str) -> str:
    body = r"'\x00'" if url.startswith("postgresql") else "x'00'"
    sound = {"person": "'ann'", "approver": "NULL", "reason": "''", "body": body}
    if kind == "reopened":
        sound = {"person": "'ann'", "approver": "'bob'", "reason": "'late'", "body": "NULL"}
    return EVENT.format(n=n, month=month, kind=kind, **(sound | cells))


def period(**cells: object) -> str:
    sound = {"month": "2025-02", "start": FEBRUARY_1, "until": MARCH_1, "status": "closed"}
    return PERIOD.format(**({"n": 2, "head": LINK} | sound | cells))


def posted(url: str, time: object) -> tuple[str, ...]:
    leaf = r"decode(repeat('00', 32), 'hex')" if url.startswith("postgresql") else "zeroblob(32)"
    return (ENTRY.format(time=time), POSTINGS, BATCH.format(leaf=leaf))


@pytest.fixture
def books(store, url):
    """The address of books with entries of January to March, of which January is closed."""
    store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", MARCH)])
    close(store, "2025-01")
    return url


def check_refused(url: str, *statements: str, match: str | None = None) -> None:
    with pytest.raises(DatabaseError, match=match):
        run(url, *statements)


def test_an_entry_of_open_time_is_taken_from_its_first_instant_on(books):
    run(books, *posted(books, FEBRUARY_1))
    assert run(books, "SELECT count(*) FROM entry") == [(4,)]


def test_an_entry_of_closed_time_is_refused(books):
    for time in (FEBRUARY_1 - 1, JANUARY, JANUARY - 1, -1, 0, "NULL"):
        check_refused(books, *posted(books, time), match="closed|NULL|null")
    assert run(books, "SELECT count(*) FROM entry") == [(3,)]


def test_one_entry_of_closed_time_among_many_is_refused(books):
    early = ENTRY.format(time=micros(3)).replace("1, 4, 2, 'plain:4'", "1, 5, 2, 'plain:5'")
    rows = early.partition("VALUES")[2]
    check_refused(books, f"{ENTRY.format(time=micros(50))}, {rows}", match="period is closed")


def test_an_entry_of_another_fund_is_not_refused_for_it(books, store):
    insert = posted(books, micros(3))[0].replace("(1, 4, 2,", "(7, 1, 1,")
    with pytest.raises(DatabaseError) as refusal:
        run(books, insert)
    assert "closed" not in str(refusal.value)


def test_a_month_closes_in_plain_sql_as_the_store_closes_it(books):
    run(books, event(books), period())
    check_refused(books, *posted(books, micros(FEBRUARY)), match="period is closed")


WRONG: list[dict[str, object]] = [
    {"until": MARCH_1 + 1},
    {"start": FEBRUARY_1 + 1},
    {"start": "NULL"},
    {"month": "2025-03"},
    {"n": 9},
    {"n": 1},
    {"head": f"'{HASH}'"},
    {"status": "ajar"},
    {"status": "open"},
]


def test_a_month_is_not_closed_in_any_other_way(books):
    for wrong in WRONG:
        check_refused(books, event(books), period(**wrong))
    assert run(books, "SELECT month FROM period") == [("2025-01",)]


def test_a_month_is_not_closed_before_those_before_it(books):
    march = {"month": "2025-03", "start": MARCH_1, "until": APRIL_1}
    check_refused(books, event(books, month="2025-03"), period(**march), match="left out")
    december = {"month": "2024-12", "start": JANUARY - 31 * 86_400_000_000, "until": JANUARY}
    run(books, event(books, month="2024-12"), period(**december))


def test_the_first_month_has_no_entry_before_it(store, url):
    store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", MARCH)])
    check_refused(url, event(url, n=1), period(n=1), match="has entries")


def test_a_month_is_not_closed_over_entries_that_its_head_does_not_cover(books):
    later = posted(books, FEBRUARY_1)
    check_refused(books, *later, event(books), period(), match="went on since")
    run(books, *later, event(books), period(head=f"'{HASH}'"))


CHANGES = [
    "UPDATE period SET digest = '{0}'",
    "UPDATE period SET status = 'open'",
    "UPDATE period SET status = 'open', event_n = 9",
    "UPDATE period SET until_time = until_time - 1",
    "UPDATE period SET fund_id = 2",
    "UPDATE period SET month = '2025-02'",
    "UPDATE period SET status = NULL",
    "UPDATE period SET event_n = NULL",
    "UPDATE period SET closed_by = 'bob'",
    "DELETE FROM period",
    "UPDATE period_event SET person = 'bob'",
    "UPDATE period_event SET body = NULL",
    "DELETE FROM period_event",
]


def test_what_was_sealed_and_the_trace_are_not_changed(books):
    before = run(books, "SELECT * FROM period"), run(books, "SELECT * FROM period_event")
    for change in CHANGES:
        check_refused(books, change.format("0" * 64))
    assert before == (run(books, "SELECT * FROM period"), run(books, "SELECT * FROM period_event"))


def test_rows_are_not_replaced_or_emptied(books):
    if books.startswith("postgresql"):
        check_refused(books, "TRUNCATE period")
        check_refused(books, "TRUNCATE period_event CASCADE")
        return
    for table in ("period", "period_event"):
        for pragma in ("ON", "OFF"):
            statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
            check_refused(books, f"PRAGMA recursive_triggers = {pragma}", statement)


REOPEN = "UPDATE period SET status = 'open', event_n = 2 WHERE month = '2025-01'"


def reopening(url: str, **cells: str) -> str:
    return event(url, 2, "2025-01", "reopened", **cells)


def test_a_month_reopens_with_a_trace_of_two_persons(books):
    check_refused(books, REOPEN)
    run(books, reopening(books), REOPEN)
    run(books, *posted(books, micros(3)))


def test_a_trace_of_one_person_or_without_a_reason_is_refused(books):
    for cells in (
        {"approver": "NULL"},
        {"approver": "'ann'"},
        {"approver": "' ANN '"},
        {"approver": "' '"},
        {"person": "''"},
        {"person": "NULL"},
        {"reason": "' '"},
        {"reason": "NULL"},
    ):
        check_refused(books, reopening(books, **cells))


def test_a_reopening_changes_nothing_of_what_was_sealed(books):
    for name in ("digest", "head", "checkpoint", "trial_balance"):
        change = REOPEN.replace(" WHERE", f", {name} = '{'0' * 64}' WHERE")
        check_refused(books, reopening(books), change, match="keeps what was sealed")
    change = REOPEN.replace(" WHERE", ", closed_by = 'eve' WHERE")
    check_refused(books, reopening(books), change, match="keeps what was sealed")


def test_a_month_does_not_reopen_before_those_after_it(books):
    run(books, event(books), period())
    again = event(books, n=3, month="2025-01", kind="reopened")
    check_refused(books, again, REOPEN.replace("2 WHERE", "3 WHERE"), match="after it is closed")


def test_events_have_no_gap_and_a_close_has_its_checkpoint(books):
    check_refused(books, event(books, n=3), match="left out")
    check_refused(books, event(books, n=1))
    check_refused(books, event(books, body="NULL"))
    check_refused(books, event(books, kind="opened"))
