"""Evidence, answers and quotes → the books: the only room that knows the order of the steps.

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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.books.circumstances import Circumstances
from ledger.books.entering import enter, suspended, unpriced
from ledger.books.history import (
    History,
    Readers,
    Stated,
    all_observations,
    all_wallets,
    read_evidence,
)
from ledger.books.knowledge import Knowledge
from ledger.lots.booking import Booking, book
from ledger.model.activity import Activity
from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry, in_order
from ledger.model.event import Event, Unexplained
from ledger.model.fund import Policy, Wallet, WalletId
from ledger.model.position import Observation
from ledger.model.problem import Problem
from ledger.prices.book import PriceBook
from ledger.prices.needs import Implications

__all__ = ("Books", "History", "Readers", "Stated", "in_force", "keep_books")


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
    stated = read_evidence(history, readers)
    wallets = all_wallets(history, stated)
    knowledge = Knowledge()
    quoted = {quote.asset for quote in history.quotes}
    observations = all_observations(history, stated, wallets)
    meaning = knowledge.understand(stated, wallets, readers.protocols, quoted, observations)
    meaning = replace(meaning, manual=in_order(history.manual))
    assets = knowledge.with_moved(meaning.moved)
    entered = enter(
        replace(meaning, observations=observations),
        Circumstances(policy, wallets, assets, PriceBook(history.quotes, assets)),
        Implications(),
    )
    booking = book(entered.entries, policy)
    problems = (
        *(*stated.problems, *entered.problems, *booking.problems),
        *(*unpriced(entered.entries), *suspended(meaning.unexplained)),
    )
    return Books(
        policy=policy,
        wallets=wallets,
        assets=assets,
        activities=stated.activities,
        events=entered.events,
        unexplained=meaning.unexplained,
        in_flight=entered.in_flight,
        entries=entered.entries,
        booking=booking,
        prices=entered.prices,
        observations=observations,
        problems=tuple(sorted(set(problems), key=_problem_order)),
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
    former = {*books.booking.problems, *unpriced(books.entries)}
    found = {*(set(books.problems) - former), *booking.problems, *unpriced(ordered)}
    return replace(
        books,
        assets=assets,
        entries=ordered,
        booking=booking,
        problems=tuple(sorted(found, key=_problem_order)),
    )


def _problem_order(problem: Problem) -> tuple[str, ...]:
    place = f"{problem.line or 0:012d}"
    return (problem.code, problem.source, problem.file or "", place, problem.message)
