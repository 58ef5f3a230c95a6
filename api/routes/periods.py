"""The fund's months → those that were closed with their trace; and a month that is to be closed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import given
from api.desk import now
from api.jobs.close import close_month, period_rows
from api.problems import Refusal
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row, key_of
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import ClosedOut, PageOut, PeriodOut

router = APIRouter(prefix="/v1", tags=["periods"])

_ALL_THE_SAME = "Close although something is to be looked at; the trace says so."


@router.get("/periods", responses={200: {"model": PageOut[PeriodOut]}})
def periods(reading: ReadingOf, page: PageOf) -> Response:
    """The months that were ever closed, what was sealed, and the trace of closes and reopenings."""
    return reading.page(page, lambda: period_rows(reading.desk, reading.until), _same)


@router.post("/periods/{month}/close", responses={200: {"model": ClosedOut}})
def close(
    request: Request,
    desk: FundDesk,
    month: str,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    with_open_problems: Annotated[bool, Query(description=_ALL_THE_SAME)] = False,  # noqa: FBT002 -- a parameter of an address
) -> Response:
    """Close a month that is over, and every open one before it, in the name of the key's label.

    Reopening takes two persons, and a key is one: the command line does it.
    """

    def done() -> dict[str, Any]:
        person = given.name("the key's label", key_of(request).label)
        closing = close_month(desk, month, person, now(), with_open_problems=with_open_problems)
        if not closing.months:
            raise Refusal("open_problems", counts=closing.report["counts"])
        return {"closed": list(closing.months)}

    return once(request, desk, {"with_open_problems": with_open_problems}, done)


def _same(row: Row) -> Row:
    return row
