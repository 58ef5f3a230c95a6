"""The books and a regime → the assessment of a year, what was filed of it, trades not yet made.

Who files or plans is the label of the key.
"""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from api import tax_views
from api.desk import now
from api.jobs import tax_filed, tax_trial
from api.jobs.tax import Question, choices_of
from api.jobs.tax_filed import answered
from api.jobs.tax_plan import plan_lots, plans_with_sales
from api.jobs.tax_record import Record, record_of
from api.problems import Refusal
from api.routes.asked import FundDesk, PageOf, Reading, ReadingOf, Row, key_of
from api.routes.bodies import described, json_object, shaped
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut, Shape
from api.routes.shapes_of_tax import (
    ComparedOut,
    FiledOut,
    HarvestOut,
    ListOut,
    PlanOut,
    TaxOut,
    TriedOut,
)

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
Rates = Annotated[
    list[str] | None,
    Query(alias="rate", max_length=2, description="short=0.37, long=0.2; none is made up."),
]
Regimes = Annotated[
    list[str] | None,
    Query(alias="regime", max_length=12, description="The fund's unless named; may be repeated."),
]
Methods = Annotated[
    list[str] | None,
    Query(alias="method", max_length=12, description="A method; may be repeated."),
]
OneRegime = Annotated[
    str | None,
    Query(alias="regime", pattern="^[a-z_]{2,20}$", description="The fund's, unless named."),
]
Body = Annotated[dict[str, Any], Depends(json_object)]
Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]

_WORD: Final = {"min_length": 1, "max_length": 200}
Given = Annotated[str, Query(**_WORD, description="Symbol or id of an asset.")]
Units = Annotated[str, Query(**_WORD, description="Whole units.")]
Place = Annotated[str, Query(**_WORD, description="Label, id or address of a wallet.")]
Price = Annotated[str, Query(**_WORD, description="Of a whole unit, in the books' currency.")]


def _sale(asset: Given, quantity: Units, wallet: Place, price: Price) -> tuple[str, str, str, str]:
    """A sale that is not made yet, in words."""
    return asset, quantity, wallet, price


Wanted = Annotated[tuple[str, str, str, str], Depends(_sale)]


class FilingIn(Shape):
    """A year to be filed by a method and settings, those that hold unless they are named."""

    method: Word | None = None
    set: list[Word] = Field(default_factory=list)
    reason: str = ""
    with_open_problems: bool = False


class PlanIn(Shape):
    """The lots that the next sale of an asset out of a wallet takes, in this order."""

    asset: Word
    quantity: Word
    wallet: Word
    lots: list[Word]


@router.get("/tax/filed", responses={200: {"model": PageOut[FiledOut]}})
def filed_years(reading: ReadingOf, page: PageOf) -> Response:
    """Every year that was filed, amendments too, in the order of filing."""
    return reading.page(page, lambda: _record(reading).years, tax_views.filed_row)


@router.get("/tax/plans", responses={200: {"model": PageOut[PlanOut]}})
def plans(reading: ReadingOf, page: PageOf) -> Response:
    """Every plan of lots, in the order of making, with the entry that it served."""
    books = reading.books
    return reading.page(
        page,
        lambda: plans_with_sales(books, _record(reading).plans),
        lambda found: tax_views.plan_row(*found, books.assets),
    )


@router.get("/tax/what-if", responses={200: {"model": ListOut[TriedOut]}})
def what_if(
    reading: ReadingOf,
    sale: Wanted,
    regimes: Regimes = None,
    methods: Methods = None,
    rates: Rates = None,
    choices: Choices = None,
) -> Response:
    """What a sale now, or at `as_of`, would realise: lots, terms, tax at stated rates, warnings."""
    books, stated = reading.books, tax_trial.rates_of(rates or ())
    named = regimes or [reading.kept.fund.regime]
    asked = [Question(regime, None, choices_of(choices or ())) for regime in named]

    def found(present: datetime) -> Row:
        trade = tax_trial.trade_of(books, *sale, present)
        tried = tax_trial.tried(books, _record(reading), asked, methods or (), trade, stated)
        return {"items": [tax_views.tried_row(each, books.assets) for each in tried]}

    return reading.answer_at_present(found)


@router.get("/tax/harvest", responses={200: {"model": HarvestOut}})
def harvest(
    reading: ReadingOf,
    regime: OneRegime = None,
    method: Method = None,
    rates: Rates = None,
    choices: Choices = None,
) -> Response:
    """Open lots that are worth less now, or at `as_of`, than they cost."""
    books, stated = reading.books, tax_trial.rates_of(rates or ())
    asked = Question(regime or reading.kept.fund.regime, method, choices_of(choices or ()))

    def found(present: datetime) -> Row:
        below = tax_trial.below_market(books, _record(reading), asked, present, stated)
        return tax_views.harvest_row(below, books.assets)

    return reading.answer_at_present(found)


@router.get("/tax/{regime}/{year}", responses={200: {"model": TaxOut}})
def tax(
    reading: ReadingOf,
    regime: Regime,
    year: Year,
    method: Method = None,
    choices: Choices = None,
) -> Response:
    """Disposals and income of a tax year, one row a matched lot; as filed, where it was."""
    words = tuple(choices or ())

    def found() -> Row:
        books, asked = reading.books, Question(regime, method, choices_of(words))
        answer = answered(books, _record(reading), asked, year)
        return tax_views.answer_row(answer, books.assets)

    def dated(present: datetime) -> Row:
        row = reading.derived("tax", found, regime, year, method, *words)
        return tax_views.with_status(row, present.date())

    return reading.answer_at_present(dated)


@router.get("/tax/{regime}/{year}/methods", responses={200: {"model": ListOut[ComparedOut]}})
def methods_of_a_year(
    reading: ReadingOf, regime: Regime, year: Year, rates: Rates = None, choices: Choices = None
) -> Response:
    """A year by what holds and by every other method of lots."""
    stated, words = tax_trial.rates_of(rates or ()), tuple(choices or ())

    def found() -> Row:
        books, record = reading.books, _record(reading)
        asked = Question(regime, None, choices_of(words))
        every = tax_trial.compared(books, record, asked, year, stated)
        return {"items": [tax_views.compared_row(one) for one in every]}

    return reading.answer(
        lambda: reading.derived("methods", found, regime, year, *words, *sorted(rates or ()))
    )


@router.post(
    "/tax/{regime}/{year}/file",
    responses={200: {"model": FiledOut}},
    openapi_extra=described(FilingIn),
)
def file_year(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    regime: Regime,
    year: Year,
    body: Body,
) -> Response:
    """Keep a year that is over as filed, for ever; one with problems is refused unless said."""
    said = shaped(FilingIn, body)
    key = key_of(request)

    def done() -> Row:
        asked = Question(regime, said.method, choices_of(said.set))
        filed, found = tax_filed.file_year(
            desk,
            asked,
            year,
            key.label,
            now(),
            reason=said.reason,
            with_open_problems=said.with_open_problems,
        )
        if filed is None:
            counts = dict(sorted(Counter(problem.code for problem in found.problems).items()))
            raise Refusal("open_problems", counts=counts)
        return tax_views.filed_row(filed)

    return once(request, desk, {"by": key.prefix, "body": said.model_dump()}, done)


@router.post("/tax/plans", responses={200: {"model": PlanOut}}, openapi_extra=described(PlanIn))
def plan(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Body,
) -> Response:
    """Say before a sale which lots it takes; kept and sealed with the time, now."""
    said = shaped(PlanIn, body)
    key = key_of(request)

    def done() -> Row:
        made = plan_lots(desk, said.asset, said.quantity, said.wallet, said.lots, key.label)
        return tax_views.plan_row(made, None, desk.books().assets)

    return once(request, desk, {"by": key.prefix, "body": said.model_dump()}, done)


def _record(reading: Reading) -> Record:
    """What was filed and planned by the times that were asked for."""
    return record_of(reading.desk, reading.until)
