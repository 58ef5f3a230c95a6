"""Texts enter; their bytes leave, each text's behind its length, and what they hash to (P4).

A byte is a letter of Latin-1 here: Python puts letters together in less time than bytes.
"""

import hashlib
from functools import lru_cache
from typing import Final

from ledger.model.evidence import length_prefixed

#: The usual lengths in 8 bytes.
LENGTHS: Final = tuple("\0" * 7 + chr(length) for length in range(256))


def encoded(text: str) -> str:
    """The UTF-8 of a text behind its length in 8 bytes, as `length_prefixed` has it."""
    if text.isascii() and len(text) < len(LENGTHS):
        return LENGTHS[len(text)] + text
    return length_prefixed(text.encode()).decode("latin-1")


#: The same for texts that come again and again: names of accounts, assets, roles, kinds.
encoded_again: Final = lru_cache(maxsize=1 << 16)(encoded)


#: The usual counts of what follows.
COUNTS: Final = tuple(encoded(str(count)) for count in range(256))


def hash_of(letters: str) -> str:
    """SHA-256 of what is encoded, in hex."""
    return hashlib.sha256(letters.encode("latin-1")).hexdigest()
