"""The routes themselves → the OpenAPI document, a page of it without scripts, and problem types."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from api.answers import Json
from api.problems import Refusal, kind_of
from api.routes.shapes import Answers
from api.routes.shapes_of_reports import ProblemKindOut

router = APIRouter(tags=["documents"])

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font-family:ui-monospace,monospace}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.1rem .8rem .1rem 0;vertical-align:top}"
    ":root{color-scheme:light dark}"
)
_STYLE_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"
)
_PAGE: Answers = {200: {"content": {"text/html": {}}, "description": "The page."}}


@router.get("/v1/openapi.json")
async def openapi(request: Request) -> Response:
    """The description of every operation, as OpenAPI 3.1."""
    return Json(request.app.openapi())


@router.get("/v1/docs", responses=_PAGE, response_class=HTMLResponse)
async def documents(request: Request) -> Response:
    """The same for people: no script, nothing from elsewhere."""
    page = "".join(_page(request.app.openapi()))
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


@router.get("/problems/{code}", responses={200: {"model": ProblemKindOut}})
async def problem_kind(code: Annotated[str, Path(max_length=60)]) -> Response:
    """What a problem's `type` means, and what to do next."""
    kind = kind_of(code)
    if kind is None:
        raise Refusal("no_such_address")
    said = {"code": code, "status": kind.status, "title": kind.title, "advice": kind.advice}
    return Json(said)


def _page(document: dict[str, Any]) -> Iterator[str]:
    title = escape(document["info"]["title"])
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    yield f"<style>{_STYLE}</style><h1>{title} {escape(document['info']['version'])}</h1>"
    yield f"<p>{escape(document['info']['description'])}</p>"
    yield '<p><a href="/v1/openapi.json">OpenAPI document</a></p>'
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
            yield f"<p>{escape(operation.get('description', ''))}</p>"
            if operation.get("parameters"):
                yield "<table>"
                for parameter in operation["parameters"]:
                    name = escape(parameter["name"])
                    place = escape(parameter["in"])
                    told = escape(parameter.get("description", ""))
                    yield f"<tr><td><code>{name}</code><td>{place}<td>{told}"
                yield "</table>"
    yield "</html>"
