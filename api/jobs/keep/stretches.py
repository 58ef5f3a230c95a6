"""A plan enters; what each stretch of its time means leaves, in order.

Reading and classifying go first and know nothing of prices: they may run ahead in a process of
their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.jobs.keep.plan import Plan
from api.wiring import readers
from ledger.books import History
from ledger.books.history import Stated, all_observations, all_wallets, read_evidence
from ledger.books.knowledge import Knowledge, Meaning
from ledger.journal.manual import manual_entries
from ledger.link import sides_of
from ledger.model.activity import microseconds
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import in_order
from ledger.model.event import Event
from ledger.model.fund import Wallet, WalletId

if TYPE_CHECKING:
    from api.desk import Desk


class Again(Exception):
    """Keeping starts again, with everything from `since` on (microseconds).

    `trusted` are tokens that were found to be no spam: a process ahead learns them for its parent.
    """

    def __init__(self, since: int, trusted: frozenset[AssetId] = frozenset()) -> None:
        super().__init__(since, trusted)
        self.since, self.trusted = since, trusted


class Foreknown:
    """What was learnt late, and is known beforehand when keeping starts again.

    `trusted` are tokens that later turned out to be no spam, `sides` the events of a key that
    stand in stretches far apart, by their ids, `redated` the entries that are booked in closed time
    and wanted in the open one.
    """

    def __init__(self) -> None:
        self.trusted: set[AssetId] = set()
        self.sides: dict[str, dict[str, Event]] = {}
        self.redated: set[str] = set()


@dataclass(frozen=True, slots=True)
class Stretch:
    """What happened in [start, until), in microseconds.

    `sides` are events by what their other side would name too; `knowledge` is what all activities
    up to the end of the stretch taught, as plain JSON.
    """

    start: int
    until: int
    meaning: Meaning
    wallets: Mapping[WalletId, Wallet]
    assets: Mapping[AssetId, Asset]
    sides: tuple[tuple[str, Event], ...]
    knowledge: dict[str, Any]
    dealt: frozenset[AssetId]


def stretches(desk: "Desk", plan: Plan, known: Foreknown) -> Iterator[Stretch]:
    """The stretches of a plan. Raises Again where what was learnt concerns an earlier one."""
    reader = _Reader(desk, plan, known)
    for start, until in zip(plan.cuts, plan.cuts[1:], strict=False):
        yield reader.stretch(start, until)


class _Reader:
    """Evidence by the stretch, read and classified."""

    def __init__(self, desk: "Desk", plan: Plan, known: Foreknown) -> None:
        self._desk, self._known = desk, known
        self._knowledge = (
            Knowledge() if plan.state is None else Knowledge.resumed(plan.state["knowledge"])
        )
        fund, store = desk.fund.name, desk.store
        with store.snapshot(fund) as inside:
            self._wallets = tuple(inside.wallets.all(fund).values())
            self._quoted = inside.quotes.assets(fund)
            self._tokens, self._observations = desk.told(inside.answers.all(fund))
            self._manual = in_order(manual_entries(inside.manual.approved(fund)))
        for asset in self._quoted | known.trusted:
            thrown = self._knowledge.thrown.get(asset)
            if thrown is not None and thrown < plan.cuts[0]:
                raise Again(thrown)

    def stretch(self, start: int, until: int) -> Stretch:
        history = self._history(start, until)
        stated = read_evidence(history, readers())
        self._in_its_place(stated, start, until)
        wallets = all_wallets(history, stated)
        self._wallets = tuple(wallets.values())
        seen = all_observations(history, stated, wallets)
        trusted = self._quoted | self._known.trusted
        meaning = self._knowledge.understand(stated, wallets, readers().protocols, trusted, seen)
        self._none_was_spam(start)
        meaning = replace(meaning, observations=seen, manual=history.manual)
        return Stretch(
            start,
            until,
            meaning,
            wallets,
            self._knowledge.with_moved(meaning.moved),
            tuple((key, event) for event in meaning.events for key in sides_of(event)),
            self._knowledge.state(),
            frozenset(self._knowledge.dealt),
        )

    def _history(self, start: int, until: int) -> History:
        transactions, lines = self._desk.store.evidence.between(self._desk.fund.name, start, until)
        return History(
            self._wallets,
            transactions,
            lines,
            self._tokens,
            tuple(o for o in self._observations if start <= microseconds(o.time) < until),
            manual=tuple(entry for entry in self._manual if start <= entry.order[0] < until),
        )

    def _in_its_place(self, stated: Stated, start: int, until: int) -> None:
        """Evidence that together speaks of another time than each piece alone is placed anew."""
        moved = {
            proof: activity.order[0]
            for activity in stated.activities
            if not start <= activity.order[0] < until
            for proof in activity.evidence
        }
        if moved:
            fund = self._desk.fund.name
            self._desk.store.keeping.replace_times(fund, moved)
            raise Again(min(start, *moved.values()))

    def _none_was_spam(self, start: int) -> None:
        """What the fund dealt in now is no spam: where it was taken for it, it is read again."""
        thrown = self._knowledge.thrown
        wrong = [asset for asset in self._knowledge.dealt if thrown.get(asset, start) < start]
        if wrong:
            raise Again(min(thrown[asset] for asset in wrong), frozenset(wrong))
