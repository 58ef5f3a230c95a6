"""Activities enter in the order of the books; what they mean leaves, and what they taught.

Facts learnt from one activity serve the later ones: a share's first deposit names its asset, and
what a position holds is what the activities before left in it. All of that can be put down at the
end of one stretch of time and taken up at the begin of the next.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ledger.books.history import Stated
from ledger.classify import Classifier, after, classify
from ledger.link import is_back_run, note_words
from ledger.model.activity import Activity, microseconds
from ledger.model.asset import Asset, AssetId, fees_of, is_debt, known_without_asking
from ledger.model.entry import Entry
from ledger.model.event import Event, Unexplained
from ledger.model.evidence import EvidenceId
from ledger.model.fund import Wallet, WalletId, network_of_wallet
from ledger.model.position import Observation
from ledger.shapes import parts_of

#: How a topic of 32 bytes begins that holds an address.
_ADDRESS_TOPIC: Final = "0x" + "0" * 24


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a stretch of activities means, before anything is joined or priced.

    `evidence` are the proofs of each activity; `manual` entries are booked as they are; `subjects`
    the addresses and assets that took part, each with its first time in microseconds: what is
    learnt of them later concerns nothing earlier; `behind` are activities that trade against the
    transaction right before them; `since` says from when on a token is known to grow, where an
    activity taught it.
    """

    events: tuple[Event, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    evidence: Mapping[str, tuple[EvidenceId, ...]] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    subjects: Mapping[str, int] = field(default_factory=dict)
    manual: tuple[Entry, ...] = ()
    behind: frozenset[str] = frozenset()
    since: Mapping[AssetId, int] = field(default_factory=dict)

    @property
    def readings(self) -> tuple[Observation, ...]:
        """The observations but those of a token before it was known to grow.

        What it had grown by then is found by the next one: whatever is learnt later concerns
        nothing earlier, however much of the time is read at once.
        """
        return tuple(
            seen
            for seen in self.observations
            if seen.asset not in self.since or microseconds(seen.time) >= self.since[seen.asset]
        )

    @property
    def all_subjects(self) -> dict[str, int]:
        """`subjects`, and the assets that a person says something of."""
        found = dict(self.subjects)
        for entry in self.manual:
            for posting in entry.postings:
                found[posting.asset] = min(found.get(posting.asset, entry.order[0]), entry.order[0])
        return found

    @property
    def moved(self) -> set[AssetId]:
        """The assets that moved, or that a person says something of."""
        found = {leg.asset for event in self.events for leg in event.legs}
        found |= {item.leg.asset for item in self.unexplained}
        return found | {posting.asset for entry in self.manual for posting in entry.postings}


class Knowledge:
    """What activities taught so far.

    `assets` are facts about assets, `dealt` the assets that the fund itself ever gave away (nobody
    can make it do that, so they are never spam), `thrown` those that were taken for spam, each with
    the first time in microseconds, `since` those that an activity taught to grow, with its time.
    """

    def __init__(self) -> None:
        self.assets: dict[AssetId, Asset] = {}
        self.dealt: set[AssetId] = set()
        self.thrown: dict[AssetId, int] = {}
        self.since: dict[AssetId, int] = {}
        self._held: dict[tuple[WalletId, AssetId], int] = {}

    def understand(
        self,
        stated: Stated,
        wallets: Mapping[WalletId, Wallet],
        protocols: Sequence[Classifier],
        quoted: Collection[AssetId] = (),
        seen: Iterable[Observation] = (),
    ) -> Meaning:
        """What a stretch of activities means; `quoted` are assets that are trusted for a price.

        `seen` are balances that were observed meanwhile: what positions of liquidity have to pay
        out is known to what collects it afterwards, and what is owed without a token to what is
        repaid of it: interest that a reading found is not found by the next log again.
        """
        for asset in stated.assets:
            known = self.assets.get(asset.id)
            self.assets[asset.id] = asset if known is None else _merged(asset, known)
        self.dealt |= _dealt_in(stated.activities, wallets)
        trusted = frozenset(quoted) | self.dealt
        by_network: defaultdict[str, list[Wallet]] = defaultdict(list)
        for wallet in wallets.values():
            by_network[wallet.network].append(wallet)
        events: list[Event] = []
        unexplained: list[Unexplained] = []
        waiting = deque(sorted(filter(_teaches, seen), key=_place))
        for activity in stated.activities:
            while waiting and _place(waiting[0]) < activity.order[:3]:
                self._see(waiting.popleft())
            result, facts = classify(
                activity, wallets, protocols, self.assets, trusted, self._held, by_network
            )
            events += result.events
            self._held.update(after(result.events, self._held))
            unexplained += result.unexplained
            for fact in facts:
                self._learn(fact, activity.order[0])
        for one in waiting:
            self._see(one)
        for event in events:
            if event.kind == "spam":
                for leg in event.legs:
                    self.thrown.setdefault(leg.asset, microseconds(event.time))
        return Meaning(
            tuple(events),
            tuple(unexplained),
            {activity.id: activity.evidence for activity in stated.activities},
            stated.observations,
            _subjects(stated.activities, events),
            behind=frozenset(one.id for one in stated.activities if is_back_run(one)),
            since=dict(self.since),
        )

    def _learn(self, fact: Asset, moment: int) -> None:
        known = self.assets.get(fact.id)
        merged = _merged(known, fact)
        if _grows(merged) and not _grows(known):
            self.since[fact.id] = moment
        self.assets[fact.id] = merged

    def _see(self, seen: Observation) -> None:
        """Learn what is owed of a known debt.

        Of a known position of liquidity, what it has to pay out beyond what waits in it.
        """
        if (seen.wallet, seen.asset) not in self._held:
            return
        if seen.pooled is None:
            self._held[seen.wallet, seen.asset] = seen.quantity
            return
        main, *owed = parts_of(seen.asset)
        pairs = zip(seen.pooled.assets, seen.pooled.due, strict=True)
        for fees, rest, (token, due) in zip(fees_of(main), owed, pairs, strict=True):
            known = self.assets.get(token) or known_without_asking(token)
            if known is None:
                continue
            fact = Asset(fees, known.symbol, known.decimals, "position", underlying=token)
            self.assets[fees] = _merged(self.assets.get(fees), fact)
            left = self._held.get((seen.wallet, rest), 0)
            self._held[seen.wallet, fees] = max(due - left, 0)

    def with_moved(self, moved: Iterable[AssetId]) -> dict[AssetId, Asset]:
        """What is known of assets, those that need no asking too where they moved."""
        found = dict(self.assets)
        for asset in sorted(set(moved) - found.keys()):
            if (known := known_without_asking(asset)) is not None:
                found[asset] = known
        return found

    def state(self) -> dict[str, Any]:
        """All of it as plain JSON, equal for equal knowledge."""
        return {
            "assets": [_plain(asset) for _, asset in sorted(self.assets.items())],
            "dealt": sorted(self.dealt),
            "thrown": sorted(map(list, self.thrown.items())),
            "since": sorted(map(list, self.since.items())),
            "held": [[*key, str(units)] for key, units in sorted(self._held.items())],
        }

    @classmethod
    def resumed(cls, state: Mapping[str, Any]) -> "Knowledge":
        """The knowledge that `state` put down."""
        known = cls()
        for cells in state["assets"]:
            asset = Asset(*cells)
            known.assets[asset.id] = asset
        known.dealt = set(state["dealt"])
        known.thrown = {AssetId(asset): time for asset, time in state["thrown"]}
        known.since = {AssetId(asset): time for asset, time in state["since"]}
        known._held = {
            (WalletId(wallet), AssetId(asset)): int(units) for wallet, asset, units in state["held"]
        }
        return known


def _grows(asset: Asset | None) -> bool:
    return asset is not None and (asset.accrues is not None or asset.kind == "debt")


def _teaches(seen: Observation) -> bool:
    return seen.pooled is not None or (seen.block is not None and is_debt(seen.asset))


def _place(seen: Observation) -> tuple[int, str, int]:
    """The place of an observation in the order of the books: after all of its block."""
    return microseconds(seen.time), network_of_wallet(seen.wallet), seen.block or 0


def _plain(asset: Asset) -> list[str | int | None]:
    return [
        *(asset.id, asset.symbol, asset.decimals, asset.kind, asset.underlying, asset.accrues),
    ]


def _dealt_in(
    activities: Iterable[Activity], wallets: Mapping[WalletId, Wallet]
) -> frozenset[AssetId]:
    """The assets that the fund itself gave away."""
    owned = {(wallet.network, wallet.address) for wallet in wallets.values()}
    return frozenset(
        transfer.asset
        for activity in activities
        if (activity.network, activity.caller) in owned
        for transfer in activity.transfers
        if (activity.network, transfer.sender) in owned
    )


def _merged(known: Asset | None, fact: Asset) -> Asset:
    """A fact of a classifier beside what a node said: names and decimals are the node's."""
    if known is None or known == fact:
        return fact
    return replace(
        known,
        kind=fact.kind if fact.kind in {"debt", "position"} else known.kind,
        underlying=known.underlying or fact.underlying,
        accrues=known.accrues or fact.accrues,
    )


def _subjects(activities: Iterable[Activity], events: Iterable[Event]) -> dict[str, int]:
    """Who and what took part, bare addresses and assets, with the first time of each."""
    first: dict[str, int] = {}
    for activity in activities:
        moment = activity.order[0]
        for transfer in activity.transfers:
            for subject in (transfer.sender, transfer.recipient, transfer.asset):
                first.setdefault(subject, moment)
        for subject in (activity.caller, activity.called):
            first.setdefault(subject, moment)
        if activity.fee is not None:
            first.setdefault(activity.fee.payer, moment)
            first.setdefault(activity.fee.asset, moment)
        for log in activity.logs:
            first.setdefault(log.address, moment)
            for topic in log.topics[1:]:
                if topic.startswith(_ADDRESS_TOPIC):
                    first.setdefault("0x" + topic[-40:], moment)
    for event in events:
        if event.kind in {"bridge_out", "send"} and (to := note_words(event).get("to")):
            first.setdefault(to.rpartition(":")[2], event.order[0])
    first.pop("", None)
    return first
