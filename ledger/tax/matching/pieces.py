"""A disposal and the units that served it come in; its pieces leave, exact to the last unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ledger.model.amount import portion, spread
from ledger.tax.history.events import Dispose, Disposed, Fault, Left, Piece, Rule
from ledger.tax.history.settings import Settings
from ledger.tax.terms import Calendar


class Served(NamedTuple):
    """Units of one lot, pool or rule, and the cost that they take with them."""

    lot: str | None
    rule: Rule
    acquired: datetime | None
    quantity: int
    cost: int


#: The same as a plain tuple, which a long history of lots makes by the million.
Part = tuple[str | None, Rule, datetime | None, int, int]


class Outcome(NamedTuple):
    """What a matcher says of a history; `refused` is the cost that left without a figure.

    `unknown` are the disposals without one: their pieces say what is known of them.
    """

    disposed: tuple[Disposed, ...]
    left: tuple[Left, ...]
    faults: tuple[Fault, ...]
    refused: int
    unknown: tuple[Disposed, ...] = ()


class Ledger:
    """What was disposed of so far; disposals that cannot be computed are refused and said."""

    def __init__(self, settings: Settings, calendar: Calendar) -> None:
        self.disposed: list[Disposed] = []
        self.faults: list[Fault] = []
        self.refused = 0
        self.unknown: list[Disposed] = []
        self._zero = settings.missing_is_zero or settings.by_piece
        self._term = calendar.term

    def record(
        self, event: Dispose, served: Sequence[Part], missing: int, why: str = "were held"
    ) -> Disposed | None:
        """A disposal by what served it; None where there is no figure for it.

        Units without acquisition cost nothing under `zero`; under `refuse` there is no figure.
        Either way it is a `missing_basis`. Where pieces stand for themselves others have theirs.
        """
        if missing:
            self.missing(event.row, f"{event.asset} went out, and fewer units {why}")
        elif any(part[1] == "missing" for part in served):
            self.missing(event.row, f"{event.asset} went out, and its basis is not known")
        if event.proceeds is None and not event.at_cost:
            text = f"{event.row}: {event.asset} went out and no price is known"
            self.faults.append(Fault("missing_price", text, event.row))
        elif not missing or self._zero:
            if missing:
                served = [*served, Served(None, "missing", None, missing, 0)]
            found = Disposed(event, self._pieces(event, served))
            self.disposed.append(found)
            return found
        self._leave_unknown(event, served, missing)
        return None

    def refuse(self, event: Dispose, served: Sequence[Part], missing: int) -> None:
        """Units went out at a cost, and nothing says of which lots: their basis is not known."""
        self.missing(event.row, "the basis is that of lots which nobody named")
        self._leave_unknown(
            event, [(None, "missing", None, *part[-2:]) for part in served], missing
        )

    def _leave_unknown(self, event: Dispose, served: Sequence[Part], missing: int) -> None:
        self.refused += sum(part[-1] for part in served)
        if missing:
            served = [*served, Served(None, "missing", None, missing, 0)]
        self.unknown.append(Disposed(event, self._pieces(event, served)))

    def missing(self, row: str, what: str) -> None:
        """Units that nobody acquired."""
        self.faults.append(Fault("missing_basis", f"{row}: {what}", row))

    def deny(self, found: Disposed, denied: int) -> None:
        """What is not allowed of the loss of the last disposal, over the pieces that lose."""
        assert self.disposed[-1] is found, "a loss is denied when it is made"
        losses = tuple(max(0, -piece.gain) for piece in found.pieces)
        parts = spread(denied, losses)
        pieces = [
            piece._replace(denied=part) for piece, part in zip(found.pieces, parts, strict=True)
        ]
        self.disposed[-1] = found._replace(pieces=tuple(pieces))

    def outcome(self, left: Sequence[Left]) -> Outcome:
        """All of it, with what is left."""
        return Outcome(
            tuple(self.disposed),
            tuple(left),
            tuple(self.faults),
            self.refused,
            tuple(self.unknown),
        )

    def _pieces(self, event: Dispose, served: Sequence[Part]) -> tuple[Piece, ...]:
        """Proceeds and fees in proportion of units; the last piece takes the remainder."""
        proceeds, fees, quantity = event.proceeds or 0, event.fees, event.quantity
        if event.at_cost:
            proceeds, fees = sum(part[-1] for part in served), 0
        time, term = event.time, self._term
        if len(served) == 1:
            lot, rule, acquired, units, cost = served[0]
            assert units == quantity, "pieces are the disposal"
            when = term(acquired, time)
            return (Piece(lot, rule, acquired, units, proceeds, fees, cost, 0, when),)
        pieces = []
        for lot, rule, acquired, units, cost in served:
            last = units == quantity
            part = (
                cost if event.at_cost else proceeds if last else portion(proceeds, units, quantity)
            )
            fee = fees if last or not fees else portion(fees, units, quantity)
            when = term(acquired, time)
            pieces.append(Piece(lot, rule, acquired, units, part, fee, cost, 0, when))
            proceeds -= part
            fees -= fee
            quantity -= units
        assert quantity == 0, "pieces are the disposal"
        return tuple(pieces)
