"""The books → breaks, suspense, transfers in flight and problems."""

from fastapi import APIRouter
from starlette.responses import Response

from api.reconciliation import reconciliation
from api.routes.asked import ReadingOf
from api.routes.shapes_of_reports import ReconciliationOut

router = APIRouter(prefix="/v1", tags=["reconciliation"])


@router.get("/reconciliation", responses={200: {"model": ReconciliationOut}})
def reconcile(reading: ReadingOf) -> Response:
    """What differs or is unexplained, counted, valued and in basis points of NAV."""
    return reading.answer(
        lambda: reading.derived(
            "reconciliation", lambda: reconciliation(reading.books, reading.moment)
        )
    )
