"""The bytes of a request → one JSON object, read strictly: what is ambiguous is refused."""

import json
from collections.abc import Iterable
from typing import Any, Final, NoReturn, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.problems import Refusal
from api.routes.shapes import Shape

Asked = TypeVar("Asked", bound=Shape)

#: Deeper than any body that is described; deeper ones are refused before they are parsed.
DEPTH_MAX: Final = 32
#: The same of a body that holds a list for each of many columns.
LISTS_MAX: Final = 256


async def json_object(request: Request) -> dict[str, Any]:
    """The body as one JSON object. Raises Refusal.

    Refused are other encodings than UTF-8, marks of byte order, bytes after the object, names that
    stand twice, NaN and infinities, lone surrogates, and nesting beyond DEPTH_MAX.
    """
    return await _object_of(request, DEPTH_MAX)


async def json_columns(request: Request) -> dict[str, Any]:
    """The same of a body with a list a column, LISTS_MAX of them at most."""
    return await _object_of(request, LISTS_MAX)


async def _object_of(request: Request, brackets: int) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal("malformed_body", "the content type is application/json")
    return parsed(await request.body(), brackets)


def parsed(body: bytes, brackets: int = DEPTH_MAX) -> dict[str, Any]:
    """The same of bytes at hand."""
    try:
        text = body.decode("utf-8")
        _refuse_depth(text, brackets)
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
        # a surrogate without its partner is no text: databases refuse it
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as fault:
        raise Refusal("malformed_body", "the body is no JSON object in UTF-8") from fault
    if not isinstance(found, dict):
        raise Refusal("malformed_body", "the body is no JSON object")
    return found


def described(shape: type[Shape]) -> dict[str, Any]:
    """What the OpenAPI document says of a body that is read by hand."""
    schema = {"application/json": {"schema": shape.model_json_schema()}}
    return {"requestBody": {"required": True, "content": schema}}


def shaped(shape: type[Asked], body: dict[str, Any]) -> Asked:
    """The body as a value of its shape. Raises RequestValidationError, which repeats no input."""
    try:
        return shape.model_validate(body)
    except ValidationError as fault:
        raise RequestValidationError(
            fault.errors(include_input=False, include_url=False)
        ) from fault


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a name stands twice")
        found[name] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _refuse_depth(text: str, brackets: int) -> None:
    """Count brackets, those in texts too: no described body has that many in any case."""
    if text.count("[") + text.count("{") > brackets:
        raise ValueError("too deep")
