"""What moved in an entry comes in; moves, changes of form, and what is as good as sold leave."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ledger.model.entry import Entry
from ledger.model.whole import portion, spread
from ledger.tax.history.events import Carry, Exchange, Move, Side
from ledger.tax.history.parts import COSTS_OF_TRADE, Came, Gone, Moved, in_custody
from ledger.tax.history.settings import Settings

#: Kinds of entries whose change of form a regime may take for a disposal, by the setting.
WRAPS: Final = frozenset("wrap unwrap bridge_move bridge_out bridge_in own_transfer".split())
POOLS: Final = frozenset(
    "pool_deposit pool_withdraw lend_deposit lend_withdraw vault_deposit vault_withdraw"
    " stake unstake".split()
)


class Changes(NamedTuple):
    """What the moves of an entry come to.

    `moves` keep the asset, `left` became `came`; of `gave` and `bought` the regime says that they
    were given up and acquired. `is_partial` is a split that says it is of other units than those.
    """

    moves: tuple[Move, ...] = ()
    left: tuple[Moved, ...] = ()
    came: tuple[Moved, ...] = ()
    gave: tuple[Gone, ...] = ()
    bought: tuple[Came, ...] = ()
    is_partial: bool = False


def changes_of(entry: Entry, moved: Sequence[Moved], money: str, settings: Settings) -> Changes:
    """Units of one asset go to the same asset first; what is left over goes to what came instead.

    What nothing came for was given up at its value, what nothing left for was acquired at it.
    """
    left: defaultdict[str, deque[Moved]] = defaultdict(deque)
    came: defaultdict[str, deque[Moved]] = defaultdict(deque)
    for one in _netted(moved):
        (came if one.quantity > 0 else left)[one.asset].append(one)
    moves: list[Move] = []
    for asset, gone in left.items():
        _meet(gone, came[asset], moves, entry)
    gave = [one for of_asset in left.values() for one in of_asset]
    bought = [one for of_asset in came.values() for one in of_asset]
    kept = tuple(move for move in moves if move.asset != money)
    if gave and bought and not _sold(entry.kind, (*gave, *bought), money, settings):
        return Changes(kept, tuple(gave), tuple(bought))
    return Changes(
        kept,
        gave=tuple(
            Gone(one.asset, one.wallet, -one.quantity, _size(one), entry.kind)
            for one in gave
            if one.asset != money
        ),
        bought=tuple(
            Came(one.lot, one.asset, one.wallet, one.quantity, _size(one))
            for one in bought
            if one.asset != money
        ),
    )


def split_of(
    entry: Entry, moved: Sequence[Moved], every: Mapping[tuple[str, str], int]
) -> Changes | None:
    """All units of a place become more or fewer of the same asset; None where that is not so.

    The journal shows what they grew by, and moves it from nowhere; `every` is what places hold.
    """
    wallets = [one for one in moved if in_custody(entry, one)]
    assets = {one.asset for one in moved}
    growth = sum(one.quantity for one in wallets)
    if len(assets) != 1 or len({one.wallet for one in wallets}) != 1 or not growth:
        return None
    one = wallets[0]
    held = every.get((one.asset, one.wallet), 0)
    if held <= 0 or held + growth <= 0:
        return None
    before = one._replace(quantity=-held, worth=None)
    after = one._replace(quantity=held + growth, worth=None)
    partial = entry.split_of not in {None, held}
    return Changes(left=(before,), came=(after,), is_partial=partial)


def carry_of(
    time: datetime,
    row: str,
    left: Sequence[Moved],
    came: Sequence[Moved],
    fees: Iterable[Gone] = (),
) -> Carry:
    """A change of form; units that paid for it give their cost alone."""
    paid = tuple(Side(fee.asset, fee.wallet, fee.quantity, 0) for fee in fees)
    return Carry(time, row, (*_sides(left), *paid), _sides(came))


def exchange_of(time: datetime, row: str, gave: Sequence[Gone], came: Sequence[Came]) -> Carry:
    """A trade of assets for others that a regime takes for no disposal."""
    return Carry(time, row, _sides(gave), _sides(came))


def exchanges_of(
    time: datetime, row: str, gave: Sequence[Gone], came: Sequence[Came]
) -> Iterator[Exchange]:
    """The same pair by pair, each that came with its part of each that was given, and its value."""
    given, got = _sides(gave), _sides(came)
    shares = [spread(side.quantity, tuple(one.weight for one in given)) for side in got]
    for number, (side, one) in enumerate(zip(given, gave, strict=True)):
        parts = spread(side.quantity, tuple(other.weight for other in got))
        for other, units, received in zip(got, parts, shares, strict=True):
            if units:
                value = None if one.worth is None else portion(one.worth, units, side.quantity)
                yield Exchange(
                    time, row, side.asset, units, other.asset, received[number], side.wallet,
                    value, other.wallet,
                )  # fmt: skip


def kept_by(fees: Sequence[Gone], gave: Sequence[Gone], came: Sequence[Came]) -> list[Gone]:
    """The units that paid for a trade without a disposal and give their cost to what came.

    Austria: what a swap costs realises nothing (EStR 2000 Rz 6178ad). None of them where one has no
    price, or is worth less than the smallest unit of what came.
    """
    paid = [fee for fee in fees if fee.kind in COSTS_OF_TRADE]
    given = [one.worth or 0 for one in (*gave, *paid)]
    if not paid or not all(given):
        return []
    least = min(fee.worth or 0 for fee in paid)
    whole = all(one.quantity * least >= 2 * sum(given) for one in came)
    return paid if whole else []


def kept_in(move: Move, fees: Iterable[Gone]) -> Carry:
    """A move, and units that paid for it, whose cost joins that of what is moved."""
    paid = tuple(Side(fee.asset, fee.wallet, fee.quantity, 0) for fee in fees)
    source = Side(move.asset, move.wallet, move.quantity, 1)
    target = Side(move.asset, move.to_wallet, move.quantity, 1)
    return Carry(move.time, move.row, (source, *paid), (target,))


def _sold(kind: str, sides: Iterable[Moved], money: str, settings: Settings) -> bool:
    """Whether a change of form is a disposal: by the regime, and always where it is of money."""
    if any(one.asset == money for one in sides):
        return True
    if any(" " in one.asset for one in sides):  # to or from those that nobody knows
        return False
    return (kind in WRAPS and settings.wraps_sold) or (kind in POOLS and settings.pools_sold)


def _netted(moved: Sequence[Moved]) -> list[Moved]:
    """The moves of an entry, one of a place and asset, without those that come to nothing."""
    nets: dict[tuple[str, str], Moved] = {}
    for one in moved:
        key = one.asset, one.wallet
        known = nets.get(key)
        nets[key] = one if known is None else _sum(known, one)
    return [one for one in nets.values() if one.quantity]


def _sum(one: Moved, other: Moved) -> Moved:
    unknown = one.worth is None or other.worth is None
    worth = None if unknown else (one.worth or 0) + (other.worth or 0)
    return one._replace(quantity=one.quantity + other.quantity, worth=worth)


def _meet(gone: deque[Moved], come: deque[Moved], moves: list[Move], entry: Entry) -> None:
    """Match what left with what came of one asset."""
    while gone and come:
        source, target = gone.popleft(), come.popleft()
        units = min(-source.quantity, target.quantity)
        moves.append(Move(entry.time, entry.id, source.asset, source.wallet, target.wallet, units))
        if units < -source.quantity:
            gone.appendleft(_rest(source, -units))
        if units < target.quantity:
            come.appendleft(_rest(target, units))


def _rest(one: Moved, taken: int) -> Moved:
    """What is left of a move, with its part of the value."""
    worth = one.worth
    if worth is not None:
        worth -= portion(worth, abs(taken), abs(one.quantity))
    return one._replace(quantity=one.quantity - taken, worth=worth)


def _sides(units: Sequence[Moved | Gone | Came]) -> tuple[Side, ...]:
    """Weighed by the values where all are known and above zero, else by the quantities."""
    weights = [abs(one.worth or 0) for one in units]
    if not all(weights):
        weights = [abs(one.quantity) for one in units]
    return tuple(
        Side(one.asset, one.wallet, abs(one.quantity), weight)
        for one, weight in zip(units, weights, strict=True)
    )


def _size(one: Moved) -> int | None:
    return None if one.worth is None else abs(one.worth)
