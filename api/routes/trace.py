"""An id of the books → the entries and the evidence behind it."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.routes.asked import ReadingOf
from api.routes.shapes import TraceOut
from api.trace import traced

router = APIRouter(prefix="/v1", tags=["trace"])

Identity = Annotated[
    str, Path(max_length=300, description="An entry, lot, disposal, group, transaction or trade.")
]


@router.get("/trace/{identity:path}", responses={200: {"model": TraceOut}})
def trace(reading: ReadingOf, identity: Identity) -> Response:
    """An entry, lot, disposal or transaction back to its evidence."""
    return reading.answer(lambda: traced(reading.books, identity, reading.desk.evidence_text))
