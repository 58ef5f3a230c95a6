"""Returns in the body of a request → what the commands answer of a file of them.

Nothing is read of the books and nothing is kept, so that a key that reads may ask: the addresses
stand in `api.auth.bearer`. The header of every POST is wanted here too; the same body is answered
alike, whatever it says.
"""

from math import inf
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api import allocating, allocation_views, risk_views
from api.allocating import Bounds, Days, Known, Wanted
from api.answers import Json
from api.columns import Question, check_asked, check_periods, column_rows, parts_row
from api.routes.bodies import described, json_columns, shaped
from api.routes.once import IdempotencyKey
from api.routes.shapes_of_allocation import SizedOut, SizingOut, WalkForwardOut
from api.routes.shapes_of_reports import AllocationOut
from api.routes.shapes_of_series import (
    AllocationIn,
    KellyIn,
    PartsIn,
    PartsOut,
    ReturnsIn,
    StatsIn,
    StatsOut,
    TogetherIn,
    VolatilityIn,
    WalkForwardIn,
    WeighedIn,
)
from api.routes.shapes_of_tax import ListOut
from api.series import numbers_of, rate_of, series_of
from ledger.model.errors import BadInput
from risk.model import ReturnSeries

router = APIRouter(prefix="/v1", tags=["series"])

#: Returns of all series of one request; fewer where models are fitted or weights made many times,
#: and so few where days are simulated, for each such question, that two seconds are enough.
RETURNS_MAX: Final = 100_000
RETURNS_MAX_SLOW: Final = 20_000
RETURNS_MAX_SIMULATED: Final = 6_000

Body = Annotated[dict[str, Any], Depends(json_columns)]


@router.post(
    "/risk/stats", responses={200: {"model": ListOut[StatsOut]}}, openapi_extra=described(StatsIn)
)
def stats(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """Ratios, tails and drawdowns of each series, as `partita risk stats` gives of a file."""
    asked = shaped(StatsIn, body)
    simulated = int(asked.simulate) + int(asked.horizon > 1)
    given = _series(asked, slow=asked.rolling > 1, simulated=simulated)
    question = Question(
        asked.periods_per_year,
        float(asked.confidence),
        float(asked.rf),
        _benchmark(asked.benchmark, given),
        asked.horizon,
        asked.simulate,
        asked.rolling,
        _numbers(asked.spread, 3, "spread"),
        _numbers(asked.pool, 2, "pool"),
        _numbers(asked.volume, 2, "volume"),
    )
    return Json({"items": column_rows(given, question)})


@router.post("/risk/parts", responses={200: {"model": PartsOut}}, openapi_extra=described(PartsIn))
def parts(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """What each series adds to the tail of their weighted sum, and how they move together."""
    asked = shaped(PartsIn, body)
    given, level = _series(asked, simulated=int(asked.simulate)), float(asked.confidence)
    check_asked(level, 1, 0)
    told = asked.weights
    if told is not None and set(told) != set(asked.series):
        raise BadInput("weights: one is needed of each series, by its name")
    # what is sold short has a weight below zero
    ordered = None if told is None else [told[name] for name in asked.series]
    shares = _numbers(ordered, len(given), "weights", -inf)
    return Json(parts_row(given, shares, level, simulate=asked.simulate))


@router.post(
    "/sizes", responses={200: {"model": ListOut[SizedOut]}}, openapi_extra=described(KellyIn)
)
def kelly(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """The continuous Kelly fraction of each series, halved and shrunken."""
    from risk.sizing import kelly_of_returns

    asked = shaped(KellyIn, body)
    given, rate = _series(asked), rate_of(float(asked.rf))
    sizes = [kelly_of_returns(series, rate) for series in given]
    return Json({"items": [risk_views.sized_row(size) for size in sizes]})


@router.post(
    "/sizes/together",
    responses={200: {"model": ListOut[SizingOut]}},
    openapi_extra=described(TogetherIn),
)
def together(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """Kelly stakes of the series held together, with cash."""
    from risk.sizing.many import kelly_together

    asked = shaped(TogetherIn, body)
    given, rate = _series(asked, slow=True), rate_of(float(asked.rf))
    most = allocating.number("a leverage", asked.leverage, 0.001, 100)
    bounds = allocating.caps_of(asked.caps, given, most)
    found = kelly_together(given, rate, most, bounds)
    return Json({"items": [risk_views.sizing_row(one) for one in found]})


@router.post(
    "/sizes/volatility",
    responses={200: {"model": ListOut[SizingOut]}},
    openapi_extra=described(VolatilityIn),
)
def by_volatility(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """The exposure of each series at which the volatility of a year is the target."""
    from risk.sizing.volatility import volatility_target

    asked = shaped(VolatilityIn, body)
    target = allocating.number("a target", asked.target, 1e-9, 1e6)
    most = allocating.number("a leverage", asked.leverage, 0.001, 100)
    check_periods(asked.periods_per_year)
    found = [volatility_target(one, target, asked.periods_per_year, most) for one in _series(asked)]
    return Json({"items": [risk_views.sizing_row(one) for one in found]})


@router.post(
    "/allocations", responses={200: {"model": AllocationOut}}, openapi_extra=described(AllocationIn)
)
def allocation(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """Weights over the series by a model, under constraints."""
    asked = shaped(AllocationIn, body)
    known, bounds, wanted = _weighed(asked)
    found = allocating.weighed(known, asked.model, bounds, wanted, errors=asked.errors)
    return Json(risk_views.allocation_row(found))


@router.post(
    "/allocations/walk-forward",
    responses={200: {"model": WalkForwardOut}},
    openapi_extra=described(WalkForwardIn),
)
def walk_forward(
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- of every POST; nothing is written here
    body: Body,
) -> Response:
    """Models out of sample over the series, after costs, always beside equal weight."""
    asked = shaped(WalkForwardIn, body)
    known, bounds, wanted = _weighed(asked)
    days = Days(asked.first, asked.step, asked.window, asked.purge, asked.embargo)
    found = allocating.walked(known, asked.models, days, bounds, wanted, asked.tried)
    return Json(allocation_views.walk_row(found))


def _series(asked: ReturnsIn, *, slow: bool = False, simulated: int = 0) -> list[ReturnSeries]:
    """The series of a body. Raises BadInput with the row, from 1 on, and the reason.

    `simulated` is how many questions are asked of them that simulate days.
    """
    days, columns = asked.days, list(asked.series.values())
    for name, texts in asked.series.items():
        if len(texts) != len(days):
            raise BadInput(f"series {name[:60]!r} has {len(texts)} returns on {len(days)} days")
    most = RETURNS_MAX_SLOW if slow else RETURNS_MAX
    most = RETURNS_MAX_SIMULATED // simulated if simulated else most
    if len(days) * len(columns) > most:
        raise BadInput(f"{len(days) * len(columns)} returns; one request takes {most} here")
    rows = zip(days, *columns, strict=True)
    return series_of(list(asked.series), rows, lambda at: f"row {at + 1}")


def _benchmark(name: str | None, given: list[ReturnSeries]) -> ReturnSeries | None:
    found = next((series for series in given if series.name == name), None)
    if name is not None and found is None:
        raise BadInput(f"no series is called {name[:60]!r}")
    return found


def _numbers(
    texts: list[str] | None, count: int, what: str, least: float = 0.0
) -> tuple[float, ...] | None:
    return None if texts is None else numbers_of(texts, count, what, least)


def _weighed(asked: WeighedIn) -> tuple[Known, Bounds, Wanted]:
    nav = None if asked.nav is None else allocating.number("a NAV", asked.nav, 1e-9, 1e30)
    turnover = None if asked.turnover is None else float(asked.turnover)
    bounds = Bounds(
        *(asked.caps, asked.floors, asked.capacities),
        *(turnover, float(asked.cost), asked.horizon),
    )
    target = None if asked.target is None else float(asked.target)
    wanted = Wanted(
        *(asked.objective, target, float(asked.aversion), float(asked.rf)),
        *(float(asked.confidence), asked.views),
    )
    known = Known(tuple(_series(asked, slow=True)), nav=nav)
    for row in asked.strategies:
        if not set(row) <= set(allocating.TABLE):
            raise BadInput(f"a strategy has {', '.join(allocating.TABLE)}")
    return allocating.with_table(known, asked.strategies, bounds), bounds, wanted
