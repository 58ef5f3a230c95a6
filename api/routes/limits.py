"""Limits: the key of a request declares and acknowledges, another key of the fund waives.

Who acts is the label of the key. Two keys of one label are one person here.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from api.desk import Desk
from api.jobs import limits as jobs
from api.limit_figures import measured_of
from api.limit_views import breach_row, checked_rows, limit_row, told_row
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row, key_of
from api.routes.bodies import described, json_object, shaped
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut, Shape
from api.routes.shapes_of_limits import BreachOut, LimitOut, LimitsOut, ToldOut
from ledger.model.limit import HYSTERESIS, Limit
from risk.limits import Checked

router = APIRouter(prefix="/v1", tags=["limits"])

Name = Annotated[str, Path(max_length=jobs.NAME_MAX, description="The name of a limit.")]
Number = Annotated[int, Path(ge=1, le=2**53, description="The number of a breach.")]
After = Annotated[int, Query(ge=0, le=2**53, description="What stands behind this number.")]
Body = Annotated[dict[str, Any], Depends(json_object)]
Why = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=jobs.REASON_MAX)]
Text = Annotated[str, StringConstraints(strict=True, max_length=200)]


class LimitIn(Shape):
    """A limit as it is declared; who declares it is the key."""

    name: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=jobs.NAME_MAX)]
    measure: Annotated[Text, Field(description="As docs/limits.md names it.")]
    level: Annotated[Text, Field(description="An exact decimal above zero, as text.")]
    bound: Literal["most", "least"] = "most"
    strategy: Text = ""
    hysteresis: Text = str(HYSTERESIS)
    thresholds: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    reason: Why


class WordIn(Shape):
    """Why a breach is acknowledged or waived, or a limit withdrawn."""

    reason: Why


@router.get("/limits", responses={200: {"model": LimitsOut}})
def limits(reading: ReadingOf) -> Response:
    """The limits in force with their figures, and the breaches that are to be looked at.

    With a time, the limits that were in force then, their figures then, and what was known.
    """

    def figures(limits: Sequence[Limit]) -> Sequence[Checked]:
        return measured_of(reading.books, reading.kept.fund, limits, reading.moment)

    def found() -> Row:
        stood = jobs.standing(reading.desk, reading.until, figures)
        return {
            "limits": checked_rows(stood),
            "to_look_at": [breach.n for breach in stood.to_look_at],
        }

    return reading.answer(found)


@router.get("/limits/breaches", responses={200: {"model": PageOut[BreachOut]}})
def breaches(reading: ReadingOf, page: PageOf) -> Response:
    """Every breach with what was seen and said of it, in the order in which they opened."""
    return reading.page(
        page,
        lambda: reading.desk.store.limits.breaches(reading.desk.fund.name, reading.until),
        breach_row,
    )


@router.get("/limits/events", responses={200: {"model": PageOut[ToldOut]}})
def events(reading: ReadingOf, page: PageOf, after: After = 0) -> Response:
    """What limits have for the outside: breaches, words on them and their ends, by number.

    Each has type, timestamp and data, as the body of a webhook has. Nothing is sent: whoever does
    asks for what stands behind the last number that it told.
    """
    return reading.page(page, lambda: jobs.told(reading.desk, after, reading.until), told_row)


@router.post("/limits", responses={200: {"model": LimitOut}}, openapi_extra=described(LimitIn))
def declare(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Body,
) -> Response:
    """Declare a limit, in place of the one of its name; it is checked after every keeping."""
    asked = shaped(LimitIn, body)

    def declared(by: str) -> Row:
        limit = jobs.Asked(
            *(asked.name, asked.measure, asked.level, by, asked.reason, asked.bound),
            *(asked.strategy, asked.hysteresis, asked.thresholds),
        )
        return limit_row(jobs.declare(desk, limit))

    return _done(request, desk, asked, declared)


@router.post(
    "/limits/{name}/withdraw",
    responses={200: {"model": LimitOut}},
    openapi_extra=described(WordIn),
)
def withdraw(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    name: Name,
    body: Body,
) -> Response:
    """Take a limit out of force; what was said of it stays."""
    asked = shaped(WordIn, body)
    return _done(
        request,
        desk,
        asked,
        lambda by: limit_row(jobs.withdraw(desk, name, by, asked.reason)),
    )


@router.post(
    "/limits/breaches/{breach}/acknowledge",
    responses={200: {"model": BreachOut}},
    openapi_extra=described(WordIn),
)
def acknowledge(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    breach: Number,
    body: Body,
) -> Response:
    """Say that a breach was seen, and what is done about it."""
    asked = shaped(WordIn, body)
    return _done(
        request,
        desk,
        asked,
        lambda by: breach_row(jobs.say(desk, breach, "acknowledged", by, asked.reason)),
    )


@router.post(
    "/limits/breaches/{breach}/waive",
    responses={200: {"model": BreachOut}},
    openapi_extra=described(WordIn),
)
def waive(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    breach: Number,
    body: Body,
) -> Response:
    """Let a breach stand; the key that acknowledged it is refused."""
    asked = shaped(WordIn, body)
    return _done(
        request,
        desk,
        asked,
        lambda by: breach_row(jobs.say(desk, breach, "waived", by, asked.reason)),
    )


def _done(request: Request, desk: Desk, asked: Shape, do: Callable[[str], Row]) -> Response:
    """Let the key of the request do it, once."""
    key = key_of(request)
    # who asks is part of what is asked: nobody's answer is given to another key
    said = {"by": key.prefix, "body": asked.model_dump()}
    return once(request, desk, said, lambda: do(key.label))
