"""The books → net asset value day by day."""

from fastapi import APIRouter
from starlette.responses import Response

from api import figures, views
from api.routes.asked import PageOf, Reading, ReadingOf
from api.routes.shapes import NavOut, PageOut
from ledger.model.position import NavPoint

router = APIRouter(prefix="/v1", tags=["nav"])


@router.get("/nav", responses={200: {"model": PageOut[NavOut]}})
def nav(reading: ReadingOf, page: PageOf) -> Response:
    """Net asset value at each valuation time, with flows and time-weighted growth."""
    return reading.page(page, lambda: points(reading), views.nav_row)


def points(reading: Reading) -> tuple[NavPoint, ...]:
    """The series, computed once."""
    return reading.derived(
        "nav", lambda: figures.nav(reading.books, reading.kept.fund, reading.moment)
    )
