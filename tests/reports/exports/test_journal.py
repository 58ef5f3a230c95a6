"""The journal as CSV: each posting is a row, and the rows of an entry balance."""

from collections import defaultdict

from reports.exports import journal
from tests.reports.books import entry, export_figures


def rows(**changes):
    return [
        dict(zip(journal.HEADER, row, strict=True))
        for row in journal.rows(export_figures(**changes))
    ]


def test_each_posting_is_a_row():
    first = rows()[0]
    assert len(rows()) == 4
    assert first["quantity"].text == "-0.5"
    assert first["base_units"].text == "-500000000000000000"
    assert first["value"].text == "-1500.000001"
    assert first["account"] == "asset:eip155:1:0x" + "a1" * 20
    assert first["time"] == "2025-06-30T12:00:00Z"


def test_base_units_of_an_entry_sum_to_zero_per_asset():
    sums: defaultdict[object, int] = defaultdict(int)
    for row in rows():
        sums[row["asset"]] += int(row["base_units"].text)
    assert set(sums.values()) == {0}


def test_an_unknown_value_is_empty_and_never_zero():
    assert rows()[2]["value"] is None


def test_every_row_carries_the_hash_of_its_entry():
    assert {row["hash"] for row in rows()} == {entry().hash}
