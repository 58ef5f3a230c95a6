"""The books and a regime → the assessment of a year."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api import views
from api.jobs.tax import assessed, choices_of
from api.routes.asked import ReadingOf, Row
from api.routes.shapes_of_reports import TaxOut

router = APIRouter(prefix="/v1", tags=["tax"])

Regime = Annotated[str, Path(pattern="^[a-z_]{2,20}$", description="us, uk, ca, de …")]
Year = Annotated[int, Path(ge=1970, le=2200, description="The year in which the tax year ends.")]
Method = Annotated[
    str | None,
    Query(pattern="^[a-z-]{2,20}$", description="fifo, hifo, average, share-matching …"),
]
Choices = Annotated[
    list[str] | None,
    Query(alias="set", max_length=20, description="A setting as NAME=VALUE; may be repeated."),
]


@router.get("/tax/{regime}/{year}", responses={200: {"model": TaxOut}})
def tax(
    reading: ReadingOf,
    regime: Regime,
    year: Year,
    method: Method = None,
    choices: Choices = None,
) -> Response:
    """Disposals and income of a tax year under a regime; one row a matched lot."""
    words = tuple(choices or ())

    def found() -> Row:
        books = reading.books
        year_found = assessed(books, regime, year, method, choices_of(words))
        return views.tax_row(year_found, books.assets)

    return reading.answer(lambda: reading.derived("tax", found, regime, year, method, *words))
