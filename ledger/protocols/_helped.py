"""Positions of concentrated liquidity that a helper emptied, collected, or put in again.

A view and what the manager's logs say of positions that the books know go in; the legs of what came
back come out, and of the positions that were made. The helper stands between: it keeps a fee back,
swaps, unwraps, or puts all in again, so that nothing of what was collected moves in its own size.
The manager alone speaks for a position, by the number that the fund holds; which two assets it is
of is known since they were put in.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.model.activity import Log
from ledger.model.asset import AssetId, contract_of, fees_of, native
from ledger.model.event import Leg
from ledger.model.fund import WalletId
from ledger.protocols._concentrated import (
    ALGEBRA_INCREASE,
    COLLECT,
    INCREASE,
    Amounts,
    Change,
    changes_of,
    given_back,
    least,
    pieces_of,
    released_of,
    sums,
    wanted_of,
)
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Units,
    is_non_fungible,
    net,
    parts_of,
    position_leg,
    split,
    with_role,
    word_address,
)

Pair = tuple[AssetId, AssetId]


@dataclass(frozen=True, slots=True)
class Emptied:
    """What was collected of a position, what was taken out before, and of which assets it is."""

    change: Change
    freed: Sequence[Change]
    pair: Pair


@dataclass(frozen=True, slots=True)
class Made:
    """A position that grew, or whose token came to the fund, of what a helper had of the others."""

    change: Change
    pair: Pair
    pieces: tuple[Leg, ...]
    wallet: WalletId

    def on_the_way(self, network: str, sign: int) -> tuple[Leg, ...]:
        """The units of its two assets that go into it, as what waits in it."""
        _, *waiting = parts_of(self.change.asset(network))
        return tuple(
            leg
            for asset, amount in zip(waiting, self.change.amounts, strict=True)
            for leg in position_leg(self.wallet, asset, sign * amount)
        )


@dataclass(frozen=True, slots=True)
class Helped:
    """Kinds and legs of events, each with a change of its market; and what positions are of."""

    events: tuple[tuple[str, Change, tuple[Leg, ...]], ...]
    learnt: tuple[tuple[Change, Pair], ...]


def pair_of(view: ActivityView, main: AssetId) -> Pair | None:
    """The two assets of a position that the books know."""
    first, second = (view.assets.get(part) for part in parts_of(main)[1:])
    if first is None or second is None or not first.underlying or not second.underlying:
        return None
    return first.underlying, second.underlying


def is_held(units: Units, main: AssetId) -> bool:
    """Whether the fund has a position, or what was taken out of it and waits there."""
    wallet = units.holder(main)
    return wallet is not None and any((units.of(wallet, part) or 0) > 0 for part in parts_of(main))


def helped(
    rest: ActivityView, units: Units, emptied: Sequence[Emptied], booked: Collection[Log]
) -> Helped | None:
    """What became of positions that a helper emptied or collected; None where it is not told.

    `booked` are logs of which the fund's own payment is told already.
    """
    network = rest.activity.network
    came, made = _came(rest, emptied), _made(rest, units, emptied, booked)
    if came is None or made is None or not (came or made) or _more_came(rest, emptied, made):
        return None
    stands_for: dict[AssetId, AssetId] = {}
    for new in made:
        stands_for |= zip(parts_of(new.change.asset(network))[1:], new.pair, strict=True)
        came += (*new.pieces, *new.on_the_way(network, 1))
    legs, earned = tuple[Leg, ...](), Counter[AssetId]()
    for one in emptied:
        more, fees = _left(rest, units, one)
        legs += more
        earned.update(fees)
    accrued = {part for one in emptied for part in fees_of(one.change.asset(network))}
    kind = "pool_fees" if {leg.asset for leg in legs} <= accrued else "pool_withdraw"
    # where nothing of a position was given for it, all of it was earned, whatever it became
    all_earned = not legs
    legs += tuple(leg for one in emptied for leg in pieces_of(rest, one.change))
    legs += _all_earned(came) if all_earned else _earned_apart(rest, came, earned, stands_for)
    events = [(kind, emptied[0].change, legs)]
    for new in made:
        grown = units.move(new.wallet, new.change.asset(network), new.change.liquidity)
        # without a transfer of its own it stands behind what it is made of
        events.append(("pool_deposit", new.change, (*new.on_the_way(network, -1), *grown)))
    learnt = [(new.change, new.pair) for new in made]
    return Helped(tuple(events), (*learnt, *[(one.change, one.pair) for one in emptied]))


def _left(
    rest: ActivityView, units: Units, one: Emptied
) -> tuple[tuple[Leg, ...], dict[AssetId, int]]:
    """The legs of what a position gave, and what it had earned that is new."""
    main = one.change.asset(rest.activity.network)
    wallet = units.holder(main)
    if wallet is None:
        return (), {}
    gone, legs = given_back(units, wallet, main, one.change, one.freed)
    earned = (one.change.amounts[0] - gone[0], one.change.amounts[1] - gone[1])
    seen, accrued = released_of(units, wallet, main, earned)
    new = (earned[0] - seen[0], earned[1] - seen[1])
    return (*legs, *accrued), wanted_of(one.pair, new, 1)


def _came(view: ActivityView, emptied: Sequence[Emptied]) -> tuple[Leg, ...] | None:
    """What came from whom the positions were paid to, and from whom it traded with or put it into;
    None where the fund gave anything too.
    """
    others = [leg for leg in view.legs if not is_non_fungible(leg.asset)]
    if any(leg.quantity < 0 for leg in others):
        return None
    helpers = {view.called} | {word_address(one.change.log, 0) for one in emptied}
    assets = {asset for one in emptied for asset in one.pair}
    parties = helpers | {one.change.log.address for one in emptied}
    parties |= {
        one.recipient
        for one in view.activity.transfers
        if one.sender in helpers and one.asset in assets and one.recipient != ZERO_ADDRESS
    }
    return tuple(
        leg
        for leg in others
        if leg.counterparty in parties
        or (leg.counterparty == ZERO_ADDRESS and contract_of(leg.asset) in parties)
    )


def _made(
    view: ActivityView, units: Units, emptied: Sequence[Emptied], booked: Collection[Log]
) -> list[Made] | None:
    """Positions of the same manager and assets that grew, or whose tokens came, of what the fund
    did not pay.

    None where some went into a position that is not the fund's, or into one of the fund's that
    another manager has: what it was worth there is not told apart from what came. A stranger's that
    the same helper collected no less of grew of its own.
    """
    found: list[Made] = []
    managers = {one.change.log.address: one.pair for one in emptied}
    pairs = {(one.change.log.address, one.pair) for one in emptied}
    for change in changes_of(view, INCREASE, ALGEBRA_INCREASE):
        if change.log in booked:
            continue
        manager, pieces = change.log.address, pieces_of(view, change)
        holder = units.holder(change.asset(view.activity.network))
        if holder is None and not pieces and _of_its_own(view, change):
            continue
        ours = sum(leg.quantity for leg in pieces) > 0
        if manager not in managers:
            if ours or holder is not None:
                return None
            continue
        alike = (pair for by, pair in sorted(pairs) if by == manager)
        pair = next((pair for pair in alike if _moved(view, pair, change.amounts)), None)
        wallet = holder if not pieces else pieces[0].wallet if ours and holder is None else None
        if pair is None or wallet is None:
            return None
        found.append(Made(change, pair, pieces, wallet))
    return found


def _of_its_own(view: ActivityView, grown: Change) -> bool:
    """Whether no more went into a position than was collected of it here."""
    network = view.activity.network
    alike = (one for one in changes_of(view, COLLECT) if one.asset(network) == grown.asset(network))
    collected = sums(list(alike))
    return least(collected, grown.amounts) == grown.amounts


def _more_came(view: ActivityView, emptied: Sequence[Emptied], made: Sequence[Made]) -> bool:
    """Whether titles came that no position is known of: it may be made of what was taken out."""
    network = view.activity.network
    changes = [*[one.change for one in emptied], *[new.change for new in made]]
    told = {change.title(network) for change in changes}
    sums = net(leg for leg in view.legs if is_non_fungible(leg.asset) and leg.asset not in told)
    return any(total > 0 for total in sums.values())


def _moved(view: ActivityView, pair: Pair, amounts: Amounts) -> bool:
    """Whether just so much of both assets moved."""
    moves = {(move.asset, move.quantity) for move in view.activity.transfers}
    wanted = {(asset, units) for asset, units in zip(pair, amounts, strict=True) if units}
    return wanted <= moves


def _all_earned(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    return tuple(
        leg if leg.role == "title" or is_non_fungible(leg.asset) else with_role(leg, "reward")
        for leg in legs
    )


def _earned_apart(
    view: ActivityView,
    legs: Iterable[Leg],
    earned: Mapping[AssetId, int],
    stands_for: Mapping[AssetId, AssetId],
) -> tuple[Leg, ...]:
    """Legs with fees as rewards, of the assets that came as such, as the coin they wrap, or went on
    into a new position (`stands_for` says of what its waiting units are).

    What the helper kept back is a cost of the whole: the fees were earned all the same. Those of an
    asset that it swapped are not told apart, and no income.
    """
    left = dict(earned)
    coins = {token: native(view.activity.network) for token in earned if _unwrapped(view, token)}
    found: list[Leg] = []
    for leg in legs:
        of = stands_for.get(leg.asset, leg.asset)
        token = next((token for token in left if of in {token, coins.get(token)}), of)
        part = min(left.get(token, 0), leg.quantity)
        if part > 0:
            left[token] -= part
            found += split(leg, part, "reward", leg.role)
        else:
            found.append(leg)
    return tuple(found)


def _unwrapped(view: ActivityView, token: AssetId) -> bool:
    """Whether the contract of a token gave coin here."""
    coin, contract = native(view.activity.network), contract_of(token)
    return any(move.asset == coin and move.sender == contract for move in view.activity.transfers)
