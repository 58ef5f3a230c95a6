"""The books → what the fund is exposed to, and what its pools and loans risk."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import exposure_views, figures
from api.given import earlier
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row
from api.routes.bodies import described, json_object, shaped
from api.routes.nav import points
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut
from api.routes.shapes_of_exposure import (
    ExposureOut,
    LendingOut,
    PoolRiskOut,
    ScorecardOut,
    StressOut,
    TargetIn,
    TargetOut,
)
from ledger.model.activity import iso

router = APIRouter(prefix="/v1/risk", tags=["risk"])

Thresholds = Annotated[
    list[str] | None,
    Query(
        max_length=50,
        description="Liquidation thresholds: `aave_v3:WETH=0.83`, of one wallet `…@WALLET=0.93`.",
    ),
]
Bonuses = Annotated[
    list[str] | None,
    Query(max_length=50, description="Of who liquidates: `aave_v3:WETH=0.05`."),
]
Part = Annotated[
    float,
    Query(gt=0, le=1, allow_inf_nan=False, description="Of a debt, that a liquidation repays."),
]
LoanDays = Annotated[
    int, Query(ge=1, le=365, description="Days in which a loan may be liquidated.")
]
Lag = Annotated[int, Query(ge=0, description="Hours by which an oracle's prices are late.")]
By = Annotated[str | None, Query(max_length=20, description="family, chain, issuer, … alone.")]
ScenarioName = Annotated[str | None, Query(max_length=100, description="One scenario alone.")]
Loss = Annotated[float, Query(gt=0, le=1, description="The share of NAV that shocks are to cost.")]


@router.get("/exposure", responses={200: {"model": ExposureOut}})
def exposure(reading: ReadingOf, by: By = None) -> Response:
    """Gross and net exposure by family, coin, issuer, chain, protocol, venue, bridge, custodian.

    What has no price is named with its reason and stands in no sum.
    """
    from api.exposures import exposure_of

    def found() -> Row:
        books = reading.books
        time = iso(reading.moment or figures.last_moment(books))
        currency = books.policy.base_currency
        held = exposure_of(books, reading.moment)
        return exposure_views.exposure_row(held, currency, time, books.assets)

    exposure_views.check_dimension(by)
    return reading.answer(
        lambda: exposure_views.by_dimension(reading.derived("exposure", found), by)
    )


@router.get("/liquidity", responses={200: {"model": PageOut[PoolRiskOut]}})
def liquidity(reading: ReadingOf, page: PageOf) -> Response:
    """Open positions of liquidity: delta, gamma, range, impermanent loss, fees they must earn."""
    from api.pool_risk import liquidity_rows

    books = reading.books
    return reading.page(
        page, lambda: reading.derived("pool-risk", lambda: liquidity_rows(books)), lambda row: row
    )


@router.get("/lending", responses={200: {"model": PageOut[LendingOut]}})
def lending(
    reading: ReadingOf,
    page: PageOf,
    threshold: Thresholds = None,
    bonus: Bonuses = None,
    part: Part = 0.5,
    horizon: LoanDays = 30,
    oracle_lag: Lag = 0,
) -> Response:
    """Accounts with a debt: loan to value, health factor, and how likely they are liquidated.

    Health needs stated thresholds, a loss stated bonuses. Paths of prices are drawn from the last
    year of days, whole, so that what fell together falls together; each figure has its error.
    """
    from api.pool_risk import Loans, lending_rows

    asked = Loans(tuple(threshold or ()), tuple(bonus or ()), part, horizon, oracle_lag)

    def found() -> list[Row]:
        return lending_rows(reading.books, reading.moment, asked)

    return reading.page(page, lambda: reading.derived("lending", found, asked), lambda row: row)


@router.get("/scenarios", responses={200: {"model": StressOut}})
def scenarios(reading: ReadingOf, scenario: ScenarioName = None, loss: Loss = 0.2) -> Response:
    """What days like those of the past, and failures, would cost; the smallest shocks that would.

    Shocks of prices, stablecoins off their peg, venues, bridges, protocols and chains that fail,
    oracles, gas; by one factor, and the least unlikely of all together.
    """
    from api.stress import stress_row

    def found() -> Row:
        return stress_row(reading.books, reading.moment, scenario, loss)

    return reading.answer(lambda: reading.derived("stress", found, scenario, loss))


@router.get("/scorecard", responses={200: {"model": ScorecardOut}})
def scorecard(reading: ReadingOf) -> Response:
    """The desk's own targets beside what came of them; what is not recorded has a reason."""
    from api.scorecards import running, scorecard_row, targets_of

    present = reading.known_at or reading.desk.present()

    def found() -> Row:
        trades = figures.closed_trades(reading.books)
        ran = running(reading.desk, earlier(reading.moment, present) or present)
        targets = targets_of(reading.desk, reading.until)
        return scorecard_row(points(reading), trades, targets, ran)

    return reading.answer(found, present)


@router.post(
    "/scorecard/targets", responses={200: {"model": TargetOut}}, openapi_extra=described(TargetIn)
)
def target(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Annotated[dict[str, Any], Depends(json_object)],
) -> Response:
    """Set a target of the fund, in place of the desk's own."""
    from api.scorecards import set_target

    asked = shaped(TargetIn, body)
    return once(
        request, desk, asked.model_dump(), lambda: set_target(desk, asked.name, asked.value)
    )
