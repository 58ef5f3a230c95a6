"""The CSV encoder: texts are safe to open, numbers are never touched, the manifest is true."""

import csv
import hashlib
import io
import json

import pytest

from reports.csv import Number, export, safe_text
from reports.exports import (
    cointracking,
    disposals,
    form_8949,
    journal,
    koinly,
    positions,
    tax_lines,
    taxact,
    transactions,
    turbotax,
)
from tests.reports import hostile
from tests.reports.books import entry, event, export_figures, tax_year

LAYOUTS = (
    cointracking, disposals, form_8949, journal, koinly, positions, tax_lines, taxact,
    transactions, turbotax,
)  # fmt: skip


class Texts:
    """A layout that holds what it is given."""

    NAME = "texts"
    SCHEMA_VERSION = 1
    HEADER = ("text", "number")
    NUMERIC = frozenset(("number",))

    def __init__(self, *rows):
        self.given = rows

    def rows(self, _figures):
        return iter(self.given)


def written(*rows) -> str:
    return export(Texts(*rows), export_figures()).content.decode("utf-8")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("name", hostile.FORMULAS, ids=ascii)
def test_no_formula_opens_in_a_spreadsheet(name):
    assert safe_text(name).startswith("'")
    assert read(written((name, None)))[1][0].startswith("'")


@pytest.mark.parametrize("name", hostile.NAMES, ids=lambda name: ascii(name[:20]))
def test_a_hostile_name_stays_in_its_cell(name):
    rows = read(written((name, Number("1")), ("next", None)))
    assert [len(row) for row in rows] == [2, 2, 2]
    assert rows[1][1] == "1"
    assert rows[2] == ["next", ""]


@pytest.mark.parametrize("name", hostile.NAMES, ids=lambda name: ascii(name[:20]))
def test_no_control_and_no_turning_mark_is_written(name):
    text = written((name, None))
    assert not {"\0", "\x1b", "\u202e", "\u2066", "\u2067"} & set(text)


@pytest.mark.parametrize(
    "text", ["NA", "null", "NaN", "TRUE", "007", "1/2", "1E5", "Café", "0.5 ETH"]
)
def test_a_harmless_text_comes_back_as_it_is(text):
    assert read(written((text, None)))[1] == [text, ""]


@pytest.mark.parametrize("number", ["-0.00000015", "0.000000000000000001", "-3", "9" * 78, "0"])
def test_a_number_is_never_touched(number):
    assert written(("a", Number(number))).splitlines()[1] == f'"a",{number}'


@pytest.mark.parametrize("text", ["1E-18", "+1", "", "1,000", "NaN", "=1", "١", "1\n"])
def test_only_plain_numbers_are_numbers(text):
    with pytest.raises(AssertionError):
        Number(text)


def test_an_unknown_number_is_empty_and_an_empty_text_is_quoted():
    assert written(("", None)) == 'text,number\r\n"",\r\n'


def test_lines_end_as_rfc_4180_says_and_there_is_no_mark_of_byte_order():
    content = export(journal, export_figures()).content
    assert content.count(b"\r\n") == content.count(b"\n")
    assert content.startswith(b"entry,posting,")


def test_a_long_text_is_cut_and_says_so():
    assert len(safe_text("W" * 20_000)) == 2_000
    assert safe_text("W" * 20_000).endswith("…")


def test_sums_are_exact_at_any_length():
    rows = (
        ("a", Number("9" * 78)),
        ("b", Number("0.000000000000000000000001")),
        ("c", Number("-1")),
    )
    manifest = json.loads(export(Texts(*rows), export_figures()).manifest)
    assert manifest["sums"] == {"number": "9" * 77 + "8.000000000000000000000001"}


def test_a_text_in_a_numeric_column_is_refused():
    with pytest.raises(AssertionError):
        written(("a", "1"))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.NAME)
def test_the_manifest_agrees_with_its_file(layout):
    made = export(layout, export_figures())
    manifest, rows = json.loads(made.manifest), read(made.content.decode("utf-8"))
    assert manifest["rows"] == made.rows == len(rows) - 1 > 0
    assert manifest["sha256"] == hashlib.sha256(made.content).hexdigest()
    assert manifest["schema_version"] == layout.SCHEMA_VERSION
    assert [column["name"] for column in manifest["columns"]] == rows[0] == list(layout.HEADER)
    assert set(manifest["sums"]) == layout.NUMERIC


def test_the_manifest_names_its_file_the_books_and_by_which_rules_the_year_was_assessed():
    made = export(form_8949, export_figures(digest="d1"), "form-8949-2025")
    manifest = json.loads(made.manifest)
    assert (manifest["file"], manifest["books"]) == ("form-8949-2025.csv", "d1")
    assert manifest["tax"] == {
        "regime": "us", "year": 2025, "method": "fifo", "currency": "USD", "rules": [],
    }  # fmt: skip
    assert json.loads(export(journal, export_figures()).manifest)["tax"] is None


def test_a_layout_without_a_column_for_it_has_a_trace_that_the_manifest_proves():
    made = export(turbotax, export_figures(), "turbotax-2025")
    assert made.trace is not None
    trace = json.loads(made.trace)
    assert trace == {
        "file": "turbotax-2025.csv", "rows": {"1": ["eip155:1/tx:0x01#0", "lot-1"]},
    }  # fmt: skip
    proof = json.loads(made.manifest)["trace_sha256"]
    assert proof == hashlib.sha256(made.trace).hexdigest()
    assert export(form_8949, export_figures()).trace is None


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.NAME)
def test_the_order_of_input_changes_no_byte(layout):
    orders = [(n, "eip155:1", 1, 0, f"a{n}") for n in (1, 1, 2)]
    names = ("x#2", "x#10", "y#0")
    entries = tuple(entry(name, order=order) for name, order in zip(names, orders, strict=True))
    events = tuple(event(name, order=order) for name, order in zip(names, orders, strict=True))
    base = export_figures(entries=entries, events=events)
    turned = export_figures(entries=entries[::-1], events=events[::-1], marks=base.marks[::-1])
    assert export(layout, base) == export(layout, turned)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.NAME)
def test_a_layout_without_rows_is_its_header_alone(layout):
    nothing = export_figures(entries=(), events=(), marks=(), disposals=(), tax=tax_year())
    made = export(layout, nothing)
    assert made.rows == 0
    assert made.content.count(b"\r\n") == 1
    assert set(json.loads(made.manifest)["sums"].values()) <= {"0"}


class Traced:
    """A layout whose rows are texts, each resting on the words of its own."""

    NAME = "traced"
    SCHEMA_VERSION = 1
    HEADER = ("text",)
    NUMERIC: frozenset[str] = frozenset()

    def __init__(self, *told):
        self.told = told

    def rows(self, _):
        return ((each,) for each in self.told)

    def sources(self, _):
        return (each.split() for each in self.told)


@pytest.mark.parametrize("told", [(), ("",), ('é"\\ b', "", "=c")])
def test_a_trace_is_json_with_an_indent_of_two(told):
    made = export(Traced(*told), export_figures())
    rows = {str(n): [safe_text(one) for one in each.split()] for n, each in enumerate(told, 1)}
    said = {"file": "traced.csv", "rows": rows}
    assert made.trace == (json.dumps(said, indent=2, ensure_ascii=True) + "\n").encode("ascii")
