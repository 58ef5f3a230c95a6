"""Manual journals by command: two people, exit codes, and books that follow the decision alone."""

import pytest

WALLET = "asset:venue:partita:bank"
OPENING = (
    "partita journal 1",
    "",
    "2026-01-04T00:00:00Z manual opening",
    f"    {WALLET} 1000000000000000000 symbol:BTC acquire 50000",
    "    equity:opening -1000000000000000000 symbol:BTC none -50000",
)
REASON = ("--reason", "opening balances")


def bitcoins(command):
    rows = command("balances", "--json").json
    return [row["quantity"] for row in rows if row["account"] == WALLET and row["symbol"] == "BTC"]


@pytest.fixture
def file(kept):
    return kept.write("opening.txt", *OPENING)


@pytest.fixture
def pending(kept, file):
    """The id of a journal that Ann proposed."""
    done = kept("manual", "propose", file, "--by", "Ann", *REASON)
    assert done.code == 0, done.err
    return done.out.split()[1]


def test_a_proposal_is_listed_and_books_nothing(kept, pending):
    before = bitcoins(kept)
    assert before == ["0.2"]
    (row,) = kept("manual", "list", "--json").json
    assert (row["id"], row["state"], row["maker"]) == (pending, "pending", "Ann")
    assert (row["reason"], row["checker"]) == ("opening balances", None)
    assert kept("keep").code == 0
    assert bitcoins(kept) == before
    assert pending in kept("manual", "list").out


def test_an_approved_journal_is_kept_at_once_and_traced_to_both_people(kept, pending):
    done = kept("manual", "approve", pending, "--by", "Bob")
    assert (done.code, done.out) == (0, f"approved {pending}\n")
    assert bitcoins(kept) == ["1.2"]
    assert kept("keep", "--json").json["appended"] == 0
    (entry,) = [e for e in kept("journal", "--json").json if e["kind"] == "manual"]
    assert entry["id"] == f"manual:{pending}#0"
    (source,) = kept("trace", entry["id"], "--json").json["entries"][0]["sources"]
    assert (source["kind"], source["id"]) == ("manual", pending)
    assert (source["maker"], source["checker"]) == ("Ann", "Bob")
    assert source["reason"] == "opening balances"
    assert source["proposed_at"] <= source["decided_at"]
    told = kept("trace", pending).out
    assert "by Ann" in told and "by Bob" in told and "opening balances" in told
    lots = [lot for lot in kept("lots", "--json").json if lot["entry"] == entry["id"]]
    # it is the oldest: 0.3 of it were sold and swapped
    assert [(lot["quantity"], lot["cost"]) for lot in lots] == [("0.7", "35000")]
    verified = kept("verify", "--rebuild")
    assert verified.code == 0, verified.err


def test_the_maker_approves_nothing_of_their_own_however_they_spell_their_name(kept, pending):
    for name in ("Ann", "ANN", " ann "):
        done = kept("manual", "approve", pending, "--by", name)
        assert (done.code, "another person" in done.err) == (1, True)
        assert kept("manual", "reject", pending, "--by", name, "--reason", "no").code == 1
    assert kept("manual", "show", pending, "--json").json["state"] == "pending"
    assert bitcoins(kept) == ["0.2"]


def test_a_rejected_journal_is_seen_and_never_booked(kept, pending):
    done = kept("manual", "reject", pending, "--by", "Bob", "--reason", "no statement")
    assert (done.code, done.out) == (0, f"rejected {pending}\n")
    row = kept("manual", "show", pending, "--json").json
    assert (row["state"], row["checker"], row["answer"]) == ("rejected", "Bob", "no statement")
    assert kept("keep").code == 0
    assert bitcoins(kept) == ["0.2"]
    assert kept("manual", "approve", pending, "--by", "Cleo").code == 1
    assert bitcoins(kept) == ["0.2"]


def test_a_reversal_needs_approval_too_and_leaves_the_books_as_they_were(kept, file):
    before = kept("journal").out, kept("lots").out
    first = kept("manual", "propose", file, "--by", "Ann", *REASON).out.split()[1]
    assert kept("manual", "approve", first, "--by", "Bob").code == 0
    done = kept("manual", "reverse", first, "--by", "Bob", "--reason", "counted twice")
    assert done.code == 0, done.err
    back = done.out.split()[1]
    assert bitcoins(kept) == ["1.2"]
    assert kept("manual", "approve", back, "--by", "Bob").code == 1
    assert bitcoins(kept) == ["1.2"]
    assert kept("manual", "approve", back, "--by", "Ann").code == 0
    assert (kept("journal").out, kept("lots").out) == before
    states = {row["id"]: row["state"] for row in kept("manual", "list", "--json").json}
    assert states == {first: "reversed", back: "approved"}
    row = kept("manual", "show", first, "--json").json
    assert (row["reversed_by"], row["reverses"]) == (back, None)
    assert kept("manual", "show", back, "--json").json["reverses"] == first
    again = kept("manual", "reverse", first, "--by", "Cleo", "--reason", "again")
    assert (again.code, "taken back already" in again.err) == (1, True)
    verified = kept("verify", "--rebuild")
    assert verified.code == 0, verified.err


def test_the_text_is_shown_as_it_was_given(kept, pending):
    shown = kept("manual", "show", pending)
    assert shown.out.endswith("\n".join((*OPENING, "", "")))
    assert "; reason: opening balances" in shown.out
    assert kept("manual", "show", pending, "--json").json["text"] == "\n".join((*OPENING, ""))


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        (4, WALLET, "asset:venue:partita:vault"),
        (5, "equity:opening", "equity:magic"),
        (5, "none -50000", "acquire -50000"),
        (3, "manual opening", "swap opening"),
        (3, "2026-01-04", "2099-01-04"),
        (4, "acquire", "dispose"),
        (1, "journal 1", "journal 9"),
    ],
)
def test_a_text_that_cannot_be_booked_is_refused_with_its_line(kept, line, old, new):
    wrong = [*OPENING]
    wrong[line - 1] = wrong[line - 1].replace(old, new)
    done = kept("manual", "propose", kept.write("wrong.txt", *wrong), "--by", "Ann", *REASON)
    assert done.code == 6
    assert f"line {line}: " in done.err or "future" in done.err
    assert kept("manual", "list", "--json").json == []


def test_an_unbalanced_entry_names_its_own_line(kept):
    wrong = [line.replace("-1000000000000000000", "-999999999999999999") for line in OPENING]
    done = kept("manual", "propose", kept.write("wrong.txt", *wrong), "--by", "Ann", *REASON)
    assert (done.code, "line 3: " in done.err) == (6, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("propose", "absent.txt", "--by", "Ann", *REASON), 6),
        (("propose", "binary", "--by", "Ann", *REASON), 6),
        (("propose", "opening.txt", "--by", " ", *REASON), 6),
        (("propose", "opening.txt", "--by", "A\x07", *REASON), 6),
        (("propose", "opening.txt", "--by", "Ann", "--reason", ""), 6),
        (("propose", "opening.txt", "--by", "Ann"), 2),
        (("propose", "opening.txt", *REASON), 2),
        (("approve", "a" * 64, "--by", "Bob"), 1),
        (("show", "a" * 64), 1),
        (("reverse", "a" * 64, "--by", "Bob", "--reason", "x"), 1),
        (("reject", "a" * 64, "--by", "Bob"), 2),
    ],
)
def test_what_is_refused_ends_with_its_exit_code_and_leaves_nothing(kept, file, words, code):
    (kept.folder / "binary").write_bytes(b"\xff\xfe\x00")
    done = kept("manual", *words)
    assert done.code == code, done.err
    assert kept("manual", "list", "--json").json == []


def test_nothing_is_approved_that_is_dated_in_closed_time(kept, pending):
    assert kept("close", "2026-02", "--by", "Ann", "--with-open-problems").code == 0
    assert kept("manual", "approve", pending, "--by", "Bob").code == 4
    assert kept("manual", "show", pending, "--json").json["state"] == "pending"
    assert bitcoins(kept) == ["0.2"]


def test_only_what_is_in_force_is_reversed(kept, pending):
    asked = ("manual", "reverse", pending, "--by", "Bob", "--reason", "no")
    assert kept(*asked).code == 1
    kept("manual", "reject", pending, "--by", "Bob", "--reason", "no")
    assert kept(*asked).code == 1


def test_the_same_proposal_twice_is_one(kept, file, pending):
    again = kept("manual", "propose", file, "--by", "Ann", *REASON)
    assert (again.code, again.out) == (0, f"pending {pending}\n")
    assert len(kept("manual", "list", "--json").json) == 1
