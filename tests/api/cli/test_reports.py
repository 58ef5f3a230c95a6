"""The monthly report of the command: months there are, and a file that is checked to the byte."""

import re

import pytest
from typer.main import get_command

from api.cli.commands import app
from reports.statement import Note
from reports.statements.monthly import statement
from tests.reports.books import monthly_figures
from tests.test_docs import _leaves


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026-1", "２０２６-01", "2026/01", "now"])
def test_what_is_no_month_is_bad_input(kept, month):
    done = kept("report", "monthly", month)
    assert (done.code, "bad_input" in done.err) == (6, True)
    assert not list(kept.folder.glob("*.pdf"))


@pytest.mark.parametrize("month", ["2025-12", "2026-04", "9999-12", "0000-01"])
def test_a_month_beyond_the_books_is_not_found(kept, month):
    done = kept("report", "monthly", month)
    assert (done.code, "not_found" in done.err) == (1, True)
    assert not list(kept.folder.glob("*.pdf"))


def test_a_fund_without_entries_has_no_month(partita):
    assert partita("report", "monthly", "2026-01").code == 1


def test_a_report_is_confirmed_by_the_books_that_made_it(kept):
    kept("report", "monthly", "2026-01")
    done = kept("report", "verify", "2026-01.pdf")
    assert done.code == 0, done.err
    assert done.out.startswith("OK")
    said = kept("report", "verify", "2026-01.pdf", "--json").json
    assert said["month"] == "2026-01"
    assert len(said["books"]) == len(said["sha256"]) == 64


def test_the_digest_of_a_report_is_the_one_that_keep_prints(kept):
    kept("report", "monthly", "2026-03")
    said = kept("report", "verify", "2026-03.pdf", "--json").json
    assert kept("keep", "--json").json["digest"] == said["books"]
    assert said["books"] in kept("keep").out


def changed(kept, old: bytes, new: bytes):
    kept("report", "monthly", "2026-01")
    path = kept.folder / "2026-01.pdf"
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))
    return kept("report", "verify", "2026-01.pdf")


def test_one_changed_byte_is_not_confirmed(kept):
    done = changed(kept, b"D:20000101000000+00'00') /Creator", b"D:20000102000000+00'00') /Creator")
    assert (done.code, "verification_failed" in done.err) == (5, True)
    assert "its bytes are others" in done.err


def test_another_version_is_named(kept):
    done = changed(kept, b", version:", b", version:9.9.")
    assert (done.code, "made by Partita 9.9." in done.err) == (5, True)


def test_other_books_are_named(kept):
    kept("report", "monthly", "2026-01")
    late = "2026-01-21T10:00:00Z,sell,bank,BTC,0.1,USD,9000,USD,5,,,directional,t-9,"
    header = (kept.folder / "main.csv").read_text().splitlines()[0]
    assert kept("import", kept.write("late.csv", header, late)).code == 0
    done = kept("report", "verify", "2026-01.pdf")
    assert (done.code, "other books" in done.err) == (5, True)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"/Keywords (report:monthly/2026-01)", b"\0"])
def test_a_file_that_is_no_report_is_bad_input(kept, data):
    (kept.folder / "a.pdf").write_bytes(data)
    assert kept("report", "verify", "a.pdf").code == 6
    assert kept("report", "verify", "none.pdf").code == 6


def test_the_commands_that_a_report_names_exist():
    notes = [
        block.text
        for page in statement(monthly_figures()).pages
        for block in page.blocks
        if isinstance(block, Note)
    ]
    said = set(re.findall(r"“partita ([a-z ]+)”", " ".join(notes)))
    assert "report verify" in said
    assert said <= set(_leaves(get_command(app), ""))
