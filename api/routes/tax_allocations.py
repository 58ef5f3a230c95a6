"""An order of lots and wallets → what one pool comes to in wallets, and what is frozen of that.

Who freezes is the label of the key; a key is one person, so nobody approves here.
"""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from api import tax_views
from api.desk import now
from api.jobs.tax import Question, choices_of
from api.jobs.tax_allocation import Order, Signature, freeze, proposed
from api.jobs.tax_record import record_of
from api.problems import Refusal
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row, key_of
from api.routes.bodies import described, json_object, shaped
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut, Shape
from api.routes.shapes_of_tax import AllocationOut, FrozenOut, ProposedOut

router = APIRouter(prefix="/v1", tags=["tax"])

Body = Annotated[dict[str, Any], Depends(json_object)]
Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Method = Annotated[
    str, Query(pattern="^[a-z-]{2,20}$", description="fifo, lifo, hifo, lofo: which lots go first.")
]
Wallets = Annotated[
    list[str],
    Query(
        alias="wallet", max_length=200, description="Label, id or address, in the order of filling."
    ),
]
Due = Annotated[
    str | None, Query(max_length=10, description="Last day of the return, where it is extended.")
]
OneRegime = Annotated[
    str | None, Query(pattern="^[a-z_]{2,20}$", description="The fund's, unless named.")
]
Choices = Annotated[
    list[str] | None,
    Query(alias="set", max_length=20, description="A setting as NAME=VALUE; may be repeated."),
]


class FreezingIn(Shape):
    """An order of lots and wallets, and the digest of what it was seen to come to."""

    method: Word
    wallets: list[Word]
    sha256: Word
    due: Word | None = None
    regime: Word | None = None
    set: list[Word] = Field(default_factory=list)


@router.get("/tax/allocation", responses={200: {"model": ProposedOut}})
def allocation(
    reading: ReadingOf,
    method: Method,
    wallets: Wallets,
    due: Due = None,
    regime: OneRegime = None,
    choices: Choices = None,
) -> Response:
    """What an order of lots and wallets comes to; nothing is kept."""
    books = reading.books
    asked = Question(regime or reading.kept.fund.regime, None, choices_of(choices or ()))
    record = record_of(reading.desk, reading.until)
    found = proposed(books, record, asked, Order(method, wallets, due))
    return reading.answer(lambda: tax_views.proposed_row(found, books.assets))


@router.get("/tax/allocations", responses={200: {"model": PageOut[FrozenOut]}})
def allocations(reading: ReadingOf, page: PageOf) -> Response:
    """The allocations that were frozen, one a regime at most, with their lots."""
    assets = reading.books.assets
    return reading.page(
        page,
        lambda: record_of(reading.desk, reading.until).allocations,
        lambda frozen: tax_views.frozen_row(frozen, assets),
    )


@router.post(
    "/tax/allocations",
    responses={200: {"model": AllocationOut}},
    openapi_extra=described(FreezingIn),
)
def freeze_allocation(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Body,
) -> Response:
    """Sign what an order came to and keep it for ever; what is left open is refused."""
    said = shaped(FreezingIn, body)
    key = key_of(request)

    def done() -> Row:
        asked = Question(said.regime or desk.fund.regime, None, choices_of(said.set))
        order = Order(said.method, said.wallets, said.due)
        frozen, found = freeze(desk, asked, order, Signature(said.sha256, key.label), now())
        if frozen is None:
            counts = dict(sorted(Counter(problem.code for problem in found.problems).items()))
            raise Refusal("open_problems", counts=counts)
        return tax_views.allocation_row(frozen)

    return once(request, desk, {"by": key.prefix, "body": said.model_dump()}, done)
