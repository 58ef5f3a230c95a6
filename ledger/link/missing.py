"""Linked events in; transfers without their other side out, each with what may be it.

Only exact ids join. What fits by network, address and amount, and after that what merely looks
alike, is proposed in the words of the problem: a person decides.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ledger.link.expected import expected, family, messages_of, names_of, note_words
from ledger.link.sizes import Sizes
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
#: Moves of one look by time and id.
_Moved = Sequence[tuple[int, str]]
#: What came whatever its asset is; and of what nothing came.
_ANY: Final = ""
_NOTHING: Final = Sizes()


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
            if one.kind == "bridge_in":
                for message in messages_of(one)[1:]:
                    sides[f"bridge:{message}"].add(one.kind)
    alone = [
        one
        for one in events
        if one.kind in {"bridge_out", "bridge_in"}
        and (one.group is None or len(sides[one.group]) == 1)
    ]
    near = _Arrivals(events, {one.id for one in alone})
    looks: defaultdict[_Look, list[tuple[int, str]]] = defaultdict(list)
    for one in sorted(events, key=lambda one: (one.order[0], one.id)):
        if one.kind in {"send", "receive"}:
            looks[_look(one)].append((one.order[0], one.id))
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
    booked = [leg for leg in event.legs if leg.role != "interest"]
    if event.kind == "liquidation" and booked and all(leg.role == "debt" for leg in booked):
        return "moved a debt for something that the books do not know (liquidation)"
    owes_nothing = event.protocol is not None and all(leg.role != "debt" for leg in event.legs)
    if event.kind in {"borrow", "repay"} and event.legs and owes_nothing:
        return f"moved for a debt that is not in the books ({event.kind})"
    return None


# ---- bridges -----------------------------------------------------------------------------------


class _Arrivals:
    """What came and has no other side: by wallet and name, by family of asset and network.

    By family is what came over bridges, with how much of it did. A wallet may have what came under
    the names of several networks: a file's row is of the file's.
    """

    def __init__(self, events: Iterable[Event], alone: set[str]) -> None:
        self._at: defaultdict[tuple[WalletId, str, str], Sizes] = defaultdict(Sizes)
        self._networks: defaultdict[WalletId, set[str]] = defaultdict(set)
        self._over: defaultdict[str | None, dict[str, Sizes]] = defaultdict(dict)
        for one in events:
            if one.id not in alone and one.kind != "receive":
                continue
            came = [leg for leg in one.legs if leg.quantity > 0]
            for wallet in {leg.wallet for leg in came}:
                self._networks[wallet].add(one.network)
                for leg in came:
                    for name in (*names_of(leg, one), _ANY):
                        sizes = self._at[wallet, one.network, name]
                        sizes.add(one.order[0], one.id, leg.quantity)
            if one.kind == "bridge_in":
                sums: defaultdict[str | None, int] = defaultdict(int)
                for leg in came:
                    sums[family(leg.asset, one.network)] += leg.quantity
                for shared, total in sums.items():
                    there = self._over[shared].setdefault(one.network, Sizes())
                    there.add(one.order[0], one.id, total)

    def proposal(self, out: Event) -> str:
        """The arrival that fits best, with how far it does; empty without any."""
        by_address = min(self._addressed(out), default=None)
        if by_address is not None:
            return f"; {by_address[1]} fits by network, address and amount"
        alike = min(self._alike(out), default=None)
        if alike is not None:
            return f"; {alike[1]} looks alike by kind of asset, amount and time"
        return ""

    def _addressed(self, out: Event) -> Iterator[tuple[int, str]]:
        """The first of each name that may be what was sent to an address."""
        wanted, (network, _, address) = expected(out), _recipient(out)
        if wanted is None or not wanted.least or not network:
            return
        wallet, begin = wallet_id(network, address), out.order[0]
        for place in self._networks.get(wallet, ()):
            if wanted.network not in {"", place}:
                continue
            for name in wanted.names(place) if wanted.tokens else (_ANY,):
                there = self._at.get((wallet, place, name), _NOTHING)
                for least, most in wanted.sizes:
                    found = there.first(begin, begin + _BRIDGED_WITHIN, least, most)
                    if found is not None:
                        yield found

    def _alike(self, out: Event) -> Iterator[tuple[int, str]]:
        """The first on each other network that is of one family and nearly as much."""
        begin = out.order[0]
        for leg in (leg for leg in out.legs if leg.quantity < 0 and leg.role == "plain"):
            least, most = -(leg.quantity * _KEPT // 100), -leg.quantity
            name = family(leg.asset, out.network)
            for network, there in self._over.get(name, {}).items() if name is not None else ():
                found = there.first(begin, begin + _MOVED_WITHIN, least, most)
                if found is not None and network != out.network:
                    yield found


def _recipient(out: Event) -> tuple[str, str, str]:
    return note_words(out).get("to", "").rpartition(":")


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


def _proposal(event: Event, looks: Mapping[_Look, _Moved]) -> str:
    """That the other side is missing, and the event that looks most like it."""
    wanted = "receive" if event.kind == "send" else "send"
    near = _nearest(event.order[0], looks.get((wanted, *_look(event)[1:]), ()))
    found = f"; {near} has the same size" if near else ""
    verb = "left" if event.kind == "send" else "arrived"
    return f"{verb} as a move between own wallets, and no other side was found{found}"


def _nearest(time: int, moved: _Moved) -> str:
    """The event next to a time, of those in the order of time and id; empty where none is near."""
    after = bisect_left(moved, (time, ""))
    near = [moved[at] for at in (after,) if at < len(moved)]
    if after:
        near.append(moved[bisect_left(moved, (moved[after - 1][0], ""))])
    distances = [(abs(other - time), name) for other, name in near]
    return min([one for one in distances if one[0] <= _MOVED_WITHIN], default=(0, ""))[1]


def _look(event: Event) -> _Look:
    """What a move looks like: kind, assets and size."""
    size = abs(sum(leg.quantity for leg in event.legs))
    return event.kind, frozenset(leg.asset for leg in event.legs), size
