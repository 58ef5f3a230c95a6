"""Form 1099-DA as CSV: columns by name, boxes, and rows that are refused by name."""

from datetime import date

import pytest

from ledger.model.fund import WalletId
from ledger.tax.form_1099da import read

KRAKEN = WalletId("venue:kraken:main")
HEADER = "Asset,Date acquired,Date sold,Gross proceeds,Cost basis,Gain/Loss"


def sales(*rows, header=HEADER):
    return read("\n".join((header, *rows)) + "\n", KRAKEN, "da.csv")


def test_a_row_is_a_sale_with_dates_money_and_the_line_it_stands_in():
    [sale], problems = sales('btc,03/01/2025,06/30/2025,"$1,500.25",1000,500.25')
    assert not problems
    assert (sale.symbol, sale.acquired, sale.sold) == ("BTC", date(2025, 3, 1), date(2025, 6, 30))
    assert (sale.proceeds, sale.basis) == (1_500_250 * 10**15, 1_000 * 10**18)
    assert (sale.wallet, sale.source) == (KRAKEN, "da.csv:2")


def test_without_a_checkbox_no_basis_was_reported():
    [sale], _ = sales("BTC,03/01/2025,06/30/2025,1500,1000,500")
    assert (sale.box, sale.reported) == ("", False)


@pytest.mark.parametrize(
    ("box", "reported"), [("G", True), ("J", True), ("H", False), ("Y", False)]
)
def test_a_checkbox_says_whether_the_basis_was_reported(box, reported):
    [sale], _ = sales(f"BTC,2025-06-30,10,{box}", header="Asset name,Date of sale,Proceeds,Box")
    assert (sale.box, sale.reported) == (box, box in {"G", "J"})


@pytest.mark.parametrize("text", ["", "VARIOUS", "Various", "N/A"])
def test_a_date_that_is_none_and_a_basis_that_is_none_are_not_made_up(text):
    [sale], _ = sales(f"BTC,{text},06/30/2025,1500,{text},")
    assert (sale.acquired, sale.basis) == (None, None)


def test_a_loss_may_stand_in_brackets():
    [sale], _ = sales("BTC,,06/30/2025,($12.50),,")
    assert sale.proceeds == -125 * 10**17


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("BTC,,13/40/2025,1,1,", "bad_row"),
        ("BTC,,,1,1,", "bad_row"),
        (",,06/30/2025,1,1,", "bad_row"),
        ("BTC,,06/30/2025,1e5,1,", "bad_amount"),
        ("BTC,,06/30/2025,,1,", "bad_amount"),
        ("BTC,06/30/2025,1", "bad_row"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_kept(row, code):
    kept, [problem] = sales(row, "ETH,,06/30/2025,5,,")
    assert [sale.symbol for sale in kept] == ["ETH"]
    assert (problem.code, problem.file, problem.line) == (code, "da.csv", 2)


@pytest.mark.parametrize("header", ["Asset,Date sold", "Asset,Asset name,Date sold,Proceeds", ""])
def test_a_header_that_lacks_a_column_or_has_one_twice_refuses_the_file(header):
    kept, problems = sales("BTC,06/30/2025,1", header=header)
    assert kept == ()
    assert problems[0].code == "unknown_layout"
