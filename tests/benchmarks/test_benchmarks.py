"""The benchmarks run on a tiny size, and their results have one shape; nothing here is timed."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import results, tax_peers
from benchmarks.__main__ import PAGE, RESULTS, chosen, measured, subjects
from benchmarks.figure import Figure, Unmeasured
from tests.answered import answers_to

MAKEFILE = Path(__file__).parents[2] / "Makefile"
#: They start programs for minutes; `python -m benchmarks` runs them.
STARTING_PROGRAMS = {
    *("cases", "command", "demo", "million", "peers", "venues"),
    *("tax_books", "tax_late", "tax_peers"),
}


@pytest.mark.parametrize("name", sorted(subjects().keys() - STARTING_PROGRAMS))
def test_a_subject_measures_what_it_names_on_a_tiny_size(name: str):
    subject = subjects()[name]
    figures = list(subject.figures(100))
    assert [figure.name for figure in figures] == list(subject.WHAT)
    assert all(figure.value > 0 and figure.floor > 0 for figure in figures)


def test_a_name_belongs_to_one_subject():
    names = [name for subject in subjects().values() for name in subject.WHAT]
    assert len(names) == len(set(names))


def test_a_run_for_which_nothing_is_named_measures_every_figure_of_the_page():
    known = subjects()
    measured_then = {figure for name in chosen([], known) for figure in known[name].WHAT}
    assert measured_then >= set(json.loads(RESULTS.read_text("utf-8")))
    demanded = {
        *("tax_1m_to_csv_s", "tax_1m_rss_mb", "tax_one_late_trade_s", "faster_than_rp2_10k"),
        *("tax_fifo_1m_cpu_s", "tax_hifo_1m_cpu_s", "tax_uk_1m_cpu_s", "books_1m_sqlite_s"),
        *("faster_than_hledger_100k", "faster_than_beancount_100k", "demo_total"),
    }
    assert demanded <= measured_then
    recipe = MAKEFILE.read_text("utf-8").partition("\nbench:")[2].splitlines()[1]
    assert recipe.split() == ["$(PYTHON)", "-m", "benchmarks"], "no word leaves a subject out"


def test_a_short_run_leaves_out_what_takes_minutes():
    known = subjects()
    short = set(chosen(["short"], known))
    assert known.keys() - short == {
        *("demo", "million", "peers", "venues", "tax_books", "tax_late", "tax_peers")
    }
    assert chosen(["venues", "lots_growth"], known) == ["venues", "lots"]
    with pytest.raises(SystemExit, match="nothing is called dance"):
        chosen(["dance"], known)


def test_peers_that_cannot_be_installed_are_a_line_and_no_crash(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tax_peers, "PEERS", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # as without a network
    figures, why = measured(tax_peers)
    assert not figures
    assert why.startswith("RP2 and BittyTax cannot be installed from tax_peers.lock: ERROR: ")
    assert "\n" not in why


def test_a_figure_before_what_is_lacking_is_kept():
    lacking = ModuleType("lacking")

    def figures():
        yield Figure("a", 2.0, "s", 1.0)
        raise Unmeasured("no such program")

    vars(lacking)["figures"] = figures
    assert measured(lacking) == ([Figure("a", 2.0, "s", 1.0)], "no such program")


def test_the_trades_that_peers_are_asked_for_are_told_alike_and_have_an_answer():
    history = list(tax_peers.trades(400))
    (us,), (uk,) = (
        answers_to(json.loads(tax_peers.question(history, regime, currency)))
        for regime, currency in (("us", "USD"), ("uk", "GBP"))
    )
    sold = [one for one in history if one.sold]
    assert len(us["disposals"]) == len(uk["disposals"]) == len(sold) == 200
    assert not us["problems"] + uk["problems"]
    header, *rows = tax_peers.records(history)
    assert {row.count(",") for row in rows} == {header.count(",")}
    told = [row for _, sheet in tax_peers.sheets(history) for row in sheet if len(row) > 3]
    assert len(told) == len(rows) == len(history)
    assert max(map(len, told)) <= 14


def test_every_result_has_the_same_fields():
    for name, row in json.loads(RESULTS.read_text("utf-8")).items():
        assert tuple(row) == results.FIELDS, name
        assert row["command"].startswith("python -m benchmarks "), name
        assert date.fromisoformat(row["date"]) <= datetime.now(UTC).date(), name


def test_a_figure_replaces_its_older_self_and_no_other():
    day = date(2026, 1, 2)
    what = {"a": "first", "b": "second"}
    known = results.merged(
        {}, [Figure("a", 2.0, "s", 1.0), Figure("b", 3.0, "s", 1.0)], what, "x", day
    )
    newer = results.merged(known, [Figure("b", 1.23456, "s", 2.0)], what, "y", day)
    assert newer["a"] == known["a"]
    assert newer["b"] == {
        "value": 1.23, "unit": "s", "floor": 2.0, "ratio": 0.617,
        "command": "y", "date": "2026-01-02",
    }  # fmt: skip


def test_a_figure_that_no_subject_names_is_gone():
    known = results.merged({}, [Figure("a", 2.0, "s", 1.0)], {"a": "first"}, "x", date(2026, 1, 2))
    assert not results.merged(known, [], {"b": "second"}, "x", date(2026, 1, 2))


def test_the_table_stands_between_the_marks_of_the_page(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    row = results.merged({}, [Figure("a", 2.0, "s", 1.0)], {"a": "first"}, "x", date(2026, 1, 2))
    for _ in range(2):
        results.write_table(page, row, {"a": "first"})
    text = page.read_text("utf-8")
    assert text.count("| `a` | 2.0 s | 1.0 | 2.0 | first |\n") == 1
    assert text.startswith("# Performance\n")
    assert "## What made a difference" in text
