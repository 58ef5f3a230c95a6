"""Commands that hand out: the monthly report, exports."""

from pathlib import Path
from typing import Annotated

import typer

from api import figures
from api.cli.options import AsJson, Database, FundName, KnownAt, Out, knowing
from api.cli.output import give, give_json
from api.desk import open_desk
from api.jobs.check_report import BYTES_MAX, check_report
from api.jobs.report import export_bytes, month_named, monthly_pdf, of_the_books
from api.jobs.tax import Question
from api.jobs.tax_filed import answered, record_of
from api.wiring import plug_ins
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
        record = record_of(desk, known)
        found = answered(books, record, Question(owner.regime), taxed).found
        data, manifest = export_bytes(layout, books, owner, found)
    path = out or Path(f"{layout}.csv")
    path.write_bytes(data)
    path.with_suffix(".manifest.json").write_bytes(manifest)
    give(str(path))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise BadInput(f"{path.name} is larger than any report")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from error
