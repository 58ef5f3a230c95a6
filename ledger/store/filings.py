"""Years of tax, allocations, orders and plans of lots enter and leave, as said, for ever.

Each row has the digest of the fund's one before it: a row that was changed, taken out or put
between others is found when they are read.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Table, insert, select

from ledger.model.asset import AssetId
from ledger.model.errors import Conflict, VerificationFailed
from ledger.model.filing import FiledYear, LotPlan
from ledger.model.fund import WalletId
from ledger.store.engine import Door, FundTransaction
from ledger.store.tables import FILED_YEAR, LOT_PLAN
from ledger.store.times import time_of

Sealed = TypeVar("Sealed", FiledYear, LotPlan)


class Filings:
    """The filed years, frozen allocations, standing orders and lot plans of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def file(self, fund: str, after: int, make: Callable[[datetime, str], FiledYear]) -> FiledYear:
        """Keep a year as filed; `make` is given the time of filing and the digest before it.

        `after` is how many statements were known when it was decided: Conflict where there are
        more.
        """
        with self._door.write(fund) as inside:
            known = _stated(inside)
            if len(known) != after:
                raise Conflict("somebody else filed a year meanwhile; file again")
            now = inside.recorded_at
            filed = make(time_of(now), _last(known))
            assert not (filed.is_allocation or filed.is_order), "a year is filed, and nothing else"
            _state(inside, len(known) + 1, filed, now)
            return filed

    def freeze(self, fund: str, make: Callable[[datetime, str], FiledYear]) -> FiledYear:
        """Keep an allocation of lots to wallets; `make` is given its time and the digest before it.

        Raises Conflict where one of its regime is kept: it is made once.
        """
        with self._door.write(fund) as inside:
            known = _stated(inside)
            now = inside.recorded_at
            frozen = make(time_of(now), _last(known))
            assert frozen.is_allocation, "a year is filed"
            if any(one.regime == frozen.regime for one in known):
                raise Conflict("an allocation is frozen already, and it is made once")
            _state(inside, len(known) + 1, frozen, now)
            return frozen

    def order(self, fund: str, make: Callable[[datetime, str], FiledYear]) -> FiledYear:
        """Keep a standing order; `make` is given its time and the digest before it.

        What holds already is put down again where somebody says it again: each has its own time.
        """
        with self._door.write(fund) as inside:
            known = _stated(inside)
            now = inside.recorded_at
            order = make(time_of(now), _last(known))
            assert order.is_order, "a standing order is given"
            _state(inside, len(known) + 1, order, now)
            return order

    def plan(self, fund: str, make: Callable[[datetime, str], LotPlan]) -> LotPlan:
        """Keep a plan of lots; `make` is given the time of saying it and the digest before it."""
        with self._door.write(fund) as inside:
            known = _plans(inside)
            now = inside.recorded_at
            plan = make(time_of(now), _last(known))
            cells = {
                "recorded_at": now,
                "asset": plan.asset,
                "wallet": plan.wallet,
                "quantity": plan.quantity,
                "lots": json.dumps(plan.lots),
                "by_name": plan.by,
            }
            _add(inside, LOT_PLAN, len(known) + 1, plan, cells)
            return plan

    def statements(self, fund: str, known_at: datetime | None = None) -> tuple[FiledYear, ...]:
        """Every filed year, amendments too, frozen allocation and order, in the order of saying.

        Of what was known by a time.
        """
        with self._door.read(fund) as inside:
            return tuple(
                one for one in _stated(inside) if known_at is None or one.filed_at <= known_at
            )

    def plans(self, fund: str, known_at: datetime | None = None) -> tuple[LotPlan, ...]:
        """Every plan in the order in which they were made; of what was known by a time."""
        with self._door.read(fund) as inside:
            return tuple(
                one for one in _plans(inside) if known_at is None or one.said_at <= known_at
            )


def _last(known: Sequence[FiledYear] | Sequence[LotPlan]) -> str:
    return known[-1].digest if known else ""


def _add(
    inside: FundTransaction, table: Table, n: int, said: FiledYear | LotPlan, cells: dict[str, Any]
) -> None:
    sealed = {"previous": said.previous, "digest": said.digest}
    row = {"fund_id": inside.fund_id, "n": n, **cells, **sealed}
    inside.connection.execute(insert(table).values(row))


def _state(inside: FundTransaction, n: int, said: FiledYear, now: int) -> None:
    cells = {
        "recorded_at": now,
        "regime": said.regime,
        "year": said.year,
        "by_name": said.by,
        "reason": said.reason,
        "asked": said.asked,
        "body": said.body.encode(),
        "books": said.books,
        "program": said.program,
    }
    _add(inside, FILED_YEAR, n, said, cells)


def _stated(inside: FundTransaction) -> list[FiledYear]:
    return _read(inside, FILED_YEAR, _year_of)


def _plans(inside: FundTransaction) -> list[LotPlan]:
    return _read(inside, LOT_PLAN, _plan_of)


def _read(
    inside: FundTransaction, table: Table, value_of: Callable[[Row[Any]], Sealed]
) -> list[Sealed]:
    """The values of a table in order; raises VerificationFailed where the chain is broken."""
    ours = select(table).where(table.c.fund_id == inside.fund_id).order_by(table.c.n)
    found: list[Sealed] = []
    before = ""
    for n, row in enumerate(inside.connection.execute(ours), 1):
        value = value_of(row)
        if row.n != n or row.previous != before or row.digest != value.digest:
            raise VerificationFailed(f"{table.name} {row.n} is not what was sealed")
        before = row.digest
        found.append(value)
    return found


def _year_of(row: Row[Any]) -> FiledYear:
    return FiledYear(
        regime=row.regime,
        year=row.year,
        by=row.by_name,
        reason=row.reason,
        asked=row.asked,
        body=row.body.decode(),
        books=row.books,
        program=row.program,
        filed_at=time_of(row.recorded_at),
        previous=row.previous,
    )


def _plan_of(row: Row[Any]) -> LotPlan:
    return LotPlan(
        asset=AssetId(row.asset),
        wallet=WalletId(row.wallet),
        quantity=row.quantity,
        lots=tuple(json.loads(row.lots)),
        by=row.by_name,
        said_at=time_of(row.recorded_at),
        previous=row.previous,
    )
