"""`partita verify`: the head of sound books, exit code 5 and the first difference of others."""

import sqlite3
from contextlib import closing

import pytest

from ledger.model.evidence import Answer, Question, canonical_json
from ledger.store import open_store
from ledger.store.columns import deflate


def tamper(kept, *statements):
    """Write to the file of the books as someone without our program would."""
    (path,) = kept.folder.glob("*.db")
    with closing(sqlite3.connect(path)) as file, file:
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in file.execute(asked).fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)


def test_sound_books_are_ok_with_their_head(kept):
    said = kept("verify", "--json").json
    assert said["fund"] == "main"
    assert said["entries"] >= said["batches"] > 0
    assert len(said["head"]) == 64
    assert said["rebuilt"] is None
    done = kept("verify")
    assert done.code == 0
    assert done.out.startswith("OK main: ")
    assert said["head"] in done.out


def test_a_fund_without_entries_is_ok(partita):
    assert "OK main: 0 entries in 0 batches" in partita("verify", "--rebuild").out


def test_a_changed_entry_is_named_with_exit_code_5(kept):
    tamper(kept, "UPDATE entry SET note = 'x' WHERE n = 2")
    done = kept("verify")
    assert done.code == 5
    assert done.out == ""
    assert "verification_failed: entry n=2 (id " in done.err


def test_filed_years_are_read_too(kept):
    filed = ("tax", "file", "us", "2025", "--by", "Ann", "--with-open-problems")
    assert kept(*filed).code in {0, 3}
    assert kept("verify", "--json").json["filings"] == 1
    assert "OK 1 filed years, allocations, orders and plans" in kept("verify").out
    tamper(kept, "UPDATE filed_year SET by_name = 'Bob'")
    done = kept("verify")
    assert (done.code, done.out) == (5, "")
    assert "filed_year 1 is not what was sealed" in done.err


def test_what_nobody_kept_yet_is_told_and_in_no_book(kept, caplog):
    before = kept("nav", "--as-of", "2026-10-31", "--json")
    tamper(kept, "UPDATE keeping SET dirty_from = 0")
    waiting = kept("nav", "--as-of", "2026-10-31", "--json")
    assert waiting.json == before.json
    (said,) = caplog.messages
    assert said == (
        "these are the books of main as they were kept last: what came since waits for"
        " `partita keep`"
    )


def test_a_noted_head_stays_part_of_the_chain(kept):
    noted = kept("verify", "--json").json["head"]
    row = "2026-03-01T00:00:00Z,buy,main,USD,10,ETH,0.01,,,,,,,,"
    head = "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,fee_asset,"
    head += "fee_quantity,value,value_currency,to_wallet,strategy,txid,note"
    kept("import", kept.write("more.csv", head, row))
    assert kept("verify", "--json").json["head"] != noted
    assert kept("verify", "--head", noted).code == 0
    done = kept("verify", "--head", "0f" * 32)
    assert (done.code, "no part of the journal" in done.err) == (5, True)


@pytest.mark.parametrize("link", ["", "abc", "G" * 64, "0F" * 32])
def test_what_is_no_link_is_bad_input(kept, link):
    assert kept("verify", "--head", link).code == 6


def test_the_books_rebuilt_from_the_evidence_are_the_same(kept):
    done = kept("verify", "--rebuild")
    assert done.code == 0, done.err
    digest = kept("keep", "--json").json["digest"]
    assert digest in done.out
    assert kept("verify", "--rebuild", "--json").json["rebuilt"] == digest


def test_evidence_that_was_taken_away_is_found_by_the_rebuild_alone(kept):
    tamper(kept, "DELETE FROM evidence WHERE line = (SELECT max(line) FROM evidence)")
    assert kept("verify").code == 0
    done = kept("verify", "--rebuild")
    assert done.code == 5
    assert "is in force in the journal and follows from no evidence" in done.err


def test_an_observed_balance_that_was_changed_is_found_by_the_rebuild(kept):
    (path,) = kept.folder.glob("*.db")
    body = canonical_json({"quantity": "5", "time": "2026-01-15T00:00:00+00:00"})
    answer = Answer(Question("balance", "venue:partita:main|symbol:ETH"), body, "node")
    with open_store(f"sqlite:///{path}") as store:
        store.answers.add("main", [answer])
    kept("keep")
    assert kept("verify", "--rebuild").code == 0
    tamper(kept, "UPDATE answer SET body = CAST(replace(body, '5', '7') AS BLOB)")
    done = kept("verify", "--rebuild")
    assert (done.code, done.out) == (5, "")
    assert f"evidence {answer.id} is not the answer that was kept" in done.err


#: Nothing, as the store keeps bytes.
EMPTY = deflate(b"").hex()
NEWER_EVIDENCE = "DELETE FROM evidence WHERE line = (SELECT max(line) FROM evidence)"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "UPDATE keeping SET dirty_from = 1700000000000000",
            "what they follow from has changed from 2023-11-14T22:13:20Z on",
        ),
        ("UPDATE keeping SET dirty_from = 0", "has changed from their begin on"),
        ("UPDATE keeping SET dirty_from = 0, unplaced = 1", "evidence that nobody has read yet"),
        (
            f"UPDATE checkpoint SET body = x'{EMPTY}' WHERE part = 'program'",
            "kept by another version of this program",
        ),
    ],
)
def test_books_that_wait_to_be_kept_are_not_called_different(kept, statement, why):
    tamper(kept, NEWER_EVIDENCE, statement)
    done = kept("verify", "--rebuild")
    assert done.code == 3
    assert "WAIT to be kept" in done.out
    assert why in done.out
    said = kept("verify", "--rebuild", "--json")
    assert (said.code, said.json["rebuilt"]) == (3, None)
    assert why in said.json["waits"]
    assert kept("verify").code == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE keeping SET dirty_from = 0", "DELETE FROM checkpoint"]
)
def test_books_that_wait_and_have_the_entries_of_the_evidence_wait_nevertheless(kept, statement):
    """What is kept of balances, lots and values is not compared then."""
    tamper(kept, statement, "UPDATE nav_point SET value = '1'")
    done = kept("verify", "--rebuild", "--json")
    assert (done.code, len(done.json["rebuilt"])) == (3, 64)
    assert done.json["waits"]
    kept("keep")
    assert kept("verify", "--rebuild").code == 0


def test_evidence_that_is_not_in_the_books_is_found_by_the_rebuild(kept):
    tamper(
        kept,
        "INSERT INTO evidence SELECT fund_id, replace(hex(zeroblob(32)), '0', 'f'), kind, source,"
        " reference, owner, occurrence + 1, file, line, body, recorded_at FROM evidence LIMIT 1",
    )
    assert kept("verify").code == 0
    done = kept("verify", "--rebuild")
    assert done.code == 5
    assert "is not the row that was kept" in done.err
