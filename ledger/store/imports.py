"""Files that were read enter and leave: name, venue and how many rows were new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from ledger.store.engine import Door
from ledger.store.tables import IMPORT_BATCH
from ledger.store.times import time_of


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """A file that was read; `id` is the hash of its content, `rows_new` what this reading added."""

    id: str
    name: str
    venue: str
    rows_read: int
    rows_new: int
    recorded_at: datetime | None = None


class Imports:
    """The files that each fund has read."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, batch: ImportBatch) -> None:
        """Note that a file was read; the store sets `recorded_at`. The first reading stands."""
        with self._door.write(fund) as inside:
            this = (IMPORT_BATCH.c.fund_id == inside.fund_id) & (IMPORT_BATCH.c.id == batch.id)
            if inside.connection.execute(select(IMPORT_BATCH.c.id).where(this)).one_or_none():
                return
            inside.connection.execute(
                insert(IMPORT_BATCH).values(
                    fund_id=inside.fund_id,
                    id=batch.id,
                    name=batch.name,
                    venue=batch.venue,
                    rows_read=batch.rows_read,
                    rows_new=batch.rows_new,
                    recorded_at=inside.recorded_at,
                )
            )

    def all(self, fund: str) -> tuple[ImportBatch, ...]:
        """The files that were read, in the order of reading."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(
                select(IMPORT_BATCH).where(IMPORT_BATCH.c.fund_id == inside.fund_id)
            )
            found = [
                ImportBatch(
                    row.id,
                    row.name,
                    row.venue,
                    row.rows_read,
                    row.rows_new,
                    time_of(row.recorded_at),
                )
                for row in rows
            ]
        return tuple(sorted(found, key=lambda batch: (str(batch.recorded_at), batch.id)))
