"""Which lots an entry takes its units of enters and leaves, with when it was said."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, insert, select

from ledger.model.activity import microseconds
from ledger.model.fund import Identification
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import mark
from ledger.store.tables import IDENTIFICATION
from ledger.store.times import time_of


class Identifications:
    """The identifications of each fund: none is changed, a later one supersedes."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, entry: str, lots: Sequence[str]) -> Identification:
        """Keep the lots of an entry; what is in force already keeps the time when it was said."""
        assert lots, "an identification names a lot"
        with self._door.write(fund) as inside:
            said = [known for known in _all(inside) if known.entry == entry]
            if said and said[-1].lots == tuple(lots):
                return said[-1]
            now = inside.recorded_after(microseconds(each.recorded_at) for each in said)
            rows = [
                {
                    "fund_id": inside.fund_id,
                    "entry": entry,
                    "version": len(said) + 1,
                    "position": position,
                    "lot": lot,
                    "recorded_at": now,
                }
                for position, lot in enumerate(lots, 1)
            ]
            inside.connection.execute(insert(IDENTIFICATION), rows)
            mark(inside, 0)
            return Identification(entry, tuple(lots), time_of(now))

    def in_force(self, fund: str, known_at: datetime | None = None) -> tuple[Identification, ...]:
        """The last that was said of each entry, by entry; of what was known by a time."""
        said = (
            known for known in self.all(fund) if known_at is None or known.recorded_at <= known_at
        )
        return tuple({known.entry: known for known in said}.values())

    def all(self, fund: str) -> tuple[Identification, ...]:
        """All that was ever said, by entry, then in the order in which it was said."""
        with self._door.read(fund) as inside:
            return _all(inside)


def _all(inside: FundTransaction) -> tuple[Identification, ...]:
    rows = inside.connection.execute(
        select(IDENTIFICATION).where(IDENTIFICATION.c.fund_id == inside.fund_id)
    ).all()
    # the order of texts is not the same in both databases
    ordered = sorted(rows, key=lambda row: (*_version(row), row.position))
    return tuple(
        Identification(entry, tuple(row.lot for row in said), time_of(said[0].recorded_at))
        for (entry, _), group in groupby(ordered, key=_version)
        if (said := list(group))
    )


def _version(row: Row[Any]) -> tuple[str, int]:
    return (row.entry, row.version)
