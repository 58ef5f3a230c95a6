"""Tax years of the stored journal are those of the books that the evidence gives."""

from datetime import UTC, datetime

import pytest

from api.desk import Desk
from api.jobs.bring import import_bytes, import_price_bytes
from api.jobs.tax import Question
from api.jobs.tax_filed import answered, file_year
from api.jobs.tax_files import tax_exported, tax_files
from api.jobs.tax_record import record_of
from api.tax_books import StoredBooks, digest_of, tax_books
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.conftest import HEADER, PRICES, ROWS

LATER = datetime(2027, 3, 1, tzinfo=UTC)
#: Regimes with their own methods, and one that is asked for.
ASKED = [
    *(Question(regime) for regime in "us uk de ca fr jp au in ie at generic uk_company".split()),
    Question("us", "hifo"),
    Question("us", None, {"mark_to_market": "from:2026"}),
    Question("generic", "average"),
]
RATES = "time,asset,price,currency,source\n" + "".join(
    f"2026-{month:02d}-{day:02d},USD,0.9,{code},test\n"
    for code in ("EUR", "GBP", "CAD", "AUD", "JPY", "INR")
    for month in (1, 2, 3)
    for day in range(1, 29, 3)
)


@pytest.fixture
def desk(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'books.db'}", clock=lambda: LATER) as store:
        store.funds.create(Fund("main", "USD", "us"))
        desk = Desk(store, store.funds.get("main"))
        import_bytes(desk, [("main.csv", (HEADER + ROWS).encode())])
        for number, text in enumerate((PRICES, RATES)):
            import_price_bytes(desk, f"{number}.csv", text.encode())
        yield desk


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_year_of_the_stored_journal_is_that_of_the_evidence(desk, asked):
    made, record = desk.books(), record_of(desk)
    with tax_books(desk) as stored:
        assert isinstance(stored, StoredBooks)
        for year in (2025, 2026):
            found = answered(stored, record, asked, year)
            assert found == answered(made, record, asked, year)
        assert digest_of(stored) == digest_of(made)
        assert tax_files(stored, desk.fund, found.found) == tax_files(made, desk.fund, found.found)


def test_the_digest_of_the_books_is_the_same_where_no_entry_was_read(desk):
    with tax_books(desk) as stored, tax_books(desk) as other:
        list(other.entries)
        assert digest_of(stored) == digest_of(other) == digest_of(desk.books())


def test_one_layout_of_it_is_the_same_too(desk):
    record = record_of(desk)
    with tax_books(desk) as stored:
        one, other = (
            tax_exported("form_8949", books, desk.fund, 2026, record=record)
            for books in (stored, desk.books())
        )
    assert one == other
    assert one[0].rows and one[1]


def test_books_that_are_not_up_to_date_are_made_of_the_evidence(desk):
    desk.store.keeping.mark("main", 0)
    with tax_books(desk) as books:
        assert not isinstance(books, StoredBooks)


def test_a_filed_year_and_one_after_it_are_read_in_one_passage(desk):
    filed, _ = file_year(desk, Question("us"), 2026, "Ann", LATER, with_open_problems=True)
    assert filed is not None
    record = record_of(desk)
    with tax_books(desk) as stored:
        for year in (2026, 2027):
            assert answered(stored, record, Question("us"), year) == answered(
                desk.books(), record, Question("us"), year
            )
