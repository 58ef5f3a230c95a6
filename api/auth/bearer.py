"""The headers of a request → the key that it carries, or the refusal; the one place that decides.

The fund of a request is the fund of its key, and nothing that the request says can change it. What
a request may do follows from its method: reading needs the scope `read`, everything else `write`.
So a route that is added later is closed until somebody opens it.
"""

import re
from collections.abc import Callable
from typing import Final

from api.problems import Refusal
from ledger.store import ApiKey

_BEARER: Final = re.compile(r"(?i:bearer) +(partita_[A-Za-z0-9_\-]{32,200})")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE: Final = 'Bearer realm="partita"'

#: Addresses that anybody may read: they say nothing of any fund.
_OPEN: Final = frozenset(
    {"/health/live", "/health/ready", "/metrics", "/v1/docs", "/v1/openapi.json"}
)
_OPEN_BELOW: Final = "/problems/"

#: Addresses whose POST computes from its body alone: nothing of a fund is read, nothing is kept.
COMPUTED: Final = frozenset(
    {
        "/v1/risk/stats",
        "/v1/risk/parts",
        "/v1/sizes",
        "/v1/sizes/together",
        "/v1/sizes/volatility",
        "/v1/allocations",
        "/v1/allocations/walk-forward",
    }
)


def is_open(method: str, path: str) -> bool:
    """Whether a request needs no key."""
    return method in _READING and (path in _OPEN or path.startswith(_OPEN_BELOW))


def scope_for(method: str, path: str) -> str:
    """The scope that a request needs."""
    computes = method == "POST" and path in COMPUTED
    return "read" if method in _READING or computes else "write"


def admitted(
    check: Callable[[str], ApiKey | None], authorization: str, method: str, path: str
) -> ApiKey:
    """The key of an `Authorization` header, when it is in force and may do that; raises Refusal."""
    found = _BEARER.fullmatch(authorization.strip())
    key = check(found.group(1)) if found else None
    if key is None:
        raise Refusal("unauthenticated", headers={"WWW-Authenticate": _CHALLENGE})
    scope = scope_for(method, path)
    if scope not in key.scopes:
        challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{scope}"'
        raise Refusal("forbidden", headers={"WWW-Authenticate": challenge}, scope=scope)
    return key
