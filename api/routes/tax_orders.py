"""A method and a wallet → a standing order for the lots of every sale after it.

Who orders is the label of the key.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import StringConstraints
from starlette.responses import Response

from api import tax_views
from api.jobs.tax_order import give_order
from api.jobs.tax_record import record_of
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row, key_of
from api.routes.bodies import described, json_object, shaped
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut, Shape
from api.routes.shapes_of_tax import OrderOut

router = APIRouter(prefix="/v1", tags=["tax"])

Body = Annotated[dict[str, Any], Depends(json_object)]
Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]


class OrderIn(Shape):
    """Which lots go first out of a wallet, or out of every one."""

    method: Word
    wallet: Word | None = None


@router.get("/tax/orders", responses={200: {"model": PageOut[OrderOut]}})
def orders(reading: ReadingOf, page: PageOf) -> Response:
    """Every standing order for lots, in the order of giving; the last of a wallet holds."""
    return reading.page(
        page, lambda: record_of(reading.desk, reading.until).orders, tax_views.order_row
    )


@router.post("/tax/orders", responses={200: {"model": OrderOut}}, openapi_extra=described(OrderIn))
def order(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Body,
) -> Response:
    """Say which lots every sale from now on takes; kept and sealed with the time, now."""
    said = shaped(OrderIn, body)
    key = key_of(request)

    def done() -> Row:
        return tax_views.order_row(give_order(desk, said.method, said.wallet, key.label))

    return once(request, desk, {"by": key.prefix, "body": said.model_dump()}, done)
