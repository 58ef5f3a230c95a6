"""The books → events, page by page."""

from fastapi import APIRouter
from starlette.responses import Response

from api import views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import EventOut, PageOut

router = APIRouter(prefix="/v1", tags=["events"])


@router.get("/events", responses={200: {"model": PageOut[EventOut]}})
def events(reading: ReadingOf, page: PageOf) -> Response:
    """What happened, event by event, in the order of the books."""
    books = reading.books
    return reading.page(
        page, lambda: books.events, lambda event: views.event_row(event, books.assets)
    )
