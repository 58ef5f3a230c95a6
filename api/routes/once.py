"""A writing request with its idempotency key → carried out once, answered as often as it comes."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Header, Request
from starlette.responses import Response

from api.answers import Json
from api.desk import Desk
from api.problems import Refusal
from api.routes.asked import key_of, parts_of
from ledger.store import AnsweredRequest

#: The header of every POST.
NAME: Final = "Idempotency-Key"

IdempotencyKey = Annotated[
    str,
    Header(
        alias=NAME,
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="The asker's own name of this request: sent again, it is answered alike.",
    ),
]


def once(
    request: Request,
    desk: Desk,
    asked: object,
    do: Callable[[], dict[str, Any]],
) -> Response:
    """Do what is asked, unless this key was answered before; then give that answer again.

    `asked` is what the request says, as plain JSON: the same key with another content is refused.
    Only what was done is kept; a request that was refused may be mended and sent under its key. The
    doing itself adds nothing twice: a crash between it and this note loses the note alone.
    """
    key, fund = request.headers[NAME], desk.fund.name
    content = _content(request, asked)
    with parts_of(request).writers.of(fund):
        known = desk.store.requests.get(fund, key)
        if known is None:
            answer = Json(do())
            kept = AnsweredRequest(key, content, answer.status_code, bytes(answer.body))
            desk.store.requests.put(fund, kept)
            return answer
    if known.content != content:
        raise Refusal("key_reused")
    hit = {"Idempotency-Hit": "true"}
    return Response(known.body, known.status, media_type=Json.media_type, headers=hit)


def _content(request: Request, asked: object) -> str:
    said = [request.method, request.url.path, key_of(request).fund, asked]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()
