"""The moves of an entry come in; what each place lost or gained leaves, and lots on their way."""

from collections import deque
from collections.abc import Iterable

from ledger.lots.carriage import Departure
from ledger.lots.holding import OpenLot
from ledger.model.amount import portion
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Posting


class Net:
    """What the moves of an entry add up to for one place and asset; `index` is the first one's."""

    __slots__ = ("account", "asset", "index", "quantity", "value")

    def __init__(
        self, index: int, account: Account, asset: AssetId, quantity: int, value: int | None
    ) -> None:
        self.index = index
        self.account = account
        self.asset = asset
        self.quantity = quantity
        self.value = value

    @classmethod
    def of(cls, index: int, posting: Posting) -> "Net":
        """A single move."""
        return cls(index, posting.account, posting.asset, posting.quantity, posting.value)

    def add(self, move: "Net") -> None:
        """Count another move of the same place and asset in."""
        self.quantity += move.quantity
        unknown = self.value is None or move.value is None
        self.value = None if unknown else (self.value or 0) + (move.value or 0)

    @property
    def worth(self) -> int | None:
        """The value without its sign."""
        return None if self.value is None else abs(self.value)

    def part(self, units: int) -> "Net":
        """So many of the units that came, with their part of the value."""
        value = None if self.worth is None else portion(self.worth, units, self.quantity)
        return Net(self.index, self.account, self.asset, units, value)


class Leaving:
    """The lots of one asset that leave in an entry, with the units and the value they left with."""

    __slots__ = ("lots", "net", "quantity", "value")

    def __init__(self, net: Net) -> None:
        self.net = net
        self.lots: deque[OpenLot] = deque()
        self.quantity = 0
        self.value: int | None = 0

    def add(self, lots: Iterable[OpenLot], net: Net) -> None:
        """Add what left another place."""
        self.lots.extend(lots)
        self.quantity -= net.quantity
        unknown = self.value is None or net.worth is None
        self.value = None if unknown else (self.value or 0) + (net.worth or 0)

    @property
    def rest(self) -> Departure:
        """What no arrival of the same asset took, with its part of the value."""
        lots = tuple(self.lots)
        units = sum(lot.quantity for lot in lots)
        value = None if self.value is None else portion(self.value, units, self.quantity)
        return Departure(value, lots)
