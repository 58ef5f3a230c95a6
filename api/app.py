"""The address of a database enters, the web API leaves: routes under /v1 behind one gate."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems, routes
from api.auth.bearer import is_open, scope_for
from api.books_cache import BooksCache
from api.desk import now
from api.gate import Gate, Limits
from api.heartbeat import Heartbeat
from api.routes.asked import Parts
from api.routes.wallets import WalletIn
from api.settings import Settings, settings
from api.turns import Turns
from ledger.store import open_store

#: Requests that are worked on at once: fewer than connections that the store keeps open.
THREADS: Final = 12

_IMPORTS: Final = frozenset({"/v1/imports", "/v1/prices/imports"})
_ABOUT: Final = (
    "Books of a fund that trades on chains, read and fed by programs. The fund is that of the key."
    " Amounts are exact decimals, as text. Lists are pages. Faults are problems of RFC 9457."
)


def create_app(database_url: str | None = None, limits: Settings | None = None) -> FastAPI:
    """The web API on a database; both parameters default to the settings.

    The store is opened here, so that a database of another version is refused at the start. Raises
    BadInput, SchemaMismatch or SourceUnavailable.
    """
    chosen = limits or settings()
    store = open_store(database_url or chosen.database_url, clock=now)
    answered: Counter[tuple[str, int]] = Counter()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        with store, Heartbeat(store, chosen.heartbeat_seconds):
            yield

    app = _Api(
        title="Partita",
        version=version("partita"),
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.parts = Parts(store, BooksCache(store), Turns(), answered)
    problems.install(app)
    for module in pkgutil.iter_modules(routes.__path__):
        room = importlib.import_module(f"{routes.__name__}.{module.name}")
        if hasattr(room, "router"):
            app.include_router(room.router)
    app.add_middleware(
        Gate,
        check=store.keys.check,
        limits=Limits(chosen.body_bytes_max, chosen.import_bytes_max, _IMPORTS),
        answered=answered,
    )
    return app


class _Api(FastAPI):
    """The application with the description of what the gate and the problems do."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title,
                version=self.version,
                description=self.description,
                routes=self.routes,
                openapi_version="3.1.0",
            )
            self.openapi_schema = described(document)
        return self.openapi_schema


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The document with keys, problems, and bodies that are read by hand."""
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas["WalletIn"] = WalletIn.model_json_schema()
    schemas["Problem"] = _PROBLEM
    for left in ("HTTPValidationError", "ValidationError"):
        schemas.pop(left, None)
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    parts["responses"] = {
        "Problem": {
            "description": "A problem; its type says what to do.",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
            if any(each.get("name") == "known_at" for each in operation.get("parameters", ())):
                answered = operation["responses"].setdefault("200", {"description": "OK"})
                answered["headers"] = {"Known-At": _KNOWN_AT}
            free = is_open(method.upper(), path)
            operation["security"] = [] if free else [{"key": []}]
            operation["x-scope"] = None if free else scope_for(method.upper(), path)
    return document


_KNOWN_AT: Final = {
    "description": "The `known_at` by which the same is answered at any later day; left out where"
    " more became known while the answer was made.",
    "schema": {"type": "string", "format": "date-time"},
}

_PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457. Some problems have members of their own beside these.",
    "required": ["type", "title", "status", "code", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "trace_id": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
