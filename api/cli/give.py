"""Commands that hand out: tax lines, the monthly report, exports."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api import figures, views
from api.cli.options import AsJson, Database, FundName, KnownAt, Out, knowing
from api.cli.output import give, give_json, give_rows, say
from api.desk import open_desk
from api.errors import TO_LOOK_AT
from api.jobs.check_report import BYTES_MAX, check_report
from api.jobs.report import export_bytes, month_named, monthly_pdf, of_the_books
from api.jobs.tax import assessed, choices_of
from api.views import Row
from api.wiring import plug_ins
from ledger.books import Books
from ledger.model.errors import BadInput
from ledger.model.fund import Fund
from ledger.model.tax import TaxYear

app = typer.Typer()
report_app = typer.Typer(help="Reports.", no_args_is_help=True)
app.add_typer(report_app, name="report")


@app.command()
def tax(
    regime: Annotated[str | None, typer.Argument(help="us, uk, ca, de …")] = None,
    year: Annotated[int | None, typer.Argument()] = None,
    method: Annotated[
        str | None, typer.Option(help="fifo, hifo, average, share-matching …")
    ] = None,
    choices: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting.")
    ] = None,
    out: Out = None,
    db: Database = None,
    fund: FundName = None,
    known_at: KnownAt = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines to answer.")] = None,
    as_json: AsJson = False,
) -> None:
    """Disposals and income of a tax year under a regime; exit code 3 where it has problems."""
    if batch is not None:
        _answer_batch(batch)
        return
    if regime is None or year is None:
        raise typer.BadParameter("give REGIME and YEAR; or --batch")
    given, known = choices_of(choices or ()), knowing(known_at)
    with open_desk(db, fund) as desk:
        books, owner = desk.books(known), desk.fund_at(known)
        found = assessed(books, regime, year, method, given)
    row = views.tax_row(found, books.assets)
    if out is not None:
        _write_year(out, row, found, books, owner)
    if as_json:
        give_json(row)
    else:
        columns = ["asset", "quantity", "acquired", "disposed", "proceeds", "cost", "gain", "term"]
        give_rows(row["disposals"], columns, as_json=False)
        give("  ".join(f"{name} {amount}" for name, amount in row["totals"].items()))
        for problem in found.problems:
            say(f"{problem.code}: {problem.message}")
    if found.problems:
        raise typer.Exit(TO_LOOK_AT)


@report_app.command()
def monthly(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM")],
    out: Out = None,
    db: Database = None,
    fund: FundName = None,
    known_at: KnownAt = None,
) -> None:
    """The monthly report as PDF."""
    month = month_named(month)
    known = knowing(known_at)
    with open_desk(db, fund) as desk:
        books, owner = desk.books(known), desk.fund_at(known)
        data, figures_of_it = monthly_pdf(books, owner, of_the_books(books, month))
    path = out or Path(f"{month}.pdf")
    path.write_bytes(data)
    path.with_suffix(".figures.json").write_bytes(figures_of_it)
    give(str(path))


@report_app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf")],
    db: Database = None,
    fund: FundName = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Make a monthly report again from the books and compare every byte; exit code 5 if not so."""
    data, known = _bytes_of(file), knowing(known_at)
    with open_desk(db, fund) as desk:
        said, digest = check_report(desk.books(known), desk.fund_at(known), data)
    if as_json:
        row = {"month": said.month, "books": said.digest, "version": said.version, "sha256": digest}
        give_json(row)
    else:
        give(f"OK  the report of {said.month} is what these books give, to the byte")
        give(f"books {said.digest}  version {said.version}  sha256 {digest}")


@app.command()
def export(
    layout: Annotated[str, typer.Argument(help="journal, positions, disposals …")],
    out: Out = None,
    year: Annotated[int | None, typer.Option(help="Year of a tax layout.")] = None,
    db: Database = None,
    fund: FundName = None,
    known_at: KnownAt = None,
) -> None:
    """A CSV file of a layout, with a manifest beside it."""
    names = [module.NAME for module in plug_ins("reports.exports")]
    if layout not in names:
        raise BadInput(f"no layout is called {layout!r}; layouts: {', '.join(names)}")
    known = knowing(known_at)
    with open_desk(db, fund) as desk:
        books, owner = desk.books(known), desk.fund_at(known)
        taxed = year or (figures.last_moment(books).year)
        found = assessed(books, owner.regime, taxed, None)
        data, manifest = export_bytes(layout, books, owner, found)
    path = out or Path(f"{layout}.csv")
    path.write_bytes(data)
    path.with_suffix(".manifest.json").write_bytes(manifest)
    give(str(path))


def _write_year(out: Path, row: Row, found: TaxYear, books: Books, owner: Fund) -> None:
    """The year as JSON, and the rows of Form 8949 where they can be filed."""
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(row, indent=1, ensure_ascii=False)
    (out / f"tax-{found.regime}-{found.year}.json").write_text(text, "utf-8")
    if found.currency == "USD":
        data, manifest = export_bytes("form_8949", books, owner, found)
        (out / f"form-8949-{found.year}.csv").write_bytes(data)
        (out / f"form-8949-{found.year}.manifest.json").write_bytes(manifest)


def _answer_batch(batch: Path) -> None:
    """One line of JSON for each line of the file; exit code 3 where one has problems."""
    from api.jobs.tax_batch import answer_batch  # the engine, which no other command needs

    try:
        lines = batch.read_text("utf-8", errors="replace").split("\n")
    except OSError as error:
        raise BadInput(f"{batch.name}: {error.strerror}") from error
    asked = [(number, _parsed(line)) for number, line in enumerate(lines, 1) if line.strip()]
    to_look_at = False
    for row in answer_batch(asked):
        give(json.dumps(row))  # escaped: half of a character in a name must not end the batch
        to_look_at = to_look_at or bool(row["problems"])
    if to_look_at:
        raise typer.Exit(TO_LOOK_AT)


def _parsed(line: str) -> object:
    """The value of a line; None where it is no JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise BadInput(f"{path.name} is larger than any report")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from error
