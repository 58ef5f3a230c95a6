"""The books → open lots."""

from fastapi import APIRouter
from starlette.responses import Response

from api import views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import LotOut, PageOut

router = APIRouter(prefix="/v1", tags=["lots"])


@router.get("/lots", responses={200: {"model": PageOut[LotOut]}})
def lots(reading: ReadingOf, page: PageOf) -> Response:
    """Open lots with date and exact cost."""
    books = reading.books
    return reading.page(
        page, lambda: books.booking.open, lambda lot: views.lot_row(lot, books.assets)
    )
