"""A backup and its restoring by the command: the same answers after, and what is refused."""

import stat

import pytest

from api.jobs.backup import back_up_into
from ledger.model.errors import PartitaError
from tests.api.conftest import HEADER, PRICES, ROWS
from tests.end_to_end.command import Command

READS = ("events", "journal", "balances", "trial-balance", "positions", "lots", "disposals", "nav")


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys) -> Command:
    """The command, with a fund that traded."""
    command = Command(tmp_path, monkeypatch, capsys)
    (tmp_path / "rows.csv").write_text(HEADER + ROWS)
    (tmp_path / "prices.csv").write_text(PRICES)
    for words in (
        ("fund", "create", "main"),
        ("prices", "import", "prices.csv"),
        ("import", "rows.csv"),
    ):
        assert command(*words).code == 0
    return command


def test_the_restored_books_answer_and_report_the_same(partita, tmp_path):
    made = partita("backup", "books.zip", "--json")
    assert made.code == 0, made.err
    restored = partita("restore", "books.zip", "--db", "sqlite:///new.db", "--json")
    assert restored.code == 0, restored.err
    assert restored.json == made.json
    assert made.json["rows"]["fund"] == 1
    for read in READS:
        before, after = partita(read), partita(read, "--db", "sqlite:///new.db")
        assert before.code == after.code == 0
        assert before.out == after.out
    assert partita("report", "monthly", "2026-02", "--out", "a.pdf").code == 0
    to_new = ("--db", "sqlite:///new.db")
    assert partita("report", "monthly", "2026-02", "--out", "b.pdf", *to_new).code == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    kept = partita("keep", *to_new)
    assert kept.code == 0
    again = partita("backup", "again.zip", "--json", *to_new).json
    assert again["journal"] == made.json["journal"]


def test_a_backup_is_the_owners_alone_and_leaves_nothing_beside_it(partita, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    done = partita("backup", "books.zip")
    assert done.code == 0
    assert done.out.startswith("backed up into books.zip: ")
    assert stat.S_IMODE((tmp_path / "books.zip").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} - before == {"books.zip"}


def test_a_backup_replaces_no_file(partita, tmp_path):
    (tmp_path / "books.zip").write_text("mine")
    done = partita("backup", "books.zip")
    assert (done.code, "replaces none" in done.err) == (1, True)
    assert (tmp_path / "books.zip").read_text() == "mine"


def test_what_is_refused_ends_with_its_exit_code(partita, tmp_path):
    assert partita("backup", "books.zip").code == 0
    used = partita("restore", "books.zip")
    assert (used.code, "in use" in used.err) == (1, True)
    body = (tmp_path / "books.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(body[:-100])
    new = ("--db", "sqlite:///new.db")
    assert partita("restore", "cut.zip", *new).code == 5
    assert partita("restore", "rows.csv", *new).code == 6
    assert partita("restore", "absent.zip", *new).code == 1
    assert partita("backup", "x.zip", "--db", "sqlite:///absent.db").code == 1
    assert partita("backup", "no/such/folder/x.zip").code == 1
    assert not list(tmp_path.glob("*.partial"))
    assert not list(tmp_path.glob("new.db*"))


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(partita, tmp_path):
    from api.desk import now

    name = "x" * 250
    with pytest.raises(PartitaError, match="could not be written"):
        back_up_into(tmp_path / name, f"sqlite:///{tmp_path / 'partita.db'}", now())
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".x", "x"))]
