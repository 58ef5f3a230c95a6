"""Uploaded files → (name, bytes): names are made ours, and what is empty is refused."""

import hashlib
from typing import Annotated, Final

from fastapi import File, UploadFile

from api.problems import Refusal

FILES_MAX: Final = 100

Files = Annotated[list[UploadFile], File(description="Exports of one venue, together.")]
OneFile = Annotated[UploadFile, File(description="A price list as CSV.")]


def taken(uploads: list[UploadFile]) -> list[tuple[str, bytes]]:
    """The files as (name, bytes). Raises Refusal."""
    if len(uploads) > FILES_MAX:
        raise Refusal("bad_request", f"at most {FILES_MAX} files at once")
    found = [(shown_name(upload.filename), upload.file.read()) for upload in uploads]
    for name, body in found:
        if not body:
            raise Refusal("bad_request", f"{name} is empty")
    return found


def shown_name(given: str | None) -> str:
    """The last part of a file's name, printable, of at most 120 characters: never a path."""
    last = (given or "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(letter if letter.isprintable() else "?" for letter in last[:120]) or "file"


def hashes(files: list[tuple[str, bytes]]) -> list[list[str]]:
    """What tells the same files from others: names and SHA-256."""
    return [[name, hashlib.sha256(body).hexdigest()] for name, body in files]
