"""A backup that is cut, altered, of another form or made to exhaust is refused without a trace."""

import hashlib
import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from ledger.model.errors import BadInput, VerificationFailed
from ledger.store import SchemaMismatch, archive
from ledger.store.archive import ArchiveReader, ArchiveWriter
from ledger.store.backup import back_up, restore
from tests.ledger.store.cases import run
from tests.ledger.store.populated import populate

MADE = "2026-11-22T00:00:00Z"


@pytest.fixture(scope="module")
def good(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("backup") / "partita.db"
    path.write_bytes(sqlite_template.read_bytes())
    populate(f"sqlite:///{path}")
    stream = io.BytesIO()
    back_up(f"sqlite:///{path}", stream, MADE)
    return stream.getvalue()


def refused(body: bytes, fault: type[Exception], folder: Path, match: str = r"\w") -> bool:
    with pytest.raises(fault, match=match):
        restore(f"sqlite:///{folder / 'new.db'}", io.BytesIO(body))
    return not list(folder.glob("new.db*"))


def sealed(members: dict[str, bytes]) -> bytes:
    """An archive of these members with a seal that fits."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            kind = zipfile.ZIP_STORED if name == "partita-backup" else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), body, kind)
        made.comment = b"0" * 64
    body = stream.getvalue()[:-64]
    return body + hashlib.sha256(body).hexdigest().encode()


def members_of(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewritten(body: bytes, table: str, lines: list[str]) -> bytes:
    """The archive with other rows in a table, and hashes that fit all but the journal's digest."""
    members = members_of(body)
    text = "".join(f"{row}\n" for row in lines).encode()
    manifest = json.loads(members["manifest.json"])
    manifest["tables"][table]["rows"] = len(lines)
    manifest["tables"][table]["sha256"] = hashlib.sha256(text).hexdigest()
    members[f"tables/{table}.jsonl"] = text
    members["manifest.json"] = json.dumps(manifest).encode()
    return sealed(members)


def lines_of(body: bytes, table: str) -> list[str]:
    return members_of(body)[f"tables/{table}.jsonl"].decode().splitlines()


def test_what_the_tests_write_anew_is_good_when_nothing_is_altered(good, tmp_path):
    again = rewritten(good, "wallet", lines_of(good, "wallet"))
    assert again != good
    restore(f"sqlite:///{tmp_path / 'new.db'}", io.BytesIO(again))


@pytest.mark.parametrize("share", [1, 40, 500, 990, 999])
def test_a_backup_that_is_cut_short_is_refused(good, tmp_path, share):
    assert refused(
        good[: max(20, len(good) * share // 1000)], VerificationFailed, tmp_path, "cut short"
    )


def test_one_byte_less_or_more_is_refused(good, tmp_path):
    assert refused(good[:-1], VerificationFailed, tmp_path)
    assert refused(good + b"\n", VerificationFailed, tmp_path)


def test_every_flipped_bit_is_refused(good, tmp_path):
    drawn = random.Random(7)
    places = [drawn.randrange(44, len(good)) for _ in range(40)] + [len(good) - 1]
    for place in places:
        altered = bytearray(good)
        altered[place] ^= 1 << drawn.randrange(8)
        assert refused(bytes(altered), VerificationFailed, tmp_path)


def test_a_flipped_bit_in_what_names_the_form_is_refused(good, tmp_path):
    for place in (0, 3, 31, 43):
        altered = bytearray(good)
        altered[place] ^= 1
        assert refused(bytes(altered), BadInput, tmp_path, "no backup")


@pytest.mark.parametrize("body", [b"", b"SQLite format 3\0", b"PK\x03\x04" + b"x" * 200])
def test_another_file_is_refused(tmp_path, body):
    assert refused(body, BadInput, tmp_path, "no backup")


def test_rows_that_are_not_those_of_the_manifest_are_refused(good, tmp_path):
    members = members_of(good)
    members["tables/wallet.jsonl"] = members["tables/wallet.jsonl"].replace(b"Kraken", b"Krakem")
    assert refused(sealed(members), VerificationFailed, tmp_path, "wallet")
    members["tables/wallet.jsonl"] = b""
    assert refused(sealed(members), VerificationFailed, tmp_path, "wallet")


def test_an_altered_entry_is_refused_though_every_hash_was_made_to_fit(good, tmp_path):
    lines = lines_of(good, "entry")
    altered = [row.replace("said otherwise", "said nothing") for row in lines]
    assert altered != lines
    assert refused(rewritten(good, "entry", altered), VerificationFailed, tmp_path, "not the one")


def test_what_the_database_refuses_is_refused(good, postgres_url, tmp_path):
    lines = lines_of(good, "posting")
    assert refused(rewritten(good, "posting", lines[:-1]), VerificationFailed, tmp_path, "refuses")
    row = json.loads(lines[0])
    row[5] = "77"
    unbalanced = rewritten(good, "posting", [json.dumps(row), *lines[1:]])
    assert refused(unbalanced, VerificationFailed, tmp_path, "balance")
    with pytest.raises(VerificationFailed, match="balance"):
        restore(postgres_url, io.BytesIO(unbalanced))
    for table in ("fund", "entry", "posting", "batch", "evidence"):
        assert run(postgres_url, f"SELECT count(*) FROM {table}") == [(0,)]


def test_entries_that_no_batch_sealed_are_refused(good, tmp_path):
    lines = lines_of(good, "batch")
    assert refused(rewritten(good, "batch", lines[:-1]), VerificationFailed, tmp_path, "no batch")


@pytest.mark.parametrize(
    "row",
    ["{}", "[1]", "[1,2", '[1,"a","b",{},"c","d",null,null]', '[1e3,"a","b","c","d","e",1,1]',
     '[1,"a","b","c","d\\u0000","e",1,1]', '[1,"a","b","c","\\ud800","e",1,1]',
     f'[{2**63},"a","b","c","d","e",1,1]', f'[1,"a","b","c","d","e",{"9" * 5000},1]',
     '[1,2,"b","c","d","e",1,1]', "[" * 100_000],
)  # fmt: skip
def test_a_row_of_another_form_is_refused(good, tmp_path, row):
    assert refused(rewritten(good, "wallet", [row]), BadInput, tmp_path)


@pytest.mark.parametrize("cell", [7, "1e5", "NaN", "", "1_0", "٣"])
def test_an_amount_of_another_form_is_refused(good, postgres_url, cell):
    lines = lines_of(good, "posting")
    row = json.loads(lines[0])
    row[5] = cell
    with pytest.raises((BadInput, VerificationFailed)):
        restore(postgres_url, io.BytesIO(rewritten(good, "posting", [json.dumps(row)])))


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b"{}", b"[" * 100_000, b'{"schema": "1"}', b'{"schema":"0003","tables":[]}',
     b'{"schema":"0003","created_at":"","journal":{},"tables":{"../x":{}}}'],
)  # fmt: skip
def test_a_manifest_of_another_form_is_refused(good, tmp_path, manifest):
    members = members_of(good) | {"manifest.json": manifest}
    assert refused(sealed(members), BadInput, tmp_path)


def test_other_tables_and_columns_are_refused(good, tmp_path):
    members = members_of(good)
    without = {name: body for name, body in members.items() if name != "tables/wallet.jsonl"}
    assert refused(sealed(without), BadInput, tmp_path, "other tables")
    manifest = json.loads(members["manifest.json"])
    del manifest["tables"]["wallet"]
    without["manifest.json"] = json.dumps(manifest).encode()
    assert refused(sealed(without), BadInput, tmp_path, "other tables")
    manifest = json.loads(members["manifest.json"])
    manifest["tables"]["wallet"]["columns"][1] = "colour"
    other = members | {"manifest.json": json.dumps(manifest).encode()}
    assert refused(sealed(other), BadInput, tmp_path, "other columns")
    assert refused(sealed(members | {"evil": b""}), BadInput, tmp_path)
    form = members | {"partita-backup": b"2\n"}
    assert refused(sealed(form), BadInput, tmp_path, "form")


def test_a_backup_of_a_version_to_come_is_refused(good, tmp_path):
    members = members_of(good)
    manifest = json.loads(members["manifest.json"]) | {"schema": "9999"}
    members["manifest.json"] = json.dumps(manifest).encode()
    assert refused(sealed(members), SchemaMismatch, tmp_path, "newer")


def test_an_archive_that_unpacks_without_end_is_refused_before_it_does(good, tmp_path):
    bomb = members_of(good)
    bomb["tables/wallet.jsonl"] = b"[" + b" " * (archive.SMALL + 2) + b"]\n"
    assert refused(sealed(bomb), BadInput, tmp_path, "would unpack")
    many = {"partita-backup": b"1\n"} | {f"t{n}": b"" for n in range(200)}
    assert refused(sealed(many), BadInput, tmp_path, "more members")


def test_a_row_without_end_is_refused(good, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LINE_BYTES_MAX", 1_000)
    row = json.dumps("x" * 2_000)
    assert refused(rewritten(good, "wallet", [row]), BadInput, tmp_path, "too long")


def test_a_disk_that_refuses_leaves_the_fault_and_no_noise():
    class Full(io.BytesIO):
        def write(self, data) -> int:
            if self.tell() > 1_000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    writer = ArchiveWriter(Full())
    rows: list[list[int | str | None]] = [[str(random.Random(n).random())] for n in range(9_000)]
    with pytest.raises(OSError, match="No space"):
        writer.add("fund", ["id"], rows)
    writer.abandon()


def test_a_reader_gives_what_the_writer_was_given():
    stream = io.BytesIO()
    rows: list[list[int | str | None]] = [[1, None, "a\n\u2028é"], [-(2**63), "", "🙂"]]
    writer = ArchiveWriter(stream)
    writer.add("fund", ["id", "a", "b"], rows)
    writer.close("0003", MADE, {"main": "0" * 64})
    reader = ArchiveReader(stream)
    assert list(reader.rows("fund")) == rows
    assert reader.manifest.journal == {"main": "0" * 64}
