"""Manual journals: the key of a request proposes, another key of the fund decides.

Who acts is the label of the key. Two keys of one label are one person here.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import StringConstraints
from starlette.responses import Response

from api.desk import Desk
from api.jobs import manual as jobs
from api.manual_journals import journal_row, whole_row
from api.routes.asked import FundDesk, PageOf, ReadingOf, Row, key_of
from api.routes.bodies import described, json_object, shaped
from api.routes.once import IdempotencyKey, once
from api.routes.shapes import ManualJournalOut, PageOut, Shape, WholeManualJournalOut
from ledger.model.manual import ManualJournal, reversals

router = APIRouter(prefix="/v1", tags=["manual journals"])

Identity = Annotated[str, Path(max_length=64, description="The id of a manual journal.")]
Body = Annotated[dict[str, Any], Depends(json_object)]
Why = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=jobs.REASON_MAX)]


class ProposalIn(Shape):
    """A journal as text, and why it is to be booked."""

    text: Annotated[str, StringConstraints(strict=True, min_length=1)]
    reason: Why


class ReasonIn(Shape):
    """Why a manual journal is rejected or taken back."""

    reason: Why


@router.get("/manual-journals", responses={200: {"model": PageOut[ManualJournalOut]}})
def manual_journals(reading: ReadingOf, page: PageOf) -> Response:
    """All manual journals, in the order of proposing; `as_of` is when it was said."""
    found = jobs.told(reading.desk, reading.until)
    taken_back = reversals(found)
    return reading.page(page, lambda: found, lambda journal: journal_row(journal, taken_back))


@router.get("/manual-journals/{journal}", responses={200: {"model": WholeManualJournalOut}})
def manual_journal(reading: ReadingOf, journal: Identity) -> Response:
    """One manual journal with its text."""
    return reading.answer(lambda: whole_row(*jobs.journal_of(reading.desk, journal, reading.until)))


@router.post(
    "/manual-journals",
    responses={200: {"model": WholeManualJournalOut}},
    openapi_extra=described(ProposalIn),
)
def propose(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    body: Body,
) -> Response:
    """Propose the entries of a journal's text; nothing is booked until another key approves."""
    asked = shaped(ProposalIn, body)

    def proposed(by: str) -> ManualJournal:
        return jobs.propose(desk, asked.text.encode(), by, asked.reason)

    return _done(request, desk, asked, proposed)


@router.post(
    "/manual-journals/{journal}/approve", responses={200: {"model": WholeManualJournalOut}}
)
def approve(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    journal: Identity,
) -> Response:
    """Approve a pending journal, and keep the books with it; the request has no body."""
    return _done(request, desk, None, lambda by: jobs.approve(desk, journal, by))


@router.post(
    "/manual-journals/{journal}/reject",
    responses={200: {"model": WholeManualJournalOut}},
    openapi_extra=described(ReasonIn),
)
def reject(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    journal: Identity,
    body: Body,
) -> Response:
    """Reject a pending journal: it stays to be seen, and books nothing."""
    asked = shaped(ReasonIn, body)
    return _done(request, desk, asked, lambda by: jobs.reject(desk, journal, by, asked.reason))


@router.post(
    "/manual-journals/{journal}/reverse",
    responses={200: {"model": WholeManualJournalOut}},
    openapi_extra=described(ReasonIn),
)
def reverse(
    request: Request,
    desk: FundDesk,
    idempotency_key: IdempotencyKey,  # noqa: ARG001 -- declared here, read by `once`
    journal: Identity,
    body: Body,
) -> Response:
    """Propose to take an approved journal back; it stands until another key approves of that."""
    asked = shaped(ReasonIn, body)
    return _done(request, desk, asked, lambda by: jobs.reverse(desk, journal, by, asked.reason))


def _done(
    request: Request, desk: Desk, asked: Shape | None, do: Callable[[str], ManualJournal]
) -> Response:
    """Let the key of the request do it, once; gives the manual journal as it stands after."""
    key = key_of(request)

    def done() -> Row:
        return whole_row(*jobs.journal_of(desk, do(key.label).id))

    # who asks is part of what is asked: nobody's answer is given to another key
    said = {"by": key.prefix, "body": None if asked is None else asked.model_dump()}
    return once(request, desk, said, done)
