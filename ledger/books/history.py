"""What the world said of a fund, and how it is read: evidence enters, what it states leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.classify import Classifier
from ledger.model.activity import Activity
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry
from ledger.model.evidence import RawTransaction, StatementLine
from ledger.model.fund import Wallet, WalletId
from ledger.model.position import Observation, Quote
from ledger.model.problem import Problem


@dataclass(frozen=True, slots=True)
class History:
    """All that the world said about a fund, in any order.

    `assets` are the tokens that nodes described, `observations` balances seen outside, `manual` the
    entries of manual journals that were approved, reversals among them.
    """

    wallets: tuple[Wallet, ...]
    transactions: tuple[RawTransaction, ...] = ()
    lines: tuple[StatementLine, ...] = ()
    assets: tuple[Asset, ...] = ()
    observations: tuple[Observation, ...] = ()
    quotes: tuple[Quote, ...] = ()
    manual: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """What readers make of evidence: activities, wallets met, facts about assets, and faults."""

    activities: tuple[Activity, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    assets: tuple[Asset, ...] = ()
    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()


class Readers(Protocol):
    """How evidence is read: the readers and classifiers that the caller found."""

    def read_transaction(self, raw: RawTransaction) -> Stated:
        """A transaction of any network."""
        ...

    def read_lines(
        self,
        lines: Sequence[StatementLine],
        wallets: Mapping[str, Wallet],
        assets: Mapping[AssetId, Asset],
    ) -> Stated:
        """Statement lines of all venues; `wallets` are the fund's by label."""
        ...

    @property
    def protocols(self) -> Sequence[Classifier]:
        """The classifiers, in any order."""
        ...


def read_evidence(history: History, readers: Readers) -> Stated:
    """Activities in canonical order, the wallets that statements added, what was unreadable."""
    known = {asset.id: asset for asset in history.assets}
    by_label = {wallet.label: wallet for wallet in history.wallets}
    # of two answers about one transaction the same one counts, whichever came first
    raws = sorted(history.transactions, key=lambda raw: (raw.network, raw.txid, raw.id))
    lines = sorted(history.lines, key=lambda line: line.id)
    parts = [readers.read_transaction(raw) for raw in raws]
    parts.append(readers.read_lines(lines, by_label, known))
    activities: dict[str, Activity] = {}
    for part in parts:
        for activity in part.activities:
            # a transaction that the chain proves stands before an explorer's file of it
            activities.setdefault(activity.id, activity)
    return Stated(
        activities=tuple(sorted(activities.values(), key=_activity_order)),
        wallets=tuple(wallet for part in parts for wallet in part.wallets),
        assets=(*(asset for part in parts for asset in part.assets), *history.assets),
        observations=tuple(seen for part in parts for seen in part.observations),
        problems=tuple(problem for part in parts for problem in part.problems),
    )


def all_wallets(history: History, stated: Stated) -> dict[WalletId, Wallet]:
    """The fund's wallets by id: those it named, and those that statements met."""
    named_first = {wallet.id: wallet for wallet in (*stated.wallets, *history.wallets)}
    return dict(sorted(named_first.items()))


def all_observations(
    history: History, stated: Stated, wallets: Mapping[WalletId, Wallet]
) -> tuple[Observation, ...]:
    """Balances seen outside, in order; of those in evidence only what the fund owned then."""
    own = [
        seen
        for seen in stated.observations
        if (wallet := wallets.get(seen.wallet)) is not None and wallet.owned_at(seen.time)
    ]
    return tuple(sorted({*history.observations, *own}))


def _activity_order(activity: Activity) -> tuple[object, ...]:
    return activity.order
