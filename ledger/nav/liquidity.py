"""Entries, observations and prices come in; each open position against holding what was put in.

What was put in and is still there follows from the entries: a deposit adds what it gave, and what
is taken out takes the same part of each asset away. What is there now only the chain knows: the
newest observation of the position says so, and it says nothing any more once liquidity moved. Fees
are what the books have accrued of them and what was not paid out since.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.model.amount import portion
from ledger.model.asset import Asset, AssetId, fees_of, is_liquidity, is_position
from ledger.model.entry import Entry, in_order
from ledger.model.fund import WalletId
from ledger.model.position import Observation
from ledger.model.problem import Problem
from ledger.nav.positions import HELD
from ledger.nav.valuation import Valuation

#: Base units by asset, in the order of assets.
Amounts = tuple[tuple[AssetId, int], ...]


@dataclass(frozen=True, slots=True)
class PooledResult:
    """A position of liquidity beside what holding would be worth, at the time it was `seen`.

    `deposited` is what was put in and not taken out since, None where the books do not know it;
    `amounts` is what it would give back and `fees` what it earned and did not pay out. The values
    are in 10⁻¹⁸ of the base currency, None without a price. Without an observation since liquidity
    last moved, `seen` is None and nothing but `deposited` is known.
    """

    asset: AssetId
    wallet: WalletId
    liquidity: int
    deposited: Amounts | None
    seen: Observation | None = None
    amounts: Amounts = ()
    fees: Amounts = ()
    held_value: int | None = None
    value: int | None = None
    fees_value: int | None = None

    @property
    def impermanent_loss(self) -> int | None:
        """What the liquidity is worth less what holding would be: below zero a loss."""
        if self.value is None or self.held_value is None:
            return None
        return self.value - self.held_value

    @property
    def against_holding(self) -> int | None:
        """The same with the fees that are not paid out yet."""
        loss = self.impermanent_loss
        return None if loss is None or self.fees_value is None else loss + self.fees_value


@dataclass(slots=True)
class _Held:
    """A position while entries are folded; `block` is that of the last change of its liquidity.

    `deposited` is what was put in and not taken out since, None where the books do not know it.
    """

    wallet: WalletId
    units: int = 0
    deposited: dict[AssetId, int] | None = None
    block: int = 0


def pooled_results(
    entries: Iterable[Entry],
    observations: Iterable[Observation],
    assets: Mapping[AssetId, Asset],
    valuation: Callable[[datetime], Valuation],
) -> tuple[PooledResult, ...]:
    """Every open position of liquidity, by asset; `valuation` gives the prices of a moment."""
    ordered = in_order(entries)

    def position_of(asset: AssetId) -> AssetId | None:
        return asset if is_position(asset) and is_liquidity(assets.get(asset)) else None

    held = held_liquidity(ordered, position_of)
    if not held:
        return ()
    earned = _units(ordered, {fees for asset in held for fees in fees_of(asset)})
    newest: dict[AssetId, Observation] = {}
    for seen in observations:
        if seen.pooled is not None and seen.asset in held:
            newest[seen.asset] = max(newest.get(seen.asset, seen), seen, key=_when)
    found = []
    for asset, one in sorted(held.items()):
        if one.units > 0:
            deposited = None if one.deposited is None else tuple(sorted(one.deposited.items()))
            known = PooledResult(asset, one.wallet, one.units, deposited)
            last = newest.get(asset)
            if last is not None and last.quantity == one.units and (last.block or 0) >= one.block:
                known = _seen(known, last, earned, valuation(last.time))
            found.append(known)
    return tuple(found)


def unread(results: Iterable[PooledResult]) -> tuple[Problem, ...]:
    """A problem for each open position of which nobody said what it holds."""
    return tuple(
        Problem("position_unread", "nobody read what it holds since its liquidity moved", one.asset)
        for one in results
        if one.seen is None
    )


def held_liquidity(
    ordered: Iterable[Entry], position_of: Callable[[AssetId], AssetId | None]
) -> dict[AssetId, _Held]:
    """Each position with what was put in; `position_of` says which one an asset is units of."""
    held: dict[AssetId, _Held] = {}
    for entry in ordered:
        moved: dict[AssetId, int] = {}
        for posting in entry.postings:
            account = posting.account
            asset = position_of(posting.asset) if account.type in HELD else None
            if asset is not None:
                moved[asset] = moved.get(asset, 0) + posting.quantity
                if account.wallet is not None and posting.quantity > 0:
                    held.setdefault(asset, _Held(account.wallet)).wallet = account.wallet
        for asset, units in moved.items():
            if units and asset in held:
                _change(held[asset], units, _given(entry) if len(moved) == 1 else {})
                held[asset].block = entry.order[2]
    return held


def _units(ordered: Iterable[Entry], wanted: Collection[AssetId]) -> Counter[AssetId]:
    """What is held of some assets."""
    units: Counter[AssetId] = Counter()
    for entry in ordered:
        for posting in entry.postings:
            if posting.account.type in HELD and posting.asset in wanted:
                units[posting.asset] += posting.quantity
    return units


def _change(held: _Held, units: int, gave: Mapping[AssetId, int]) -> None:
    """Add what a deposit gave, or take away the part that a withdrawal took.

    Units that came for nothing the books saw leave nothing to compare with.
    """
    before, held.units = held.units, held.units + units
    known = held.deposited if before else {}
    if known is None or (units > 0 and not gave):
        held.deposited = None
    elif units > 0:
        every = sorted({*known, *gave})
        held.deposited = {asset: known.get(asset, 0) + gave.get(asset, 0) for asset in every}
    else:
        part = min(-units, before)
        held.deposited = {
            asset: amount - portion(amount, part, before) for asset, amount in known.items()
        }


def _given(entry: Entry) -> dict[AssetId, int]:
    """What wallets gave in an entry for what came; fees of the network are given up, not moved."""
    gave: Counter[AssetId] = Counter()
    for posting in entry.postings:
        if posting.account.type == "asset" and posting.role == "move":
            gave[posting.asset] -= posting.quantity
    return dict(+gave)


def _when(seen: Observation) -> tuple[object, ...]:
    return seen.time, seen.block or 0


def _seen(
    known: PooledResult, seen: Observation, earned: Mapping[AssetId, int], valuation: Valuation
) -> PooledResult:
    """A position with what was seen of it, and its fees as they stand in the books."""
    assert seen.pooled is not None, "it says what the position holds"
    pair = seen.pooled.assets
    amounts = tuple(zip(pair, seen.pooled.amounts, strict=True))
    booked = (earned.get(fees, 0) for fees in fees_of(known.asset))
    fees = tuple(zip(pair, booked, strict=True))
    return replace(
        known,
        seen=seen,
        amounts=amounts,
        fees=fees,
        held_value=None if known.deposited is None else _worth(known.deposited, valuation),
        value=_worth(amounts, valuation),
        fees_value=_worth(fees, valuation),
    )


def _worth(amounts: Amounts, valuation: Valuation) -> int | None:
    """The value of amounts together; None where one of them has no price."""
    values = [valuation.value(asset, units) for asset, units in amounts if units]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
