"""The books → what is held and what it is worth."""

from fastapi import APIRouter
from starlette.responses import Response

from api import figures, views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import PageOut, PositionOut
from ledger.model.position import Mark

router = APIRouter(prefix="/v1", tags=["positions"])


@router.get("/positions", responses={200: {"model": PageOut[PositionOut]}})
def positions(reading: ReadingOf, page: PageOf) -> Response:
    """What is held and what it is worth; a position without a quote has no value, never zero."""
    books = reading.books

    def found() -> tuple[Mark, ...]:
        return figures.marks(books, reading.moment)

    return reading.page(
        page,
        lambda: reading.derived("marks", found),
        lambda mark: views.mark_row(mark, books.assets),
    )
