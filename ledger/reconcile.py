"""Entries and balances seen outside enter; breaks, Suspense, trial balance and overdrafts leave."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ledger.model.activity import microseconds
from ledger.model.amount import ratio_text
from ledger.model.asset import AssetId
from ledger.model.entry import Account, AccountType, Entry, in_order
from ledger.model.errors import BadInput
from ledger.model.evidence import Answer
from ledger.model.fund import WalletId, network_of_wallet
from ledger.model.position import Break, Observation
from ledger.model.problem import Problem

_CUSTODY: Final = frozenset({"asset", "liability"})
_VALUED: Final = frozenset({"unexplained", "unmatched"})

Key = tuple[WalletId, AssetId]


# ---- balances seen outside


def breaks(entries: Iterable[Entry], observed: Iterable[Observation | Answer]) -> tuple[Break, ...]:
    """Where the ledger's balance of a wallet and asset is not the observed one, in base units.

    A balance seen at a block is compared with the entries of that network up to the block, and with
    those of other networks before its next block; one without a block by its time, and an answer
    without either with all entries. An answer of `null` says nothing. An answer to another question
    is left aside; one whose subject or number cannot be read raises BadInput.
    """
    live = in_order(entries)
    seen = [item for item in map(_seen, observed) if item is not None]
    history = _history(live, {(item.wallet, item.asset) for item in seen})
    blocks = _block_times(live)
    found = {_break(item, history.get((item.wallet, item.asset), ()), blocks) for item in seen}
    return tuple(sorted((item for item in found if item.difference), key=_break_order))


@dataclass(frozen=True, slots=True)
class _Seen:
    wallet: WalletId
    asset: AssetId
    quantity: int
    block: int | None
    time: int | None
    source: str


def _seen(item: Observation | Answer) -> _Seen | None:
    if isinstance(item, Observation):
        time = microseconds(item.time)
        return _Seen(item.wallet, item.asset, item.quantity, item.block, time, item.source)
    question = item.question
    value = item.value() if question.kind == "balance" else None
    if value is None:
        return None
    wallet, bar, asset = question.subject.partition("|")
    digits = str(value)
    if not bar or not digits.isascii() or not digits.isdigit() or len(digits) > 78:
        raise BadInput(f"no balance: {question.subject[:120]!r} is {digits[:80]!r}")
    return _Seen(WalletId(wallet), AssetId(asset), int(digits), question.block, None, item.source)


#: (microseconds, network, block, quantity)
_Change = tuple[int, str, int, int]


def _history(entries: Sequence[Entry], wanted: set[Key]) -> dict[Key, list[_Change]]:
    history: dict[Key, list[_Change]] = {}
    for entry in entries:
        moment, network, block, _, _ = entry.order
        for posting in entry.postings:
            owner = posting.account.wallet
            if owner is None or posting.account.type not in _CUSTODY:
                continue
            if (owner, posting.asset) in wanted:
                changes = history.setdefault((owner, posting.asset), [])
                changes.append((moment, network, block, posting.quantity))
    return history


#: Network → blocks in rising order, and for each the earliest time at or after it.
_BlockTimes = dict[str, tuple[list[int], list[int]]]


def _block_times(entries: Sequence[Entry]) -> _BlockTimes:
    earliest: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for entry in entries:
        moment, network, block, _, _ = entry.order
        known = earliest[network].get(block, moment)
        earliest[network][block] = min(known, moment)
    times: _BlockTimes = {}
    for network, moments in earliest.items():
        blocks = sorted(moments)
        from_here = list(accumulate((moments[block] for block in reversed(blocks)), min))
        times[network] = (blocks, from_here[::-1])
    return times


def _break(item: _Seen, changes: Sequence[_Change], block_times: _BlockTimes) -> Break:
    if item.block is None:
        known = [q for moment, _, _, q in changes if item.time is None or moment <= item.time]
    else:
        own = network_of_wallet(item.wallet)
        blocks, moments = block_times.get(own, ([], []))
        place = bisect_right(blocks, item.block)
        until = moments[place] if place < len(blocks) else None
        known = [
            quantity
            for moment, network, block, quantity in changes
            if (block <= item.block if network == own else until is None or moment < until)
        ]
    return Break(item.wallet, item.asset, sum(known), item.quantity, item.block, item.source)


def _break_order(item: Break) -> tuple[str, str, int, str, int]:
    block = -1 if item.block is None else item.block
    return (item.wallet, item.asset, block, item.source, item.observed)


# ---- what is not explained


@dataclass(frozen=True, slots=True)
class SuspenseLine:
    """What left (positive) or came (negative) of one asset against one Suspense account.

    `value` in 10⁻¹⁸ of the base currency has the same sign; None without a quote.
    """

    account: Account
    asset: AssetId
    quantity: int
    value: int | None


@dataclass(frozen=True, slots=True)
class Suspense:
    """All that is not explained. `value` sums sizes, so that what came cannot hide what left.

    Spam is listed and never valued; `unpriced` counts other lines without a quote.
    """

    lines: tuple[SuspenseLine, ...]
    value: int
    unpriced: int

    def basis_points(self, net_asset_value: int, places: int = 2) -> str | None:
        """The value in basis points of NAV, rounded in the last place alone; None without NAV."""
        if net_asset_value <= 0:
            return None
        return ratio_text(self.value * 10_000, net_asset_value, places)


def suspense(entries: Iterable[Entry], value: Callable[[AssetId, int], int | None]) -> Suspense:
    """What stands in Suspense, what came apart from what left, valued by `value`.

    `value` turns (asset, signed units) into 10⁻¹⁸ of the base currency, or None without a price.
    Two movements that nobody explained are two things to explain, also where their sum is zero.
    """
    sums: defaultdict[tuple[Account, AssetId, bool], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            if posting.account.type == "suspense":
                sums[posting.account, posting.asset, posting.quantity > 0] += posting.quantity
    lines = tuple(
        SuspenseLine(
            account, asset, quantity, value(asset, quantity) if account.name in _VALUED else None
        )
        for (account, asset, _), quantity in sorted(sums.items(), key=_line_order)
    )
    sizes = [line.value for line in lines if line.account.name in _VALUED]
    known = [abs(size) for size in sizes if size is not None]
    return Suspense(lines, sum(known), len(sizes) - len(known))


def _line_order(item: tuple[tuple[Account, AssetId, bool], int]) -> tuple[str, AssetId, bool]:
    (account, asset, out), _ = item
    return account.path, asset, out


# ---- the trial balance


@dataclass(frozen=True, slots=True)
class TrialLine:
    """The balance of one account in one asset, in base units."""

    account: Account
    asset: AssetId
    quantity: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account's balance; `differences` are the assets whose accounts miss a sum of zero."""

    lines: tuple[TrialLine, ...]
    differences: tuple[tuple[AssetId, int], ...]

    @property
    def balanced(self) -> bool:
        """Whether every asset sums to zero."""
        return not self.differences


def trial_balance(entries: Iterable[Entry]) -> TrialBalance:
    """Balances by account and asset, zeros left out, sorted by path and asset."""
    sums = _balances(entries)
    totals: defaultdict[AssetId, int] = defaultdict(int)
    for (_, asset), quantity in sums.items():
        totals[asset] += quantity
    lines = tuple(
        TrialLine(account, asset, quantity)
        for (account, asset), quantity in sums.items()
        if quantity
    )
    return TrialBalance(lines, tuple(sorted((a, t) for a, t in totals.items() if t)))


def _balances(
    entries: Iterable[Entry], types: Collection[AccountType] = frozenset()
) -> dict[tuple[Account, AssetId], int]:
    """Sums by account and asset, in the order of path and asset; all types where none is named."""
    sums: defaultdict[tuple[Account, AssetId], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            if not types or posting.account.type in types:
                sums[posting.account, posting.asset] += posting.quantity
    return dict(sorted(sums.items(), key=lambda item: (item[0][0].path, item[0][1])))


# ---- balances below zero


def overdrafts(entries: Iterable[Entry]) -> tuple[Problem, ...]:
    """The first entry, in the order of the books, at which a wallet's balance falls below zero.

    Within an entry only the net counts. One problem a wallet and asset, debts among them.
    """
    sums: defaultdict[tuple[Account, AssetId], int] = defaultdict(int)
    found: dict[tuple[Account, AssetId], Problem] = {}
    for entry in in_order(entries):
        touched: dict[tuple[Account, AssetId], None] = {}
        for posting in entry.postings:
            if posting.account.type in _CUSTODY:
                key = (posting.account, posting.asset)
                sums[key] += posting.quantity
                touched[key] = None
        for account, asset in touched:
            left = sums[account, asset]
            if left < 0 and (account, asset) not in found:
                message = f"{account.path} holds {left} base units of {asset}"
                found[account, asset] = Problem("negative_balance", message, entry.id)
    return tuple(sorted(found.values()))
