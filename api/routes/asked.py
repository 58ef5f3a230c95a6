"""Parameters of a request → the fund's books at a time, a page of a list, a tagged answer."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.answers import Json
from api.books_cache import BooksCache, KeptBooks
from api.desk import Desk
from api.given import earlier, instant, past_instant
from api.naming import Naming
from api.problems import Refusal
from api.turns import Turns
from ledger.books import Books
from ledger.model.activity import iso
from ledger.model.errors import BadInput
from ledger.store import ApiKey, Store

Item = TypeVar("Item")
Row = dict[str, Any]

PAGE_DEFAULT: Final = 100
PAGE_MAX: Final = 500

_AS_OF: Final = "As it stood at this time: ISO 8601, no zone is UTC, not in the future."
_KNOWN_AT: Final = "As it was known at this time, the same way; `now` is all that is known."

AsOf = Annotated[str | None, Query(max_length=40, description=_AS_OF, examples=["2026-10-31"])]
KnownAt = Annotated[
    str | None, Query(max_length=40, description=_KNOWN_AT, examples=["2026-10-31"])
]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application shares between requests."""

    store: Store
    cache: BooksCache
    writers: Turns
    answered: Counter[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One question about the fund of the key: its books at a time, and the request itself.

    `kept` are the books as they were known at `known_at`, None for now; of them `moment` is asked.
    `naming` was begun before they were looked at.
    """

    request: Request
    desk: Desk
    kept: KeptBooks
    moment: datetime | None
    known_at: datetime | None
    naming: Naming

    @property
    def books(self) -> Books:
        """The books at the time that was asked for."""
        return self.kept.as_of(self.moment)

    def derived(self, name: str, compute: Callable[[], Item], *more: object) -> Item:
        """What is computed from the books at that time, computed once for a name."""
        return self.kept.derived((name, self.moment, *more), compute)

    @property
    def until(self) -> datetime | None:
        """The earlier of both times: what was said, decided or filed later is not told."""
        return earlier(self.moment, self.known_at)

    @property
    def tag(self) -> str:
        """The ETag: another one as soon as the same question may have another answer."""
        asked = sorted(self.request.query_params.multi_items())
        said = [self.kept.version, version("partita"), self.request.url.path, asked]
        return '"' + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32] + '"'

    def answer(self, compute: Callable[[], object]) -> Response:
        """The answer as JSON, or that it is what the asker has already."""
        return self.file(lambda: Json(compute()))

    def answer_at_present(self, compute: Callable[[datetime], object]) -> Response:
        """The same for an answer that changes with the time of asking, which it is given."""
        naming = self.naming.timed()
        assert naming.time is not None, "the answer changes with it"
        response = Json(compute(earlier(self.moment, naming.time) or naming.time))
        tag = '"' + hashlib.sha256(response.body).hexdigest()[:32] + '"'
        return self._tagged(
            Response(status_code=304) if self._holds(tag) else response, tag, naming
        )

    def file(self, respond: Callable[[], Response]) -> Response:
        """The same for an answer of any media type.

        `Known-At` says as known at which time the same question has this answer at any later day;
        it is left out where more became known while the answer was made.
        """
        tag = self.tag
        response = Response(status_code=304) if self._holds(tag) else respond()
        return self._tagged(response, tag, self.naming)

    def _holds(self, tag: str) -> bool:
        held = self.request.headers.get("if-none-match", "")
        return tag in {part.strip().removeprefix("W/") for part in held.split(",")}

    def _tagged(self, response: Response, tag: str, naming: Naming) -> Response:
        response.headers["ETag"] = tag
        name = naming.name()
        if name is not None:
            response.headers["Known-At"] = iso(name)
        return response

    def page(
        self, page: Page, find: Callable[[], Sequence[Item]], shape: Callable[[Item], Row]
    ) -> Response:
        """A page of a list, each item in its shape. Raises Refusal for a cursor of other books."""
        start = self._start(page)

        def answered() -> Row:
            found = find()
            shown = found[start : start + page.limit]
            end = start + len(shown)
            more = end < len(found)
            return {
                "items": [shape(item) for item in shown],
                "has_more": more,
                "next_cursor": self._cursor(end) if more else None,
            }

        return self.answer(answered)

    def _list_name(self) -> str:
        times = ("" if time is None else time.isoformat() for time in (self.moment, self.known_at))
        said = "\n".join((self.kept.version, self.request.url.path, *times))
        return hashlib.sha256(said.encode(errors="backslashreplace")).hexdigest()[:24]

    def _cursor(self, start: int) -> str:
        said = f"{self._list_name()}.{start}"
        return urlsafe_b64encode(said.encode()).decode("ascii").rstrip("=")

    def _start(self, page: Page) -> int:
        if page.cursor is None:
            return 0
        try:
            text = page.cursor.encode("ascii")
            said = urlsafe_b64decode(text + b"=" * (-len(text) % 4)).decode("ascii")
        except (UnicodeError, NotBase64) as fault:
            raise Refusal("bad_cursor") from fault
        name, _, start = said.partition(".")
        if name != self._list_name() or not start.isdigit() or len(start) > 12:
            raise Refusal("bad_cursor")
        return int(start)


def parts_of(request: Request) -> Parts:
    """What the application shares."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts), "the application was made by create_app"
    return parts


def key_of(request: Request) -> ApiKey:
    """The key that the gate admitted."""
    key = request.scope["state"]["key"]
    assert isinstance(key, ApiKey), "the gate admits nobody without a key"
    return key


def desk_of(request: Request) -> Desk:
    """The desk of the key's fund: the one way from a request to data."""
    store = parts_of(request).store
    return Desk(store, store.funds.get(key_of(request).fund))


def reading_of(request: Request, as_of: AsOf = None, known_at: KnownAt = None) -> Reading:
    """What is read, for the fund of the key. Raises Refusal."""
    store, fund = parts_of(request).store, key_of(request).fund
    with _refused():
        moment = past_instant("as_of", as_of)
        asked = None if known_at == "now" else known_at
        known = None if asked is None else instant("known_at", asked)
        naming = Naming.begin(store, fund, known, "known_at")
    kept = parts_of(request).cache.known_at(fund, known)
    return Reading(request, Desk(store, kept.fund), kept, moment, known, naming)


def page_of(
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX, description="Items of a page.")] = PAGE_DEFAULT,
    cursor: Annotated[
        str | None, Query(max_length=200, description="`next_cursor` of the page before.")
    ] = None,
) -> Page:
    """Which page is asked for."""
    return Page(limit, cursor)


def day(name: str, text: str | None) -> date | None:
    """A date of ISO 8601. Raises Refusal."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Refusal("bad_request", f"{name} is no date of ISO 8601") from fault


@contextmanager
def _refused() -> Iterator[None]:
    """What is wrong with a parameter is a refusal of the request."""
    try:
        yield
    except BadInput as fault:
        raise Refusal("bad_request", str(fault)) from fault


FundDesk = Annotated[Desk, Depends(desk_of)]
ReadingOf = Annotated[Reading, Depends(reading_of)]
PageOf = Annotated[Page, Depends(page_of)]
