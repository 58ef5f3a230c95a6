"""The key's fund → its settings, and where its books stand."""

from fastapi import APIRouter
from starlette.responses import Response

from api import figures
from api.routes.asked import ReadingOf, Row
from api.routes.shapes import FundOut
from ledger.model.activity import iso
from ledger.store import books_digest

router = APIRouter(prefix="/v1", tags=["fund"])


@router.get("/fund", responses={200: {"model": FundOut}})
def fund(reading: ReadingOf) -> Response:
    """The fund of the key: its policy, the digest of its journal, how many problems there are."""

    def stands() -> Row:
        books, known = reading.books, reading.kept.fund
        return {
            "name": known.name,
            "base_currency": known.base_currency,
            "regime": known.regime,
            "method": known.method,
            "scope": known.scope,
            "valuation_time": known.valuation_time,
            "as_of": iso(reading.moment or figures.last_moment(books)),
            "entries": len(books.entries),
            "problems": len(figures.problems(books)),
            "digest": books_digest(books.entries),
        }

    return reading.answer(lambda: reading.derived("fund", stands))
