"""The sample fund → the whole job in a folder: books, breaks, risk, monthly PDF, CSV files."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from api import figures, risk_views, views
from api.demo.sample import Sample, load
from api.desk import Desk
from api.jobs.bring import import_bytes
from api.jobs.report import export_bytes, export_figures, monthly_figures
from api.jobs.summary import summary_lines
from api.jobs.tax import assessed
from api.jobs.tax_files import layouts_of, named, stem_of, tax_files
from api.plug_ins import plug_in
from api.reconciliation import reconciliation, reconciliation_lines
from ledger.books import Books
from ledger.journal.text import print_journal
from ledger.prices.sources import price_csv
from ledger.store import open_store
from reports.index import index
from reports.model import MonthlyFigures

Tell = Callable[[str], None]

#: When the sample's evidence is said to have become known: its books are the same on every day.
KNOWN_AT = datetime.fromisoformat("2026-11-01T06:00:00+00:00")


def run_demo(out: Path, tell: Tell, give: Tell) -> str:
    """Run the whole job into a folder; gives the address of the database.

    `tell` takes lines of progress, `give` the summary. A database of an earlier run is replaced.
    """
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("partita.db*"):
        old.unlink()
    database = f"sqlite:///{out / 'partita.db'}"
    with open_store(database, clock=_known_at) as store:
        sample = load()
        store.funds.create(sample.fund)
        desk = Desk(store, sample.fund)
        tell(f"{_since(began)} bringing in {len(sample.transactions)} transactions and files")
        bring_in(desk, sample)
        tell(f"{_since(began)} keeping the books")
        desk.keep()
        books = desk.books()
    month = figures.last_month(books)
    tell(f"{_since(began)} measuring")
    drawn = monthly_figures(books, sample.fund, month)
    tell(f"{_since(began)} writing reports")
    written = write_files(out, books, drawn)
    for line in summary_lines(books, drawn):
        give(line)
    give("")
    for what, path in (("books", out / "partita.db"), *written):
        give(f"{what:<16}{path}")
    tell(f"{_since(began)} done")
    return database


def bring_in(desk: Desk, sample: Sample) -> None:
    """All evidence of the sample into the store; the books are kept once, after it."""
    name = desk.fund.name
    with desk.store.transaction(name) as inside:
        inside.wallets.add(name, sample.wallets)
        inside.evidence.add(name, sample.transactions)
        inside.answers.add(name, sample.answers)
    for file in sample.statements:
        import_bytes(desk, [(file.name, file.body)], wallet=file.owner, keep=False)
    quotes, _ = price_csv.read(sample.prices.body.decode(), sample.prices.name)
    desk.store.quotes.add(name, quotes)


def write_files(out: Path, books: Books, drawn: MonthlyFigures) -> list[tuple[str, Path]]:
    """Journal, breaks, risk, monthly PDF, and every CSV layout with its manifest."""
    from reports.pdf import render

    report = plug_in("reports.statements", "monthly").statement(drawn)
    written = [
        _write("monthly report", out / f"{drawn.month}.pdf", render(report)),
        _write("its figures", out / f"{drawn.month}.figures.json", index(report)),
        _write("journal", out / "journal.txt", print_journal(books.entries).encode()),
        _write("reconciliation", out / "reconciliation.txt", _lines(books)),
        _write("risk", out / "risk.json", _json(risk_views.risk_row(drawn.risk))),
        _write("nav", out / "nav.json", _json([views.nav_row(point) for point in drawn.nav])),
    ]
    of_books = export_figures(books, drawn.fund, None)
    for module in layouts_of(drawn.fund):
        if not hasattr(module, "REGIMES"):
            stem = stem_of(module.NAME)
            made = export_bytes(module.NAME, of_books, stem)
            written += _write_all(out, named(made, stem))
    for year in _tax_years(books):
        found = assessed(books, drawn.fund.regime, year, None)
        written += _write_all(out, tax_files(books, drawn.fund, found, pages=False))
    return written


def _write_all(out: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Path]]:
    """Write files; what is not beside another one is told of."""
    for name, content in files:
        path = out / name
        path.write_bytes(content)
        if path.suffix != ".json":
            yield path.stem, path


def _tax_years(books: Books) -> tuple[int, ...]:
    return tuple(sorted(figures.disposals_by_year(books.booking.disposals)))


def _lines(books: Books) -> bytes:
    return "\n".join(reconciliation_lines(reconciliation(books))).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()


def _write(what: str, path: Path, data: bytes) -> tuple[str, Path]:
    path.write_bytes(data)
    return what, path


def _known_at() -> datetime:
    return KNOWN_AT


def _since(began: float) -> str:
    return f"[{time.monotonic() - began:5.1f} s]"
