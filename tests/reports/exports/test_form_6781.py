"""Form 6781, Part I: an account a line, the net of all, and 60 percent of it long."""

import pytest

from ledger.model.errors import BadInput
from ledger.model.fund import WalletId
from reports.exports import form_6781
from tests.reports.books import export_figures, line, tax_year, whole


def contract(gain, wallet="cme", **changes):
    return line(
        gain=None if gain is None else whole(gain),
        character="section_1256",
        wallet=WalletId(wallet),
        **changes,
    )


def rows(*lines):
    figures = export_figures(tax=tax_year(*lines))
    made = [
        dict(zip(form_6781.HEADER, (getattr(cell, "text", cell) for cell in row), strict=True))
        for row in form_6781.rows(figures)
    ]
    assert len(list(form_6781.sources(figures))) == len(made)
    return made


def test_a_net_gain_is_sixty_percent_long_and_goes_to_schedule_d():
    found = {row["line"]: row for row in rows(contract("100.03"), contract("-0.02"), line())}
    assert [found[name]["net"] for name in ("3", "5", "7", "8", "9")] == [
        "100.01", "100.01", "100.01", "40.00", "60.01",
    ]  # fmt: skip
    assert found["8"]["goes to"] == "Schedule D, line 4"
    assert found["9"]["goes to"] == "Schedule D, line 11"
    # what the filer decides is no zero
    assert found["4"]["net"] is found["6"]["net"] is None


def test_each_account_has_its_loss_or_its_gain():
    found = rows(contract("70", "a"), contract("-30", "b"), contract("10", "b"))
    assert [(row["(a) identification of account"], row["(b) loss"], row["(c) gain"])
            for row in found[:3]] == [
        ("a", "0.00", "70.00"), ("b", "20.00", "0.00"), ("", "20.00", "70.00"),
    ]  # fmt: skip
    assert found[3]["net"] == "50.00"


def test_a_loss_is_split_the_same_way():
    found = {row["line"]: row["net"] for row in rows(contract("-10"))}
    assert (found["8"], found["9"]) == ("-4.00", "-6.00")


def test_a_contract_without_a_price_is_counted_and_in_no_sum():
    found = {row["line"]: row for row in rows(contract("5"), contract(None, proceeds=None))}
    assert found["2"]["lines without a gain"] == "1"
    assert found["7"]["net"] == "5.00"


def test_it_is_filed_in_dollars():
    with pytest.raises(BadInput, match="USD"):
        list(form_6781.rows(export_figures(tax=tax_year(contract("1"), currency="EUR"))))
    with pytest.raises(BadInput, match="none was given"):
        list(form_6781.rows(export_figures(tax=None)))
