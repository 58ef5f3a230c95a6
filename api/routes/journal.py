"""The books → journal entries, page by page."""

from fastapi import APIRouter
from starlette.responses import Response

from api import views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import EntryOut, PageOut

router = APIRouter(prefix="/v1", tags=["journal"])


@router.get("/journal", responses={200: {"model": PageOut[EntryOut]}})
def journal(reading: ReadingOf, page: PageOf) -> Response:
    """The entries in force with their postings, in the order of the books."""
    books = reading.books
    return reading.page(
        page, lambda: books.entries, lambda entry: views.entry_row(entry, books.assets)
    )
