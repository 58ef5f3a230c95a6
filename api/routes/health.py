"""Nothing enters; whether the service lives and is ready leaves, and what it counted."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from api.answers import Json
from api.logging import LOG
from api.problems import Refusal
from api.routes.asked import parts_of
from api.routes.shapes import Answers
from api.routes.shapes_of_reports import HealthOut
from ledger.model.errors import PartitaError

router = APIRouter(tags=["health"])

_TEXT: Answers = {200: {"content": {"text/plain": {}}, "description": "Counters."}}


@router.get("/health/live", responses={200: {"model": HealthOut}})
async def live() -> Response:
    """The process answers; it asks nothing of the database and waits for nobody."""
    return Json({"status": "live"})


@router.get("/health/ready", responses={200: {"model": HealthOut}})
async def ready(request: Request) -> Response:
    """The database answers too; else 503."""
    try:
        await run_in_threadpool(parts_of(request).store.keys.check, "partita_" + "0" * 40)
    except PartitaError as fault:
        LOG.warning("not ready: %s", fault)
        raise Refusal("busy", "the database does not answer") from fault
    return Json({"status": "ready"})


@router.get("/metrics", responses=_TEXT, response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Counters as text, without names of funds or keys."""
    parts = parts_of(request)
    lines = ["# TYPE partita_requests_total counter"]
    for (method, status), count in sorted(parts.answered.items()):
        labels = f'method="{method}",status="{status}"'
        lines.append(f"partita_requests_total{{{labels}}} {count}")
    lines += ["# TYPE partita_books_at_hand gauge", f"partita_books_at_hand {parts.cache.count()}"]
    return PlainTextResponse("\n".join(lines) + "\n")
