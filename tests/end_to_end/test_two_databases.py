"""The same evidence on SQLite and on PostgreSQL: the same books, pages and files, to the byte."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest

from api import figures
from api.demo import sample
from api.desk import Desk, now
from api.jobs.bring import import_bytes
from api.jobs.report import monthly_pdf
from api.jobs.tax_files import exported, layouts_of, named
from api.jobs.tax_record import Record
from ledger.books import Books
from ledger.chains import evm
from ledger.journal.text import print_journal
from ledger.model.entry import Entry
from ledger.model.evidence import Answer
from ledger.prices.sources import price_csv
from ledger.store import Written, open_store, upgrade
from tests.ledger.store import postgres

NETWORKS = ("eip155:1", "eip155:42161")
TRANSACTIONS = 400
MONTH, YEAR = "2025-12", 2025


@dataclass(frozen=True, slots=True)
class Kept:
    """What one database gave: the books, the entries read back, and everything made of them."""

    books: Books
    entries: tuple[Entry, ...]
    digest: str
    again: Written
    altered: tuple[str, ...]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def part():
    """Two networks' first transactions, balances until the earlier end, all statements."""
    whole = sample.load()
    own = [[raw for raw in whole.transactions if raw.network == name] for name in NETWORKS]
    chosen = [raws[:TRANSACTIONS] for raws in own]
    until = min(evm.read(raws[-1])[0].time for raws in chosen) - timedelta(seconds=1)
    limit = until.isoformat()[:19]
    return sample.Sample(
        fund=whole.fund,
        wallets=whole.wallets,
        transactions=tuple(itertools.chain(*chosen)),
        answers=tuple(answer for answer in whole.answers if is_early(answer, limit)),
        statements=whole.statements,
        prices=whole.prices,
    )


def is_early(answer: Answer, limit: str) -> bool:
    if answer.question.kind != "balance":
        return True
    network = answer.question.subject.rpartition("|")[0].rpartition(":")[0]
    return network in NETWORKS and answer.value()["time"] < limit


def kept(url: str, part: sample.Sample, step: int) -> Kept:
    """Bring a part of the sample in, in portions and in an order of its own, and keep the books."""
    name = part.fund.name
    with open_store(url, clock=now) as store:
        store.funds.create(part.fund)
        store.wallets.add(name, part.wallets)
        desk = Desk(store, part.fund)
        quotes, _ = price_csv.read(part.prices.body.decode(), part.prices.name)
        store.quotes.add(name, quotes[::step])
        for file in part.statements[::step]:
            import_bytes(desk, [(file.name, file.body)], wallet=file.owner, keep=False)
        store.answers.add(name, part.answers[::step])
        transactions = part.transactions[::step]
        for portion in (transactions[:300], transactions[300:]):
            store.evidence.add(name, portion)
        desk.keep()
        again = desk.keep()
        books = desk.books()
        journal = store.journal
        return Kept(
            books,
            journal.live_entries(name),
            journal.digest(name),
            again,
            journal.altered(name),
            made(books, part),
        )


def made(books: Books, part: sample.Sample) -> dict[str, bytes]:
    """Every file that the books give, by name."""
    pdf, figures_of_pdf = monthly_pdf(books, part.fund, MONTH)
    files = {
        "pdf": pdf,
        "figures": figures_of_pdf,
        "journal": print_journal(books.entries).encode(),
    }
    for module in layouts_of(part.fund):
        export, _ = exported(module.NAME, books, part.fund, YEAR, record=Record())
        files |= dict(named(export, module.NAME))
    return files


@pytest.fixture(scope="module")
def on_sqlite(part, tmp_path_factory) -> Kept:
    url = f"sqlite:///{tmp_path_factory.mktemp('one') / 'partita.db'}"
    upgrade(url)
    return kept(url, part, step=1)


@pytest.fixture(scope="module")
def on_postgresql(part) -> Kept:
    """The same, but everything comes in the other way round."""
    with postgres.server() as server, postgres.database(server, "partita_both") as url:
        upgrade(url)
        return kept(url, part, step=-1)


def test_a_part_of_the_sample_ties_to_its_balances(on_sqlite):
    assert len(on_sqlite.books.activities) > len(NETWORKS) * TRANSACTIONS
    assert len(on_sqlite.books.observations) > 100
    assert figures.balance_breaks(on_sqlite.books) == ()


def test_both_databases_hold_the_same_journal(on_sqlite, on_postgresql):
    assert on_sqlite.digest == on_postgresql.digest
    assert on_sqlite.entries == on_postgresql.entries == on_sqlite.books.entries


def test_both_databases_give_the_same_books(on_sqlite, on_postgresql):
    assert on_sqlite.books.booking == on_postgresql.books.booking
    assert on_sqlite.books.problems == on_postgresql.books.problems


def test_both_databases_give_the_same_report_and_files(on_sqlite, on_postgresql):
    assert len(on_sqlite.files) > 10
    assert on_sqlite.files["pdf"].startswith(b"%PDF")
    for name, content in on_sqlite.files.items():
        assert content == on_postgresql.files[name], name


def test_neither_database_has_anything_to_change_or_was_altered(on_sqlite, on_postgresql):
    for each in (on_sqlite, on_postgresql):
        assert each.again == Written(unchanged=len(each.books.entries), appended=0, reversed=0)
        assert each.altered == ()
