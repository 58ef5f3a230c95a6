"""Commands that hand out: the monthly report, exports."""

from pathlib import Path
from typing import Annotated

import typer

from api import figures
from api.cli.options import (
    AsJson,
    AsOf,
    Brokers,
    CeilingRule,
    Database,
    FundName,
    KnownAt,
    Out,
    Partners,
)
from api.cli.output import give, give_json, say
from api.cli.times import read_desk, times
from api.errors import TO_LOOK_AT
from api.jobs.check_report import BYTES_MAX, check_report
from api.jobs.report import month_named, monthly_pdf, of_the_books
from api.jobs.tax_files import (
    exported,
    given_by,
    is_of_tax,
    named,
    tax_exported,
    wallet_called,
)
from api.jobs.tax_record import record_of
from api.plug_ins import plug_ins
from api.tax_books import tax_books
from ledger.model.errors import BadInput

app = typer.Typer()
report_app = typer.Typer(help="Reports.", no_args_is_help=True)
app.add_typer(report_app, name="report")


@report_app.command()
def monthly(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM")],
    out: Out = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """The monthly report as PDF."""
    month = month_named(month)
    asked = times(as_of, known_at)
    with read_desk(db, fund, asked.known_at) as desk:
        books, owner = asked.books(desk), asked.fund(desk)
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
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Make a monthly report again from the books and compare every byte; exit code 5 if not so."""
    data, asked = _bytes_of(file), times(as_of, known_at)
    with read_desk(db, fund, asked.known_at) as desk:
        said, digest = check_report(asked.books(desk), asked.fund(desk), data)
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
    as_of: AsOf = None,
    known_at: KnownAt = None,
    wallet: Annotated[str | None, typer.Option(help="Movements of this wallet alone.")] = None,
    brokers: Brokers = None,
    partners: Partners = None,
    ceiling: CeilingRule = "traditional",
) -> None:
    """A file of a layout, its manifest, and a trace where it has no column for the entry.

    Exit code 3 where the year of a tax layout has problems, which are named.
    """
    names = [module.NAME for module in plug_ins("reports.exports")]
    if layout not in names:
        raise BadInput(f"no layout is called {layout!r}; layouts: {', '.join(names)}")
    asked = times(as_of, known_at)
    stem = layout if out is None else out.stem
    with read_desk(db, fund, asked.known_at) as desk:
        owner, record = asked.fund(desk), record_of(desk, asked.until)
        if year is not None and wallet is None and is_of_tax(layout):
            with tax_books(desk, asked.known_at, asked.as_of) as stored:
                given = given_by(stored, brokers or [], partners, ceiling)
                made, problems = tax_exported(
                    layout, stored, owner, year, given, record=record, stem=stem
                )
        else:
            books = asked.books(desk)
            taxed = year or figures.last_moment(books).year
            given = given_by(books, brokers or [], partners, ceiling)
            held = None if wallet is None else wallet_called(books, wallet)
            made, problems = exported(
                layout,
                books,
                owner,
                taxed,
                given,
                record=record,
                moment=asked.as_of,
                wallet=held,
                stem=stem,
            )
    folder = Path() if out is None else out.parent
    for name, content in named(made, stem):
        (folder / name).write_bytes(content)
    path = out or Path(f"{layout}.{made.suffix}")
    give(str(path))
    for problem in problems:
        say(f"{problem.code}: {problem.message}")
    if problems:
        raise typer.Exit(TO_LOOK_AT)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise BadInput(f"{path.name} is larger than any report")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from error
