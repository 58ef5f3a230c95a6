"""The fund's wallets, and wallets that are added to them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, StringConstraints, ValidationError
from starlette.responses import Response

from api import views
from api.given import NAME_MAX, plain, title
from api.routes.asked import FundDesk, PageOf, ReadingOf
from api.routes.bodies import json_object
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import PageOut, Shape, WalletOut
from api.wallets import wallet_of

router = APIRouter(prefix="/v1", tags=["wallets"])


Name = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=NAME_MAX), AfterValidator(plain)
]
Label = Annotated[str, StringConstraints(strict=True, max_length=NAME_MAX), AfterValidator(title)]


class WalletIn(Shape):
    """A wallet to be added; networks are `ethereum`, `eip155:1`, `venue:kraken` and others."""

    network: Name
    address: Name
    label: Label = ""
    strategy: Name | None = None


_BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/WalletIn"}}}


@router.get("/wallets", responses={200: {"model": PageOut[WalletOut]}})
def wallets(reading: ReadingOf, page: PageOf) -> Response:
    """The wallets of the fund, those that imported files named among them."""
    return reading.page(page, lambda: list(reading.books.wallets.values()), views.wallet_row)


@router.post(
    "/wallets",
    responses={200: {"model": WalletOut}},
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
def add_wallet(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Annotated[dict[str, Any], Depends(json_object)],
) -> Response:
    """Add a wallet or an owned contract of a network, or an account at a venue."""
    try:
        asked = WalletIn.model_validate(body)
    except ValidationError as fault:
        raise RequestValidationError(
            fault.errors(include_input=False, include_url=False)
        ) from fault
    wallet = wallet_of(asked.network, asked.address, asked.label, asked.strategy)

    def done() -> dict[str, Any]:
        desk.add_wallet(wallet)
        return views.wallet_row(wallet)

    return once(request, desk, asked.model_dump(), done)
