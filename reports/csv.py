"""Rows of a layout → its file, manifest and trace as bytes: the one place that writes CSV.

RFC 4180 with CRLF, UTF-8 without BOM. A text stands in quotes and is safe to open in a spreadsheet;
a number stands bare, in fixed notation, and is never touched; a figure that is unknown is an empty
cell without quotes. A layout of another format writes its own rows as text; manifest and trace are
the same. What stands beside them and is no layout (pages, the year as JSON) has the same manifest.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as _ascii
from typing import Final, Protocol

from ledger.model.amount import text_from_units
from reports.model import ExportFigures

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)

#: Most texts: printable ASCII that opens with a letter, a digit or `#`.
_PLAIN: Final = re.compile(r"[0-9A-Za-z#][ -~]{0,1000}", re.ASCII)

#: The same without a quote, which a cell would have twice.
_PLAIN_CELL: Final = re.compile(r"[0-9A-Za-z#][ !#-~]{0,1000}", re.ASCII)

#: What starts a formula, a macro call or an escape in a spreadsheet, after NFKC.
_ACTIVE: Final = frozenset("=+-@|%'")
#: Categories that a spreadsheet skips or does not show: controls, formats, separators, surrogates.
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"))
_BIDIRECTIONAL: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
#: What `str.splitlines`, and many a reader, takes for the end of a line, of what is not spelled out
#: anyway; and tabs, by which columns are told.
_BREAKS: Final = frozenset("\t\r\n\u2028\u2029")
TEXT_LENGTH_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a cell as its plain decimal text; no exponent, no separator."""

    text: str

    def __post_init__(self) -> None:
        assert _NUMBER.fullmatch(self.text), f"{self.text[:40]!r} is no plain number"


#: A text, a number, or None for what is unknown.
Cell = str | Number | None


class Layout(Protocol):
    """A plug-in of `reports/exports`: `NUMERIC` names the columns that hold numbers.

    A layout may say more of itself: `REGIMES`, the tax regimes whose year it is made from; `NEEDS`,
    the field of the figures that must not be empty; `SUFFIX` and `text(figures)`, where its file is
    no CSV; `sources(figures)`, what each row rests on, where no column of it says so.
    """

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802
    @property
    def SCHEMA_VERSION(self) -> int: ...  # noqa: D102, N802
    @property
    def HEADER(self) -> tuple[str, ...]: ...  # noqa: D102, N802
    @property
    def NUMERIC(self) -> frozenset[str]: ...  # noqa: D102, N802
    def rows(self, figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
        """The rows in their one order, one cell a column of the header."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file, the manifest that stands beside it, and its trace if it has one, all as bytes."""

    layout: str
    content: bytes
    manifest: bytes
    rows: int
    suffix: str = "csv"
    trace: bytes | None = None


def export(layout: Layout, figures: ExportFigures, stem: str = "") -> Export:
    """The file of a layout and its manifest: rows, exact sums of the numeric columns, SHA-256.

    `stem` is the file's name without its suffix, for the manifest; the layout's name without one.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(layout.HEADER)
    numeric = [name in layout.NUMERIC for name in layout.HEADER]
    assert sum(numeric) == len(layout.NUMERIC), "a numeric column is not in the header"
    columns = [_Column() if each else None for each in numeric]
    count = 0
    for row in layout.rows(figures):
        assert len(row) == len(layout.HEADER), f"{layout.NAME}: a row of {len(row)} cells"
        cells = [_encoded(cell, column) for cell, column in zip(row, columns, strict=True)]
        buffer.write(",".join(cells) + "\r\n")
        count += 1
    sums = {
        name: column.text
        for name, column in zip(layout.HEADER, columns, strict=True)
        if column is not None
    }
    suffix = getattr(layout, "SUFFIX", "csv")
    text = buffer.getvalue() if suffix == "csv" else layout.text(figures)  # type: ignore[attr-defined]
    content: bytes = text.encode("utf-8")
    file = f"{stem or layout.NAME}.{suffix}"
    trace = _trace(layout, figures, file, count)
    told = Told(file, layout.NAME, layout.SCHEMA_VERSION, layout.HEADER, count, sums)
    beside = manifest(told, figures, [content], trace, of_tax=hasattr(layout, "REGIMES"))
    return Export(layout.NAME, content, beside, count, suffix, trace)


@dataclass(frozen=True, slots=True)
class Told:
    """What a manifest says of a file: its name and layout, its columns, rows and their sums.

    Columns of numbers are those with a sum; `more` is what only this kind of file has.
    """

    file: str
    layout: str
    schema_version: int
    columns: Sequence[str]
    rows: int
    sums: Mapping[str, str]
    more: Mapping[str, object] = field(default_factory=dict)


def manifest(
    told: Told,
    figures: ExportFigures,
    content: Iterable[bytes],
    trace: bytes | None = None,
    *,
    of_tax: bool = True,
) -> bytes:
    """The manifest of a file, whose bytes may come part by part, and of its trace."""
    size, digest = 0, hashlib.sha256()
    for part in content:
        size += len(part)
        digest.update(part)
    sums = dict(told.sums)
    return _json(
        {
            "file": told.file,
            "layout": told.layout,
            "schema_version": told.schema_version,
            "fund": safe_text(figures.fund.name),
            "books": figures.digest,
            "tax": _tax(figures) if of_tax else None,
            "columns": [
                {"name": name, "type": "number" if name in sums else "text"}
                for name in told.columns
            ],
            "rows": told.rows,
            "sums": sums,
            **told.more,
            "bytes": size,
            "sha256": digest.hexdigest(),
            "trace_sha256": None if trace is None else hashlib.sha256(trace).hexdigest(),
        }
    )


def _tax(figures: ExportFigures) -> dict[str, object] | None:
    """Regime, year, method and versions of the rules that a year was assessed by.

    The allocation of lots to wallets too, where there was one.
    """
    year = figures.tax
    if year is None:
        return None
    versions = sorted({line.version for line in year.lines if line.version})
    said = {"regime": year.regime, "year": year.year, "method": year.method}
    told = {name: value for name, value in year.settings if name == "allocation"}
    return said | {"currency": year.currency, "rules": versions} | told


def _trace(layout: Layout, figures: ExportFigures, file: str, count: int) -> bytes | None:
    """`{"file", "rows": {row: [what it rests on]}}`; the first row below the header is 1."""
    sources = getattr(layout, "sources", None)
    if sources is None:
        return None
    found = [[safe_text(source) for source in each] for each in sources(figures)]
    assert len(found) == count, f"{layout.NAME}: {count} rows, and sources of {len(found)}"
    if not found:
        return _json({"file": file, "rows": {}})
    # as `_json` would write it, which takes long over each of many lists
    rows = ",\n".join([_of_row(number, each) for number, each in enumerate(found, 1)])
    return f'{{\n  "file": {_ascii(file)},\n  "rows": {{\n{rows}\n  }}\n}}\n'.encode("ascii")


def _of_row(number: int, sources: list[str]) -> str:
    if not sources:
        return f'    "{number}": []'
    told = ",\n      ".join(map(_ascii, sources))
    return f'    "{number}": [\n      {told}\n    ]'


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=True) + "\n").encode("ascii")


class _Column:
    """The exact sum of a column of numbers, by how many places they have."""

    def __init__(self) -> None:
        self._units: Counter[int] = Counter()

    def add(self, text: str) -> None:
        """Count one more plain decimal text, exact at any length."""
        whole, _, fraction = text.partition(".")
        self._units[len(fraction)] += int(whole + fraction)

    @property
    def text(self) -> str:
        """The sum, with as many places as the longest number has."""
        places = max(self._units, default=0)
        units = sum(each * 10 ** (places - own) for own, each in self._units.items())
        return text_from_units(units, places)


def _encoded(cell: Cell, column: _Column | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Number):
        assert column is not None, f"{cell.text!r} stands in a column of texts"
        column.add(cell.text)
        return cell.text
    assert column is None, f"{cell!r} stands in a column of numbers"
    if _PLAIN_CELL.fullmatch(cell):
        return f'"{cell}"'
    return '"' + safe_text(cell).replace('"', '""') + '"'


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and that UTF-8 can carry.

    `'` goes before a text whose first visible character is one of `= + - @ | % '` in any width, and
    before one that opens with something unseen (space, tab, BOM, zero width); reading takes one
    leading `'` away again. Controls, surrogates and marks that turn the direction of writing are
    spelled out as `U+202E`, for they would show something else than what is there; a text beyond
    2,000 characters is cut, with `…` at its end.
    """
    if _PLAIN.fullmatch(text):
        return text
    cut = text if len(text) <= TEXT_LENGTH_MAX else text[: TEXT_LENGTH_MAX - 1] + "…"
    unsafe = cut != "" and (unicodedata.category(cut[0]) in _UNSEEN or _opens_actively(cut))
    shown = "".join(map(_spelled, cut))
    return f"'{shown}" if unsafe else shown


def one_line(text: str) -> str:
    """The same in a file of plain lines, where what ends a line is spelled out too."""
    return "".join(f"U+{ord(one):04X}" if one in _BREAKS else one for one in safe_text(text))


def _opens_actively(text: str) -> bool:
    for letter in text:
        if unicodedata.category(letter) not in _UNSEEN:
            return unicodedata.normalize("NFKC", letter)[0] in _ACTIVE
    return False


def _spelled(letter: str) -> str:
    category = unicodedata.category(letter)
    hidden = category == "Cs" or (category == "Cc" and letter not in "\t\r\n")
    return f"U+{ord(letter):04X}" if hidden or letter in _BIDIRECTIONAL else letter
