"""A desk → what its fund has said for a tax office: years filed, allocations, orders, plans."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ledger.model.filing import FiledYear, LotPlan
from ledger.tax.frozen import FrozenAllocation, allocation_of
from ledger.tax.orders import RecordedOrder, order_of

if TYPE_CHECKING:
    from api.desk import Desk


@dataclass(frozen=True, slots=True)
class Record:
    """What a fund has filed, planned, allocated and ordered, each in order."""

    years: tuple[FiledYear, ...] = ()
    plans: tuple[LotPlan, ...] = ()
    allocations: tuple[FrozenAllocation, ...] = ()
    orders: tuple[RecordedOrder, ...] = ()

    def filed(self, regime: str, year: int) -> FiledYear | None:
        """The last filing of a year: that of the year, or its last amendment."""
        found = [one for one in self.years if (one.regime, one.year) == (regime, year)]
        return found[-1] if found else None

    def allocation(self, regime: str) -> FrozenAllocation | None:
        """The allocation that is frozen for a regime."""
        return next((one for one in self.allocations if one.regime == regime), None)

    @property
    def statements(self) -> int:
        """How many filings, allocations and orders there are: they are one chain."""
        return len(self.years) + len(self.allocations) + len(self.orders)


#: Of a fund that has said nothing.
NOTHING: Final = Record()


def record_of(desk: "Desk", known_at: datetime | None = None) -> Record:
    """What the fund has said, or had by a time. Raises VerificationFailed."""
    name = desk.fund.name
    with desk.store.snapshot(name) as inside:
        said = inside.filings.statements(name, known_at)
        plans = inside.filings.plans(name, known_at)
    return Record(
        tuple(one for one in said if not (one.is_allocation or one.is_order)),
        plans,
        tuple(allocation_of(one) for one in said if one.is_allocation),
        tuple(order_of(one) for one in said if one.is_order),
    )
