"""The books → the monthly report as PDF, and exports as CSV with their manifests."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api import figures
from api.jobs.report import monthly_pdf, months_of, of_the_books
from api.jobs.tax_files import exported, layouts_of
from api.jobs.tax_record import record_of
from api.routes.asked import Reading, ReadingOf
from api.routes.shapes import Answers
from api.routes.shapes_of_reports import ReportsOut
from ledger.model.errors import NotFound
from ledger.model.fund import Fund
from reports.csv import Export

router = APIRouter(prefix="/v1", tags=["reports"])

Month = Annotated[str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-10"])]
Layout = Annotated[str, Path(pattern=r"^[a-z0-9_]{2,40}$", description="See /v1/reports.")]
Year = Annotated[int | None, Query(ge=1970, le=2200, description="Year of a tax layout.")]

_PDF: Answers = {200: {"content": {"application/pdf": {}}, "description": "The report."}}
_CSV: Answers = {200: {"content": {"text/csv": {}, "text/plain": {}}, "description": "The file."}}
_MANIFEST: Answers = {200: {"content": {"application/json": {}}, "description": "The manifest."}}


@router.get("/reports", responses={200: {"model": ReportsOut}})
def reports(reading: ReadingOf) -> Response:
    """The months that have a report, and the layouts of exports."""
    return reading.answer(
        lambda: {
            "months": list(months_of(reading.books)),
            "exports": list(_layouts(reading.kept.fund)),
        }
    )


@router.get("/reports/monthly/{month}", responses=_PDF, response_class=Response)
def monthly(reading: ReadingOf, month: Month) -> Response:
    """The monthly report; the same books give the same bytes."""
    books = reading.books
    of_the_books(books, month)

    def drawn() -> bytes:
        return monthly_pdf(books, reading.kept.fund, month)[0]

    return reading.file(
        lambda: _download(
            reading.derived("monthly", drawn, month), "application/pdf", f"{month}.pdf"
        )
    )


@router.get("/exports/{layout}", responses=_CSV, response_class=Response)
def export(reading: ReadingOf, layout: Layout, year: Year = None) -> Response:
    """The file of a layout; no cell of a CSV is a formula to a spreadsheet."""

    def sent() -> Response:
        made = _exported(reading, layout, year)
        media_type = "text/csv" if made.suffix == "csv" else "text/plain"
        return _download(made.content, media_type, f"{layout}.{made.suffix}")

    return reading.file(sent)


@router.get("/exports/{layout}/manifest", responses=_MANIFEST, response_class=Response)
def manifest(reading: ReadingOf, layout: Layout, year: Year = None) -> Response:
    """What proves an export: its columns, rows, sums and hash."""
    return reading.file(
        lambda: _download(
            _exported(reading, layout, year).manifest,
            "application/json",
            f"{layout}.manifest.json",
        )
    )


def _exported(reading: Reading, layout: str, year: int | None) -> Export:
    fund = reading.kept.fund
    if layout not in _layouts(fund):
        raise NotFound(f"no layout is called {layout}; layouts: {', '.join(_layouts(fund))}")

    def written() -> Export:
        books = reading.books
        taxed = year or figures.last_moment(books).year
        record = record_of(reading.desk, reading.until)
        made, _ = exported(layout, books, fund, taxed, record=record, moment=reading.moment)
        return made

    return reading.derived("export", written, layout, year)


def _layouts(fund: Fund) -> tuple[str, ...]:
    return tuple(module.NAME for module in layouts_of(fund))


def _download(content: bytes, media_type: str, name: str) -> Response:
    said = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=said)
