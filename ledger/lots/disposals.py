"""What was disposed of is kept as plain tuples; each becomes a value when somebody looks at it.

Python's collector of cycles stops looking at tuples of plain values, where it would walk through a
million named ones again and again.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final, overload

from ledger.model.activity import Order
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.model.lot import Disposal

#: The fields of a disposal, in their order.
Row = tuple[
    str, str, AssetId, WalletId, int, str, datetime | None,
    datetime, Order, int | None, int | None, str, str | None, str | None,
]  # fmt: skip

#: `Disposal._make` without the call of a function in Python.
_value: Final[Callable[[Row], Disposal]] = partial(tuple.__new__, Disposal)


class Disposals(Sequence[Disposal]):
    """The disposals of a fold in the order of the books; `add` puts the next row behind them."""

    __slots__ = ("_rows", "add")

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self.add: Final = self._rows.append

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Disposal]:
        """Each of them."""
        return map(_value, self._rows)

    @overload
    def __getitem__(self, index: int) -> Disposal: ...

    @overload
    def __getitem__(self, index: slice) -> list[Disposal]: ...

    def __getitem__(self, index: int | slice) -> Disposal | list[Disposal]:
        """One of them, or those of a stretch."""
        if isinstance(index, slice):
            return list(map(_value, self._rows[index]))
        return _value(self._rows[index])
