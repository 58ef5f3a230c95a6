"""Faults and what was disposed of come in; each fault leaves with the size of its effect in words.

Units without a basis are told with what they realised, and with the gain that it would be had they
cost nothing: whatever they did cost makes it less. Units without a price are told with their cost.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from ledger.model.asset import Asset, AssetId, known_without_asking
from ledger.model.whole import ratio_text, rounded_text, text_from_units
from ledger.tax.history.events import Disposed, Event, Fault
from ledger.tax.history.rows import PLACES_MAX

if TYPE_CHECKING:
    from ledger.tax.engine import Answer

_PLACES_SHOWN: Final = 2
#: What is said of units that left at their cost, beside that this has no gain.
_AT_COST: Final = ("not_assessed", "unmatched_transfer")


class _Size:
    """Units of one asset, what they were sold for, the costs of that, and what they had cost.

    `proceeds` and `cost` are None once those of a part are not known. `whole` and `sold` are all
    units, and their proceeds, that have no figure for want of the basis of these.
    """

    __slots__ = ("cost", "fees", "proceeds", "sold", "units", "whole")

    def __init__(self) -> None:
        self.units = self.fees = self.whole = self.sold = 0
        self.proceeds: int | None = 0
        self.cost: int | None = 0


class Sizes:
    """What each (code, row, asset) is about, summed as it is added, with money of a currency."""

    def __init__(self, decimals: int, code: str) -> None:
        self._decimals = decimals
        self._code = code
        self._found: defaultdict[tuple[str, str, str], _Size] = defaultdict(_Size)

    def no_basis(self, row: str, asset: str, units: int, realised: tuple[int, int] | None) -> None:
        """Units without a basis, and (proceeds, fees) where these are known."""
        size = self._found["missing_basis", row, asset]
        size.units += units
        if realised is None or size.proceeds is None:
            size.proceeds = None
        else:
            size.proceeds += realised[0]
            size.fees += realised[1]

    def no_figure_of_all(self, row: str, asset: str, units: int, proceeds: int) -> None:
        """All units of a disposal that has no figure, for want of the basis of some of them."""
        size = self._found["missing_basis", row, asset]
        size.whole += units
        size.sold += proceeds

    def no_figure(self, code: str, row: str, asset: str, units: int, cost: int | None) -> None:
        """Units that realised what nobody knows, or says, and their cost where it is known."""
        size = self._found[code, row, asset]
        size.units += units
        size.cost = None if cost is None or size.cost is None else size.cost + cost

    def of(
        self,
        code: str,
        row: str,
        about: Iterable[tuple[str, int]],
        quantity: Callable[[str, int], str],
    ) -> str:
        """The size of a fault in brackets; of what nothing was disposed of, the units alone."""
        told: list[str] = []
        seen: set[str] = set()
        for asset, units in about:
            size = self._found.get((code, row, asset))
            if size is None or not size.units:
                told.append(quantity(asset, units))
            elif asset not in seen:
                seen.add(asset)
                fewer = code == "missing_price" and 0 < units < size.units
                part = f"{quantity(asset, units)} of " if fewer else ""
                told.append(part + self._text(code, asset, size, quantity))
        return f" ({'; '.join(told)})" if told else ""

    def _text(self, code: str, asset: str, size: _Size, quantity: Callable[[str, int], str]) -> str:
        text = quantity(asset, size.units)
        if code != "missing_basis":
            return text if size.cost is None else f"{text}, cost {self._money(size.cost)}"
        if size.proceeds is not None:
            gain = self._money(size.proceeds - size.fees)
            text += f", proceeds {self._money(size.proceeds)}, gain {gain} had they cost nothing"
        if size.whole > size.units:
            all_of_it = quantity(asset, size.whole)
            text += f", and no figure for all of {all_of_it}, proceeds {self._money(size.sold)}"
        return text

    def _money(self, units: int) -> str:
        return f"{rounded_text(units, self._decimals, _PLACES_SHOWN)} {self._code}"


def quantity_text(assets: Mapping[AssetId, Asset], name: str, quantity: int) -> str:
    """Base units as a person writes them; as they are where nothing says the asset's decimals."""
    asset = AssetId(name)
    known = assets.get(asset) or known_without_asking(asset)
    if known is None:
        return f"{quantity} base units of {asset}"
    return f"{text_from_units(quantity, known.decimals)} {known.symbol or asset}"


def sized(answer: "Answer", events: Sequence[Event], code: str) -> tuple[Fault, ...]:
    """The faults of rows, once each, with their sizes; `events` are those that it answers for."""
    return tuple(dict.fromkeys(_Rows(answer, events, code).faults()))


class _Rows:
    """Sizes of what rows say; a quantity is in units of the time of its row."""

    def __init__(self, answer: "Answer", events: Sequence[Event], code: str) -> None:
        self._answer = answer
        self._rows = {fault.row for fault in answer.faults if fault.about}
        self._times: dict[str | None, datetime] = {
            event.row: event.time for event in events if event.row in self._rows
        }
        self._sizes = Sizes(answer.places, code)

    def faults(self) -> Iterator[Fault]:
        """Each fault with its size."""
        answer, sizes = self._answer, self._sizes
        for found in answer.disposed:
            if found.event.row in self._rows:
                self._add(found)
        for found in answer.unknown:
            event = found.event
            if event.row in self._rows:
                self._add(found)
                if event.proceeds is not None:
                    where = event.row, event.asset
                    sizes.no_figure_of_all(*where, event.quantity, event.proceeds)
        for fault in answer.faults:
            quantity = partial(self._quantity, fault.row)
            size = sizes.of(fault.code, fault.row or "", fault.about, quantity)
            yield Fault(fault.code, fault.message + size, fault.row)

    def _add(self, found: Disposed) -> None:
        event = found.event
        priced = event.proceeds is not None and not event.at_cost
        codes = _AT_COST if event.at_cost else ("missing_price",)
        for piece in found.pieces:
            known = piece.rule != "missing"
            if not known:
                realised = (piece.proceeds, piece.fees) if priced else None
                self._sizes.no_basis(event.row, event.asset, piece.quantity, realised)
            if not priced:
                cost = piece.cost if known else None
                for code in codes:
                    self._sizes.no_figure(code, event.row, event.asset, piece.quantity, cost)

    def _quantity(self, row: str | None, asset: str, units: int) -> str:
        time = self._times.get(row)
        place = None if time is None or row is None else (time, 3, row)
        whole = self._answer.units.whole(asset, place)
        if whole == 10**self._answer.places:
            return f"{text_from_units(units, self._answer.places)} {asset}"
        return f"{ratio_text(units, whole, PLACES_MAX).rstrip('0').rstrip('.')} {asset}"
