"""The books → profit and loss by strategy."""

from fastapi import APIRouter
from starlette.responses import Response

from api import figures, views
from api.routes.asked import PageOf, ReadingOf
from api.routes.shapes import PageOut, ResultOut
from ledger.model.position import StrategyResult

router = APIRouter(prefix="/v1", tags=["performance"])


@router.get("/performance", responses={200: {"model": PageOut[ResultOut]}})
def performance(reading: ReadingOf, page: PageOf) -> Response:
    """Profit and loss by strategy since inception, net of gas, tips and failed transactions."""

    def found() -> tuple[StrategyResult, ...]:
        return figures.results(reading.books, None, reading.moment)

    return reading.page(page, lambda: reading.derived("results", found), views.result_row)
