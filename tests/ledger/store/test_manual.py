"""A manual journal is proposed by one person and decided once by another, on both databases."""

import io
import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.activity import microseconds
from ledger.model.errors import BadInput, Conflict, NotFound, VerificationFailed
from ledger.model.evidence import EvidenceId
from ledger.model.fund import Fund
from ledger.model.manual import ManualDecision, ManualJournal
from ledger.store import open_store
from ledger.store.backup import back_up, restore
from tests.ledger.store.around import run_around
from tests.ledger.store.cases import run

START = datetime(2026, 3, 1, tzinfo=UTC)
OPENING = ManualJournal("partita journal 1\n\né; 🙂\r\n", "opening balances", "Ann")
OTHER = replace(OPENING, reason="another")
TABLES = ("manual_journal", "manual_decision")


def reversal(of=OPENING, maker="Bob", reason="wrong fund"):
    return ManualJournal("partita journal 1\n", reason, maker, of.id)


@pytest.fixture
def clock():
    """A clock that goes on by a second each time it is looked at."""
    ticks = itertools.count(1)

    def tell():
        return START + timedelta(seconds=next(ticks))

    return tell


@pytest.fixture
def timed(url, clock):
    """A store with the fund `main`, whose clock has not been looked at yet."""
    with open_store(url) as made:
        made.funds.create(Fund("main"))
    with open_store(url, clock=clock) as opened:
        yield opened


@pytest.fixture
def approved(timed, url):
    """The address of a database with one journal that was approved."""
    timed.manual.propose("main", OPENING)
    timed.manual.decide("main", OPENING.id, "Bob", "approved")
    return url


def at(seconds):
    return START + timedelta(seconds=seconds)


# ---- proposing and deciding


def test_a_proposal_is_pending_verbatim_with_the_time_of_the_store(timed):
    kept = timed.manual.propose("main", OPENING)
    assert kept == replace(OPENING, proposed_at=at(1))
    assert timed.manual.get("main", OPENING.id) == timed.manual.find("main", kept.id) == kept
    assert timed.manual.all("main") == (kept,)
    assert timed.manual.approved("main") == ()


def test_the_same_proposal_again_adds_nothing_while_it_is_pending(timed):
    first = timed.manual.propose("main", OPENING)
    assert timed.manual.propose("main", OPENING) == first
    assert timed.manual.all("main") == (first,)


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_what_was_decided_is_not_proposed_again(timed, verdict):
    timed.manual.propose("main", OPENING)
    timed.manual.decide("main", OPENING.id, "Bob", verdict, "said so")
    with pytest.raises(Conflict, match=verdict):
        timed.manual.propose("main", OPENING)
    assert timed.manual.propose("main", OTHER).decision is None


def test_an_approval_stands_with_checker_time_and_reason(timed):
    timed.manual.propose("main", OPENING)
    decided = timed.manual.decide("main", OPENING.id, "Bob", "approved")
    assert decided.decision == ManualDecision("Bob", "approved", at(2))
    assert timed.manual.approved("main") == (decided,)


def test_a_rejected_journal_stays_to_be_seen_and_is_not_approved(timed):
    timed.manual.propose("main", OPENING)
    decided = timed.manual.decide("main", OPENING.id, "Bob", "rejected", "no receipt")
    assert decided.decision == ManualDecision("Bob", "rejected", at(2), "no receipt")
    assert timed.manual.all("main") == (decided,)
    assert timed.manual.approved("main") == ()


@pytest.mark.parametrize("checker", ["Zoë", "zoë", " ZOË ", "Zoe\u0308", "zOE\u0308"])
@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_the_maker_does_not_decide_however_the_name_is_spelt(timed, checker, verdict):
    own = replace(OPENING, maker="Zo\u00eb")
    timed.manual.propose("main", own)
    with pytest.raises(Conflict, match="another person"):
        timed.manual.decide("main", own.id, checker, verdict, "mine")
    assert timed.manual.get("main", own.id).decision is None


@pytest.mark.parametrize("second", ["approved", "rejected"])
def test_a_journal_is_decided_once(timed, second):
    timed.manual.propose("main", OPENING)
    first = timed.manual.decide("main", OPENING.id, "Bob", "approved")
    for checker in ("Bob", "Cleo"):
        with pytest.raises(Conflict, match="by Bob already"):
            timed.manual.decide("main", OPENING.id, checker, second, "late")
    assert timed.manual.all("main") == (first,)


def test_of_eight_that_decide_at_once_one_does(timed):
    timed.manual.propose("main", OPENING)
    said = []

    def decide(number):
        try:
            timed.manual.decide("main", OPENING.id, f"checker {number}", "approved")
            said.append("done")
        except Conflict:
            said.append("conflict")

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["conflict"] * 7 + ["done"]


def test_a_name_and_a_reason_are_needed(timed):
    for lacking in (replace(OPENING, maker=" "), replace(OPENING, reason="\t ")):
        with pytest.raises(BadInput):
            timed.manual.propose("main", lacking)
    timed.manual.propose("main", OPENING)
    with pytest.raises(BadInput):
        timed.manual.decide("main", OPENING.id, "", "approved")
    with pytest.raises(BadInput):
        timed.manual.decide("main", OPENING.id, "Bob", "rejected", " ")
    assert timed.manual.get("main", OPENING.id).decision is None


def test_what_is_not_there_is_not_found(timed):
    assert timed.manual.find("main", "a" * 64) is None
    with pytest.raises(NotFound):
        timed.manual.get("main", "a" * 64)
    with pytest.raises(NotFound):
        timed.manual.decide("main", "a" * 64, "Bob", "approved")
    with pytest.raises(NotFound):
        timed.manual.propose("main", replace(OPENING, reverses=EvidenceId("a" * 64)))
    with pytest.raises(NotFound):
        timed.manual.all("nobody")


def test_a_fund_sees_only_its_own_manual_journals(timed):
    timed.funds.create(Fund("other"))
    timed.manual.propose("main", OPENING)
    assert timed.manual.all("other") == ()
    with pytest.raises(NotFound):
        timed.manual.decide("other", OPENING.id, "Bob", "approved")
    timed.manual.propose("other", OPENING)
    timed.manual.decide("other", OPENING.id, "Bob", "approved")
    assert timed.manual.approved("main") == ()


# ---- reversals, and what was known when


def test_a_journal_is_taken_back_once(approved, timed):
    first, second = reversal(), reversal(maker="Cleo")
    timed.manual.propose("main", first)
    with pytest.raises(Conflict, match="Bob has proposed its reversal"):
        timed.manual.propose("main", second)
    timed.manual.decide("main", first.id, "Ann", "approved")
    with pytest.raises(Conflict, match="taken back already"):
        timed.manual.propose("main", second)
    assert [journal.id for journal in timed.manual.approved("main")] == [OPENING.id, first.id]


def test_a_rejected_reversal_leaves_room_for_another_one(approved, timed):
    timed.manual.propose("main", reversal())
    timed.manual.decide("main", reversal().id, "Ann", "rejected", "it is right")
    assert len(timed.manual.approved("main")) == 1
    again = reversal(reason="it is wrong all the same")
    timed.manual.propose("main", again)
    assert timed.manual.decide("main", again.id, "Ann", "approved").approved


def test_only_an_approved_journal_that_is_no_reversal_is_taken_back(timed):
    timed.manual.propose("main", OPENING)
    with pytest.raises(Conflict, match="only what was approved"):
        timed.manual.propose("main", reversal())
    timed.manual.decide("main", OPENING.id, "Bob", "approved")
    timed.manual.propose("main", reversal())
    timed.manual.decide("main", reversal().id, "Ann", "approved")
    with pytest.raises(Conflict, match="propose the journal anew"):
        timed.manual.propose("main", reversal(of=reversal(), maker="Ann"))


def test_what_was_approved_at_a_time_can_be_asked_later(approved, timed):
    timed.manual.propose("main", reversal())
    timed.manual.decide("main", reversal().id, "Ann", "approved")
    moments = [(1, 0), (2, 1), (3, 1), (4, 2)]
    for seconds, count in moments:
        moment = microseconds(at(seconds))
        assert len(timed.manual.approved("main", moment)) == count, seconds
        assert len(timed.manual.approved("main", moment - 1)) == max(0, count - (seconds % 2 == 0))


def test_a_proposal_and_a_decision_each_change_the_fingerprint(timed):
    seen = [timed.fingerprints.of("main")]
    timed.manual.propose("main", OPENING)
    seen.append(timed.fingerprints.of("main"))
    timed.manual.propose("main", OPENING)
    assert timed.fingerprints.of("main") == seen[-1]
    timed.manual.decide("main", OPENING.id, "Bob", "approved")
    seen.append(timed.fingerprints.of("main"))
    assert len(set(seen)) == 3


# ---- what plain SQL may not do

DECISION = (
    "INSERT INTO manual_decision (fund_id, id, checker, checker_key, decision, decided_at, reason,"
    " takes_back) VALUES (1, '{id}', '{checker}', '{key}', '{decision}', 5, '{reason}', {back})"
)


def decision(journal=OTHER, checker="Bob", key="bob", decision="approved", reason="", back="NULL"):
    return DECISION.format(
        id=journal.id, checker=checker, key=key, decision=decision, reason=reason, back=back
    )


@pytest.fixture
def pending(approved, timed):
    """The same with a journal and a reversal that wait for a decision."""
    timed.manual.propose("main", OTHER)
    timed.manual.propose("main", reversal())
    return approved


@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'other'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", TABLES)
def test_what_was_said_is_never_changed_or_deleted(approved, change, table):
    with pytest.raises(DatabaseError, match="never"):
        run(approved, change.format(table))


def test_postgresql_refuses_truncate(postgres_url):
    for table in TABLES:
        with pytest.raises(DatabaseError, match="never"):
            run(postgres_url, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_sqlite_refuses_insert_or_replace(sqlite_url, table, pragma):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.manual.propose("main", OPENING)
        store.manual.decide("main", OPENING.id, "Bob", "approved")
    with pytest.raises(DatabaseError, match="never replaced"):
        run(
            sqlite_url,
            f"PRAGMA recursive_triggers={pragma}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        )


def test_a_decision_of_somebody_else_is_accepted_and_of_nobody_is_not(pending):
    run(pending, decision())
    assert run(pending, "SELECT count(*) FROM manual_decision") == [(2,)]
    for nobody in (decision(reversal(), " ", "x"), decision(reversal(), "x", " ")):
        with pytest.raises(DatabaseError):
            run(pending, nobody)


@pytest.mark.parametrize(
    ("checker", "key"),
    [("Ann", "ann"), ("Bob", "ann"), ("ANN", "made up"), (" ann ", "made up")],
)
@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_the_database_refuses_a_decision_of_the_maker(pending, checker, key, verdict):
    with pytest.raises(DatabaseError, match="the maker does not decide"):
        run(pending, decision(OTHER, checker, key, verdict, "why"))
    assert run(pending, "SELECT count(*) FROM manual_decision") == [(1,)]


def test_the_database_refuses_another_verdict_and_a_rejection_without_a_reason(pending):
    for wrong in (decision(decision="perhaps"), decision(decision="rejected", reason=" ")):
        with pytest.raises(DatabaseError):
            run(pending, wrong)


def test_the_database_refuses_a_second_decision_and_one_on_nothing(pending):
    with pytest.raises(DatabaseError):
        run(pending, decision(OPENING, "Cleo", "cleo", "rejected", "late"))
    with pytest.raises(DatabaseError):
        run(pending, decision(replace(OTHER, maker="nobody")))


def test_the_database_lets_an_approved_reversal_take_back_what_it_reverses_and_nothing_else(
    pending,
):
    for wrong in ("NULL", f"'{OTHER.id}'"):
        with pytest.raises(DatabaseError, match="takes back"):
            run(pending, decision(reversal(), "Ann", "ann", back=wrong))
    with pytest.raises(DatabaseError, match="takes back"):
        run(pending, decision(OTHER, back=f"'{OPENING.id}'"))
    with pytest.raises(DatabaseError, match="takes back"):
        run(pending, decision(reversal(), "Ann", "ann", "rejected", "no", f"'{OPENING.id}'"))
    run(pending, decision(reversal(), "Ann", "ann", back=f"'{OPENING.id}'"))


def test_the_database_refuses_a_second_reversal_of_one_journal(pending):
    second = reversal(maker="Cleo")
    row = (
        "INSERT INTO manual_journal (fund_id, id, body, reason, maker, maker_key, proposed_at,"
        f" reverses) VALUES (1, '{second.id}', 'x', 'y', 'Cleo', 'cleo', 5, '{OPENING.id}')"
    )
    back = f"'{OPENING.id}'"
    run(pending, row, decision(reversal(), "Ann", "ann", back=back))
    with pytest.raises(DatabaseError):
        run(pending, decision(second, "Ann", "ann", back=back))


def test_the_database_refuses_a_reversal_of_what_is_not_there_or_of_itself(pending):
    row = (
        "INSERT INTO manual_journal (fund_id, id, body, reason, maker, maker_key, proposed_at,"
        " reverses) VALUES (1, '{}', 'x', 'y', 'Cleo', 'cleo', 5, '{}')"
    )
    for target in ("b" * 64, "a" * 64):
        with pytest.raises(DatabaseError):
            run(pending, row.format("a" * 64, target))


def test_a_text_that_was_tampered_with_is_never_booked(approved, timed):
    run_around(approved, "UPDATE manual_journal SET body = 'partita journal 1 forged'")
    with pytest.raises(VerificationFailed, match=OPENING.id):
        timed.manual.approved("main")


# ---- backup


@pytest.mark.parametrize("kind", ["sqlite", "same"])
def test_a_backup_brings_manual_journals_back_whatever_the_order_of_their_ids(
    approved, timed, kind, tmp_path
):
    for number in range(6):
        one = replace(OPENING, reason=f"number {number}")
        timed.manual.propose("main", one)
        timed.manual.decide("main", one.id, "Bob", "approved")
        timed.manual.propose("main", reversal(of=one))
        if number % 2:
            timed.manual.decide("main", reversal(of=one).id, "Ann", "approved")
    before = timed.manual.all("main")
    stream = io.BytesIO()
    back_up(approved, stream, "2026-11-22T00:00:00Z")
    restored = f"sqlite:///{tmp_path / 'restored.db'}"
    if kind == "same" and approved.startswith("postgresql"):
        restored = approved
        run(restored, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    restore(restored, stream)
    with open_store(restored) as after:
        assert after.manual.all("main") == before
