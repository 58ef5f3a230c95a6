"""Events of many activities in, the same events joined out: bridges, own moves, sandwiches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import place_of_row
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event
from ledger.model.fund import Wallet, WalletId
from ledger.model.problem import Problem
from ledger.shapes import ZERO_ADDRESS, net

#: Kinds of rows that claim to be one side of a move, by what they are booked as.
_CLAIMED_MOVES: Final = frozenset({"stated:deposit", "stated:withdrawal", "stated:transfer"})
#: How assets begin whose name is all that a file says of them: two names are two assets.
_NAMED_ALONE: Final = ("symbol:", "iso4217:")
#: A candidate for the other side of a move is proposed within this time, in microseconds.
_PROPOSED_WITHIN: Final = 24 * 3600 * 1_000_000
#: Events of an activity that belong to its trade; the others are beside it.
_ASIDE: Final = frozenset({"own_transfer", "spam"})

_BRIDGED: Final = frozenset({"bridge_out", "bridge_in"})
#: Kinds that may be one side of a move, what left over a bridge for somebody else among them.
_SIDES: Final = frozenset({"send", "receive", "bridge_out"})

#: Kind, assets and size of a move.
_Look = tuple[str, frozenset[AssetId], int]


@dataclass(frozen=True, slots=True)
class Linked:
    """All events in the order of the books, those still on their way, and what was not found."""

    events: tuple[Event, ...]
    in_flight: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()


def link(events: Iterable[Event], wallets: Mapping[WalletId, Wallet]) -> Linked:
    """Join what belongs together, by exact ids alone; what merely looks alike is proposed.

    Both sides of a bridge get the group `bridge:<origin>:<number>`, of a move by transaction id
    `transfer:<txid>` (as `bridge_out` and `bridge_in`: it is on its way between the two). The order
    of the events given has no influence.
    """
    ordered = tuple(sorted(events, key=lambda one: (one.order, one.id)))
    moved = _by_transaction(_addressed(ordered, wallets))
    joined = _by_message(moved)
    grouped = tuple(sorted(_in_blocks(joined), key=lambda one: (one.order, one.id)))
    in_flight, problems = _missing(grouped)
    return Linked(grouped, in_flight, problems)


def note_words(event: Event) -> dict[str, str]:
    """The words `name:value` of an event's note, by name."""
    words = (word.partition(":") for word in event.note.split())
    return {name: value for name, colon, value in words if colon}


def sides_of(event: Event) -> tuple[str, ...]:
    """What the other side of an event would name too: its transaction, its bridge message."""
    keys: tuple[str, ...] = ()
    if event.txid and event.kind in _SIDES and len({leg.asset for leg in event.legs}) == 1:
        keys = (f"transaction:{_plain(event.txid)}",)
    if event.kind in _BRIDGED and (message := note_words(event).get("message")):
        keys += (f"message:{message}",)
    return keys


# ---- bridges -----------------------------------------------------------------------------------


def _addressed(events: tuple[Event, ...], wallets: Mapping[WalletId, Wallet]) -> tuple[Event, ...]:
    """Bridge transfers to somebody else are sent, not under way.

    An address of the fund on one EVM network is taken for its own on the others too.
    """
    own = {wallet.address for wallet in wallets.values()}
    return tuple(
        replace(one, kind="send")
        if one.kind == "bridge_out"
        and note_words(one).get("to", "").rpartition(":")[2] not in {"", *own}
        else one
        for one in events
    )


def _by_message(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Both sides of each bridge message in one group; a side alone has it too.

    Anybody can log that a message arrived: where the sending side says what it expects, only an
    arrival of just that joins, and of several the first.
    """
    sent: dict[str, Event] = {}
    for one in events:
        if one.kind == "bridge_out" and "message" in note_words(one):
            sent.setdefault(note_words(one)["message"], one)
    groups: dict[str, str] = {}
    arrived: set[str] = set()
    for one in events:
        message = note_words(one).get("message")
        if message is None or one.kind not in {"bridge_out", "bridge_in"}:
            continue
        if one.kind == "bridge_in" and message in sent:
            if message in arrived or not _is_expected(sent[message], one):
                continue
            arrived.add(message)
        groups[one.id] = f"bridge:{message}"
    return tuple(replace(one, group=groups[one.id]) if one.id in groups else one for one in events)


def _is_expected(out: Event, came: Event) -> bool:
    """Whether what came is what the sending side says will come: network, asset and quantity."""
    expected = note_words(out).get("expects")
    if expected is None:
        return _is_likely(out, came)
    network, token, quantity = expected.split("/")
    assets = {erc20(network, token), native(network)}
    return came.network == network and any(
        str(leg.quantity) == quantity and (leg.asset in assets or token == ZERO_ADDRESS)
        for leg in came.legs
    )


def _is_likely(out: Event, came: Event) -> bool:
    """Whether what came can be what left, of which nobody said what shall come.

    Whoever knows a message may log it and send a little along. Of coin half must have come at
    least; a token may be counted in other units on the other side, so nothing is asked of it.
    """
    left = sum(-leg.quantity for leg in out.legs if leg.quantity < 0)
    arrived = sum(leg.quantity for leg in came.legs if leg.quantity > 0)
    assets = [(leg.asset, event.network) for event in (out, came) for leg in event.legs]
    is_coin = all(asset == native(network) for asset, network in assets)
    return not is_coin or 2 * arrived >= left


# ---- own moves by transaction id ---------------------------------------------------------------


def _by_transaction(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """A withdrawal and a deposit that name the same transaction, at two places, are one move."""
    sides: defaultdict[str, list[Event]] = defaultdict(list)
    for one in events:
        if (
            one.txid
            and one.kind in {"send", "receive"}
            and len({leg.asset for leg in one.legs}) == 1
        ):
            sides[_plain(one.txid)].append(one)
    joined: dict[str, Event] = {}
    for txid, found in sides.items():
        out = [one for one in found if one.kind == "send"]
        came = [one for one in found if one.kind == "receive"]
        if len(out) == len(came) == 1 and _is_move(out[0], came[0]):
            group = f"transfer:{txid}"
            left, arrived = _in_turn(out[0], came[0])
            joined[left.id] = replace(left, kind="bridge_out", group=group)
            joined[arrived.id] = replace(arrived, kind="bridge_in", group=group)
    return tuple(joined.get(one.id, one) for one in events)


def _is_move(out: Event, came: Event) -> bool:
    """Whether two sides are in two wallets, and one of them is a statement that claims a move.

    The wallets of one file are on one network, its own: two rows of one symbol are a move there.
    """
    wallets = {leg.wallet for leg in (*out.legs, *came.legs)}
    claimed = {out.note.split(" ")[0], came.note.split(" ")[0]} & _CLAIMED_MOVES
    rows = _is_row(out) and _is_row(came)
    assets = {leg.asset for leg in (*out.legs, *came.legs)}
    named = all(asset.startswith(_NAMED_ALONE) for asset in assets)
    apart = (len(assets) == 1 or not named) if rows else out.network != came.network
    return len(wallets) > 1 and apart and bool(claimed)


def _is_row(event: Event) -> bool:
    return event.note.startswith("stated:")


def _in_turn(out: Event, came: Event) -> tuple[Event, Event]:
    """Both halves of a move; of two rows of one time they stand where a transfer does."""
    if out.order[0] != came.order[0] or not (_is_row(out) and _is_row(came)):
        return out, came
    left, arrived = (
        replace(one, order=(*one.order[:3], place_of_row("transfer", arriving=late), one.order[4]))
        for one, late in ((out, False), (came, True))
    )
    return left, arrived


def _plain(txid: str) -> str:
    return txid.strip().lower().removeprefix("0x")


# ---- trades of one block -----------------------------------------------------------------------


def _in_blocks(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Groups of trades that frame somebody else's transaction in the same block."""
    blocks: defaultdict[tuple[str, int], list[Event]] = defaultdict(list)
    for one in events:
        if one.order[2] and one.group is None and one.kind not in _ASIDE:
            blocks[one.network, one.order[2]].append(one)
    groups: dict[str, str] = {}
    for (network, block), members in blocks.items():
        if len(members) > 1:
            groups |= _frames(network, block, members)
    return tuple(
        replace(one, group=groups[one.activities[0]])
        if one.group is None and one.kind not in _ASIDE and one.activities[0] in groups
        else one
        for one in events
    )


def _frames(network: str, block: int, members: Sequence[Event]) -> dict[str, str]:
    """Activity → group, for pairs of activities that undo each other around a foreign one."""
    groups: dict[str, str] = {}
    own = {one.order[3] for one in members}
    for place, front in enumerate(members):
        for back in members[place + 1 :]:
            first, last = front.order[3], back.order[3]
            between = sum(first < index < last for index in own)
            if last - first - 1 <= between:
                continue
            if front.activities[0] in groups or back.activities[0] in groups:
                continue
            kind = _pattern(front, back)
            if kind:
                name = f"{kind}:{network}:{block}:{first}"
                groups |= {front.activities[0]: name, back.activities[0]: name}
    return groups


def _pattern(front: Event, back: Event) -> str:
    """`sandwich` for a pair traded there and back, `jit` for liquidity put in and taken out."""
    same_place = {leg.wallet for leg in front.legs} & {leg.wallet for leg in back.legs}
    if not same_place:
        return ""
    if (front.kind, back.kind) == ("swap", "swap"):
        gave, got = _sides(front)
        gave_back, got_back = _sides(back)
        opposite = gave == got_back and got == gave_back
        return "sandwich" if gave and got and opposite else ""
    if (front.kind, back.kind) == ("pool_deposit", "pool_withdraw"):
        return "jit" if _sides(front)[0] & _sides(back)[1] else ""
    return ""


def _sides(event: Event) -> tuple[frozenset[AssetId], frozenset[AssetId]]:
    """The assets that an event gave and got; coin that came for a tip alone is neither."""
    sums = net(leg for leg in event.legs if leg.role in {"plain", "refund", "reward"})
    tips = net(leg for leg in event.legs if leg.role == "tip")
    return (
        frozenset(asset for asset, total in sums.items() if total < 0),
        frozenset(asset for asset, total in sums.items() if total + tips.get(asset, 0) > 0),
    )


# ---- what is missing ---------------------------------------------------------------------------


def _missing(events: Sequence[Event]) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """Transfers without their other side: under way, or unmatched with the nearest candidate.

    So is what came out of a position, or was paid for a debt, whose begin the books do not have.
    """
    sides: defaultdict[str, set[str]] = defaultdict(set)
    for one in events:
        if one.kind in {"bridge_out", "bridge_in"} and one.group is not None:
            sides[one.group].add(one.kind)
    looks: defaultdict[_Look, list[Event]] = defaultdict(list)
    for one in events:
        if one.kind in {"send", "receive"}:
            looks[_look(one)].append(one)
    in_flight: list[Event] = []
    problems: list[Problem] = []
    for one in events:
        alone = one.group is None or len(sides[one.group]) == 1
        if one.kind == "bridge_out" and alone:
            in_flight.append(one)
            message = "left over a bridge and has not arrived at a wallet of the fund"
            problems.append(Problem("in_flight", message, one.id))
        elif one.kind == "bridge_in" and alone:
            message = "arrived over a bridge; the wallet that sent it is not in the books"
            problems.append(Problem("unmatched_transfer", message, one.id))
        elif one.kind in {"send", "receive", "own_transfer"} and _claims_a_move(one):
            problems.append(Problem("unmatched_transfer", _proposal(one, looks), one.id))
        elif (fault := _of_unknown(one)) is not None:
            problems.append(Problem("unmatched_transfer", fault, one.id))
    return tuple(in_flight), tuple(problems)


def _of_unknown(event: Event) -> str | None:
    """What is wrong with units of a position or a debt that the books have never seen begin."""
    if event.note.split(" ")[0] == "position:unknown":
        return f"is of a position that the books do not know or cannot tell ({event.kind})"
    owes_nothing = event.protocol is not None and all(leg.role != "debt" for leg in event.legs)
    if event.kind in {"borrow", "repay"} and event.legs and owes_nothing:
        return f"moved for a debt that is not in the books ({event.kind})"
    return None


def _claims_a_move(event: Event) -> bool:
    """Whether a statement calls it a move and only one side of it is the fund's."""
    return event.note.split(" ")[0] in _CLAIMED_MOVES and event.kind != "own_transfer"


def _proposal(event: Event, looks: Mapping[_Look, Sequence[Event]]) -> str:
    """That the other side is missing, and the event that looks most like it."""
    wanted = "receive" if event.kind == "send" else "send"
    near = [
        (abs(one.order[0] - event.order[0]), one.id)
        for one in looks.get((wanted, *_look(event)[1:]), ())
        if abs(one.order[0] - event.order[0]) <= _PROPOSED_WITHIN
    ]
    found = f"; {min(near)[1]} has the same size" if near else ""
    verb = "left" if event.kind == "send" else "arrived"
    return f"{verb} as a move between own wallets, and no other side was found{found}"


def _look(event: Event) -> _Look:
    """What a move looks like: kind, assets and size."""
    size = abs(sum(leg.quantity for leg in event.legs))
    return event.kind, frozenset(leg.asset for leg in event.legs), size
