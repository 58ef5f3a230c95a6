"""A database and a file's name → a backup in that file; a backup and a database → its books."""

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.model.errors import Conflict, NotFound, PartitaError

if TYPE_CHECKING:
    from ledger.store.archive import Manifest


def back_up_into(file: Path, url: str, now: datetime) -> "Manifest":
    """Write a backup; the file has its name once it is whole and on the disk.

    Raises Conflict where there is such a file.
    """
    from ledger.store.backup import back_up

    if file.exists():
        raise Conflict(f"there is a file {file.name}; a backup replaces none")
    created_at = now.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    try:
        handle, partial = tempfile.mkstemp(".partial", f".{file.name}.", file.parent)
        try:
            with os.fdopen(handle, "w+b") as stream:
                manifest = back_up(url, stream, created_at)
                stream.flush()
                os.fsync(stream.fileno())
            # unlike a rename this never replaces a file that came meanwhile
            os.link(partial, file)
        finally:
            Path(partial).unlink()
        _flush_folder(file.parent)
    except FileExistsError as fault:
        raise Conflict(f"there is a file {file.name}; a backup replaces none") from fault
    except OSError as fault:
        raise PartitaError(f"the backup could not be written: {fault.strerror}") from fault
    return manifest


def restore_from(file: Path, url: str) -> "Manifest":
    """Load a backup into a database that is new or empty. Raises NotFound and what it refuses."""
    from ledger.store.backup import restore

    if not file.is_file():
        raise NotFound(f"there is no file {file.name}")
    with file.open("rb") as stream:
        return restore(url, stream)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
