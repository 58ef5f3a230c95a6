"""Rows and a manifest enter one archive file; they leave it once every byte has proved itself.

A ZIP file of our own making, in this order: `partita-backup` (the version of the form), a member
`tables/<name>.jsonl` a table (one JSON array a row), `manifest.json`; the comment of the file is
the SHA-256 of everything before it, so that a cut or a flipped bit anywhere is seen. Times inside
are fixed: equal content and equal `created_at` give equal bytes.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Final

from ledger.model.errors import BadInput, VerificationFailed

#: What a row holds: exact numbers are texts, bytes are Base64.
Plain = int | str | None

_FIRST: Final = "partita-backup"
_FORM: Final = b"1\n"
_MANIFEST: Final = "manifest.json"
_HEAD: Final = b"PK\x03\x04"
_NAME_AT: Final = 30
_SEAL: Final = 64
_PORTION: Final = 1 << 20

#: Limits against an archive that is made to exhaust the machine.
TABLES_MAX: Final = 100
MANIFEST_BYTES_MAX: Final = 16 << 20
LINE_BYTES_MAX: Final = 128 << 20
RATIO_MAX: Final = 200
#: Below this many bytes the ratio says nothing.
SMALL: Final = 16 << 20

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: A RuntimeError is also what zipfile says of a compression that it lacks.
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True)
class TableContent:
    """What the archive holds of a table; `sha256` is of its lines."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself; `journal` is the digest of each fund's journal."""

    schema: str
    created_at: str
    journal: Mapping[str, str]
    tables: Mapping[str, TableContent]


def content_of(
    columns: Sequence[str],
    rows: Iterable[Sequence[Plain]],
    write: Callable[[bytes], object] | None = None,
) -> TableContent:
    """What an archive says of these rows, whose lines are written where `write` is given."""
    digest = hashlib.sha256()
    count = 0
    for row in rows:
        line = f"{_ENCODE(list(row))}\n".encode()
        digest.update(line)
        if write is not None:
            write(line)
        count += 1
    return TableContent(tuple(columns), count, digest.hexdigest())


class ArchiveWriter:
    """An archive that is being written into an empty stream that can be read and moved in."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._zip.writestr(_member(_FIRST), _FORM, zipfile.ZIP_STORED)
        self._tables: dict[str, TableContent] = {}

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Plain]]) -> None:
        """Write the rows of a table."""
        with self._zip.open(_member(_name_of(table)), "w", force_zip64=True) as member:
            self._tables[table] = content_of(columns, rows, member.write)

    def close(self, schema: str, created_at: str, journal: Mapping[str, str]) -> Manifest:
        """Write the manifest and the hash of the whole."""
        manifest = Manifest(schema, created_at, dict(journal), dict(self._tables))
        body = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
        self._zip.writestr(_member(_MANIFEST), body.encode(), zipfile.ZIP_DEFLATED)
        self._zip.comment = b"0" * _SEAL
        self._zip.close()
        seal = _seal_of(self._stream)
        self._stream.seek(-_SEAL, 2)
        self._stream.write(seal)
        return manifest

    def abandon(self) -> None:
        """Let go of a stream that will not become an archive, whatever its disk says to that."""
        with suppress(OSError, ValueError):
            self._zip.close()


class ArchiveReader:
    """An archive whose every byte is as it was written.

    Raises VerificationFailed where it is cut short or altered, BadInput where it is something else.
    """

    def __init__(self, stream: BinaryIO) -> None:
        _refuse_other_files(stream)
        _refuse_altered(stream)
        try:
            self._zip = zipfile.ZipFile(stream)
            self.manifest = self._checked_manifest(stream.seek(0, 2))
            for table in self.manifest.tables:
                self._check(table)
        except _BROKEN as fault:
            raise BadInput(f"the backup cannot be unpacked: {fault}") from fault

    def rows(self, table: str) -> Iterator[list[Plain]]:
        """The rows of a table as they were written. Raises BadInput."""
        width = len(self.manifest.tables[table].columns)
        for line in self._lines(table):
            row = _json_of(line, f"a row of {table}")
            if not isinstance(row, list) or len(row) != width or not all(map(_is_plain, row)):
                raise BadInput(f"a row of {table} in the backup has another form")
            yield row

    def _checked_manifest(self, size: int) -> Manifest:
        members = self._zip.infolist()
        names = [member.filename for member in members]
        if len(names) > TABLES_MAX + 2 or len(set(names)) != len(names):
            raise BadInput("the backup has more members than a backup has")
        if names[:1] != [_FIRST] or names[-1:] != [_MANIFEST]:
            raise BadInput("the backup has no manifest")
        unpacked = sum(member.file_size for member in members)
        if unpacked > max(SMALL, RATIO_MAX * size):
            raise BadInput(f"the backup would unpack to {unpacked} bytes, which no backup does")
        if members[0].file_size > len(_FORM) or self._zip.read(_FIRST) != _FORM:
            raise BadInput("the backup has a form that this program does not know")
        if members[-1].file_size > MANIFEST_BYTES_MAX:
            raise BadInput("the manifest of the backup is too long")
        manifest = _manifest_of(_json_of(self._zip.read(_MANIFEST), "the manifest"))
        if set(names[1:-1]) != {_name_of(table) for table in manifest.tables}:
            raise BadInput("the backup holds other tables than its manifest names")
        return manifest

    def _check(self, table: str) -> None:
        digest = hashlib.sha256()
        count = 0
        for line in self._lines(table):
            digest.update(line)
            count += 1
        stated = self.manifest.tables[table]
        if (count, digest.hexdigest()) != (stated.rows, stated.sha256):
            raise VerificationFailed(f"the rows of {table} in the backup are not those it names")

    def _lines(self, table: str) -> Iterator[bytes]:
        with self._zip.open(_name_of(table)) as member:
            while line := member.readline(LINE_BYTES_MAX):
                if not line.endswith(b"\n"):
                    raise BadInput(f"a row of {table} in the backup is too long")
                yield line


def _name_of(table: str) -> str:
    return f"tables/{table}.jsonl"


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # its time is 1980 unless one is named
    info.create_system = 3
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _seal_of(stream: BinaryIO) -> bytes:
    """SHA-256, in hex, of all but the last bytes, where the seal stands itself."""
    left = stream.seek(0, 2) - _SEAL
    stream.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (portion := stream.read(min(_PORTION, left))):
        digest.update(portion)
        left -= len(portion)
    return digest.hexdigest().encode()


def _refuse_other_files(stream: BinaryIO) -> None:
    stream.seek(0)
    expected = _NAME_AT + len(_FIRST)
    head = stream.read(expected)
    if not head or not head.startswith(_HEAD[: len(head)]):
        raise BadInput("this is no backup of Partita")
    if len(head) == expected and head[_NAME_AT:] != _FIRST.encode():
        raise BadInput("this is no backup of Partita")


def _refuse_altered(stream: BinaryIO) -> None:
    size = stream.seek(0, 2)
    seal = b""
    if size > _SEAL:
        stream.seek(size - _SEAL)
        seal = stream.read(_SEAL)
    if seal != _seal_of(stream):
        raise VerificationFailed("the backup is cut short or altered: its seal does not fit it")


def _json_of(text: bytes, what: str) -> Any:  # noqa: ANN401 -- whatever JSON holds
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BadInput(f"{what} in the backup cannot be read") from fault


def _is_plain(cell: object) -> bool:
    return cell is None or type(cell) in {int, str}


def _manifest_of(said: Any) -> Manifest:  # noqa: ANN401 -- whatever JSON holds
    try:
        tables = {
            _checked(name, r"[a-z_]{1,60}"): TableContent(
                tuple(_checked(column, r"[a-z_0-9]{1,60}") for column in table["columns"]),
                int(table["rows"]),
                _checked(table["sha256"], r"[0-9a-f]{64}"),
            )
            for name, table in said["tables"].items()
        }
        journal = {
            str(fund): _checked(digest, r"[0-9a-f]{64}") for fund, digest in said["journal"].items()
        }
        return Manifest(
            _checked(said["schema"], r"\d{4}"), str(said["created_at"]), journal, tables
        )
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise BadInput("the manifest of the backup has another form") from fault


def _checked(text: object, form: str) -> str:
    if not isinstance(text, str) or not re.fullmatch(form, text, re.ASCII):
        raise ValueError(text)
    return text
