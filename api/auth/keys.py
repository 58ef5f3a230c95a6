"""Keys of the web API: which scopes there are."""

from typing import Final

#: `read` answers questions, `write` imports evidence and keeps the books.
SCOPES: Final = frozenset({"read", "write"})
