"""A view and a protocol in; what the protocol says on the word of contracts that took part, out.

In a transaction that the fund sent, any contract on the way can log what a protocol would: a token,
a hook, a router. A log counts where its contract had to do with the legs that it speaks of: it gave
or took them, over other hands too, or made or burnt them as units of its own; or where the protocol
knows the contract. So a stranger's log leaves a swap a swap.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, Protocol

from ledger.classify.generic import shaped
from ledger.classify.hands import Hands
from ledger.model.activity import Log
from ledger.model.event import Claim, Event
from ledger.shapes import ActivityView, Recognised

#: So many assets that came may be of several: one that gave a little of its own is not all of them.
_SEVERAL: Final = 2
#: What comes on top of what was done.
_INCOME: Final = frozenset({"reward", "pool_fees"})


class Speaker(Protocol):
    """What of a plug-in is needed here; `VOUCHED`, `WITNESSES` and `told_of` may be missing."""

    @property
    def SIGNS(self) -> frozenset[str]:  # noqa: N802 -- a module's constant
        """Topics and addresses that it is asked by."""
        ...

    def recognise(self, view: ActivityView) -> Recognised | None:
        """The events that it sees in a view."""
        ...

    def __hash__(self) -> int:
        """What it states is kept under it."""
        ...


@dataclass(frozen=True)
class _Hearing:
    """A view with the logs of contracts that the protocol asked does not know.

    `witnesses` are the topics that make a log count which a contract with nothing of its own wrote,
    where one that took part logged them beside it, and no other contract claims to have done it.
    """

    view: ActivityView
    logs: tuple[Log, ...]
    witnesses: Mapping[str, frozenset[str]]
    told: tuple[Event, ...]

    @cached_property
    def hands(self) -> Hands:
        """Who gave, took, made and burnt; most trades are told without it."""
        return Hands(self.view)

    @cached_property
    def said(self) -> Mapping[str, frozenset[str]]:
        """The first topics of the logs of each contract."""
        topics: defaultdict[str, set[str]] = defaultdict(set)
        for log in self.view.activity.logs:
            topics[log.address].update(log.topics[:1])
        return {contract: frozenset(own) for contract, own in topics.items()}

    @cached_property
    def earned(self) -> frozenset[Claim]:
        """What came on top, as income that who paid it speaks of."""
        speakers = {log.address for log in self.logs}
        income = [each for each in self.told if each.kind in _INCOME]
        paid = [each for each in income if all(leg.counterparty in speakers for leg in each.legs)]
        return frozenset(claim for each in paid for claim in each.claims)

    @cached_property
    def near_any(self) -> frozenset[str]:
        """The contracts that had to do with anything that is claimed."""
        return frozenset().union(
            *(self.hands.of(each, self.earned) for each in self.told if each.claims)
        )

    def strange(self, one: Event) -> frozenset[int]:
        """The places of logs that nobody wrote who had to do with an event.

        One that claims nothing, as a loan that was spent at once, goes by those beside it.
        """
        near = self.hands.of(one, self.earned) if one.claims else self.near_any
        far = [log for log in self.logs if log.address not in near]
        said = frozenset[str]()
        if self.witnesses:
            said = said.union(*(self.said.get(contract, said) for contract in near))
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
    topics whose logs it weighs itself by what moved; `told_of` are those that known ones name.
    """
    answer = protocol.recognise(view)
    if answer is None or not view.acts:
        return answer
    vouched, witnesses, told_of = _stated(protocol)
    logs = _weighed(view, protocol.SIGNS, vouched)
    if logs and told_of is not None:
        own = told_of(view)
        logs = tuple([log for log in logs if log.address not in own])
    if not logs:
        return answer
    hearing = _Hearing(view, logs, witnesses, answer.events)
    found: list[Event] = []
    taken: set[Claim] = set()
    for one in answer.events:
        for each in _sound(hearing, protocol, one):
            if taken.isdisjoint(each.claims):
                found.append(each)
                taken.update(each.claims)
    sound = tuple(found)
    if sound == answer.events:
        return answer
    # what a log that does not count taught does not count either
    known = {leg.asset for each in sound for leg in each.legs}
    facts = tuple(fact for fact in answer.assets if fact.id in known)
    return Recognised(sound, facts) if sound else None


@lru_cache(maxsize=1 << 10)
def _stated(
    protocol: Speaker,
) -> tuple[
    frozenset[str],
    Mapping[str, frozenset[str]],
    Callable[[ActivityView], frozenset[str]] | None,
]:
    """What a plug-in says of whose logs count; to find that it says nothing takes a module long."""
    return (
        getattr(protocol, "VOUCHED", frozenset()),
        getattr(protocol, "WITNESSES", {}),
        getattr(protocol, "told_of", None),
    )


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
    if one.kind == "swap" and any(spoken):
        return (one,)
    alone = len({leg.asset for leg in one.legs if leg.claim and leg.quantity > 0}) < _SEVERAL
    if alone and all(spoken):
        return (one,)
    strange = hearing.strange(one)
    if not strange or (one.kind == "swap" and len(strange) < len(hearing.logs)):
        return (one,)
    again = protocol.recognise(hearing.without(strange))
    told = () if again is None else again.events
    if one in told or (one.kind == "swap" and _trades(hearing.view)):
        return (one,)
    claims = set(one.claims)
    return tuple(
        other
        for other in told
        if not claims.isdisjoint(other.claims) and hearing.strange(other) <= strange
    )


def _trades(view: ActivityView) -> bool:
    """Whether all that moved is one trade whatever is said of it."""
    return [one.kind for one in shaped(view)[0]] == ["swap"]
