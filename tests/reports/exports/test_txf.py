"""TXF 042: records by the specification, numbers for boxes that it does not know, safe lines."""

import pytest

from ledger.model.asset import Asset, AssetId
from reports.csv import export
from reports.exports import txf
from tests.reports.books import export_figures, line, tax_year, whole


def content(*lines, year=2025, **more):
    made = export(txf, export_figures(tax=tax_year(*lines, year=year), **more))
    assert made.suffix == "txf"
    return made.content.decode("ascii")


def test_a_sale_is_a_record_of_format_4():
    assert content(line()).split("\r\n") == [
        "V042", "APartita", "D12/31/2025", "^",
        "TD", "N712", "C1", "L1", "P0.5 ETH", "D03/01/2025", "D06/30/2025", "$1000.02", "$1498.00",
        "^", "",
    ]  # fmt: skip


def test_a_loss_that_is_not_allowed_is_a_record_of_format_5():
    loss = line(proceeds=whole("900"), cost=whole("1000"), fees=0, denied=whole("60"))
    assert content(loss).split("\r\n")[-5:-1] == ["$1000.00", "$900.00", "$60.00", "^"]


@pytest.mark.parametrize(
    ("changes", "reference"),
    [
        ({}, "N712"),
        ({"term": "long"}, "N714"),
        ({"acquired": None, "cost": None, "gain": None}, "N716"),
        ({"acquired": None}, "N712"),
    ],
)
def test_boxes_go_as_the_copies_of_the_form(changes, reference):
    assert reference in content(line(**changes)).split("\r\n")


def test_an_unknown_basis_is_an_empty_amount_and_never_zero():
    assert "$\r\n$1498.00\r\n" in content(line(acquired=None, cost=None, gain=None))


def test_boxes_g_to_l_have_the_numbers_of_a_to_f():
    pairs = zip("GHIJKL", "ABCDEF", strict=True)
    assert all(txf.REFERENCES[new] == txf.REFERENCES[old] for new, old in pairs)


def test_no_name_of_a_token_ends_a_record():
    asset = AssetId("symbol:EVIL")
    evil = {asset: Asset(asset, "X\r\n^\r\nTD\r\nN321🐶", 18)}
    lines = content(line(asset=asset), assets=evil).split("\r\n")
    assert lines.count("^") == 2
    assert any(each.startswith("P0.5 XU+000DU+000A^") for each in lines)


def test_the_order_of_lines_changes_no_byte():
    one, two = line(lot="a"), line(lot="b", quantity=10**18)
    assert content(one, two) == content(two, one)
