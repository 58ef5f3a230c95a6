"""The books → measures of risk, sizes and weights."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import figures, risk_views
from api.held import held_over
from api.routes.asked import ReadingOf, Row, day
from api.routes.nav import points
from api.routes.shapes_of_reports import RiskOut

router = APIRouter(prefix="/v1", tags=["risk"])

Start = Annotated[str | None, Query(alias="from", max_length=10, description="First day.")]
Horizon = Annotated[int, Query(ge=1, le=10, description="Also tails of so many days ahead.")]
Simulate = Annotated[bool, Query(description="Also GARCH and a t copula: takes seconds.")]
Rolling = Annotated[int, Query(ge=0, le=3_650, description="Also figures of rolling windows.")]
End = Annotated[str | None, Query(alias="to", max_length=10, description="Last day.")]


@router.get("/risk", responses={200: {"model": RiskOut}})
def risk(
    reading: ReadingOf,
    start: Start = None,
    end: End = None,
    horizon: Horizon = 1,
    simulate: Simulate = False,  # noqa: FBT002 -- a flag of the address, given by name
    rolling: Rolling = 0,
) -> Response:
    """Risk of the fund from its own NAV and closed trades over [from, to]."""
    first, last = day("from", start), day("to", end)

    def measured() -> Row:
        from risk.further import Asked, with_further
        from risk.holdings import with_holdings
        from risk.measure import CONFIDENCES, measure

        trades = figures.closed_trades(reading.books)
        report = measure(points(reading), trades, first, last)
        held, days = held_over(reading.books, reading.kept.fund, reading.moment)
        report = with_holdings(report, held, days, CONFIDENCES)
        asked = Asked(horizon, simulate, rolling)
        return risk_views.risk_row(with_further(report, asked, CONFIDENCES))

    words = (first, last, horizon, simulate, rolling)
    return reading.answer(lambda: reading.derived("risk", measured, *words))
