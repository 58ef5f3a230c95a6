"""Events enter; movements leave as other bookkeeping tools take them: what left, what came, a fee.

Such tools know trades of one asset for one other, and single movements. An event with one of each
in a wallet is a trade; any other is a movement a row, all with the transaction's hash, and each
says in its words what it is a part of. A fee is in the row of what it was paid for: there it is in
the cost of what came or off the proceeds of what left. Debts, positions without a token and titles
to them are no holdings to such tools: they stand in the words alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ledger.model.amount import Money
from ledger.model.asset import AssetId
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of

#: Legs that are no holding of a token.
_SHADOWS: Final = frozenset({"debt", "position", "title"})
#: Legs that are a cost or an income beside what the event is about.
_APART: Final = frozenset({"interest", "reward", "premium", "penalty", "tip", "fee", "refund"})

#: Legs that are what a statement's row is called after.
_SAID: Final = frozenset({"plain", "reward"})

#: An asset and a positive quantity.
Side = tuple[AssetId, int]


@dataclass(frozen=True, slots=True)
class Movement:
    """A row: `role` is the leg's, or `trade`, or `network_fee` where nothing else moved."""

    event: Event
    wallet: WalletId
    sent: Side | None
    received: Side | None
    fee: Side | None
    role: str
    words: str
    value: Money | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What a tool calls a trade, a fee, what came and what left; some roles and kinds by name.

    `stated_in` and `stated_out` are names of what a statement calls a row that is no trade.
    """

    trade: str
    fee: str
    came: str
    left: str
    stated_in: Mapping[str, str]
    stated_out: Mapping[str, str]
    roles_in: Mapping[str, str]
    roles_out: Mapping[str, str]
    kinds_in: Mapping[str, str]
    kinds_out: Mapping[str, str]


def name_of(each: Movement, names: Names) -> str:
    """A movement by a tool's names: what a statement said, its role, or the event's kind."""
    if each.role == "trade":
        return names.trade
    if each.role == "network_fee":
        return names.fee
    said = _stated(each.event) if each.role in _SAID else ""
    if each.sent is None:
        roles, kinds, known, other = names.roles_in, names.kinds_in, names.stated_in, names.came
    else:
        roles, kinds, known, other = names.roles_out, names.kinds_out, names.stated_out, names.left
    return known.get(said) or roles.get(each.role) or kinds.get(each.event.kind, other)


def _stated(event: Event) -> str:
    """The kind of the statement's row, as `gift_sent` in `stated:gift_sent`; empty if none."""
    words = (word for word in event.note.split() if word.startswith("stated:"))
    return next(words, "").partition(":")[2]


def movements(figures: ExportFigures) -> Iterator[Movement]:
    """The rows of all events in the order of the books; what moved nothing and cost nothing is
    none.

    A fee of the venue stands in the first row of its wallet that gave something, a network fee in
    the first such row without a fee of the wallet that paid it; else it is alone, for what came
    alone has no fee. Stated value stands in the first row of an event.
    """
    for event in sorted(figures.events, key=lambda item: (item.order, len(item.id), item.id)):
        found = list(_of_event(event, figures))
        if found and event.value is not None:
            found[0] = replace(found[0], value=event.value)
        yield from found


def quantity(side: Side | None, figures: ExportFigures) -> Number | None:
    """The quantity of a side as a cell."""
    return None if side is None else Number(quantity_text(*side, figures.assets))


def symbol(side: Side | None, figures: ExportFigures) -> Cell:
    """The symbol of a side as a cell."""
    return "" if side is None else symbol_of(side[0], figures.assets)


def evidence(found: Iterator[Movement]) -> Iterator[tuple[str, ...]]:
    """The event of each row and the activities that it rests on."""
    for movement in found:
        yield (movement.event.id, *movement.event.activities)


def _of_event(event: Event, figures: ExportFigures) -> Iterator[Movement]:
    words = _words(event, figures)
    fee = event.fee if event.fee is not None and event.fee.quantity else None
    owed = None if fee is None else (fee.asset, fee.quantity)
    for wallet in dict.fromkeys(leg.wallet for leg in event.legs):
        own = [leg for leg in event.legs if leg.wallet == wallet and leg.role not in _SHADOWS]
        for row in _of_wallet(event, wallet, own, words):
            free = row.sent is not None and row.fee is None
            if free and owed is not None and fee is not None and fee.wallet == wallet:
                yield replace(row, fee=owed)
                owed = None
            else:
                yield row
    if owed is not None and fee is not None:
        yield Movement(event, fee.wallet, owed, None, None, "network_fee", words)


def _of_wallet(event: Event, wallet: WalletId, legs: list[Leg], words: str) -> Iterator[Movement]:
    """A trade as one row, everything else as a row a leg; one fee is in the row it was paid for."""
    plain = [leg for leg in legs if leg.role not in _APART]
    apart = [leg for leg in legs if leg.role in _APART]
    out = [leg for leg in plain if leg.quantity < 0]
    come = [leg for leg in plain if leg.quantity > 0]
    paid = [leg for leg in apart if leg.role == "fee" and leg.quantity < 0]
    fee = None
    if out and len(paid) == 1:
        fee = _side(paid[0])
        apart.remove(paid[0])
    if len(out) == len(come) == 1:
        yield Movement(event, wallet, _side(out[0]), _side(come[0]), fee, "trade", words)
        plain = []
    for leg in (*plain, *apart):
        gave = leg.quantity < 0
        sent, received = (_side(leg), None) if gave else (None, _side(leg))
        own = fee if out and leg is out[0] else None
        yield Movement(event, wallet, sent, received, own, leg.role, words)


def _side(leg: Leg) -> Side:
    return (leg.asset, abs(leg.quantity))


def _words(event: Event, figures: ExportFigures) -> str:
    """The kind, protocol and strategy of an event, and what of it is no holding."""
    shadows = [
        f"{leg.role} {quantity_text(leg.asset, leg.quantity, figures.assets)}"
        f" {symbol_of(leg.asset, figures.assets)}"
        for leg in event.legs
        if leg.role in _SHADOWS
    ]
    said = (event.kind, event.protocol, event.strategy, *shadows)
    return "; ".join(part for part in said if part)
