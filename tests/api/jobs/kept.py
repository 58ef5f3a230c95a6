"""Days enter; rows of a history leave, put into a store, and its books compared with the whole."""

from datetime import UTC, datetime, timedelta

from api import figures
from api.desk import Desk
from api.jobs.close import close_month
from api.jobs.keep import plan
from api.jobs.verify import verified
from api.standing import Kept, stood
from ledger.books import Books
from ledger.model.activity import microseconds
from ledger.model.evidence import StatementLine
from ledger.model.fund import Fund
from ledger.store import books_digest

FUND = Fund("main")
BEGIN = datetime(2024, 1, 5, 9, tzinfo=UTC)


def row(kind: str, day: float, wallet: str = "w0", **cells: str) -> StatementLine:
    """A row of Partita CSV, so many days after the begin."""
    time = f"{BEGIN + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"
    told = {"time": time, "kind": kind, "wallet": wallet, **cells}
    return StatementLine("partita", "partita_csv", tuple(told.items()), file="h.csv")


def bought(day: float, units: str, wallet: str = "w0", asset: str = "AAA") -> StatementLine:
    return row("buy", day, wallet, sent_asset="USD", sent_quantity="100",
               received_asset=asset, received_quantity=units)  # fmt: skip


def sold(day: float, units: str, wallet: str = "w0", asset: str = "AAA") -> StatementLine:
    return row("sell", day, wallet, sent_asset=asset, sent_quantity=units,
               received_asset="USD", received_quantity="70")  # fmt: skip


def left(day: float, txid: str, units: str = "1") -> StatementLine:
    return row("withdrawal", day, sent_asset="AAA", sent_quantity=units, txid=txid)


def came(day: float, txid: str, units: str = "1") -> StatementLine:
    return row("deposit", day, "w1", received_asset="AAA", received_quantity=units, txid=txid)


def add(desk: Desk, *lines: StatementLine) -> None:
    """Keep rows as an import does: each with its time."""
    times = {line.id: microseconds(datetime.fromisoformat(line.cells[0][1])) for line in lines}
    desk.store.evidence.add(desk.fund.name, lines, times=times)


def begin(desk: Desk) -> int:
    """From when on the books would be kept anew."""
    found = plan.cuts(desk)
    assert found is not None
    return found.cuts[0]


def assert_kept_as_whole(desk: Desk) -> Books:
    """What is stored of the books is what the evidence gives when it is read at once."""
    books = desk.books()
    fund, store = desk.fund.name, desk.store
    assert store.keeping.how_far(fund).dirty_from is None
    assert store.journal.digest(fund) == books_digest(books.entries)
    assert store.journal.altered(fund) == ()
    with stood(desk, None) as now:
        assert isinstance(now, Kept)
        assert now.totals() == figures.totals(books)
        assert sorted(now.lots(), key=lambda lot: lot.id) == sorted(
            books.booking.open, key=lambda lot: lot.id
        )
        assert now.marks() == figures.marks(books)
        assert now.nav() == figures.nav(books, desk.fund)
    assert verified(desk, None, rebuild=True).rebuilt == books_digest(books.entries)
    return books


def close(desk: Desk, month: str) -> None:
    """Close a month and those before it."""
    over = datetime(2025, 6, 1, tzinfo=UTC)
    assert close_month(desk, month, "ann", over, with_open_problems=True).months


def begin_of(month: str) -> int:
    """The first instant of a month, in microseconds."""
    return microseconds(datetime.fromisoformat(f"{month}-01T00:00:00+00:00"))
