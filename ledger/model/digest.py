"""Bytes enter; their SHA-256 leaves.

`hashlib` loads OpenSSL to make it, which takes longer than the rules of a tax regime do. Python's
own code of it is what `random` asks, too, for a digest: a module of its own where there is one.
"""

try:
    from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:  # from Python 3.12 on
    from hashlib import sha256


def digest_of(data: bytes) -> str:
    """SHA-256 of bytes (FIPS 180-4), in 64 hexadecimal digits."""
    return str(sha256(data).hexdigest())
