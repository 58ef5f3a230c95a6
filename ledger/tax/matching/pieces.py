"""A disposal and the units that served it come in; its pieces leave, exact to the last unit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ledger.model.gain import Character, Term
from ledger.model.whole import portion, spread
from ledger.tax.history.events import (
    Dispose,
    Disposed,
    Event,
    Fault,
    Left,
    Piece,
    Rule,
)
from ledger.tax.history.settings import Settings
from ledger.tax.matching.holding import Holding, Taken, TaxLot
from ledger.tax.terms import Calendar


class Source(NamedTuple):
    """What units come from beside a lot of their own: a pool, or lots that are counted as one."""

    row: str | None
    rule: Rule
    acquired: datetime | None


#: Units of one source, and the cost that they take with them. A plain tuple, and lots as they are
#: taken, for a long history has them by the million.
Part = tuple[TaxLot | Source, int, int]

#: Units that nobody acquired, or without a basis; units at an average of no time.
NOBODY: Final = Source(None, "missing", None)
AVERAGE: Final = Source(None, "average", None)
#: What is said of units whose price, or that of what paid for their sale, nobody knows.
_UNKNOWN: Final = "went out, and it or what paid for its sale has no known price"


def averaged_parts(taken: Iterable[Taken]) -> list[Part]:
    """Lots as units of a pool, which keep their dates and name no row; none without its basis."""
    return [
        (Source(None, "average" if lot.known else "missing", lot.acquired), units, cost)
        for lot, units, cost in taken
    ]


class Outcome(NamedTuple):
    """What a matcher says of a history.

    `unknown` are the disposals without a figure: their pieces say what is known of them. `refused`
    is the cost that left so, or was a loss that no gain used; `brought` the cost that came without
    an acquisition: the value at which units were marked, or taken for others. `placed` are the lots
    of one pool as they were put into wallets.
    """

    disposed: tuple[Disposed, ...]
    left: tuple[Left, ...]
    faults: tuple[Fault, ...]
    refused: int
    unknown: tuple[Disposed, ...] = ()
    brought: int = 0
    placed: tuple[Left, ...] = ()


#: Makes a named tuple of a tuple of all its fields, without a call of Python's for each.
_new: Final = tuple.__new__


class Ledger:
    """What was disposed of so far; disposals that cannot be computed are refused and said."""

    def __init__(self, settings: Settings, calendar: Calendar) -> None:
        self.disposed: list[Disposed] = []
        self.faults: list[Fault] = []
        self.refused = 0
        self.unknown: list[Disposed] = []
        self.brought = 0
        self.placed: list[Left] = []
        self._zero = settings.missing_is_zero or settings.by_piece
        #: None where everything is short
        self._term = calendar.term if calendar.has_terms else None
        self._sure = calendar.sure

    def record(
        self, event: Dispose, served: Sequence[Part], missing: int, why: str = "were held"
    ) -> Disposed | None:
        """A disposal by what served it; None where there is no figure for it.

        Units without acquisition cost nothing under `zero`; under `refuse` there is no figure.
        Either way it is a `missing_basis`. Where pieces stand for themselves others have theirs.
        """
        if missing:
            self.missing(event.row, event.asset, missing, f"went out, and fewer units {why}")
        else:
            for source, _, _ in served:
                if source.rule == "missing":
                    units = sum(units for one, units, _ in served if one.rule == "missing")
                    text = "went out, and its basis is not known"
                    self.missing(event.row, event.asset, units, text)
                    break
        if event.proceeds is None and not event.at_cost:
            what = "paid a fee and has no price" if event.is_fee else _UNKNOWN
            text = f"{event.row}: {event.asset} {what}"
            self.say("missing_price", text, event.row, (event.asset, event.quantity))
        elif not missing or self._zero:
            if missing:
                served = [*served, (NOBODY, missing, 0)]
            found = _new(Disposed, (event, self._pieces(event, served), ""))
            self.disposed.append(found)
            return found
        self._leave_unknown(event, served, missing)
        return None

    def unvalued(self, event: Dispose, served: Sequence[Part], missing: int) -> None:
        """Units went out at a price, and what they cost is a part of what has no value."""
        if missing:
            self.missing(event.row, event.asset, missing, "went out, and fewer units were held")
        self._leave_unknown(event, served, missing)

    def refuse(self, event: Dispose, served: Sequence[Part], missing: int) -> None:
        """Units went out at a cost, and nothing says of which lots: their basis is not known."""
        text = "went out, and its basis is that of lots which nobody named"
        self.missing(event.row, event.asset, event.quantity, text)
        nameless: list[Part] = [(NOBODY, units, cost) for _, units, cost in served]
        self._leave_unknown(event, nameless, missing)

    def _leave_unknown(self, event: Dispose, served: Sequence[Part], missing: int) -> None:
        self.refused += sum(part[-1] for part in served)
        if missing:
            served = [*served, (NOBODY, missing, 0)]
        self.unknown.append(Disposed(event, self._pieces(event, served)))

    def say(self, code: str, text: str, row: str | None, *about: tuple[str, int]) -> None:
        """Add a fault, with the units of assets that it is about."""
        self.faults.append(Fault(code, text, row, about))

    def missing(self, row: str, asset: str, units: int, what: str) -> None:
        """Units that nobody acquired."""
        self.say("missing_basis", f"{row}: {asset} {what}", row, (asset, units))

    def fewer(self, row: str, asset: str, units: int, what: str) -> None:
        """More units of an asset than were held, by so many, went where no gain is made."""
        self.missing(row, asset, units, f"{what}, and fewer units were held")

    def deny(self, found: Disposed, denied: int) -> None:
        """What is not allowed of the loss of the last disposal, over the pieces that lose."""
        assert self.disposed[-1] is found, "a loss is denied when it is made"
        losses = tuple(max(0, -piece.gain) for piece in found.pieces)
        parts = spread(denied, losses)
        pieces = [
            piece._replace(denied=part) for piece, part in zip(found.pieces, parts, strict=True)
        ]
        self.disposed[-1] = found._replace(pieces=tuple(pieces))

    def name(self, character: Character) -> None:
        """Say what the gain of the last disposal is, which then has no term."""
        found = self.disposed[-1]
        pieces = tuple(piece._replace(character=character, term="short") for piece in found.pieces)
        self.disposed[-1] = found._replace(pieces=pieces)

    def deny_at(self, index: int, denied: int) -> None:
        """What turns out not to be allowed of the loss of a disposal, over the pieces that lose."""
        pieces = self.disposed[index].pieces
        parts = spread(denied, tuple(max(0, -piece.gain) for piece in pieces)) if denied else ()
        self._deny(index, parts)

    def deny_pieces(self, parts: Sequence[int]) -> Disposed:
        """What is not allowed of each piece of the last disposal."""
        self._deny(len(self.disposed) - 1, parts)
        return self.disposed[-1]

    def deny_piece(self, index: int, piece: int, denied: int) -> None:
        """What turns out not to be allowed of one piece of a disposal."""
        self._deny(index, [*([0] * piece), denied])

    def _deny(self, index: int, parts: Sequence[int]) -> None:
        if any(parts):
            pieces = list(self.disposed[index].pieces)
            for number, part in enumerate(parts):
                pieces[number] = pieces[number]._replace(denied=pieces[number].denied + part)
            self.disposed[index] = self.disposed[index]._replace(pieces=tuple(pieces))

    def sort(self, events: Iterable[Event]) -> None:
        """Put disposals into the order of the books, whose events these are."""
        disposals = (event for event in events if type(event) is Dispose)
        places = {id(event): place for place, event in enumerate(disposals)}
        for given in (self.disposed, self.unknown):
            given.sort(key=lambda found: places[id(found.event)])

    def outcome(self, left: Sequence[Left]) -> Outcome:
        """All of it, with what is left."""
        return Outcome(
            tuple(self.disposed),
            tuple(left),
            tuple(self.faults),
            self.refused,
            tuple(self.unknown),
            self.brought,
            tuple(self.placed),
        )

    def _pieces(self, event: Dispose, served: Sequence[Part]) -> tuple[Piece, ...]:
        """Proceeds and fees in proportion of units; the last piece takes the remainder."""
        time, _, _, _, quantity, given, fees, at_cost, _, _, _ = event
        proceeds, term = given or 0, self._term
        under, over = self._sure
        when: Term = "short"
        if at_cost:
            proceeds, fees = 0, 0
        pieces = []
        for lot, units, cost in served:
            if units == quantity:
                part, fee = proceeds, fees
            else:
                # as `portion` has it, which a long history would call by the million
                part = (
                    proceeds * units // quantity
                    if proceeds >= 0
                    else portion(proceeds, units, quantity)
                )
                fee = portion(fees, units, quantity) if fees else 0
                proceeds -= part
                fees -= fee
            quantity -= units
            acquired = lot.acquired
            if term is not None:
                if acquired is None or (held := time - acquired) < under:
                    when = "short"
                else:
                    when = "long" if held > over else term(acquired, time)
            if at_cost:
                part = cost
            one = (lot.row, lot.rule, acquired, units, part, fee, cost, 0, when, 0, "capital")
            pieces.append(_new(Piece, one))
        assert quantity == 0, "pieces are the disposal"
        return tuple(pieces)


def left_of(asset: str, wallet: str | None, holding: Holding) -> list[Left]:
    """What is held of an asset: lots, or what a pool holds and costs."""
    if holding.averaged:
        return [Left(None, asset, wallet, None, holding.quantity, holding.cost)]
    lots = [
        Left(lot.row, asset, wallet, lot.acquired, lot.quantity, lot.cost)
        for lot in holding.settled()
    ]
    rest = holding.cost - sum(lot.cost for lot in lots)
    if rest:  # a denied loss that waits for units
        lots.append(Left(None, asset, wallet, None, 0, rest))
    return lots
