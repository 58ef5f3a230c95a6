"""Faults and what was disposed of come in; each fault leaves with the size of its effect in words.

Units without a basis are told with what they realised, and with the gain that it would be had they
cost nothing: whatever they did cost makes it less. Units without a price are told with their cost.
"""

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


class Sizes:
    """What each (code, row, asset) is about, as it is added, with money of a currency."""

    def __init__(self, decimals: int, code: str) -> None:
        self._decimals = decimals
        self._code = code
        self._found: dict[tuple[str, str, str], list[str]] = {}

    def no_basis(
        self, row: str, asset: str, units: str, realised: tuple[int, int] | None, beside: str = ""
    ) -> None:
        """Units without a basis, and (proceeds, fees) where these are known."""
        text = units
        if realised is not None:
            proceeds, fees = realised
            gain = self.money(proceeds - fees)
            text = f"{units}, proceeds {self.money(proceeds)}, gain {gain} had they cost nothing"
        self._found.setdefault(("missing_basis", row, asset), []).append(text + beside)

    def no_figure(self, code: str, row: str, asset: str, units: str, cost: int | None) -> None:
        """Units that realised what nobody knows, or says, and their cost where it is known."""
        text = units if cost is None else f"{units}, cost {self.money(cost)}"
        self._found.setdefault((code, row, asset), []).append(text)

    def of(
        self,
        code: str,
        row: str,
        about: Iterable[tuple[str, int]],
        quantity: Callable[[str, int], str],
    ) -> str:
        """The size of a fault in brackets; of what nothing was disposed of, the units alone."""
        told: list[str] = []
        for asset, units in about:
            told += self._found.get((code, row, asset)) or [quantity(asset, units)]
        return f" ({'; '.join(dict.fromkeys(told))})" if told else ""

    def money(self, units: int) -> str:
        """Money as a problem says it."""
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
                self._add(found, "")
        for found in answer.unknown:
            if found.event.row in self._rows:
                self._add(found, self._all_of(found))
        for fault in answer.faults:
            quantity = partial(self._quantity, fault.row)
            size = sizes.of(fault.code, fault.row or "", fault.about, quantity)
            yield Fault(fault.code, fault.message + size, fault.row)

    def _add(self, found: Disposed, beside: str) -> None:
        event = found.event
        priced = event.proceeds is not None and not event.at_cost
        codes = _AT_COST if event.at_cost else ("missing_price",)
        for piece in found.pieces:
            known = piece.rule != "missing"
            units = self._quantity(event.row, event.asset, piece.quantity)
            if not known:
                realised = (piece.proceeds, piece.fees) if priced else None
                self._sizes.no_basis(event.row, event.asset, units, realised, beside)
            if not priced:
                for code in codes:
                    cost = piece.cost if known else None
                    self._sizes.no_figure(code, event.row, event.asset, units, cost)

    def _all_of(self, found: Disposed) -> str:
        """What of a disposal has no figure beside the units without a basis: all of it."""
        event = found.event
        if event.proceeds is None or {piece.rule for piece in found.pieces} == {"missing"}:
            return ""
        units = self._quantity(event.row, event.asset, event.quantity)
        return f", and no figure for all of {units}, proceeds {self._sizes.money(event.proceeds)}"

    def _quantity(self, row: str | None, asset: str, units: int) -> str:
        time = self._times.get(row)
        place = None if time is None or row is None else (time, 3, row)
        whole = self._answer.units.whole(asset, place)
        if whole == 10**self._answer.places:
            return f"{text_from_units(units, self._answer.places)} {asset}"
        return f"{ratio_text(units, whole, PLACES_MAX).rstrip('0').rstrip('.')} {asset}"
