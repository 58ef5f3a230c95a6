"""Beats of the service enter; the times leave in which it ran for a fund.

A beat is a transaction that writes to the fund's rows, so it says that the books could be reached.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select, update

from ledger.store.engine import Door
from ledger.store.tables import SERVICE_RUN
from ledger.store.times import time_of


class Run(NamedTuple):
    """From when to when the service was seen to run without a beat that failed to come."""

    started_at: datetime
    seen_at: datetime


class Runs:
    """When the service ran for each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def beat(self, fund: str, run: int | None, patience: int) -> int:
        """Say that a run goes on; gives its number, which is a new one where there was none.

        A run that was last seen more than `patience` microseconds ago has ended: what lay between
        is not counted, and another one begins. None begins, and none was seen, before a time by
        which an answer was named, wherever the clock was set: what that said of before stays so.
        """
        with self._door.write(fund) as inside:
            now, ours = inside.now_untold(), SERVICE_RUN.c.fund_id == inside.fund_id
            connection = inside.connection
            this = ours & (SERVICE_RUN.c.n == run)
            asked = select(SERVICE_RUN.c.seen_at).where(this)
            seen = None if run is None else connection.execute(asked).scalar_one_or_none()
            if run is not None and seen is not None and now - seen <= patience:
                if now > seen:  # a clock may have been set back
                    connection.execute(update(SERVICE_RUN).where(this).values(seen_at=now))
                return run
            last = connection.execute(select(func.max(SERVICE_RUN.c.n)).where(ours)).scalar_one()
            number = int(last or 0) + 1
            connection.execute(
                insert(SERVICE_RUN).values(
                    fund_id=inside.fund_id, n=number, started_at=now, seen_at=now
                )
            )
            return number

    def all(self, fund: str) -> tuple[Run, ...]:
        """Every run for a fund, in the order in which they began."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(
                select(SERVICE_RUN.c.started_at, SERVICE_RUN.c.seen_at)
                .where(SERVICE_RUN.c.fund_id == inside.fund_id)
                .order_by(SERVICE_RUN.c.started_at, SERVICE_RUN.c.n)
            ).all()
        return tuple(Run(time_of(row.started_at), time_of(row.seen_at)) for row in rows)
