"""Events of many activities in, the same events joined out: bridges, own moves, sandwiches."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ledger.link.backruns import back_runs, is_back_run
from ledger.link.bundles import bundled
from ledger.link.expected import expected, messages_of, note_words
from ledger.link.missing import CLAIMED_MOVES, Refused, missing
from ledger.model.activity import place_of_row
from ledger.model.asset import AssetId
from ledger.model.event import Event
from ledger.model.fund import Wallet, WalletId
from ledger.model.problem import Problem
from ledger.shapes import net

__all__ = ("Linked", "is_back_run", "link", "messages_of", "note_words", "sides_of")

#: How assets begin whose name is all that a file says of them: two names are two assets.
_NAMED_ALONE: Final = ("symbol:", "iso4217:")
#: Events of an activity that belong to its trade; the others are beside it.
_ASIDE: Final = frozenset({"own_transfer", "spam"})

_BRIDGED: Final = frozenset({"bridge_out", "bridge_in"})
#: Why a transfer did not come back with others that are none.
_TOGETHER: Final = "it did not come back with the others"
#: Kinds that may be one side of a move, what left over a bridge for somebody else among them.
_SIDES: Final = frozenset({"send", "receive", "bridge_out"})


@dataclass(frozen=True, slots=True)
class Linked:
    """All events in the order of the books, those still on their way, and what was not found."""

    events: tuple[Event, ...]
    in_flight: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()


def link(
    events: Iterable[Event],
    wallets: Mapping[WalletId, Wallet],
    behind: Collection[str] = frozenset(),
) -> Linked:
    """Join what belongs together, by exact ids alone; what merely looks alike is proposed.

    Both sides of a bridge get the group `bridge:<origin>:<number>`, of a move by transaction id
    `transfer:<txid>` (as `bridge_out` and `bridge_in`: it is on its way between the two). `behind`
    are activities that trade against the one right before them (`is_back_run`). The order of the
    events given has no influence.
    """
    ordered = tuple(sorted(events, key=lambda one: (one.order, one.id)))
    moved = _by_transaction(_addressed(ordered, wallets))
    joined, refused = _by_message(moved)
    in_blocks = back_runs(_in_blocks(joined), behind)
    grouped = tuple(sorted(bundled(in_blocks), key=lambda one: (one.order, one.id)))
    in_flight, problems = missing(grouped, refused)
    return Linked(grouped, in_flight, problems)


def sides_of(event: Event) -> tuple[str, ...]:
    """What the other side of an event would name too: its transaction, its bridge message."""
    keys: tuple[str, ...] = ()
    if event.txid and event.kind in _SIDES and len({leg.asset for leg in event.legs}) == 1:
        keys = (f"transaction:{_plain(event.txid)}",)
    if event.kind in _BRIDGED:
        keys += tuple(f"message:{message}" for message in messages_of(event))
    return keys


# ---- bridges -----------------------------------------------------------------------------------


def _addressed(events: tuple[Event, ...], wallets: Mapping[WalletId, Wallet]) -> tuple[Event, ...]:
    """Bridge transfers to somebody else are sent, not under way; the bridge stays named.

    An address of the fund on one EVM network is taken for its own on the others too. What came back
    was not sent, whomever it was for.
    """
    returned = {message for one in events if _is_returned(one) for message in messages_of(one)}
    own: defaultdict[str, list[Wallet]] = defaultdict(list)
    for wallet in wallets.values():
        own[wallet.address].append(wallet)
    return tuple(
        replace(one, kind="send")
        if one.kind == "bridge_out"
        and (to := note_words(one).get("to", "").rpartition(":")[2])
        and note_words(one).get("message", "") not in returned
        and not any(_is_ours_from(wallet, one.time) for wallet in own[to])
        else one
        for one in events
    )


def _is_ours_from(wallet: Wallet, time: datetime) -> bool:
    """Whether what is sent at a time can arrive while the fund owns the wallet."""
    return wallet.owned_until is None or time < wallet.owned_until


def _by_message(events: tuple[Event, ...]) -> tuple[tuple[Event, ...], Refused]:
    """Both sides of each bridge message in one group; a side alone has it too.

    Anybody can log that a message arrived: an arrival joins only where it is proved to be what the
    sending side expects, and of several the first. The others stay alone, and so does a second
    sending side: a message that is sent twice only looks like an id.
    """
    sent: dict[str, Event] = {}
    for one in events:
        if one.kind == "bridge_out" and (message := _message_of(one)):
            sent.setdefault(message, one)
    groups = {one.id: f"bridge:{message}" for message, one in sent.items()}
    arrived: set[str] = set()
    refused: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in events:
        if one.kind != "bridge_in" or not (message := _message_of(one)):
            continue
        # of several that came back together some may be in other stretches of the books
        outs = {each: sent[each] for each in messages_of(one) if each in sent}
        faults = {each: _fault(out, one, taken=each in arrived) for each, out in outs.items()}
        if any(faults.values()):
            for each, fault in faults.items():
                refused[outs[each].id].append((one.id, fault or _TOGETHER))
                refused[one.id].append((outs[each].id, fault or _TOGETHER))
            continue
        arrived.update(outs)
        groups[one.id] = f"bridge:{next(iter(outs), message)}"
    joined = tuple(
        replace(one, group=groups[one.id]) if one.id in groups else one for one in events
    )
    return joined, refused


def _message_of(event: Event) -> str:
    """The message that one end of a bridge names; none where it is joined already."""
    return note_words(event).get("message", "") if event.group is None else ""


def _is_returned(event: Event) -> bool:
    """Whether it is a bridge transfer that came back to where it left, as its protocol says."""
    return event.kind == "bridge_in" and bool(note_words(event).get("returned"))


def _fault(out: Event, came: Event, *, taken: bool) -> str:
    """Why an arrival under the message of a sending side is not its other side; empty if it is."""
    if _is_returned(came):
        there = (out.network, out.protocol) == (came.network, came.protocol)
        back = there and out.order < came.order and not taken
        return "" if back else "it did not come back from there"
    wanted = expected(out)
    if wanted is None:
        return "nothing says what shall come"
    if fault := wanted.faults(came):
        return fault
    if not wanted.is_proof:
        return "nothing proves that it is what was sent"
    return "another one arrived before it" if taken else ""


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
    claimed = {out.note.split(" ")[0], came.note.split(" ")[0]} & CLAIMED_MOVES
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
