"""A fund of each method, on each database: its books, lots, tax year and backup, by command.

On PostgreSQL one role makes the tables, and another, which is walled off, does everything else.
"""

import itertools
import os
from collections.abc import Iterator

import pytest

from tests.api.conftest import HEADER
from tests.end_to_end.command import Command
from tests.ledger.store import postgres

COUNT = itertools.count()
PRICES = (200, 100, 300, 250)
ROWS = [
    "2026-01-01T09:00:00Z,contribution,bank,,,USD,100000,,,,,,c-1,",
    *(
        f"2026-01-0{day}T10:00:00Z,buy,bank,USD,{price},BTC,1,,,,,,b-{day},"
        for day, price in enumerate(PRICES, 2)
    ),
    "2026-02-01T10:00:00Z,sell,bank,BTC,1,USD,1000,,,,,,s-1,",
]
#: What the one bitcoin sold cost; where nothing is chosen the oldest goes, and a problem says so.
COST = {
    "fifo": "200",
    "lifo": "250",
    "hifo": "300",
    "lofo": "100",
    "average": "212.5",
    "strict": "200",
    "specific": "200",
}
#: Methods that choose no lot: where nobody named one, nothing says what a tax year's sale cost.
UNNAMED = {"strict", "specific"}
TAXED = {method: None if method in UNNAMED else cost for method, cost in COST.items()}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def partita(request, tmp_path, monkeypatch, capsys) -> Iterator[Command]:
    """A command on each database, whose tables are made and which has a fund called first."""
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    command = Command(tmp_path, monkeypatch, capsys)
    if request.param == "sqlite":
        assert command("fund", "create", "first").code == 0
        yield command
        return
    server = request.getfixturevalue("server")
    name = f"partita_methods_{os.getpid()}_{next(COUNT)}"
    with postgres.database(server, name) as url, postgres.roles(url) as addresses:
        made = command("fund", "create", "first", "--db", addresses.owner)
        assert made.code == 0, made.err
        monkeypatch.setenv("PARTITA_DATABASE_URL", addresses.application)
        yield command


@pytest.fixture
def kept(partita: Command) -> Command:
    """The same with a fund of each method, called like it, and the same trades in each."""
    for method in COST:
        made = partita("fund", "create", method, "--regime", "us", "--method", method)
        assert made.code == 0, made.err
        file = partita.write("trades.csv", HEADER.strip(), *ROWS)
        done = partita("import", file, "--fund", method)
        assert done.code in {0, 3}, done.err
    return partita


def costs(partita: Command, fund: str, *words: str, regime: str = "us") -> list[str | None]:
    """What the bitcoin sold in 2026 cost, lot by lot."""
    year = partita("tax", regime, "2026", "--fund", fund, "--json", *words)
    assert year.code in {0, 3}, year.err
    return [line["cost"] for line in year.json["disposals"]]


def test_books_of_every_method_work_from_import_to_backup(kept):
    for method, cost in COST.items():
        assert costs(kept, method) == [TAXED[method]], method
        year = kept("tax", "us", "2026", "--fund", method, "--json").json
        assert year["method"] == method
        [disposal] = kept("disposals", "--fund", method, "--json").json
        assert disposal["cost"] == cost
        lots = kept("lots", "--fund", method, "--json").json
        assert sum(float(lot["cost"]) for lot in lots) + float(cost) == sum(PRICES)
        open_choices = [p for p in year["problems"] if p["code"] == "ambiguous_lot"]
        assert bool(open_choices) == (method in UNNAMED), method
        again = kept("keep", "--fund", method)
        assert again.code in {0, 3} and " 0 reversed" in again.out
        assert kept("verify", "--rebuild", "--fund", method).code == 0
    assert kept("backup", "books.zip").code == 0
    restored = f"sqlite:///{kept.folder / 'restored.db'}"
    assert kept("restore", "books.zip", "--db", restored).code == 0
    for method, taxed in TAXED.items():
        assert costs(kept, method, "--db", restored) == [taxed]


def test_a_tax_year_of_any_method_is_that_of_a_fund_of_it(kept):
    for method, cost in TAXED.items():
        assert costs(kept, "fifo", "--method", method) == [cost]


def test_a_method_holds_from_its_year_on_and_not_before(kept):
    changed = kept("fund", "method", "2026", "hifo", "--fund", "fifo")
    assert changed.code == 0 and changed.out == "methods: fifo, hifo from 2026\n"
    assert costs(kept, "fifo") == ["300"]
    assert kept("tax", "us", "2026", "--fund", "fifo", "--json").json["method"] == "hifo"
    assert costs(kept, "fifo", "--method", "lofo") == ["100"]
    assert costs(kept, "lifo") == ["250"]
    changed = kept("fund", "method", "2027", "average", "--fund", "fifo")
    assert changed.out == "methods: fifo, hifo from 2026, average from 2027\n"
    assert costs(kept, "fifo") == ["300"]
    assert kept("fund", "method", "2026", "fifo", "--fund", "fifo").code == 0
    assert costs(kept, "fifo") == ["200"]


def test_an_entry_takes_the_lots_that_were_named(kept):
    lots = {lot["cost"]: lot["id"] for lot in kept("lots", "--fund", "specific", "--json").json}
    [sale] = kept("disposals", "--fund", "specific", "--json").json
    said = kept("fund", "identify", sale["entry"], lots["300"], "--fund", "specific")
    assert said.code == 0, said.err
    assert f"{sale['entry']}: {lots['300']}, said at 20" in said.out
    assert costs(kept, "specific", regime="generic") == ["300"]
    year = kept("tax", "generic", "2026", "--fund", "specific", "--json").json
    assert "ambiguous_lot" not in {problem["code"] for problem in year["problems"]}
    # the later word counts; other funds and methods are as they were
    kept("fund", "identify", sale["entry"], lots["250"], "--fund", "specific")
    assert costs(kept, "specific", regime="generic") == ["250"]
    assert costs(kept, "specific", "--method", "fifo") == ["200"]
    assert costs(kept, "strict") == [None]
    # in the United States the word came after the sale, and names nothing
    assert costs(kept, "specific") == [None]
    year = kept("tax", "us", "2026", "--fund", "specific", "--json")
    told = {problem["code"]: problem["source"] for problem in year.json["problems"]}
    assert (year.code, told.get("late_identification")) == (3, sale["entry"])


def test_lots_are_named_only_of_what_there_is(kept):
    lots = kept("lots", "--fund", "specific", "--json").json
    [sale] = kept("disposals", "--fund", "specific", "--json").json
    entry, lot = sale["entry"], lots[0]["id"]
    purchase = next(each for each in lots if each["entry"] != entry)["entry"]
    for words, code in (
        ((entry,), 2),
        ((entry, lot, lot), 6),
        ((entry, "none:1"), 1),
        (("none", lot), 1),
        ((purchase, lot), 6),
    ):
        done = kept("fund", "identify", *words, "--fund", "specific")
        assert done.code == code, words
    assert costs(kept, "specific") == [None]


@pytest.mark.parametrize(
    "words", [("1969", "fifo"), ("10000", "fifo"), ("2026", "gut"), ("2026", "FIFO")]
)
def test_a_method_or_a_year_that_is_none_is_refused(partita, words):
    assert partita("fund", "method", *words).code == 6
    assert partita("fund", "create", "second", "--method", "gut").code == 6
