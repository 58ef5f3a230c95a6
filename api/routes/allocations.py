"""The books → weights over the fund's strategies, models out of sample, and a list of trades."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api import allocating, allocation_views
from api.allocating import Bounds, Days, Wanted
from api.jobs import tax_trial
from api.jobs.rebalance import Taxed, rebalance
from api.jobs.tax_record import record_of
from api.routes.asked import ReadingOf, Row
from api.routes.own_capital import RuleOf, known_by
from api.routes.shapes_of_allocation import FundAllocationOut, FundWalkForwardOut, RebalanceOut
from risk.rebalancing import Prices

router = APIRouter(prefix="/v1/allocations", tags=["allocations"])

#: Models that one request may walk forward: each is solved again at each rebalancing.
MODELS_MAX: Final = 6
_NUMBER: Final = {"allow_inf_nan": False}
_WORDS: Final = {"max_length": 100}

Model = Annotated[
    str, Query(max_length=40, description="hrp, risk-parity, mean-variance, cvar, kelly …")
]
Models = Annotated[
    list[str] | None,
    Query(alias="model", max_length=MODELS_MAX, description="A model or learner; repeatable."),
]
_NAMED: Final = "NAME=, chain:NAME= or protocol:NAME=SHARE; may be repeated."
Caps = Annotated[list[str] | None, Query(alias="cap", description=_NAMED, **_WORDS)]
Floors = Annotated[list[str] | None, Query(alias="floor", description=_NAMED, **_WORDS)]
Capacities = Annotated[
    list[str] | None,
    Query(alias="capacity", description="NAME=MONEY that it can carry; repeatable.", **_WORDS),
]
Errors = Annotated[bool, Query(description="With standard errors: ten times the work.")]
Rates = Annotated[
    list[str] | None,
    Query(alias="rate", max_length=2, description="short=0.37, long=0.2; none is made up."),
]


def _bounds(
    caps: Caps = None,
    floors: Floors = None,
    capacities: Capacities = None,
    turnover: Annotated[
        float | None, Query(ge=0, le=2, description="Most of Σ|w − w₀|.", **_NUMBER)
    ] = None,
    cost: Annotated[
        float, Query(ge=0, le=0.5, description="Fraction of what is traded.", **_NUMBER)
    ] = 0.0,
    horizon: Annotated[
        int, Query(ge=1, le=3660, description="Days in which a cost is earned back.")
    ] = 30,
) -> Bounds:
    """What bounds the weights."""
    return Bounds(
        tuple(caps or ()), tuple(floors or ()), tuple(capacities or ()), turnover, cost, horizon
    )


def _wanted(
    objective: Annotated[
        str,
        Query(
            max_length=40,
            description="min-risk, sharpe, utility, target-return, target-volatility.",
        ),
    ] = "min-risk",
    target: Annotated[
        float | None, Query(description="Of one period, as a fraction.", **_NUMBER)
    ] = None,
    aversion: Annotated[float, Query(gt=0, description="λ of μ − λ/2·σ².", **_NUMBER)] = 2.0,
    rf: Annotated[
        float, Query(gt=-1, lt=1, description="Risk-free return of one period.", **_NUMBER)
    ] = 0.0,
    confidence: Annotated[float, Query(gt=0.5, lt=1, description="Of a tail.", **_NUMBER)] = 0.95,
    views: Annotated[
        list[str] | None,
        Query(alias="view", description="OVER,UNDER,RETURN,CONFIDENCE; repeatable.", **_WORDS),
    ] = None,
) -> Wanted:
    """What the model is told."""
    return Wanted(objective, target, aversion, rf, confidence, tuple(views or ()))


def _days(
    first: Annotated[int, Query(ge=1, description="Days that are only learned from.")] = 90,
    step: Annotated[int, Query(ge=1, description="Days between rebalancings.")] = 30,
    window: Annotated[int | None, Query(ge=1, description="Rolling days; else all.")] = None,
    purge: Annotated[int, Query(ge=0, description="Days left out before weights.")] = 0,
    embargo: Annotated[int, Query(ge=0, description="Days until trades are done.")] = 0,
) -> Days:
    """When weights are made."""
    return Days(first, step, window, purge, embargo)


BoundsOf = Annotated[Bounds, Depends(_bounds)]
WantedOf = Annotated[Wanted, Depends(_wanted)]
DaysOf = Annotated[Days, Depends(_days)]


@router.get("", responses={200: {"model": FundAllocationOut}})
def allocation(
    reading: ReadingOf,
    bounds: BoundsOf,
    wanted: WantedOf,
    rule: RuleOf,
    model: Model = "hrp",
    *,
    errors: Errors = False,
) -> Response:
    """Weights over the strategies by their returns on own capital, under constraints."""
    allocating.model_of(model)

    def found() -> Row:
        known = known_by(reading, rule)
        weights = allocating.weighed(known, model, bounds, wanted, errors=errors)
        return allocation_views.weights_row(weights, known)

    return reading.answer(
        lambda: reading.derived("allocation", found, model, bounds, wanted, rule, errors)
    )


@router.get("/walk-forward", responses={200: {"model": FundWalkForwardOut}})
def walk_forward(
    reading: ReadingOf,
    bounds: BoundsOf,
    wanted: WantedOf,
    days: DaysOf,
    rule: RuleOf,
    models: Models = None,
    tried: Annotated[
        int,
        Query(ge=0, le=allocating.TRIED_MOST, description="Models tried before on these days."),
    ] = 0,
) -> Response:
    """Models out of sample, after costs, always beside equal weight."""
    chosen = tuple(models or ("hrp", "risk-parity"))

    def found() -> Row:
        known = known_by(reading, rule)
        walk = allocating.walked(known, chosen, days, bounds, wanted, tried)
        return allocation_views.walked_row(walk, known)

    asked = (chosen, days, bounds, wanted, rule, tried)
    return reading.answer(lambda: reading.derived("walk forward", found, *asked))


@router.get("/rebalance", responses={200: {"model": RebalanceOut}})
def trades(
    reading: ReadingOf,
    bounds: BoundsOf,
    wanted: WantedOf,
    rule: RuleOf,
    model: Model = "hrp",
    rates: Rates = None,
) -> Response:
    """The trades from what is held to the weights: amount, gas, band, effect on tax."""
    allocating.model_of(model)
    stated = tax_trial.rates_of(rates or ())

    def found() -> Row:
        books, known = reading.books, known_by(reading, rule)
        weights = allocating.weighed(known, model, bounds, wanted)
        record = record_of(reading.desk, reading.until)
        prices = Prices(wanted.aversion, bounds.horizon, bounds.cost)
        taxed = Taxed(reading.kept.fund.regime, record, stated)
        listed = rebalance(books, known, weights, prices, taxed)
        return allocation_views.rebalance_row(listed, books.assets)

    asked = (model, bounds, wanted, rule, *sorted(rates or ()))
    return reading.answer(lambda: reading.derived("rebalance", found, *asked))
