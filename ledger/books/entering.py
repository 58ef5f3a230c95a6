"""What a stretch of time means enters; its entries leave: linked, assigned, priced and accrued."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.books.knowledge import Meaning
from ledger.journal.manual import MANUAL
from ledger.journal.rules import Accrual, Valuer, accrual_entry, entries_for, suspense_entry
from ledger.link import link
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry, in_order
from ledger.model.event import Event, Unexplained
from ledger.model.evidence import EvidenceId
from ledger.model.fund import Policy, Wallet, WalletId
from ledger.model.position import Observation, Quote
from ledger.model.problem import Problem
from ledger.prices.book import PriceBook
from ledger.prices.needs import Implications
from ledger.strategies import assign

#: What the entries before a stretch left in a wallet; None where nothing ever moved there.
Left = Callable[[WalletId, AssetId], int | None]


@dataclass(frozen=True, slots=True)
class Entered:
    """The entries of a stretch in order, the events they came from, and the prices that counted.

    `implied` are those of the prices that the fund's own trades say.
    """

    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    in_flight: tuple[Event, ...]
    prices: PriceBook
    implied: tuple[Quote, ...]
    problems: tuple[Problem, ...]


def _nothing(_wallet: WalletId, _asset: AssetId) -> int | None:
    """What there is before the first stretch."""
    return None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the entries of a stretch depend on beside it.

    `beside` are events outside the stretch that may be the other side of one inside; `prices` hold
    the quotes that sources stated, `implied` those that earlier trades of the fund's own imply and
    that still count; `left` says what the entries before left in a wallet.
    """

    policy: Policy
    wallets: Mapping[WalletId, Wallet]
    assets: Mapping[AssetId, Asset]
    prices: PriceBook
    beside: Sequence[Event] = ()
    implied: Sequence[Quote] = ()
    left: Left = _nothing


def enter(meaning: Meaning, around: Circumstances, implications: Implications) -> Entered:
    """The entries of a stretch: link, assign, price, journal, accrue."""
    linked = link((*meaning.events, *around.beside), around.wallets)
    joined = assign(linked.events, around.policy, around.wallets)
    outside = {event.id for event in around.beside}
    named = tuple(event for event in joined if event.id not in outside) if outside else joined
    implied = implications.quotes(named, around.prices, around.policy)
    prices = around.prices.with_quotes((*around.implied, *implied))
    value = _valuer(prices, around.policy)
    entries = _journal(named, joined, meaning, value)
    entries += meaning.manual
    grown = _accruals(entries, meaning.observations, value, around)
    ordered = in_order((*entries, *grown))
    return Entered(ordered, named, linked.in_flight, prices, implied, linked.problems)


def _journal(
    events: Sequence[Event], joined: Sequence[Event], meaning: Meaning, value: Valuer
) -> list[Entry]:
    """An entry for each event and each unexplained movement."""
    sent: dict[str, Event] = {}
    for event in joined:
        if event.kind == "bridge_out" and event.group is not None:
            sent.setdefault(event.group, event)
    evidence = meaning.evidence
    entries: list[Entry] = []
    for event in events:
        partner = sent.get(event.group or "") if event.kind == "bridge_in" else None
        proofs = tuple(proof for activity in event.activities for proof in evidence[activity])
        entry = entries_for(event, value, partner, proofs)
        if entry is not None:
            entries.append(entry)
    entries += [
        suspense_entry(item, value, evidence[item.activity]) for item in meaning.unexplained
    ]
    return entries


def _accruals(
    entries: Iterable[Entry],
    observations: Iterable[Observation],
    value: Valuer,
    around: Circumstances,
) -> list[Entry]:
    """What accruing balances grew by: observed less what the entries up to that block explain."""
    assets = around.assets
    growing = {asset.id: asset for asset in assets.values() if asset.accrues is not None}
    seen_growing = [seen for seen in observations if seen.asset in growing]
    if not seen_growing:
        return []
    moves: defaultdict[tuple[WalletId, AssetId], list[tuple[int, int]]] = defaultdict(list)
    # what a person or a file states has a time and no block
    stated: defaultdict[tuple[WalletId, AssetId], list[tuple[datetime, int]]] = defaultdict(list)
    for entry in entries:
        for posting in entry.postings:
            wallet = posting.account.wallet
            if wallet is None or posting.asset not in growing:
                continue
            if entry.kind == MANUAL or not entry.order[2]:
                stated[wallet, posting.asset].append((entry.time, posting.quantity))
            else:
                moves[wallet, posting.asset].append((entry.order[2], posting.quantity))
    found: list[Entry] = []
    grown: defaultdict[tuple[WalletId, AssetId], int] = defaultdict(int)
    for seen in seen_growing:
        asset = growing[seen.asset]
        place = (seen.wallet, seen.asset)
        if asset.accrues is None or seen.block is None:
            continue
        booked = sorted(moves[place])
        upto = bisect_right(booked, seen.block, key=_block)
        before = around.left(*place)
        told = [quantity for time, quantity in stated[place] if time <= seen.time]
        if before is None and not upto and not told:
            continue  # what never came cannot have grown: its history is missing
        explained = (before or 0) + sum(quantity for _, quantity in booked[:upto]) + grown[place]
        explained += sum(told)
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
                strategy=around.wallets[seen.wallet].strategy,
            )
            proof = (EvidenceId(seen.evidence),) if seen.evidence else ()
            found.append(accrual_entry(accrual, value, proof))
    return found


def _block(move: tuple[int, int]) -> int:
    return move[0]


def _valuer(prices: PriceBook, policy: Policy) -> Valuer:
    def value(asset: AssetId, quantity: int, time: datetime) -> int | None:
        return prices.value(
            asset, quantity, time, policy.base_currency, policy.quote_age_seconds_max
        )

    return value


def suspended(unexplained: Iterable[Unexplained]) -> list[Problem]:
    """A problem for each movement that no event explains."""
    return [
        Problem(
            "unexplained_transfer",
            f"{item.leg.quantity} base units of {item.leg.asset}: {item.reason}",
            item.activity,
        )
        for item in unexplained
    ]


def unpriced(entries: Iterable[Entry]) -> list[Problem]:
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
