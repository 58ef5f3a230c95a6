"""The second of two postings is a number, though its table does not ask it on SQLite (P1, P8)."""

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import entry, run
from tests.ledger.store.test_promises import BATCH, new_entry

INTO = "INSERT INTO posting (fund_id, n, seq, account_id, asset, quantity, role, value) VALUES "
SEALING = BATCH.format(number=2, first=2, last=2)
#: What has the worth of -5 for whoever reads a text kindly, and what has none.
NO_NUMBERS = [
    *("'-05'", "'-5 '", "' -5'", "'-5.0'", "'-5e0'", "'--5'", "'- 5'", "'-+5'", "'-'", "''", "'x'"),
    *("'-٥'", "CAST(x'2d3500' AS TEXT)", "CAST(x'2d350032' AS TEXT)", "'-5' || char(0)", "'NaN'"),
]


@pytest.fixture
def books(sqlite_url):
    """Books on SQLite with one sealed entry, n = 1."""
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    return sqlite_url


def rows(*said: tuple[str, str]) -> str:
    """Quantities and values as SQL has them, one posting behind the other."""
    lines = (
        f"(1, 2, {seq}, 1, 'x', {quantity}, 'none', {value})"
        for seq, (quantity, value) in enumerate(said, 1)
    )
    return INTO + ", ".join(lines)


def assert_refused(books: str, *said: tuple[str, str]) -> None:
    with pytest.raises(DatabaseError, match=r"does not balance|CHECK constraint"):
        run(books, new_entry(), rows(*said), SEALING)
    assert run(books, "SELECT count(*) FROM posting WHERE n > 1") == [(0,)]


def assert_sealed(books: str, *said: tuple[str, str]) -> None:
    # what the triggers let through fails at the last: no program has made this link
    with pytest.raises(DatabaseError, match="not sealed"):
        run(books, new_entry(), rows(*said), SEALING.replace("c" * 64, "x" * 64))


@pytest.mark.parametrize("wrong", NO_NUMBERS)
def test_the_second_quantity_of_a_pair_is_a_number(books, wrong):
    assert_refused(books, ("'5'", "NULL"), (wrong, "NULL"))
    assert_refused(books, ("'-5'", "NULL"), (wrong, "NULL"))


@pytest.mark.parametrize("wrong", NO_NUMBERS)
def test_a_quantity_that_is_no_pair_is_a_number(books, wrong):
    rest = ("'1'", "NULL"), ("'-1'", "NULL")
    assert_refused(books, ("'2'", "NULL"), (wrong, "NULL"), ("'3'", "NULL"))
    assert_refused(books, ("'3'", "NULL"), (wrong, "NULL"), ("'2'", "NULL"), *rest)


@pytest.mark.parametrize("wrong", [*NO_NUMBERS, "'-0'", "'00'"])
def test_the_second_value_of_a_pair_is_a_number_or_nothing(books, wrong):
    for first in ("'5'", "'-5'", "'0'", "NULL"):
        assert_refused(books, ("'1'", first), ("'-1'", wrong))


def test_the_opposite_of_the_opposite_of_a_number_is_none(books):
    assert_refused(books, ("'-5'", "NULL"), ("'--5'", "NULL"))
    assert_refused(books, ("'5'", "'-5'"), ("'-5'", "'--5'"))
    assert_refused(books, ("'5'", "'0'"), ("'-5'", "'-0'"))


@pytest.mark.parametrize("seqs", [(0, 2), (0, 1), (-2, 0, 3), (2, 4)])
def test_postings_without_a_first_of_a_pair_are_refused_whatever_is_checked(books, seqs):
    """Where no first stands there is nothing to hold against a second, and it need not balance."""
    given = ", ".join(f"(1, 2, {seq}, 1, 'x', '5', 'none', NULL)" for seq in seqs)
    with pytest.raises(DatabaseError, match="fewer than two postings, or not 1, 2 and so on"):
        run(books, "PRAGMA ignore_check_constraints=ON", new_entry(), INTO + given, SEALING)
    assert run(books, "SELECT count(*) FROM posting WHERE n > 1") == [(0,)]


def test_a_second_quantity_is_nothing_that_is_too_large(books):
    large = 2**256
    assert_refused(books, (f"'{large - 1}'", "NULL"), (f"'-{large}'", "NULL"), ("'1'", "NULL"))


@pytest.mark.parametrize(
    "values",
    [
        *(("NULL", "NULL"), ("'0'", "'0'"), ("'7'", "'-7'"), ("'-7'", "'7'"), ("'7'", "'7'")),
        *(("'7'", "'8'"), ("NULL", "'7'"), ("'7'", "NULL"), ("'0'", "'-7'")),
        (f"'{10**200}'", f"'-{10**200}'"),
    ],
)
def test_numbers_are_sealed_whatever_they_are_worth(books, values):
    assert_sealed(books, ("'5'", values[0]), ("'-5'", values[1]))
    assert_sealed(books, ("'5'", values[0]), ("'-3'", values[1]), ("'-2'", "NULL"))
