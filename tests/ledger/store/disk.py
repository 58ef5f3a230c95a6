"""Writes enter a disk that may lose its power or its space; what it keeps of them leaves.

A file is two images: what was synced, and what the program sees. `xSync` makes the second the
first; until then every write is held back. At the cut each 512-byte sector that was written since
the last sync is kept or lost by the toss of a coin, so that later writes may stay and earlier ones
go. Making and deleting a file hold at once: directories are not modelled.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import apsw

SECTOR = 512
#: what the usual file system of a Unix says of itself: a write damages no bytes beside it
POWERSAFE_OVERWRITE = 0x1000


@dataclass
class HeldFile:
    """What is on the disk for sure, what the program sees, and the sectors that differ."""

    durable: bytes = b""
    seen: bytearray = field(default_factory=bytearray)
    written: set[int] = field(default_factory=set)

    def write(self, data: bytes, offset: int) -> None:
        """Put data where the program sees it."""
        end = offset + len(data)
        if len(self.seen) < end:
            self.written.update(range(len(self.seen) // SECTOR, -(-end // SECTOR)))
            self.seen.extend(bytes(end - len(self.seen)))
        self.seen[offset:end] = data
        self.written.update(range(offset // SECTOR, -(-end // SECTOR)))

    def truncate(self, size: int) -> None:
        """Cut the file where the program sees it."""
        self.written.update(range(size // SECTOR, -(-len(self.seen) // SECTOR)))
        del self.seen[size:]

    def sync(self) -> None:
        """Keep what the program sees."""
        self.durable = bytes(self.seen)
        self.written.clear()

    def after_the_cut(self, coin: random.Random) -> bytes:
        """What was synced, and a random half of the sectors that were not."""
        left = bytearray(self.durable)
        for sector in sorted(self.written):
            if coin.random() < 0.5:
                continue
            start = sector * SECTOR
            new = bytes(self.seen[start : start + SECTOR])
            if len(left) < start + len(new):
                left.extend(bytes(start + len(new) - len(left)))
            left[start : start + len(new)] = new
        return bytes(left)


class Disk(apsw.VFS):
    """A file system in memory: `before` is asked about each operation and may raise its fault."""

    def __init__(self, name: str, *, lies: bool = False) -> None:
        self.name = name
        self.lies = lies
        self.files: dict[str, HeldFile] = {}
        self.operations = 0
        self.before: Callable[[str], None] = lambda _operation: None
        super().__init__(name, "")

    def put(self, path: str, content: bytes) -> None:
        """A file that is on the disk already."""
        self.files[path] = HeldFile(content, bytearray(content))

    def images(self, coin: random.Random) -> dict[str, bytes]:
        """What each file holds if the power goes now."""
        return {path: held.after_the_cut(coin) for path, held in self.files.items()}

    def operate(self, operation: str) -> None:
        """Count an operation that changes the disk, and let it fail where it is to fail."""
        self.operations += 1
        self.before(operation)

    def xFullPathname(self, name: str) -> str:
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.files

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.operate("delete")
        self.files.pop(filename, None)

    def xOpen(  # type: ignore[override]  # any object with a file's methods is one
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> "OpenFile":
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        flags[1] = flags[0]
        if path is None:
            return OpenFile(self, HeldFile())
        return OpenFile(self, self.files.setdefault(path, HeldFile()))


class OpenFile:
    """The operations of one file, as SQLite calls them."""

    def __init__(self, disk: Disk, held: HeldFile) -> None:
        self._disk = disk
        self._held = held

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._held.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.operate("write")
        self._held.write(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.operate("truncate")
        self._held.truncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.operate("sync")
        if not self._disk.lies:
            self._held.sync()

    def xFileSize(self) -> int:
        return len(self._held.seen)

    def xClose(self) -> None:
        pass

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return POWERSAFE_OVERWRITE
