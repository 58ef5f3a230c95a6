"""Values of plain texts and numbers enter, JSON that every reader can take leaves."""

import json
from typing import Any

from starlette.responses import Response


class Json(Response):
    """A JSON answer in ASCII: no text of a chain can break it, and no NaN gets in."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 -- whatever JSON can say
        """The bytes of the answer."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")
