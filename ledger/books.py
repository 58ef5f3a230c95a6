"""Evidence, answers and quotes → the books: the only file that knows the order of the steps.

Each step needs the one before it:

    read      before classify   a classifier names movements, so they must stand first
    classify  before link       a leg can only be joined once it is known to be a leg
    link      before assign     the strategy of a trade belongs to all of its transactions
    assign    before journal    an entry's strategy is part of its content
    quotes    before journal    the value of a consideration is part of an entry
    journal   before accruals   what a balance grew by is what the entries do not explain
    accruals  before lots       grown units are acquisitions too

Everything here is pure: the same arguments give the same books, whatever the order of their parts.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ledger.classify import Classifier, after, classify
from ledger.journal.rules import Accrual, Valuer, accrual_entry, entries_for, suspense_entry
from ledger.link import link
from ledger.lots.booking import Booking, book
from ledger.model.activity import Activity
from ledger.model.asset import Asset, AssetId, known_without_asking
from ledger.model.entry import Entry, in_order
from ledger.model.event import Event, Unexplained
from ledger.model.evidence import EvidenceId, RawTransaction, StatementLine
from ledger.model.fund import Policy, Wallet, WalletId
from ledger.model.position import Observation, Quote
from ledger.model.problem import Problem
from ledger.prices.book import PriceBook
from ledger.prices.needs import implied
from ledger.strategies import assign


@dataclass(frozen=True, slots=True)
class History:
    """All that the world said about a fund, in any order.

    `assets` are the tokens that nodes described, `observations` balances seen outside.
    """

    wallets: tuple[Wallet, ...]
    transactions: tuple[RawTransaction, ...] = ()
    lines: tuple[StatementLine, ...] = ()
    assets: tuple[Asset, ...] = ()
    observations: tuple[Observation, ...] = ()
    quotes: tuple[Quote, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that follows from a history under a policy; every part is in canonical order."""

    policy: Policy
    wallets: Mapping[WalletId, Wallet]
    assets: Mapping[AssetId, Asset]
    activities: tuple[Activity, ...]
    events: tuple[Event, ...]
    unexplained: tuple[Unexplained, ...]
    in_flight: tuple[Event, ...]
    entries: tuple[Entry, ...]
    booking: Booking
    prices: PriceBook
    observations: tuple[Observation, ...]
    problems: tuple[Problem, ...]


def keep_books(history: History, policy: Policy, readers: Readers) -> Books:
    """The books of a history: read, classify, link, assign, price, journal, accrue, book lots."""
    stated = _read(history, readers)
    named_first = {wallet.id: wallet for wallet in (*stated.wallets, *history.wallets)}
    wallets = dict(sorted(named_first.items()))
    events, unexplained, assets = _classified(stated, history.quotes, wallets, readers.protocols)
    linked = link(events, wallets)
    named = assign(linked.events, policy, wallets)
    prices = PriceBook(history.quotes, assets)
    prices = prices.with_quotes(implied(named, prices, policy))
    evidence = {activity.id: activity.evidence for activity in stated.activities}
    value = _valuer(prices, policy)
    entries = tuple(_journal(named, unexplained, value, evidence))
    observations = tuple(sorted({*history.observations, *stated.observations}))
    entries = in_order((*entries, *_accruals(entries, observations, value, assets, wallets)))
    booking = book(entries, policy)
    problems = (*stated.problems, *linked.problems, *booking.problems, *_unpriced(entries))
    return Books(
        policy=policy,
        wallets=wallets,
        assets=assets,
        activities=stated.activities,
        events=named,
        unexplained=unexplained,
        in_flight=linked.in_flight,
        entries=entries,
        booking=booking,
        prices=prices,
        observations=observations,
        problems=tuple(sorted({*problems, *_suspended(unexplained)}, key=_problem_order)),
    )


def in_force(books: Books, entries: Sequence[Entry], facts: Mapping[AssetId, Asset]) -> Books:
    """The books with the entries that a journal had in force, and lots booked over them.

    What follows from entries follows from these; events, prices and what else was read stay.
    `facts` are what was known of assets when the entries were kept.
    """
    ordered = in_order(entries)
    named = {posting.asset for entry in ordered for posting in entry.postings}
    told = {asset: facts[asset] for asset in named | books.assets.keys() if asset in facts}
    assets = {**books.assets, **told}
    if ordered == books.entries:
        return replace(books, assets=assets)
    booking = book(ordered, books.policy)
    former = {*books.booking.problems, *_unpriced(books.entries)}
    found = {*(set(books.problems) - former), *booking.problems, *_unpriced(ordered)}
    return replace(
        books,
        assets=assets,
        entries=ordered,
        booking=booking,
        problems=tuple(sorted(found, key=_problem_order)),
    )


# ---- the steps -----------------------------------------------------------------------------------


def _read(history: History, readers: Readers) -> Stated:
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


def _classified(
    stated: Stated,
    quotes: Iterable[Quote],
    wallets: Mapping[WalletId, Wallet],
    protocols: Sequence[Classifier],
) -> tuple[tuple[Event, ...], tuple[Unexplained, ...], dict[AssetId, Asset]]:
    """Events, the rest, and all that is known of assets once every activity was seen.

    Facts learnt from one activity serve the later ones: a share's first deposit names its asset,
    and what a position holds is what the activities before left in it.
    """
    trusted = {quote.asset for quote in quotes} | _dealt_in(stated.activities, wallets)
    assets = {asset.id: asset for asset in stated.assets}
    held: dict[tuple[WalletId, AssetId], int] = {}
    events: list[Event] = []
    unexplained: list[Unexplained] = []
    for activity in stated.activities:
        result, facts = classify(activity, wallets, protocols, assets, trusted, held)
        events += result.events
        held |= after(result.events, held)
        unexplained += result.unexplained
        for fact in facts:
            assets[fact.id] = _merged(assets.get(fact.id), fact)
    moved = {leg.asset for event in events for leg in event.legs}
    moved |= {item.leg.asset for item in unexplained}
    for asset in sorted(moved - assets.keys()):
        if (known := known_without_asking(asset)) is not None:
            assets[asset] = known
    return tuple(events), tuple(unexplained), assets


def _dealt_in(
    activities: Iterable[Activity], wallets: Mapping[WalletId, Wallet]
) -> frozenset[AssetId]:
    """The assets that the fund itself ever gave away: nobody can make it do that."""
    owned = {(wallet.network, wallet.address) for wallet in wallets.values()}
    return frozenset(
        transfer.asset
        for activity in activities
        for transfer in activity.transfers
        if (activity.network, transfer.sender) in owned
        and (activity.network, activity.caller) in owned
    )


def _merged(known: Asset | None, fact: Asset) -> Asset:
    """A fact of a classifier beside what a node said: names and decimals are the node's."""
    if known is None:
        return fact
    return replace(
        known,
        kind=fact.kind if fact.kind in {"debt", "position"} else known.kind,
        underlying=known.underlying or fact.underlying,
        accrues=known.accrues or fact.accrues,
    )


def _journal(
    events: Sequence[Event],
    unexplained: Iterable[Unexplained],
    value: Valuer,
    evidence: Mapping[str, tuple[EvidenceId, ...]],
) -> list[Entry]:
    """An entry for each event and each unexplained movement."""
    sent: dict[str, Event] = {}
    for event in events:
        if event.kind == "bridge_out" and event.group is not None:
            sent.setdefault(event.group, event)
    entries: list[Entry] = []
    for event in events:
        partner = sent.get(event.group or "") if event.kind == "bridge_in" else None
        proofs = tuple(proof for activity in event.activities for proof in evidence[activity])
        entry = entries_for(event, value, partner, proofs)
        if entry is not None:
            entries.append(entry)
    entries += [suspense_entry(item, value, evidence[item.activity]) for item in unexplained]
    return entries


def _accruals(
    entries: Iterable[Entry],
    observations: Iterable[Observation],
    value: Valuer,
    assets: Mapping[AssetId, Asset],
    wallets: Mapping[WalletId, Wallet],
) -> list[Entry]:
    """What accruing balances grew by: observed less what the entries up to that block explain."""
    growing = {asset.id: asset for asset in assets.values() if asset.accrues is not None}
    moves: defaultdict[tuple[WalletId, AssetId], list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        for posting in entry.postings:
            wallet = posting.account.wallet
            if wallet is not None and posting.asset in growing:
                moves[wallet, posting.asset].append((entry.order[2], posting.quantity))
    found: list[Entry] = []
    grown: defaultdict[tuple[WalletId, AssetId], int] = defaultdict(int)
    for seen in observations:
        asset = growing.get(seen.asset)
        place = (seen.wallet, seen.asset)
        if asset is None or asset.accrues is None or seen.block is None or place not in moves:
            continue
        booked = sorted(moves[place])
        upto = bisect_right(booked, seen.block, key=_block)
        explained = sum(quantity for _, quantity in booked[:upto]) + grown[place]
        difference = seen.quantity - explained
        if difference:
            grown[place] += difference
            accrual = Accrual(
                wallet=seen.wallet,
                asset=seen.asset,
                quantity=difference,
                time=seen.time,
                kind=asset.accrues,
                debt=asset.kind == "debt",
                block=seen.block,
                strategy=wallets[seen.wallet].strategy,
            )
            proof = (EvidenceId(seen.evidence),) if seen.evidence else ()
            found.append(accrual_entry(accrual, value, proof))
    return found


def _block(move: tuple[int, int]) -> int:
    return move[0]


# ---- problems ------------------------------------------------------------------------------------


def _unpriced(entries: Iterable[Entry]) -> list[Problem]:
    """One problem an asset that was acquired or given up at a value that nobody states."""
    first: dict[AssetId, str] = {}
    counts: defaultdict[AssetId, int] = defaultdict(int)
    for entry in entries:
        # what came from nobody known has no value until its other side is found
        if any(posting.account.type == "suspense" for posting in entry.postings):
            continue
        for posting in entry.postings:
            if posting.role in {"acquire", "dispose"} and posting.value is None:
                first.setdefault(posting.asset, entry.id)
                counts[posting.asset] += 1
    return [
        Problem(
            "missing_price",
            f"no quote for {asset} in {counts[asset]} postings, first in {entry}",
            asset,
        )
        for asset, entry in first.items()
    ]


def _suspended(unexplained: Iterable[Unexplained]) -> list[Problem]:
    return [
        Problem(
            "unexplained_transfer",
            f"{item.leg.quantity} base units of {item.leg.asset}: {item.reason}",
            item.activity,
        )
        for item in unexplained
    ]


def _valuer(prices: PriceBook, policy: Policy) -> Valuer:
    def value(asset: AssetId, quantity: int, time: datetime) -> int | None:
        return prices.value(
            asset, quantity, time, policy.base_currency, policy.quote_age_seconds_max
        )

    return value


def _activity_order(activity: Activity) -> tuple[object, ...]:
    return activity.order


def _problem_order(problem: Problem) -> tuple[str, ...]:
    place = f"{problem.line or 0:012d}"
    return (problem.code, problem.source, problem.file or "", place, problem.message)
