"""Linked events in; transfers without their other side out, each with what may be it.

Only exact ids join. What fits by network, address and amount, and after that what merely looks
alike, is proposed in the words of the problem: a person decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ledger.link.expected import expected, family, note_words
from ledger.model.asset import AssetId
from ledger.model.event import Event
from ledger.model.fund import WalletId, wallet_id
from ledger.model.problem import Problem

#: Kinds of rows that claim to be one side of a move, by what they are booked as.
CLAIMED_MOVES: Final = frozenset({"stated:deposit", "stated:withdrawal", "stated:transfer"})

#: Event → the events under the same message that it was not joined with, each with the reason.
Refused = Mapping[str, Sequence[tuple[str, str]]]

#: A candidate for the other side is proposed within these times, in microseconds: of a move, and
#: of a bridge that says to whom and how much (the slowest wait for seven days of challenge).
_MOVED_WITHIN: Final = 24 * 3600 * 1_000_000
_BRIDGED_WITHIN: Final = 14 * _MOVED_WITHIN
#: What looks alike keeps at least so many hundredths: bridges take fees.
_KEPT: Final = 95

#: Kind, assets and size of a move.
_Look = tuple[str, frozenset[AssetId], int]


def missing(
    events: Sequence[Event], refused: Refused
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """Transfers without their other side: under way, or unmatched with the nearest candidate.

    So is what came out of a position, or was paid for a debt, whose begin the books do not have.
    """
    sides: defaultdict[str, set[str]] = defaultdict(set)
    for one in events:
        if one.kind in {"bridge_out", "bridge_in"} and one.group is not None:
            sides[one.group].add(one.kind)
    alone = [
        one
        for one in events
        if one.kind in {"bridge_out", "bridge_in"}
        and (one.group is None or len(sides[one.group]) == 1)
    ]
    near = _Arrivals(events, {one.id for one in alone})
    looks: defaultdict[_Look, list[Event]] = defaultdict(list)
    for one in events:
        if one.kind in {"send", "receive"}:
            looks[_look(one)].append(one)
    problems: list[Problem] = []
    lonely = {one.id for one in alone}
    for one in events:
        if one.id in lonely:
            problems.append(_bridged(one, near, refused.get(one.id, ())))
        elif one.kind in {"send", "receive", "own_transfer"} and _claims_a_move(one):
            problems.append(Problem("unmatched_transfer", _proposal(one, looks), one.id))
        elif (fault := _of_unknown(one)) is not None:
            problems.append(Problem("unmatched_transfer", fault, one.id))
    return tuple(one for one in alone if one.kind == "bridge_out"), tuple(problems)


def _of_unknown(event: Event) -> str | None:
    """What is wrong with units of a position or a debt that the books have never seen begin."""
    if event.note.split(" ")[0] == "position:unknown":
        return f"is of a position that the books do not know or cannot tell ({event.kind})"
    owes_nothing = event.protocol is not None and all(leg.role != "debt" for leg in event.legs)
    if event.kind in {"borrow", "repay"} and event.legs and owes_nothing:
        return f"moved for a debt that is not in the books ({event.kind})"
    return None


# ---- bridges -----------------------------------------------------------------------------------


class _Arrivals:
    """What came and has no other side: by the wallet it came to, and over bridges by its family."""

    def __init__(self, events: Iterable[Event], alone: set[str]) -> None:
        self._by_wallet: defaultdict[WalletId, list[Event]] = defaultdict(list)
        self._by_family: defaultdict[str | None, list[Event]] = defaultdict(list)
        for one in events:
            if one.id not in alone and one.kind != "receive":
                continue
            came = [leg for leg in one.legs if leg.quantity > 0]
            for wallet in {leg.wallet for leg in came}:
                self._by_wallet[wallet].append(one)
            if one.kind == "bridge_in":
                for name in {family(leg.asset, one.network) for leg in came}:
                    self._by_family[name].append(one)

    def proposal(self, out: Event) -> str:
        """The arrival that fits best, with how far it does; empty without any."""
        by_address = [(one.order[0], one.id) for one in self._addressed(out)]
        if by_address:
            return f"; {min(by_address)[1]} fits by network, address and amount"
        alike = [(one.order[0], one.id) for one in self._alike(out)]
        if alike:
            return f"; {min(alike)[1]} looks alike by kind of asset, amount and time"
        return ""

    def _addressed(self, out: Event) -> list[Event]:
        wanted, (network, _, address) = expected(out), _recipient(out)
        if wanted is None or not wanted.least or not network:
            return []
        there = self._by_wallet.get(wallet_id(network, address), ())
        anyone = replace(wanted, by="")
        return [one for one in _within(out, there, _BRIDGED_WITHIN) if not anyone.faults(one)]

    def _alike(self, out: Event) -> list[Event]:
        found: list[Event] = []
        for leg in (leg for leg in out.legs if leg.quantity < 0 and leg.role == "plain"):
            name = family(leg.asset, out.network)
            for one in _within(out, self._by_family.get(name, ()), _MOVED_WITHIN):
                came = sum(
                    each.quantity
                    for each in one.legs
                    if each.quantity > 0 and family(each.asset, one.network) == name
                )
                kept = -leg.quantity * _KEPT <= came * 100 <= -leg.quantity * 100
                if name is not None and kept and one.network != out.network:
                    found.append(one)
        return found


def _recipient(out: Event) -> tuple[str, str, str]:
    return note_words(out).get("to", "").rpartition(":")


def _within(out: Event, events: Sequence[Event], time: int) -> list[Event]:
    """The events of a time that begins with the departure."""
    return [one for one in events if 0 <= one.order[0] - out.order[0] <= time]


def _bridged(one: Event, near: _Arrivals, refused: Sequence[tuple[str, str]]) -> Problem:
    """That one end of a bridge is alone, what came under its message, and what may be the other."""
    others = "".join(f"; {other} has its message, but {fault}" for other, fault in refused)
    if one.kind == "bridge_out":
        message = "left over a bridge and has not arrived at a wallet of the fund"
        return Problem("in_flight", message + others + near.proposal(one), one.id)
    message = "arrived over a bridge; the wallet that sent it is not in the books"
    if refused:
        message = "arrived over a bridge and was not joined with what was sent"
    return Problem("unmatched_transfer", message + others, one.id)


# ---- moves -------------------------------------------------------------------------------------


def _claims_a_move(event: Event) -> bool:
    """Whether a statement calls it a move and only one side of it is the fund's."""
    return event.note.split(" ")[0] in CLAIMED_MOVES and event.kind != "own_transfer"


def _proposal(event: Event, looks: Mapping[_Look, Sequence[Event]]) -> str:
    """That the other side is missing, and the event that looks most like it."""
    wanted = "receive" if event.kind == "send" else "send"
    near = [
        (abs(one.order[0] - event.order[0]), one.id)
        for one in looks.get((wanted, *_look(event)[1:]), ())
        if abs(one.order[0] - event.order[0]) <= _MOVED_WITHIN
    ]
    found = f"; {min(near)[1]} has the same size" if near else ""
    verb = "left" if event.kind == "send" else "arrived"
    return f"{verb} as a move between own wallets, and no other side was found{found}"


def _look(event: Event) -> _Look:
    """What a move looks like: kind, assets and size."""
    size = abs(sum(leg.quantity for leg in event.legs))
    return event.kind, frozenset(leg.asset for leg in event.legs), size
