"""`partita close`, `reopen` and `periods`: a month that is over, sealed; two persons open it."""

import json
import sqlite3
import zlib
from contextlib import closing

import pytest

from api.desk import now
from ledger.close import checkpoint_digest
from tests.api.cli.test_verify import tamper
from tests.api.conftest import HEADER

#: A buy of January that arrives late, and what the first import says of the same month otherwise.
LATE = "2026-01-15T10:00:00Z,buy,bank,USD,9000,BTC,0.1,,,,,directional,late-1,"


def late(kept, row=LATE, name="late.csv"):
    return kept("import", kept.write(name, *HEADER.splitlines(), row))


def rows(kept):
    return kept("periods", "--json").json


def live(kept):
    return {entry["id"]: entry for entry in kept("journal", "--json").json}


@pytest.fixture
def closed(kept):
    """The same, with January and February closed; SPAMMY of March has no price."""
    done = kept("close", "2026-02", "--by", "ann")
    assert (done.code, done.out) == (0, "closed 2026-01, 2026-02\n"), done.err
    return kept


def test_periods_tell_by_whom_and_what_was_sealed(closed):
    january, february = rows(closed)
    assert (january["month"], january["status"], january["closed_by"]) == (
        "2026-01",
        "closed",
        "ann",
    )
    assert len({january[name] for name in ("digest", "trial_balance", "checkpoint", "head")}) == 4
    assert january["head"] == february["head"]
    [event] = january["trace"]
    assert (event["kind"], event["by"], event["approved_by"]) == ("closed", "ann", None)
    assert event["checkpoint"] == january["checkpoint"]
    shown = closed("periods").out
    assert "2026-01" in shown
    assert "closed" in shown


def test_a_checkpoint_holds_lots_balances_nav_and_high_water_mark(closed):
    [path] = closed.folder.glob("*.db")
    with closing(sqlite3.connect(path)) as file:
        stored = file.execute("SELECT body FROM period_event WHERE n = 2").fetchone()[0]
    body = zlib.decompress(stored)
    assert checkpoint_digest(body) == rows(closed)[1]["checkpoint"]
    said = json.loads(body)
    as_of = ("--as-of", "2026-02-28T23:59:59.999999Z", "--json")
    assert len(said["lots"]) == len(closed("lots", *as_of).json)
    [last] = [
        row for row in closed("nav", "--json").json if row["time"] == said["valuation"]["time"]
    ]
    assert last["time"] == "2026-03-01T00:00:00Z"
    assert said["valuation"]["nav"] == last["nav"]
    assert float(said["high_water"]) >= float(said["index"]) > 0
    assert said["method"] == "fifo"


def test_a_late_row_of_a_closed_month_is_adjusted_in_the_open_one(closed):
    before, journal = rows(closed), live(closed)
    assert late(closed).code == 0
    new = {id_: entry for id_, entry in live(closed).items() if id_ not in journal}
    [(id_, entry)] = new.items()
    assert id_.startswith("adjust:2026-03:")
    assert entry["time"] == "2026-03-01T00:00:00.000001Z"
    assert entry["note"].endswith("adjusts:2026-01-15")
    assert {known: live(closed)[known] for known in journal} == journal
    assert rows(closed) == before
    assert closed("keep").out.startswith(f"{len(journal) + 1} unchanged  0 appended  0 reversed")
    assert closed("verify", "--rebuild").code == 0


def test_figures_of_a_closed_month_stay_what_they_were(closed):
    asked = (("lots",), ("balances",), ("nav",), ("disposals",), ("performance",))
    end = ("--as-of", "2026-03-01T00:00:00Z", "--json")
    before = [closed(*words, *end).out for words in asked]
    late(closed)
    assert [closed(*words, *end).out for words in asked] == before
    assert closed("lots", "--json").out != closed("lots", *end).out


def test_lots_of_a_closed_month_are_chosen_anew_by_nobody(closed):
    asked = (("lots",), ("disposals",), ("performance",))
    end = ("--as-of", "2026-03-01T00:00:00Z", "--json")
    before = [closed(*words, *end).out for words in asked]
    refused = closed("fund", "method", "2026", "lifo")
    assert (refused.code, refused.out) == (4, "")
    assert "period_locked: the books are closed until 2026-03-01" in refused.err
    assert [closed(*words, *end).out for words in asked] == before
    assert closed("fund", "method", "2027", "lifo").code == 0
    assert [closed(*words, *end).out for words in asked] == before


@pytest.mark.parametrize(("method", "code"), [("specific", 4), ("fifo", 0)])
def test_lots_are_named_of_a_closed_month_where_its_books_do_not_ask(kept, method, code):
    assert kept("fund", "method", "2026", method).code == 0
    assert kept("close", "2026-02", "--by", "ann", "--with-open-problems").code == 0
    [sold, *_] = kept("disposals", "--as-of", "2026-02-28", "--json").json
    words = ("fund", "identify", sold["entry"], sold["lot"])
    assert kept(*words).code == code
    assert (
        kept("reopen", "2026-01", "--by", "ann", "--approved-by", "bob", "--reason", "x").code == 0
    )
    assert kept(*words).code == 0


def test_the_next_close_takes_the_adjusting_entries_with_it(closed):
    late(closed)
    assert closed("close", "2026-03", "--with-open-problems").code == 0
    journal = live(closed)
    late(closed, LATE.replace("9000", "9500").replace("late-1", "late-2"), "later.csv")
    [new] = live(closed).keys() - journal.keys()
    assert new.startswith("adjust:2026-04:")
    assert closed("verify", "--rebuild").code == 0
    assert "OK 3 closed months are what was sealed" in closed("verify").out


def test_something_to_look_at_hinders_a_close_and_is_listed(kept):
    done = kept("close", "2026-03")
    assert done.code == 3
    assert "missing_price" in done.out
    assert "stays open" in done.out
    assert rows(kept) == []
    done = kept("close", "2026-03", "--with-open-problems", "--json")
    assert (done.code, done.json["closed"]) == (0, ["2026-01", "2026-02", "2026-03"])
    assert done.json["report"]["to_look_at"]
    reasons = {row["trace"][0]["reason"] for row in rows(kept)}
    assert all(reason.startswith("with open problems: ") for reason in reasons)


def test_a_month_that_is_not_over_or_no_month_is_bad_input(kept):
    for month in ("2999-12", "9998-12", "2026-13", "January"):
        done = kept("close", month)
        assert (done.code, done.out) == (6, ""), month
    assert "is not over" in kept("close", "2999-12").err
    assert kept("close", "2026-01", "--by", " ").code == 6


def test_a_month_closes_once(closed):
    done = closed("close", "2026-01")
    assert (done.code, "conflict" in done.err) == (1, True)


def test_a_fund_without_entries_has_nothing_to_close(partita):
    done = partita("close", "2026-01")
    assert (done.code, "not_found" in done.err) == (1, True)
    assert partita("periods", "--json").json == []


def reopen(kept, month="2026-01", by="ann", approved_by="bob", reason="late rows"):
    return kept("reopen", month, "--by", by, "--approved-by", approved_by, "--reason", reason)


def test_reopening_books_late_rows_where_they_belong_and_leaves_a_trace(closed):
    late(closed)
    done = reopen(closed)
    assert (done.code, done.out) == (0, "reopened 2026-02, 2026-01\n")
    entries = live(closed)
    assert not [id_ for id_ in entries if id_.startswith("adjust:")]
    assert "2026-01-15T10:00:00Z" in {entry["time"] for entry in entries.values()}
    assert {row["status"] for row in rows(closed)} == {"open"}
    trace = [(e["kind"], e["by"], e["approved_by"], e["reason"]) for e in rows(closed)[0]["trace"]]
    assert trace == [("closed", "ann", None, ""), ("reopened", "ann", "bob", "late rows")]
    assert closed("verify", "--rebuild").code == 0
    assert closed("close", "2026-02").code == 0
    assert "approved by bob" in closed("periods").out.replace("\n", " ")


def test_one_person_does_not_reopen(closed):
    for by, approved_by in (("ann", "ann"), ("Ann", "aNN"), ("e\u0301ve", "\u00c9VE")):
        done = reopen(closed, by=by, approved_by=approved_by)
        assert (done.code, "another person" in done.err) == (6, True)
    assert closed("reopen", "2026-01", "--by", "ann", "--reason", "x").code == 2
    assert reopen(closed, reason="").code == 6
    assert reopen(closed, month="2026-03").code == 1
    assert {row["status"] for row in rows(closed)} == {"closed"}


def test_a_closed_month_that_was_tampered_with_is_named_with_exit_code_5(closed):
    assert "OK 2 closed months are what was sealed" in closed("verify").out
    tamper(closed, f"UPDATE period SET digest = '{'0' * 64}' WHERE month = '2026-02'")
    done = closed("verify")
    assert (done.code, done.out) == (5, "")
    assert "period 2026-02: its entries are not those that were sealed" in done.err


def test_a_price_that_arrives_late_changes_no_closed_checkpoint(closed):
    head = "time,asset,price,currency,source"
    closed("prices", "import", closed.write("more.csv", head, "2026-02-28T12:00:00,BTC,1,USD,x"))
    assert closed("verify", "--rebuild").code == 0


def test_a_month_is_told_as_it_stood_whatever_became_of_it(closed):
    """Sealed, reopened, sealed anew with a late row: each time tells its own seal and trace."""
    told = []
    for words in (
        ("reopen", "2026-02", "--by", "ann", "--approved-by", "bob", "--reason", "a late file"),
        ("import", closed.write("late.csv", *HEADER.splitlines(), LATE.replace("01-15", "02-15"))),
        ("close", "2026-02", "--by", "cleo"),
    ):
        told.append((now().isoformat(), closed("periods", "--json").out))
        assert closed(*words).code == 0
    told.append((now().isoformat(), closed("periods", "--json").out))
    assert len({out for _, out in told}) == 3
    for moment, out in told:
        for option in ("--known-at", "--as-of"):
            assert closed("periods", "--json", option, moment).out == out
    states = [[row["status"] for row in json.loads(out)] for _, out in told]
    assert states == [["closed", "closed"], ["closed", "open"], ["closed", "open"], ["closed"] * 2]
    assert json.loads(told[0][1])[1]["digest"] != json.loads(told[3][1])[1]["digest"]
