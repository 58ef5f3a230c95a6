"""Files of venues and price lists → evidence of the key's fund; and the files that were read."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api import views
from api.desk import Desk
from api.jobs.bring import import_bytes, import_price_bytes
from api.problems import RefusedFile
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut
from api.routes.shapes_of_reports import FileReadOut, ImportOut, PriceImportOut
from api.routes.uploads import Files, OneFile, hashes, shown_name, taken
from ledger.model.activity import iso
from ledger.store import ImportBatch

router = APIRouter(prefix="/v1", tags=["imports"])

Venue = Annotated[str, Form(pattern="^[a-z0-9_]{2,40}$", description="The venue, or auto.")]
WalletLabel = Annotated[
    str | None, Form(max_length=200, description="Owner, where the files name none.")
]
DryRun = Annotated[bool, Form(description="Read, and write nothing.")]


@router.get("/imports", responses={200: {"model": PageOut[FileReadOut]}})
def imports(reading: ReadingOf, page: PageOf) -> Response:
    """The files that were read, in the order of reading, which `as_of` and `known_at` mean."""

    def found() -> list[ImportBatch]:
        every = reading.desk.store.imports.all(reading.kept.fund.name)
        until = reading.until
        return [
            batch
            for batch in every
            if batch.recorded_at is None or until is None or batch.recorded_at <= until
        ]

    return reading.page(page, found, _batch_row)


@router.post("/imports", responses={200: {"model": ImportOut}})
def import_statements(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    files: Files,
    venue: Venue = "auto",
    wallet: WalletLabel = None,
    dry_run: DryRun = False,  # noqa: FBT002 -- a field of a form
) -> Response:
    """Import statements; what is in the books already is known again, refused rows are named."""
    given = taken(files)
    asked = {"files": hashes(given), "venue": venue, "wallet": wallet, "dry_run": dry_run}

    def done() -> dict[str, Any]:
        imported = import_bytes(desk, given, venue, wallet or None, dry_run=dry_run)
        row = imported.row()
        if imported.refused and not imported.reading.lines:
            raise RefusedFile(row["problems"])
        return row | {"dry_run": dry_run}

    return once(request, desk, asked, done)


@router.post("/prices/imports", responses={200: {"model": PriceImportOut}})
def import_price_list(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    file: OneFile,
) -> Response:
    """Import a price list with the columns time, asset, price, currency and perhaps source."""
    [(name, body)] = taken([file])

    def done() -> dict[str, Any]:
        return _prices_imported(desk, name, body)

    return once(request, desk, {"file": hashes([(name, body)])}, done)


def _prices_imported(desk: Desk, name: str, body: bytes) -> dict[str, Any]:
    new, read, problems = import_price_bytes(desk, name, body)
    rows = [views.problem_row(problem) for problem in problems]
    if rows and not read:
        raise RefusedFile(rows)
    return {"new": new, "problems": rows}


def _batch_row(batch: ImportBatch) -> Row:
    return {
        "id": batch.id,
        "name": shown_name(batch.name),
        "venue": batch.venue,
        "rows_read": batch.rows_read,
        "rows_new": batch.rows_new,
        "recorded_at": None if batch.recorded_at is None else iso(batch.recorded_at),
    }
