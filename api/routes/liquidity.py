"""The books → open positions of liquidity against holding what was put in."""

from fastapi import APIRouter
from starlette.responses import Response

from api import figures, views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import PageOut, PooledOut
from ledger.nav.liquidity import PooledResult

router = APIRouter(prefix="/v1", tags=["positions"])


@router.get("/liquidity", responses={200: {"model": PageOut[PooledOut]}})
def liquidity(reading: ReadingOf, page: PageOf) -> Response:
    """Open positions of liquidity: what was put in, what they would give back, fees not paid out.

    What a node did not say since liquidity last moved is null, never zero.
    """
    books = reading.books

    def found() -> tuple[PooledResult, ...]:
        return figures.pooled(books)

    return reading.page(
        page,
        lambda: reading.derived("pooled", found),
        lambda one: views.pooled_row(one, books.assets),
    )
