"""A view and a protocol in; what the protocol says on the word of contracts that took part, out.

In a transaction that the fund sent, any contract on the way can log what a protocol would: a token,
a hook, a router. A log counts where its contract had to do with the legs that it speaks of: it gave
or took them, over other hands too, or made or burnt them as units of its own; or where the protocol
knows the contract. So a stranger's log leaves a swap a swap.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from ledger.classify.generic import shaped
from ledger.model.activity import Log, Transfer
from ledger.model.asset import AssetId, contract_of, native
from ledger.model.event import Event, Leg
from ledger.shapes import ZERO_ADDRESS, ActivityView, Recognised, is_non_fungible, net

#: What a share token says of itself, wherever the assets went that were put in.
_OF_ITSELF: Final = frozenset({"vault_deposit", "vault_withdraw"})
#: What carries value one way: where nothing came for it, there is no trade that it could cut.
_ONE_WAY: Final = frozenset({"bridge_out", "bridge_in"})


#: Over how many hands units are followed: more pass them on to hide it.
_HANDS: Final = 8


class Speaker(Protocol):
    """What of a plug-in is needed here; `VOUCHED` and `WITNESSES` may be missing."""

    @property
    def SIGNS(self) -> frozenset[str]:  # noqa: N802 -- a module's constant
        """Topics and addresses that it is asked by."""
        ...

    def recognise(self, view: ActivityView) -> Recognised | None:
        """The events that it sees in a view."""
        ...


@dataclass(frozen=True, slots=True)
class _Hearing:
    """A view with the logs of contracts that the protocol asked does not know.

    `witnesses` are the topics that make a log count which a contract with nothing of its own wrote,
    where one that took part logged them beside it, and no other contract claims to have done it.
    """

    view: ActivityView
    logs: tuple[Log, ...]
    witnesses: Mapping[str, frozenset[str]]
    told: tuple[Event, ...]

    def strange(self, one: Event) -> frozenset[int]:
        """The places of logs that nobody wrote who had to do with an event.

        One that claims nothing, as a loan that was spent at once, goes by those beside it.
        """
        beside = (one,) if one.claims else tuple(each for each in self.told if each.claims)
        near = {who for each in beside for who in concerned(self.view, each)}
        logs = self.view.activity.logs
        said = {log.topics[0] for log in logs if log.topics and log.address in near}
        far = [log for log in self.logs if log.address not in near]
        backed = [log for log in far if said & self.witnesses.get(log.topics[0], frozenset())]
        claimants = {(log.topics[0], log.address) for log in backed}
        rivals = Counter(topic for topic, _ in claimants)
        counted = {log.index for log in backed if rivals[log.topics[0]] == 1}
        return frozenset(log.index for log in far) - counted

    def without(self, places: Collection[int]) -> ActivityView:
        """The view less the logs at some places."""
        activity = self.view.activity
        rest = tuple(log for log in activity.logs if log.index not in places)
        return replace(self.view, activity=replace(activity, logs=rest))


def heard(view: ActivityView, protocol: Speaker) -> Recognised | None:
    """What a protocol recognises, less events that stand on the logs of strangers to their legs.

    `VOUCHED` of a plug-in are addresses of contracts that speak without holding anything, and
    topics whose logs it weighs itself by what moved.
    """
    answer = protocol.recognise(view)
    if answer is None or not view.acts:
        return answer
    vouched: frozenset[str] = getattr(protocol, "VOUCHED", frozenset())
    witnesses: Mapping[str, frozenset[str]] = getattr(protocol, "WITNESSES", {})
    logs = _weighed(view, protocol.SIGNS, vouched)
    if not logs:
        return answer
    hearing = _Hearing(view, logs, witnesses, answer.events)
    sound: tuple[Event, ...] = ()
    for one in answer.events:
        found = _sound(hearing, protocol, one)
        sound += tuple(each for each in found if not _overlap(each, sound))
    if sound == answer.events:
        return answer
    # what a log that does not count taught does not count either
    known = {leg.asset for each in sound for leg in each.legs}
    facts = tuple(fact for fact in answer.assets if fact.id in known)
    return Recognised(sound, facts) if sound else None


def _weighed(view: ActivityView, signs: frozenset[str], vouched: frozenset[str]) -> tuple[Log, ...]:
    """The logs that the protocol may go by, of contracts that it does not know."""
    return tuple(
        [
            log
            for log in view.activity.logs
            if log.topics
            and log.topics[0] in signs
            and log.topics[0] not in vouched
            and log.address not in signs
            and log.address not in vouched
            and log.address not in view.owned
        ]
    )


def _sound(hearing: _Hearing, protocol: Speaker, one: Event) -> tuple[Event, ...]:
    """The event, where it is the same without the strangers' logs; else what is there without.

    A trade needs one log of somebody who had to do with it, or to be one by its shape alone.
    """
    straight = {leg.counterparty for leg in one.legs}
    spoken = [log.address in straight for log in hearing.logs]
    if all(spoken) or (one.kind == "swap" and any(spoken)):
        return (one,)
    strange = hearing.strange(one)
    if not strange or (one.kind == "swap" and len(strange) < len(hearing.logs)):
        return (one,)
    again = protocol.recognise(hearing.without(strange))
    told = () if again is None else again.events
    if one in told or (one.kind == "swap" and _trades(hearing.view)):
        return (one,)
    return tuple(
        other for other in told if _overlap(other, (one,)) and hearing.strange(other) <= strange
    )


def _trades(view: ActivityView) -> bool:
    """Whether all that moved is one trade whatever is said of it."""
    return [one.kind for one in shaped(view)[0]] == ["swap"]


def _overlap(one: Event, others: tuple[Event, ...]) -> bool:
    return any(set(one.claims) & set(other.claims) for other in others)


# ---- who had to do with an event ---------------------------------------------------------------


def concerned(view: ActivityView, one: Event) -> frozenset[str]:
    """The contracts that had to do with an event's legs.

    Who made or burnt a token speaks for it where that is all, and for what was given for it where
    it had any part in that; a piece without equals says itself what it stands for. Where an event
    is all that moved, who was called speaks too.
    """
    legs = [leg for leg in one.legs if leg.claim is not None]
    claims = {leg.claim for leg in legs}
    rest = [leg for leg in view.legs if leg.claim not in claims]
    signs = {total > 0 for total in net(view.legs).values() if total}
    if legs and not rest and len(signs) == 1 and one.kind in _ONE_WAY:
        return frozenset(log.address for log in view.activity.logs)
    moves = _moves(view)
    hands, makers = {True: set[str](), False: set[str]()}, {True: set[str](), False: set[str]()}
    for leg in legs:
        near, maker = _hands(view, leg, moves)
        hands[leg.quantity > 0] |= near
        makers[leg.quantity > 0] |= maker
    found = hands[True] | hands[False]
    found |= {
        maker for leg in legs if is_non_fungible(leg.asset) for maker in makers[leg.quantity > 0]
    }
    for came in (True, False):
        other = [leg for leg in legs if (leg.quantity > 0) != came]
        halves = any(total for total in net(rest).values() if (total > 0) != came)
        if halves or (other and one.kind not in _OF_ITSELF):
            found |= _partners(view, makers[came], hands[not came])
        else:
            found |= makers[came]
    return frozenset(found | {view.activity.called}) if legs and not rest else frozenset(found)


def _partners(view: ActivityView, makers: set[str], hands: set[str]) -> set[str]:
    """The makers of tokens that dealt in others with somebody's hands, or are in them.

    What a token says of moves of its own is no proof of that.
    """
    outside = view.owned | {ZERO_ADDRESS}
    found = set[str]()
    for maker in makers:
        near = set(hands)
        for _ in range(_HANDS):
            size = len(near)
            for move in view.activity.transfers:
                pair = {move.sender, move.recipient} - outside
                if contract_of(move.asset) != maker and pair & near:
                    near |= pair
            if size == len(near):
                break
        found |= {maker} & near
    return found


def _moves(view: ActivityView) -> Mapping[AssetId, list[Transfer]]:
    """Transfers by asset; what was wrapped or unwrapped here is one with the coin.

    No more than the coin that its contract took or gave: other units may be made of nothing.
    """
    coin = native(view.activity.network)
    moves: defaultdict[AssetId, list[Transfer]] = defaultdict(list)
    for move in view.activity.transfers:
        moves[move.asset].append(move)
    coins: defaultdict[str, int] = defaultdict(int)
    for move in moves.get(coin, ()):
        coins[move.sender] += move.quantity
        coins[move.recipient] += move.quantity
    wrapped = [asset for asset in moves if contract_of(asset) in coins]
    together = list(moves.get(coin, ()))
    for asset in wrapped:
        most = coins[contract_of(asset) or ""]
        together += [move for move in moves[asset] if move.quantity <= most]
    own = {asset: [*moves[asset], *together] for asset in wrapped}
    return {**moves, **own, coin: together}


def _hands(
    view: ActivityView, leg: Leg, moves: Mapping[AssetId, list[Transfer]]
) -> tuple[set[str], set[str]]:
    """Who gave or took most of a leg's units, over other hands; and the token, if it made them."""
    hands, made = {leg.counterparty} - {ZERO_ADDRESS}, leg.counterparty == ZERO_ADDRESS
    for _ in range(_HANDS):
        known = len(hands)
        for move in moves.get(leg.asset, ()):
            near, far = move.sender, move.recipient
            if leg.quantity > 0:
                near, far = far, near
            if near in hands and 2 * move.quantity >= abs(leg.quantity):
                made = made or far == ZERO_ADDRESS
                hands |= {far} - view.owned - {ZERO_ADDRESS}
        if known == len(hands):
            break
    contract = contract_of(leg.asset)
    return hands, {contract} if made and contract is not None else set()
