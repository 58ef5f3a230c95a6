"""The books → what the fund is exposed to."""

from fastapi import APIRouter
from starlette.responses import Response

from api import exposure_views, figures
from api.routes.asked import ReadingOf, Row
from api.routes.shapes_of_exposure import ExposureOut
from ledger.model.activity import iso

router = APIRouter(prefix="/v1/risk", tags=["risk"])


@router.get("/exposure", responses={200: {"model": ExposureOut}})
def exposure(reading: ReadingOf) -> Response:
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

    return reading.answer(lambda: reading.derived("exposure", found))
