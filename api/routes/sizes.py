"""The books → what to stake on each strategy, by method, with the trades that it rests on."""

from math import isfinite
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import allocating, figures, risk_views
from api.routes.asked import Reading, ReadingOf, Row
from api.routes.nav import points
from api.routes.own_capital import RuleOf, capital_by, known_by
from api.routes.shapes_of_allocation import SizedOut, SizingOut, StakeOut
from api.routes.shapes_of_tax import ListOut
from ledger.model.errors import BadInput
from ledger.model.position import Trade
from risk.model import Sizing
from risk.returns import PERIODS_PER_YEAR, whole_units

router = APIRouter(prefix="/v1/sizes", tags=["sizes"])

_NUMBER: Final = {"allow_inf_nan": False}
Strategy = Annotated[str | None, Query(max_length=200, description="One strategy; else all.")]
Leverage = Annotated[
    float, Query(gt=0, le=100, description="The most that all stakes may sum to.", **_NUMBER)
]
Rate = Annotated[
    float, Query(gt=-1, lt=1, description="Risk-free return of one period.", **_NUMBER)
]
Caps = Annotated[
    list[str] | None,
    Query(alias="cap", max_length=100, description="NAME=SHARE; may be repeated."),
]
Level = Annotated[
    float, Query(gt=0, lt=1, description="Share of wealth it may not fall to.", **_NUMBER)
]
Chance = Annotated[
    float, Query(gt=0, lt=1, description="How likely it may ever fall there.", **_NUMBER)
]
Target = Annotated[
    float, Query(gt=0, le=1e6, description="Volatility of a year, as a fraction.", **_NUMBER)
]
Periods = Annotated[int, Query(ge=1, le=1_000_000, description="Periods that make a year.")]
Part = Annotated[float, Query(gt=0, lt=1, description="Part of NAV whose loss is ruin.", **_NUMBER)]


@router.get("", responses={200: {"model": ListOut[SizedOut]}})
def kelly(reading: ReadingOf, strategy: Strategy = None) -> Response:
    """Kelly fractions from realised trades, halved and shrunken, with a bootstrap band."""

    def found() -> Row:
        from risk.sizing import kelly_size

        closed = _trades(reading)
        sizes = [kelly_size(name, closed) for name in _names(closed, strategy)]
        return {"items": [risk_views.sized_row(size) for size in sizes]}

    return reading.answer(lambda: reading.derived("kelly", found, strategy))


@router.get("/together", responses={200: {"model": ListOut[SizingOut]}})
def together(
    reading: ReadingOf,
    rule: RuleOf,
    leverage: Leverage = 1.0,
    rf: Rate = 0.0,
    caps: Caps = None,
) -> Response:
    """Kelly stakes of the strategies held together, with cash, by returns on own capital."""
    known = known_by(reading, rule)
    bounds = allocating.caps_of(caps or (), known.series, leverage)

    def found() -> Row:
        from risk.sizing.many import METHOD, kelly_together

        sized = kelly_together(known.series, rf, leverage, bounds)
        return _rows([*sized, *allocating.not_sized(known, METHOD, "full")])

    asked = (leverage, rf, rule, *sorted(caps or ()))
    return reading.answer(lambda: reading.derived("together", found, *asked))


@router.get("/drawdown", responses={200: {"model": ListOut[SizingOut]}})
def by_drawdown(
    reading: ReadingOf, level: Level = 0.5, chance: Chance = 0.1, strategy: Strategy = None
) -> Response:
    """Kelly fractions under a cap on how likely wealth ever falls to a level."""

    def found() -> Row:
        from risk.sizing import kelly_size
        from risk.sizing.drawdown import capped

        closed = _trades(reading)
        names = _names(closed, strategy)
        return _rows([capped(kelly_size(name, closed), level, chance) for name in names])

    return reading.answer(lambda: reading.derived("drawdown", found, level, chance, strategy))


@router.get("/volatility", responses={200: {"model": ListOut[SizingOut]}})
def by_volatility(
    reading: ReadingOf,
    rule: RuleOf,
    target: Target = 0.2,
    leverage: Leverage = 1.0,
    periods_per_year: Periods = PERIODS_PER_YEAR,
) -> Response:
    """The exposure of each strategy at which the volatility of a year is the target."""

    def found() -> Row:
        from risk.sizing.volatility import METHOD, volatility_target

        known = allocating.alone(capital_by(reading, rule))
        sized = [volatility_target(one, target, periods_per_year, leverage) for one in known.series]
        return _rows([*sized, *allocating.not_sized(known, METHOD, "exposure")])

    asked = (target, leverage, periods_per_year, rule)
    return reading.answer(lambda: reading.derived("volatility", found, *asked))


@router.get("/ruin", responses={200: {"model": ListOut[SizingOut]}})
def by_ruin(reading: ReadingOf, part: Part = 0.5, strategy: Strategy = None) -> Response:
    """How likely trading on as before ever loses a part of NAV; nothing without a NAV."""

    def found() -> Row:
        from risk.sizing.ruin import ruin_of

        closed, series = _trades(reading), points(reading)
        nav = whole_units(series[-1].value) if series else 0.0
        names = _names(closed, strategy) if nav > 0 else []
        return _rows([ruin_of(name, closed, nav, part) for name in names])

    return reading.answer(lambda: reading.derived("ruin", found, part, strategy))


@router.get("/capacity", responses={200: {"model": ListOut[SizingOut]}})
def by_capacity(reading: ReadingOf, strategy: Strategy = None) -> Response:
    """How much each strategy can carry: net = a·q − b·q^1.5 from its realised trades."""

    def found() -> Row:
        from risk.sizing.capacity import capacity_of

        closed = _trades(reading)
        return _rows([capacity_of(name, closed) for name in _names(closed, strategy)])

    return reading.answer(lambda: reading.derived("capacity", found, strategy))


@router.get("/fixed-fraction", responses={200: {"model": StakeOut}})
def fixed_fraction_(
    reading: ReadingOf,
    entry: Annotated[float, Query(gt=0, description="Price of entry.", **_NUMBER)],
    stop: Annotated[float, Query(gt=0, description="Price of the stop, below.", **_NUMBER)],
    risk: Annotated[
        float, Query(gt=0, lt=1, description="Share of NAV to lose at the stop.", **_NUMBER)
    ] = 0.01,
    nav: Annotated[
        float | None, Query(gt=0, description="Else that of the books.", **_NUMBER)
    ] = None,
) -> Response:
    """Units to hold so that the stop costs a fixed fraction of NAV."""
    from risk.sizing import fixed_fraction

    series = () if nav is not None else points(reading)
    worth = nav or (whole_units(series[-1].value) if series else 0.0)
    if stop >= entry:
        raise BadInput("the stop lies below the entry")

    def found() -> Row:
        # without a net asset value there is nothing to risk, and nothing to hold
        units = fixed_fraction(risk, entry, stop, worth) if worth > 0 else 0.0
        if not isfinite(units * entry):
            raise BadInput("the stake is beyond every number: the stop lies too near the entry")
        return {"units": f"{units:.12g}", "stake": f"{units * entry:.12g}"}

    return reading.answer(found)


def _trades(reading: Reading) -> tuple[Trade, ...]:
    return reading.derived("closed trades", lambda: figures.closed_trades(reading.books))


def _names(closed: tuple[Trade, ...], strategy: str | None) -> list[str]:
    """The strategies that are asked for, as the command has them. Raises BadInput."""
    names = sorted({trade.strategy for trade in closed})
    if names and strategy is not None and strategy not in names:
        raise BadInput(f"no closed trade of {strategy[:60]!r}; strategies: {', '.join(names)}")
    return [name for name in names if strategy in {None, name}]


def _rows(found: list[Sizing] | tuple[Sizing, ...]) -> Row:
    return {"items": [risk_views.sizing_row(one) for one in found]}
