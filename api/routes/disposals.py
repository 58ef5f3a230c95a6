"""The books → what was given up, lot by lot."""

from fastapi import APIRouter
from starlette.responses import Response

from api import views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import DisposalOut, PageOut

router = APIRouter(prefix="/v1", tags=["disposals"])


@router.get("/disposals", responses={200: {"model": PageOut[DisposalOut]}})
def disposals(reading: ReadingOf, page: PageOf) -> Response:
    """What was given up, lot by lot, with its gain."""
    books = reading.books
    return reading.page(
        page,
        lambda: books.booking.disposals,
        lambda disposal: views.disposal_row(disposal, books.assets),
    )
