"""Observed balances and a stretch's entries enter; what grew without a transaction leaves.

Balances that grow with time are those of accruing tokens and debts, with or without a token (some
get less by themselves), and what a position of liquidity earned and has not paid out: it stands in
the position's assets of fees until it is collected. What the liquidity would give back is what its
units are worth at that block.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.books.ahead import Ahead, Place
from ledger.books.circumstances import Circumstances
from ledger.journal.manual import MANUAL
from ledger.journal.rules import Accrual, Valuer, accrual_entry
from ledger.model.amount import price_from_value
from ledger.model.asset import Asset, AssetId, fees_of, is_debt
from ledger.model.entry import Entry
from ledger.model.event import Event
from ledger.model.evidence import EvidenceId
from ledger.model.position import TOUCHED, Observation, Quote
from ledger.prices.book import IMPLIED, PriceBook
from ledger.shapes import parts_of


@dataclass(frozen=True, slots=True)
class _Growing:
    """Units of an asset that grows, as they were seen: all of `counted` together.

    Where nothing of `past` ever moved, the history is missing, and nothing is said to have grown.
    """

    seen: Observation
    asset: AssetId
    quantity: int
    counted: tuple[AssetId, ...]
    past: AssetId
    kind: Literal["interest", "staking", "reward"]
    debt: bool = False


def _growing(seen: Observation, assets: Mapping[AssetId, Asset]) -> Iterator[_Growing]:
    known = assets.get(seen.asset)
    if seen.block is None:
        return
    own, told = seen.asset, known.accrues if known is not None else None
    grows = told or ("interest" if is_debt(own) else None)
    if grows is not None:
        debt = is_debt(own) or (known is not None and known.kind == "debt")
        yield _Growing(seen, own, seen.quantity, (own,), own, grows, debt)
    if seen.pooled is not None:
        main, *waiting = parts_of(seen.asset)
        for fees, owed, due in zip(fees_of(main), waiting, seen.pooled.due, strict=True):
            if fees in assets:
                yield _Growing(seen, fees, due, (fees, owed), main, "reward")


class _Booked:
    """The units that the entries of a stretch booked of some assets, by block and by time."""

    def __init__(self, entries: Iterable[Entry], wanted: set[AssetId]) -> None:
        self._moves: defaultdict[Place, list[tuple[int, int]]] = defaultdict(list)
        # what a person or a file states has a time and no block
        self._stated: defaultdict[Place, list[tuple[datetime, int]]] = defaultdict(list)
        for entry in entries:
            for posting in entry.postings:
                wallet = posting.account.wallet
                if wallet is None or posting.asset not in wanted:
                    continue
                if entry.kind == MANUAL or not entry.order[2]:
                    self._stated[wallet, posting.asset].append((entry.time, posting.quantity))
                else:
                    self._moves[wallet, posting.asset].append((entry.order[2], posting.quantity))
        for moves in self._moves.values():
            moves.sort()

    def upto(self, place: Place, seen: Observation) -> list[int]:
        """What was booked up to an observation."""
        moves = self._moves[place]
        count = bisect_right(moves, seen.block or 0, key=_block)
        told = [quantity for time, quantity in self._stated[place] if time <= seen.time]
        return [quantity for _, quantity in moves[:count]] + told


def _block(move: tuple[int, int]) -> int:
    return move[0]


def _when(seen: Observation) -> tuple[datetime, int]:
    return seen.time, seen.block or 0


@dataclass(frozen=True, slots=True)
class Grown:
    """What balances grew by in a stretch.

    `booked` says by event and place how many units of the interest that it tells `entries`, or
    those of stretches before, have already; `ahead` what they have by place that no event has told.
    """

    entries: list[Entry]
    booked: Mapping[str, Mapping[Place, int]]
    ahead: Mapping[Place, int]


def accruals(
    entries: Iterable[Entry],
    events: Sequence[Event],
    observations: Iterable[Observation],
    value: Valuer,
    around: Circumstances,
) -> Grown:
    """What accruing balances grew by: observed less what the entries up to that block explain.

    `events` are those of the entries. What they tell of interest that was accrued before is in both
    here: who books them takes it off (`Grown.booked`).
    """
    ordered = sorted(observations, key=_when)
    growing = [one for seen in ordered for one in _growing(seen, around.assets)]
    if not growing and not around.ahead:
        return Grown([], {}, {})
    ahead = Ahead(around.ahead, events)
    wanted = {asset for one in growing for asset in (*one.counted, one.past)}
    booked = _Booked(entries, wanted)
    grown: defaultdict[Place, int] = defaultdict(int)
    found: list[Entry] = []
    for one in growing:
        wallet, past = one.seen.wallet, (one.seen.wallet, one.past)
        grown[wallet, one.asset] -= ahead.read((wallet, one.asset), one.seen)
        if around.left(*past) is None and not booked.upto(past, one.seen):
            continue  # what never came cannot have grown: its history is missing
        places = [(wallet, asset) for asset in one.counted]
        explained = sum(
            (around.left(*place) or 0) + sum(booked.upto(place, one.seen)) + grown[place]
            for place in places
        )
        difference = one.quantity - explained
        if difference:
            grown[wallet, one.asset] += difference
            ahead.accrued((wallet, one.asset), one.seen, difference)
            found.append(_entry(one, difference, value, around))
    rest = ahead.rest()
    return Grown(found, ahead.booked, rest)


def _entry(one: _Growing, difference: int, value: Valuer, around: Circumstances) -> Entry:
    seen = one.seen
    accrual = Accrual(
        wallet=seen.wallet,
        asset=one.asset,
        quantity=difference,
        time=seen.time,
        kind=one.kind,
        debt=one.debt,
        block=seen.block or 0,
        strategy=around.wallets[seen.wallet].strategy,
        touched=seen.source == TOUCHED,
    )
    proof = (EvidenceId(seen.evidence),) if seen.evidence else ()
    return accrual_entry(accrual, value, proof)


def quotes_of(
    observations: Iterable[Observation], prices: PriceBook, around: Circumstances
) -> tuple[Quote, ...]:
    """What the units of each position of liquidity are worth by what it would give back.

    None where one of the two assets has no price, or the position has no units left.
    """
    base, oldest = around.policy.base_currency, around.policy.quote_age_seconds_max
    found: list[Quote] = []
    for seen in observations:
        known = prices.asset(seen.asset)
        if seen.pooled is None or known is None or seen.quantity <= 0:
            continue
        values = [
            prices.value(asset, units, seen.time, base, oldest) if units else 0
            for asset, units in zip(seen.pooled.assets, seen.pooled.amounts, strict=True)
        ]
        total = sum(value for value in values if value is not None)
        if None in values or not total:
            continue
        price = price_from_value(total, seen.quantity, known.decimals)
        found.append(Quote(seen.asset, seen.time, price, base, f"{IMPLIED}{seen.evidence}"))
    return tuple(found)
