"""The routes of the web API as a test sees them: addresses filled in, and shapes of answers."""

import importlib
import pkgutil
from typing import Any

import api.routes
from tests.api.conftest import PENDING

FILLED = {
    "layout": "journal",
    "month": "2026-01",
    "regime": "us",
    "year": "2026",
    "code": "bad_row",
    "journal": PENDING.id,
    "breach": "1",
    "name": "drawdown",
}

#: What the reads are asked that answer nothing without being told of what.
ASKED = {
    "/what-if": "asset=BTC&quantity=0.1&wallet=bank&price=1000",
    "/tax/allocation": "method=hifo&wallet=bank&set=basis_scope%3Dwallet_from%3A2026-02-01",
    "/fixed-fraction": "entry=100&stop=95",
}


def address(path: str, identity: str = "t-1") -> str:
    """A path of the OpenAPI document with its parameters filled in."""
    for name, value in {**FILLED, "identity": identity}.items():
        path = path.replace(f"{{{name}}}", value)
    asked = [words for end, words in ASKED.items() if path.endswith(end)]
    return "?".join([path, *asked])


def shapes() -> dict[tuple[str, str], Any]:
    """(method, path) → the shape of the answer, where it is JSON."""
    found = {}
    for module in pkgutil.iter_modules(api.routes.__path__):
        room = importlib.import_module(f"api.routes.{module.name}")
        for route in room.router.routes if hasattr(room, "router") else ():
            model = route.responses.get(200, {}).get("model")
            if model is not None:
                found[min(route.methods), route.path_format] = model
    return found
