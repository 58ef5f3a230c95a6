"""The PDF: the same bytes each time, fonts within, and nothing of what it shows is markup."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.model.asset import Asset
from ledger.model.problem import Problem
from reports.model import Coverage
from reports.pdf import render
from reports.statement import Column, Figure, Page, Source, Statement, Table
from reports.statements.monthly import statement
from tests.reports.books import ASSETS, END, MEME, STRATEGIES, monthly_figures
from tests.reports.hostile import NAMES

ROOT = Path(__file__).parents[3]
PDF = render(statement(monthly_figures()))


def hostile(name: str) -> Statement:
    """The month with one name in every place that takes a text of the outside."""
    figures = monthly_figures()
    results = tuple(
        replace(result, strategy=name) if result.strategy == STRATEGIES[0] else result
        for result in figures.month_results
    )
    kelly = (replace(figures.risk.kelly[0], strategy=name, reason=name), *figures.risk.kelly[1:])
    return statement(
        replace(
            figures,
            fund=replace(figures.fund, name=name),
            month_results=results,
            risk=replace(figures.risk, kelly=kelly),
            assets=ASSETS | {MEME: Asset(MEME, name, 9)},
            wallets={key: replace(w, label=name) for key, w in figures.wallets.items()},
            coverage=(Coverage(name, END, END, 1, 1),),
            problems=(Problem("bad_row", name, name, name, 1),),
            unexplained=tuple(replace(each, reason=name) for each in figures.unexplained),
            digest=name,
            version=name,
            label=name,
        )
    )


def shown(pdf: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine")
    (tmp_path / "report.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_same_statement_gives_the_same_bytes():
    assert render(statement(monthly_figures())) == PDF


def test_another_process_gives_the_same_bytes():
    script = (
        "import hashlib;from reports.pdf import render;"
        "from reports.statements.monthly import statement;"
        "from tests.reports.books import monthly_figures;"
        "print(hashlib.sha256(render(statement(monthly_figures()))).hexdigest())"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
        )  # fmt: skip
        assert done.stdout.strip() == hashlib.sha256(PDF).hexdigest()


def test_a_changed_figure_changes_the_file():
    assert render(statement(monthly_figures(suspense=1))) != PDF


def test_fonts_are_embedded_and_no_other_is_named():
    assert PDF.count(b"/FontFile2") == 2
    bases = set(re.findall(rb"/BaseFont /([A-Za-z+\-]+)", PDF))
    assert {name.split(b"+")[-1] for name in bases} == {
        b"BitstreamVeraSans-Roman",
        b"BitstreamVeraSans-Bold",
    }


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
def test_a_hostile_name_is_shown_and_does_nothing(name):
    pdf = render(hostile(name))
    for active in (
        b"/Annot",
        b"/URI",
        b"/JavaScript",
        b"/Launch",
        b"/Subtype /Image",
        b"/EmbeddedFile",
    ):
        assert active not in pdf, active


def test_a_hostile_name_is_readable_as_it_is(tmp_path: Path):
    text = shown(render(hostile("<b>AAVE & <UNI")), tmp_path)
    assert text.count("<b>AAVE & <UNI") > 8


def test_a_glyph_that_the_font_has_not_is_spelled_out(tmp_path: Path):
    assert "U+1F436INU" in shown(PDF, tmp_path)


def test_every_page_has_its_number_the_fund_and_the_books(tmp_path: Path):
    pages = shown(PDF, tmp_path).rstrip("\f").split("\f")
    assert len(pages) >= 6
    for number, page in enumerate(pages, 1):
        assert f"{number} of {len(pages)}" in page
        assert "Meridian Chain Arbitrage" in page
        assert "Books 5f2c8a1e5f2c8a1e" in page
        assert "October 2026" in page


def test_every_figure_of_the_statement_is_on_a_page(tmp_path: Path):
    text = " ".join(shown(PDF, tmp_path).split())
    made = statement(monthly_figures())
    for page in made.pages:
        for block in page.blocks:
            for row in block.rows if isinstance(block, Table) else ():
                for cell in row:
                    assert not isinstance(cell, Figure) or cell.text in text, cell.id


def test_the_file_names_its_books_so_that_it_can_be_verified():
    from reportlab.lib.utils import asUnicode

    assert b"books:" + monthly_figures().digest.encode() in PDF
    assert asUnicode("report:monthly/2026-10").encode() in PDF


def test_a_figure_is_never_cut(tmp_path: Path):
    long = "−123,456,789,012,345,678.90"
    columns = (Column("Strategy", 24), *(Column(str(n), 9, "right") for n in range(8)))
    cells = [Figure(f"x{n}", long, Source("nav")) for n in range(8)]
    page = Page("Wide", (Table("Wide", columns, (("a strategy with a long name", *cells),)),))
    made = Statement.of(("w", "Wide", "Fund", "now", "Final", "d", "v"), page)
    assert shown(render(made), tmp_path).count(long) == 8


def test_of_thousands_of_rows_all_are_there(tmp_path: Path):
    rows = tuple((f"row-{n}", Figure(f"f{n}", f"{n:,}.00", Source("nav"))) for n in range(2_000))
    columns = (Column("Name", 50), Column("Value", 50, "right"))
    page = Page("Long", (Table("Long", columns, rows),))
    made = Statement.of(("l", "Long", "Fund", "now", "Final", "d", "v"), page)
    text = shown(render(made), tmp_path)
    assert {f"row-{n}" for n in range(2_000)} <= set(text.split())
