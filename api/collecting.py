"""Work over a long history enters: Python's collector of cycles rests while it is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def little_collecting(*, long: bool = True) -> Iterator[None]:
    """In a long history the collector would look again and again at values that are all in use."""
    looks = gc.isenabled() and long
    if looks:
        gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()
