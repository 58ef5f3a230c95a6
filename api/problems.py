"""Faults of requests, data and program → problem+json (RFC 9457), each with a stable type.

The type of a problem is `/problems/<code>`, and that address says what to do about it. What the
asker may not know (paths, statements, traces) never enters a problem: a fault of the program is
answered with the id of the request and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.answers import Json
from api.errors import ANSWERS, answer_for
from ledger.model.errors import PartitaError, SourceRefused, SourceUnavailable
from ledger.model.problem import PROBLEM_CODES

MEDIA_TYPE: Final = "application/problem+json"

#: Faults that are told one by one; the rest of a long list says nothing more.
FAULTS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What a problem's type means: its status, its title, and what to do next."""

    status: int
    title: str
    advice: str


#: code → kind, for the faults that only the web API knows (docs/api.md has a line for each).
KINDS: Final[Mapping[str, Kind]] = {
    "bad_request": Kind(
        400, "The request is not as described", "Mend the fields that `errors` names."
    ),
    "malformed_body": Kind(
        400, "The body cannot be read", "Send one JSON object or form, in UTF-8, as described."
    ),
    "bad_cursor": Kind(
        400,
        "The cursor is none of this list",
        "Begin with the first page again: the books may have changed since the cursor was given.",
    ),
    "unauthenticated": Kind(
        401, "A key is needed", "Send `Authorization: Bearer partita_…` with a key in force."
    ),
    "forbidden": Kind(
        403, "The key may not do that", "Use a key with the scope that `scope` names."
    ),
    "no_such_address": Kind(404, "There is nothing here", "See /v1/docs for what there is."),
    "method_not_allowed": Kind(
        405, "This address does not take that method", "The header `Allow` says which it takes."
    ),
    "too_large": Kind(413, "The body is too large", "Send less at a time."),
    "open_problems": Kind(
        409,
        "Something is to be looked at before the month closes or the year is filed",
        "See /v1/reconciliation or the tax year; or say `with_open_problems`, which is kept.",
    ),
    "key_reused": Kind(
        422,
        "The idempotency key belongs to another request",
        "Use a new `Idempotency-Key` for a new request.",
    ),
    "busy": Kind(503, "Too much is asked at once", "Ask again after `Retry-After` seconds."),
    "http_error": Kind(400, "The request cannot be answered", "See the status."),
    "internal": Kind(
        500, "A fault of the program", "Report the `trace_id`; the log has a line with it."
    ),
}


class Refusal(Exception):
    """A request that is answered with a problem; `members` stand in it beside the standard ones."""

    def __init__(
        self, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        assert code in KINDS, f"{code} is no kind of problem"
        self.code, self.detail, self.members = code, detail, members
        self.headers = dict(headers or {})


class RefusedFile(Exception):
    """A file of which nothing can be booked; `problems` are rows of the import's answer."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__(problems[0]["message"])
        self.problems = problems


def kind_of(code: str) -> Kind | None:
    """What a code means, whether of the web API, of a fault or of the data; None for no code."""
    if code in KINDS:
        return KINDS[code]
    if code in PROBLEM_CODES:
        return Kind(422, PROBLEM_CODES[code], "The list of problem codes has the next action.")
    for fault, _, status, title in ANSWERS:
        if fault.code == code:
            return Kind(status, title, "The list of problem codes has the next action.")
    return None


def problem(
    code: str,
    kind: Kind,
    trace_id: str,
    detail: str = "",
    **members: object,
) -> Json:
    """The answer that states a problem."""
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "code": code,
        "trace_id": trace_id,
    }
    if detail:
        body["detail"] = detail[:1_000]
    return Json(body | members, kind.status, media_type=MEDIA_TYPE)


def of_refusal(refusal: Refusal, trace_id: str) -> Response:
    """The answer to a request that was refused."""
    kind = KINDS[refusal.code]
    said = problem(refusal.code, kind, trace_id, refusal.detail, **refusal.members)
    if kind.status == 503:
        said.headers["Retry-After"] = "5"
    said.headers.update(refusal.headers)
    return said


def of_fault(fault: PartitaError, trace_id: str) -> Response:
    """The answer to a fault that Partita names; of the house's own faults only the name is told."""
    _, status, title = answer_for(fault)
    if isinstance(fault, SourceUnavailable) and not isinstance(fault, SourceRefused):
        # no route asks a node: what did not answer is the database
        kind = Kind(503, "The database does not answer", "Ask again.")
        said = problem(fault.code, kind, trace_id)
        said.headers["Retry-After"] = "5"
        return said
    return problem(
        fault.code, Kind(status, title, ""), trace_id, str(fault) if status < 500 else ""
    )


def trace_id_of(request: Request) -> str:
    """The id that the gate gave to the request."""
    return str(request.scope["state"]["trace_id"])


def install(app: FastAPI) -> None:
    """Let every fault below the gate be answered by a problem."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RefusedFile, _refused_file)
    app.add_exception_handler(PartitaError, _fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _refusal(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Refusal)
    return of_refusal(fault, trace_id_of(request))


def _refused_file(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RefusedFile)
    code = str(fault.problems[0]["code"])
    kind = kind_of(code)
    assert kind is not None, "a problem's code is of a closed set"
    told = fault.problems[: FAULTS_MAX * 5]
    return problem(code, kind, trace_id_of(request), str(fault), problems=told)


def _fault(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, PartitaError)
    return of_fault(fault, trace_id_of(request))


def _invalid(request: Request, fault: Exception) -> Response:
    # what was sent is not repeated: it may be long, hostile or secret
    assert isinstance(fault, RequestValidationError)
    errors = [
        {"field": ".".join(str(part)[:60] for part in error["loc"]), "message": str(error["msg"])}
        for error in fault.errors()[:FAULTS_MAX]
    ]
    fields = ", ".join(error["field"] for error in errors)
    return problem("bad_request", KINDS["bad_request"], trace_id_of(request), fields, errors=errors)


_BY_STATUS: Final[Mapping[int, str]] = {
    400: "malformed_body",
    404: "no_such_address",
    405: "method_not_allowed",
    413: "too_large",
}


def _http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    code = _BY_STATUS.get(fault.status_code, "http_error")
    kind = KINDS[code]
    if kind.status != fault.status_code:
        kind = Kind(fault.status_code, kind.title, kind.advice)
    said = problem(code, kind, trace_id_of(request))
    said.headers.update(fault.headers or {})
    return said
