"""The books → measures of risk, sizes and weights."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import figures, risk_views
from api.held import held_over
from api.routes.asked import ReadingOf, Row, day
from api.routes.nav import points
from api.routes.own_capital import capital_by
from api.routes.series import RETURNS_MAX_SIMULATED
from api.routes.shapes_of_reports import PartReturnsOut, RiskOut
from ledger.model.errors import BadInput
from risk.model import RiskReport

router = APIRouter(prefix="/v1", tags=["risk"])

Start = Annotated[str | None, Query(alias="from", max_length=10, description="First day.")]
Horizon = Annotated[int, Query(ge=1, le=10, description="Also tails of so many days ahead.")]
Simulate = Annotated[bool, Query(description="Also GARCH and a t copula: takes seconds.")]
Rolling = Annotated[int, Query(ge=0, le=3_650, description="Also figures of rolling windows.")]
Benchmark = Annotated[
    str | None, Query(max_length=256, description="Also beside this asset: its id or symbol.")
]
By = Annotated[str, Query(max_length=20, description="`fund`, `strategy`, `chain` or `wallet`.")]
Every = Annotated[int, Query(ge=1, le=24, description="Hours of an interval; they divide a day.")]
Series = Annotated[bool, Query(description="Also each value, its flows and its growth.")]
End = Annotated[str | None, Query(alias="to", max_length=10, description="Last day.")]


@router.get("/risk", responses={200: {"model": RiskOut}})
def risk(
    reading: ReadingOf,
    start: Start = None,
    end: End = None,
    horizon: Horizon = 1,
    simulate: Simulate = False,  # noqa: FBT002 -- a flag of the address, given by name
    rolling: Rolling = 0,
    benchmark: Benchmark = None,
) -> Response:
    """Risk of the fund from its own NAV and closed trades over [from, to].

    `simulate` and `horizon` take so many days that two seconds are enough; the command takes all.
    """
    first, last = day("from", start), day("to", end)

    def measured() -> Row:
        from api.benchmarks import benchmark_series
        from risk.further import Asked, with_further
        from risk.holdings import with_holdings
        from risk.measure import CONFIDENCES, measure
        from risk.relative import with_benchmark

        trades = figures.closed_trades(reading.books)
        own = capital_by(reading).strategies
        report = measure(points(reading), trades, first, last, own)
        _refuse_long(report, horizon, simulate=simulate)
        held, days = held_over(reading.books, reading.kept.fund, reading.moment)
        report = with_holdings(report, held, days, CONFIDENCES)
        report = with_further(report, Asked(horizon, simulate, rolling), CONFIDENCES)
        if benchmark is not None:
            named = (reading.books, reading.kept.fund, benchmark, reading.moment)
            report = with_benchmark(report, benchmark_series(*named))
        return risk_views.risk_row(report)

    words = (first, last, horizon, simulate, rolling, benchmark)
    return reading.answer(lambda: reading.derived("risk", measured, *words))


def _refuse_long(report: RiskReport, horizon: int, *, simulate: bool) -> None:
    """Raises BadInput where the days to simulate would take longer than a request should.

    A copula draws the days of each strategy and of the rest, a model of volatility and a horizon
    those of the fund.
    """
    days, parts = len(report.returns.days), len(report.strategy_contributions) + 1
    each = parts * int(simulate) + int(horizon > 1)
    if days * each > RETURNS_MAX_SIMULATED:
        raise BadInput(
            f"{days * each} returns of {days} days; one request simulates {RETURNS_MAX_SIMULATED}:"
            f" ask of {RETURNS_MAX_SIMULATED // each} days at most, by `from` and `to`"
        )


@router.get("/risk/returns", responses={200: {"model": PartReturnsOut}})
def returns(
    reading: ReadingOf,
    by: By = "fund",
    start: Start = None,
    end: End = None,
    every: Every = 24,
    series: Series = False,  # noqa: FBT002 -- a flag of the address, given by name
) -> Response:
    """Time-weighted, modified Dietz and money-weighted returns of the fund or of its parts.

    Parts are its wallets, its chains, or the wallets of each strategy; moves between them are flows
    at market value. A finer grid than a day asks for a price of each interval itself.
    """
    from api.part_returns import Question, returns_row

    question = Question(by, day("from", start), day("to", end), every, series)

    def found() -> Row:
        return returns_row(reading.books, reading.kept.fund, question, reading.moment)

    return reading.answer(lambda: reading.derived("returns", found, question))
