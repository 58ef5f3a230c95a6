"""The books → measures of risk, sizes and weights."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import figures, risk_views
from api.routes.asked import ReadingOf, Row, day
from api.routes.nav import points
from api.routes.shapes_of_reports import RiskOut

router = APIRouter(prefix="/v1", tags=["risk"])

Start = Annotated[str | None, Query(alias="from", max_length=10, description="First day.")]
End = Annotated[str | None, Query(alias="to", max_length=10, description="Last day.")]


@router.get("/risk", responses={200: {"model": RiskOut}})
def risk(reading: ReadingOf, start: Start = None, end: End = None) -> Response:
    """Risk of the fund from its own NAV and closed trades over [from, to]."""
    first, last = day("from", start), day("to", end)

    def measured() -> Row:
        from risk.measure import measure

        trades = figures.closed_trades(reading.books)
        return risk_views.risk_row(measure(points(reading), trades, first, last))

    return reading.answer(lambda: reading.derived("risk", measured, first, last))
