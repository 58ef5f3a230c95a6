"""Tax years from what was put down of them are those of the journal, whatever came since."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from api.desk import Desk
from api.jobs import tax_checkpoints
from api.jobs.bring import import_bytes, import_price_bytes
from api.jobs.tax import Assessment, Question
from api.jobs.tax_kept import changed_since, keep_assessment
from api.tax_books import tax_books
from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.conftest import HEADER, PRICES, ROWS
from tests.api.test_tax_books import RATES

LATER = datetime(2027, 3, 1, tzinfo=UTC)
LATE = "2026-01-10T10:00:00Z,sell,bank,BTC,0.05,USD,4000,,,,,directional,late-1,\n"
ASKED = [
    Question("us"), Question("us", "hifo"), Question("generic", "average"), Question("de"),
    Question("au"), Question("uk"), Question("ie"), Question("ca"), Question("jp"),
]  # fmt: skip


@pytest.fixture
def desk(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'books.db'}", clock=lambda: LATER) as store:
        store.funds.create(Fund("main", "USD", "us"))
        desk = Desk(store, store.funds.get("main"))
        import_bytes(desk, [("main.csv", (HEADER + ROWS).encode())])
        for number, prices in enumerate((PRICES, RATES)):
            import_price_bytes(desk, f"{number}.csv", prices.encode())
        yield desk


def asked_twice(desk, asked, year=2026):
    """A year as it is answered, and from the whole journal; whether it was from checkpoints."""
    with tax_books(desk) as books:
        one, other = (Assessment(books, asked, years=[year]) for _ in range(2))
        other.__dict__["checkpoints"] = None
        return one.year(year), other.year(year), one.checkpoints is not None


def sql(desk, words, **given):
    with desk.store._database.engine.begin() as connection:
        return connection.execute(text(words), given)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_late_trade_is_in_the_year_that_was_put_down(desk, asked):
    assert asked_twice(desk, asked)[2] is False
    first = keep_assessment(desk, asked)
    assert first.new == first.stretches > 0
    before, whole, served = asked_twice(desk, asked)
    assert before == whole
    assert served
    import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
    found, whole, served = asked_twice(desk, asked)
    assert found == whole
    # where a rate follows from trades a new trade is a new rate, and another question
    assert served or asked.regime in {"de", "au"}
    assert found != before
    again = keep_assessment(desk, asked)
    assert again.stretches >= again.new > 0
    if served:
        assert keep_assessment(desk, asked).new == 0
    assert asked_twice(desk, asked)[0] == found


def test_a_part_that_is_not_what_was_put_down_is_not_believed(desk):
    asked = Question("us")
    keep_assessment(desk, asked)
    whole = asked_twice(desk, asked)[1]
    where = "WHERE until > 4611686018427387904 AND part LIKE '%said'"
    body, digest = sql(desk, f"SELECT body, digest FROM checkpoint {where}").first()
    sql(desk, f"UPDATE checkpoint SET body = :body {where}", body=body[:-1])
    assert asked_twice(desk, asked)[0] == whole
    # another body with its own digest: not that of the index
    other = sql(desk, "SELECT body, digest FROM checkpoint WHERE part LIKE '%state'").first()
    sql(desk, f"UPDATE checkpoint SET body = :body, digest = :digest {where}",
        body=other[0], digest=other[1])  # fmt: skip
    assert asked_twice(desk, asked)[0] == whole
    assert digest != other[1]


def test_what_is_of_another_journal_is_not_believed(desk):
    asked = Question("us")
    put = keep_assessment(desk, asked)
    kept, part = desk.store.tax_checkpoints, tax_checkpoints.INDEX
    index = json.loads(kept.parts("main", put.question, [part])[part])
    index["read"][2] = "0" * 64
    kept.put("main", put.question, {part: json.dumps(index).encode()})
    found, whole, served = asked_twice(desk, asked)
    assert not served
    assert found == whole


def test_what_another_program_put_down_is_thrown_away(desk, monkeypatch):
    asked = Question("us")
    with monkeypatch.context() as other:
        other.setattr(tax_checkpoints, "program", lambda: "another")
        former = keep_assessment(desk, asked)
    assert asked_twice(desk, asked)[2] is False
    put = keep_assessment(desk, asked)
    assert desk.store.tax_checkpoints.questions("main", "index") == (put.question,)
    assert put.question != former.question


def test_after_too_many_changes_the_whole_journal_is_read(desk, monkeypatch):
    asked = Question("us")
    keep_assessment(desk, asked)
    monkeypatch.setattr(tax_checkpoints, "CHANGES_MOST", 0)
    import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
    found, whole, served = asked_twice(desk, asked)
    assert not served
    assert found == whole
    assert keep_assessment(desk, asked).new > 0
    assert asked_twice(desk, asked)[2]


def test_keeping_the_books_again_leaves_what_was_put_down(desk):
    asked = Question("us")
    put = keep_assessment(desk, asked)
    desk.store.keeping.mark("main", 0)
    with pytest.raises(Conflict, match="partita keep"):
        keep_assessment(desk, asked)
    import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
    found, whole, served = asked_twice(desk, asked)
    assert served
    assert found == whole
    assert desk.store.tax_checkpoints.questions("main", "index") == (put.question,)


def test_what_looks_into_other_families_is_refused(desk):
    with pytest.raises(BadInput, match="whole history"):
        keep_assessment(desk, Question("fr"))


def test_of_two_who_put_down_at_once_the_first_stays(desk):
    asked = Question("us")
    keep_assessment(desk, asked)
    import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
    with tax_books(desk) as books:
        slow = Assessment(books, asked, years=[2026]).checkpoints
    keep_assessment(desk, asked)
    assert slow is not None
    assert not slow.save(desk.store, "main")
    found, whole, served = asked_twice(desk, asked)
    assert served
    assert found == whole


def test_what_changed_of_a_year_is_told_without_what_stayed(desk):
    asked = Question("us")
    with pytest.raises(NotFound, match="partita tax checkpoint"):
        changed_since(desk, asked, 2026)
    keep_assessment(desk, asked)
    before = changed_since(desk, asked, 2026)
    assert before.lines == ()
    import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
    changed, whole = changed_since(desk, asked, 2026), asked_twice(desk, asked)[1]
    assert (changed.total.short, changed.total.taxable) == (whole.short, whole.taxable)
    assert changed.total.short != before.total.short
    assert set(changed.lines) <= set(whole.lines)
    btc = {line for line in whole.lines if line.asset == "symbol:BTC"}
    assert btc <= set(changed.lines)
    # nothing was put down
    assert changed_since(desk, asked, 2026) == changed
