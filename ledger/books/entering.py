"""What a stretch of time means enters; its entries leave: linked, assigned, priced and accrued."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ledger.books.ahead import Place, as_booked
from ledger.books.circumstances import Circumstances
from ledger.books.growth import accruals, quotes_of
from ledger.books.knowledge import Meaning
from ledger.books.marks import is_mark, marks_of
from ledger.journal.rules import Valuer, entries_for, suspense_entry
from ledger.link import link, messages_of
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, in_order
from ledger.model.event import Event, Unexplained
from ledger.model.fund import Policy
from ledger.model.position import Quote
from ledger.model.problem import Problem
from ledger.prices.book import PriceBook
from ledger.prices.needs import Implications
from ledger.strategies import assign


@dataclass(frozen=True, slots=True)
class Entered:
    """The entries of a stretch in order, the events they came from, and the prices that counted.

    `implied` are those of the prices that the fund's own trades say, and what positions of
    liquidity and on margin were seen to hold; marks among them count in valuations alone. `ahead`
    is what readings accrued that no log has told at the end of the stretch.
    """

    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    in_flight: tuple[Event, ...]
    prices: PriceBook
    implied: tuple[Quote, ...]
    problems: tuple[Problem, ...]
    ahead: Mapping[Place, int] = field(default_factory=dict)


def enter(meaning: Meaning, around: Circumstances, implications: Implications) -> Entered:
    """The entries of a stretch: link, assign, price, journal, accrue."""
    linked = link((*meaning.events, *around.beside), around.wallets, meaning.behind)
    joined = assign(linked.events, around.policy, around.wallets)
    outside = {event.id for event in around.beside}
    named = tuple(event for event in joined if event.id not in outside) if outside else joined
    implied = implications.quotes(named, around.prices, around.policy)
    former = tuple(filter(is_mark, around.implied))
    traded = [quote for quote in around.implied if not is_mark(quote)] if former else around.implied
    prices = around.prices.with_quotes((*traded, *implied))
    pooled = quotes_of(meaning.observations, prices, around)
    if pooled:
        prices, implied = prices.with_quotes(pooled), (*implied, *pooled)
    value = _valuer(prices, around.policy)
    marks = marks_of(meaning.observations, named, prices, around)
    if former or marks:
        prices, implied = prices.with_quotes((*former, *marks)), (*implied, *marks)
    entries = _journal(named, joined, meaning, value)
    entries += meaning.manual
    grown = accruals(entries, named, meaning.readings, value, around)
    if grown.booked:
        entries = _less(entries, grown.booked, named, joined, meaning, value)
    ordered = in_order((*entries, *grown.entries))
    return Entered(ordered, named, linked.in_flight, prices, implied, linked.problems, grown.ahead)


def _less(
    entries: Sequence[Entry],
    booked: Mapping[str, Mapping[Place, int]],
    events: Sequence[Event],
    joined: Sequence[Event],
    meaning: Meaning,
    value: Valuer,
) -> list[Entry]:
    """The entries, those of some events without the interest that is booked already."""
    less = [as_booked(event, booked[event.id]) for event in events if event.id in booked]
    anew = _journal(less, joined, replace(meaning, unexplained=()), value)
    return [entry for entry in entries if entry.id not in booked] + anew


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
        also = (f"bridge:{message}" for message in messages_of(event)[1:]) if partner else ()
        others = tuple(sent[group] for group in also if group in sent)
        proofs = tuple(proof for activity in event.activities for proof in evidence[activity])
        entry = entries_for(event, value, partner, proofs, others)
        if entry is not None:
            entries.append(entry)
    entries += [
        suspense_entry(item, value, evidence[item.activity]) for item in meaning.unexplained
    ]
    return entries


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
