"""Uniswap v3 and its forks: a view in; liquidity put in and taken out, fees, and trades, out.

Sources: v3-core, IUniswapV3PoolEvents.sol, and what `_concentrated.py` names.

The liquidity of a position is an asset of its own, counted in the pool's units of liquidity, and
carries date and cost of what was put in; the manager's token is only its title. What was taken out
and waits to be collected is one asset more for each of the pool's two.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from ledger.model.asset import LIQUIDITY, Asset, AssetId, fees_of, known_without_asking
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._concentrated import (
    ALGEBRA_INCREASE,
    COLLECT,
    DECREASE,
    INCREASE,
    POOL_BURN,
    POOL_COLLECT,
    POOL_MINT,
    Amounts,
    Change,
    Tokens,
    changes_of,
    least,
    pieces_of,
    recipient,
    sender,
    sums,
    tokens_of,
    told_apart,
    wanted_of,
)
from ledger.protocols._forks import fork
from ledger.protocols._helped import Emptied, came_of, earned_apart, made_of, pair_of
from ledger.protocols._markets import CONCENTRATED, PANCAKE_V3, begun, traded
from ledger.protocols._pooled import managed_position
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Loan,
    Recognised,
    Units,
    address_in,
    event,
    flash_loan,
    is_non_fungible,
    logs_with,
    number_in,
    parts_of,
    payments,
    split,
    word_address,
)

NAME: Final = "uniswap_v3"
RANK: Final = 20

#: Flash(address sender, address recipient, uint256 amount0, uint256 amount1, uint256 paid0, uint256
#: paid1) of a pool; sender and recipient indexed; paid is what came in beyond the amount.
FLASH: Final = "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633"

#: Liquidity is taken out without anything moving: it waits until it is collected.
WITHOUT_LEGS: Final = frozenset({DECREASE, POOL_BURN})

#: Units of liquidity are shown like tokens of 18 decimals.
LIQUIDITY_DECIMALS: Final = 18

#: The manager logs what a pool did that took or gave the assets.
WITNESSES: Final = {
    INCREASE: frozenset({POOL_MINT}),
    ALGEBRA_INCREASE: frozenset({POOL_MINT}),
    COLLECT: frozenset({POOL_COLLECT}),
    DECREASE: frozenset({POOL_BURN, POOL_COLLECT}),
}

#: A position is known by its contract: what a stranger says was taken out was never put in.
VOUCHED: Final = frozenset({DECREASE, POOL_BURN})

SIGNS: Final = frozenset(
    {
        *(INCREASE, ALGEBRA_INCREASE, DECREASE, COLLECT, POOL_MINT, POOL_BURN, POOL_COLLECT),
        *(CONCENTRATED, PANCAKE_V3, FLASH),
    }
)


#: What a position holds at a block, by its manager.
fetch_position: Final = managed_position


def recognise(view: ActivityView) -> Recognised | None:
    """A loan from a pool takes all; else positions by token or owner, then a trade of the rest."""
    lent = flash_loan(view, _loans(view), fork(view, (), NAME))
    if lent is not None:
        return Recognised((lent,))
    reading = _Reading(view, Units(view))
    reading.put_in()
    reading.taken_out()
    first = begun(view.activity, NAME)
    if first is not None:
        model = "pancakeswap" if first.topics[0] == PANCAKE_V3 else NAME
        reading.events += traded(reading.rest, fork(view, (), model))
    if not reading.events:
        return None
    return Recognised(tuple(reading.events), tuple(reading.facts.values()))


def _loans(view: ActivityView) -> tuple[Loan, ...]:
    """What pools lent to an owned address within the transaction."""
    return tuple(
        Loan(leg.asset, number_in(log, place), number_in(log, place + 2), log.address)
        for log in logs_with(view.activity, FLASH, 3, 4)
        if {address_in(log.topics, 1), address_in(log.topics, 2)} & view.owned
        for place in (0, 1)
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity == number_in(log, place)
    )


@dataclass(slots=True)
class _Reading:
    """The positions of one activity while they are read."""

    view: ActivityView
    units: Units
    events: list[Event] = field(default_factory=list)
    facts: dict[AssetId, Asset] = field(default_factory=dict)

    @property
    def rest(self) -> ActivityView:
        """What no event has claimed."""
        return self.view.without(self.events)

    def put_in(self) -> None:
        """Deposits: what went to the pool became liquidity, with a token where it was made."""
        for change in changes_of(self.view, INCREASE, ALGEBRA_INCREASE, POOL_MINT):
            rest = self.rest
            tokens = tokens_of(rest, change, recipient)
            pieces = pieces_of(rest, change)
            paid = payments(rest, wanted_of(tokens, change.amounts, -1)) or _zapped(rest, pieces)
            wallet = self._holder(change, pieces, paid)
            if paid and wallet is not None:
                asset = change.asset(self.view.activity.network)
                made = self.units.move(wallet, asset, change.liquidity)
                self._learn(change, tokens)
                legs = (*paid, *pieces, *made)
                self.events.append(event(self.view, "pool_deposit", legs, self._of(change)))

    def taken_out(self) -> None:
        """Withdrawals and fees: what was collected beyond what liquidity gave back is fees."""
        freed: defaultdict[AssetId, list[Change]] = defaultdict(list)
        self._swept()
        helped: list[Emptied] = []
        for change in changes_of(self.view, DECREASE, COLLECT, POOL_BURN, POOL_COLLECT):
            asset = change.asset(self.view.activity.network)
            if change.log.topics[0] in {DECREASE, POOL_BURN}:
                freed[asset].append(change)
                continue
            pair = self._paid_elsewhere(change, freed[asset])
            if pair is None:
                self._collected(change, freed.pop(asset, []))
            else:
                helped.append(Emptied(change, freed.pop(asset), pair))
        if helped and not self._helped(helped):
            for one in helped:
                self._collected(one.change, list(one.freed))
        for changes in freed.values():
            self._waits(changes)

    def _swept(self) -> None:
        """Fees that were collected to the manager and paid out together."""
        network, view = self.view.activity.network, self.rest
        changes = [
            change
            for change in changes_of(view, COLLECT)
            if word_address(change.log, 0) in {change.log.address, ZERO_ADDRESS}
        ]
        managers = {change.log.address for change in changes}
        freed = {change.asset(network) for change in changes_of(view, DECREASE)}
        waits = any(
            one.asset(network) in freed or any(map(self._waiting, parts_of(one.asset(network))[1:]))
            for one in changes
        )
        if len(managers) != 1 or waits or not _is_open(view):
            return
        wanted: Counter[AssetId] = Counter()
        for change in changes:
            wanted.update(wanted_of(tokens_of(view, change, sender), change.amounts, 1))
        came = payments(view, wanted, via=changes[0].log.address)
        if came:
            released: Counter[AssetId] = Counter()
            legs: tuple[Leg, ...] = ()
            for change in changes:
                wallet = self.units.holder(change.asset(network))
                freed_of, more = self._released(wallet, change, change.amounts)
                legs += more
                released.update(wanted_of(tokens_of(view, change, sender), freed_of, 1))
            if legs:
                came = told_apart(came, wanted, released)
            self.events.append(event(view, "pool_fees", (*came, *legs), self._of(changes[0])))

    def _waiting(self, owed: AssetId) -> bool:
        holder = self.units.holder(owed)
        return holder is not None and bool(self.units.of(holder, owed))

    def _collected(self, change: Change, freed: list[Change]) -> None:
        rest = self.rest
        tokens = tokens_of(rest, change, sender)
        came = payments(rest, wanted_of(tokens, change.amounts, 1))
        if not came:
            return
        pieces = pieces_of(rest, change)
        wallet = self._holder(change, pieces, came)
        asset = change.asset(self.view.activity.network)
        known = wallet is not None and self.units.of(wallet, asset) is not None
        gone, legs = (0, 0), tuple[Leg, ...]()
        if wallet is not None and known:
            gone, legs = self._given_back(wallet, change, freed)
            self._learn(change, tokens)
        else:
            gone = least(sums(freed), change.amounts)
        earned = (change.amounts[0] - gone[0], change.amounts[1] - gone[1])
        seen, accrued = self._released(wallet if known else None, change, earned)
        earned = (earned[0] - seen[0], earned[1] - seen[1])
        parted = [part for leg in came for part in _parted(leg, tokens, change.amounts, earned)]
        if not any(gone) and (known or _is_open(self.view)):
            legs = (*(parted if accrued else came), *legs, *accrued)
            self.events.append(event(self.view, "pool_fees", legs, self._of(change)))
            return
        note = "" if legs else "position:unknown"
        legs = (*parted, *pieces, *legs, *accrued)
        self.events.append(event(self.view, "pool_withdraw", legs, self._of(change), note))

    def _paid_elsewhere(
        self, change: Change, freed: list[Change]
    ) -> tuple[AssetId, AssetId] | None:
        """The assets of a known position that was emptied, if what was collected did not come."""
        main = change.asset(self.view.activity.network)
        wallet, pair = self.units.holder(main), pair_of(self.view, main)
        if not (change.by_token and freed and wallet and pair and self.units.of(wallet, main)):
            return None
        amounts = wanted_of(pair, change.amounts, 1)
        wanted = {asset: units for asset, units in amounts.items() if units}
        return None if all(payments(self.rest, {a: wanted[a]}) for a in wanted) else pair

    def _helped(self, emptied: list[Emptied]) -> bool:
        """Positions that a helper emptied, and those it made of them; whether it can be told."""
        rest, network = self.rest, self.view.activity.network
        came, made = came_of(rest, emptied), made_of(rest, self.units, emptied)
        if came is None or made is None or not (came or made):
            return False
        stands_for: dict[AssetId, AssetId] = {}
        for new in made:
            self._learn(new.change, new.pair)
            stands_for |= zip(parts_of(new.change.asset(network))[1:], new.pair, strict=True)
            came += (*new.pieces, *new.on_the_way(network, 1))
        legs, earned = tuple[Leg, ...](), Counter[AssetId]()
        for one in emptied:
            more, fees = self._emptied(one)
            legs += (*pieces_of(rest, one.change), *more)
            earned.update(fees)
        legs += earned_apart(rest, came, earned, stands_for)
        self.events.append(event(self.view, "pool_withdraw", legs, self._of(emptied[0].change)))
        for new in made:
            asset, wallet = new.change.asset(network), new.pieces[0].wallet
            grown = self.units.move(wallet, asset, new.change.liquidity)
            # without a transfer of its own it stands behind what it is made of
            legs = (*new.on_the_way(network, -1), *grown)
            self.events.append(event(self.view, "pool_deposit", legs, self._of(new.change)))
        return True

    def _emptied(self, one: Emptied) -> tuple[tuple[Leg, ...], dict[AssetId, int]]:
        """The legs of a position that was emptied, and what it had earned that is new."""
        change = one.change
        wallet = self.units.holder(change.asset(self.view.activity.network))
        if wallet is None:
            return (), {}
        gone, legs = self._given_back(wallet, change, list(one.freed))
        earned = (change.amounts[0] - gone[0], change.amounts[1] - gone[1])
        seen, accrued = self._released(wallet, change, earned)
        new = (earned[0] - seen[0], earned[1] - seen[1])
        self._learn(change, one.pair)
        return (*legs, *accrued), wanted_of(one.pair, new, 1)

    def _given_back(
        self, wallet: WalletId, change: Change, freed: list[Change]
    ) -> tuple[Amounts, tuple[Leg, ...]]:
        """How much of what was collected is no fee, and the legs of the position for it."""
        main, *waiting = parts_of(change.asset(self.view.activity.network))
        taken = min(sum(one.liquidity for one in freed), self.units.of(wallet, main) or 0)
        legs = self.units.move(wallet, main, -taken)
        gone: list[int] = []
        for owed, freed_amount, amount in zip(waiting, sums(freed), change.amounts, strict=True):
            before = self.units.of(wallet, owed) or 0
            gone.append(min(amount, before + freed_amount))
            legs += self.units.move(wallet, owed, freed_amount - gone[-1])
        return (gone[0], gone[1]), legs

    def _released(
        self, wallet: WalletId | None, change: Change, earned: Amounts
    ) -> tuple[Amounts, tuple[Leg, ...]]:
        """How much of what was earned the books knew of before it was paid, and its legs."""
        if wallet is None:
            return (0, 0), ()
        legs: tuple[Leg, ...] = ()
        known: list[int] = []
        fees = fees_of(change.asset(self.view.activity.network))
        for asset, amount in zip(fees, earned, strict=True):
            known.append(min(amount, max(self.units.of(wallet, asset) or 0, 0)))
            legs += self.units.move(wallet, asset, -known[-1])
        return (known[0], known[1]), legs

    def _waits(self, freed: list[Change]) -> None:
        """Liquidity that was taken out of a position that the books know, and not collected."""
        main, *waiting = parts_of(freed[0].asset(self.view.activity.network))
        wallet = self.units.holder(main)
        if wallet is None:
            return
        units = min(sum(one.liquidity for one in freed), self.units.of(wallet, main) or 0)
        if not units:
            return
        legs = self.units.move(wallet, main, -units)
        for owed, amount in zip(waiting, sums(freed), strict=True):
            legs += self.units.move(wallet, owed, amount)
        self.events.append(event(self.view, "pool_withdraw", legs, self._of(freed[0])))

    def _holder(
        self, change: Change, pieces: tuple[Leg, ...], moved: tuple[Leg, ...]
    ) -> WalletId | None:
        """The wallet that holds the position; None where its token was made for somebody else."""
        network = self.view.activity.network
        if not change.by_token:
            return wallet_id(network, address_in(change.log.topics, 1))
        title = change.title(network)
        if pieces:
            return pieces[0].wallet
        holder = self.units.holder(change.asset(network))
        made = any(one.asset == title for one in self.view.activity.transfers)
        return holder or (moved[0].wallet if moved and not made else None)

    def _of(self, change: Change) -> str:
        """The name of the market: of a fork by the contract that holds the position."""
        return fork(self.view, (change.log.address,), NAME)

    def _learn(self, change: Change, tokens: Tokens) -> None:
        """What the position is, what waits in it follows, and what its token stands for."""
        network = self.view.activity.network
        main, *waiting = parts_of(change.asset(network))
        self.facts[main] = Asset(main, LIQUIDITY, LIQUIDITY_DECIMALS, "position")
        title = change.title(network)
        if title is not None:
            name = f"#{title.rpartition('/')[2]}"
            self.facts[title] = Asset(title, name, 0, "nft", underlying=main)
        for owed, token in zip(waiting, tokens, strict=True):
            known = None if token is None else self._known(token)
            if known is not None:
                self.facts[owed] = Asset(
                    owed, known.symbol, known.decimals, "position", underlying=known.id
                )

    def _known(self, token: AssetId) -> Asset | None:
        return self.view.assets.get(token) or known_without_asking(token)


def _zapped(view: ActivityView, pieces: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """All that is left, where a contract turned it into the one position whose token came.

    It trades first, so the amounts of the position are not those that were paid.
    """
    others = tuple(leg for leg in view.legs if not is_non_fungible(leg.asset))
    alone = len(view.legs) == len(others) + 1
    if not view.acts or not alone or not pieces or pieces[0].quantity < 0:
        return ()
    return others if any(leg.quantity < 0 for leg in others) else ()


def _parted(leg: Leg, tokens: Tokens, collected: Amounts, earned: Amounts) -> tuple[Leg, ...]:
    """A leg with what was earned on top split off."""
    if leg.asset in tokens:
        place = tokens.index(leg.asset)
    elif leg.quantity in collected:
        place = collected.index(leg.quantity)
    else:
        return (leg,)
    part = earned[place]
    return split(leg, part, "reward") if 0 < part <= leg.quantity else (leg,)


def _is_open(view: ActivityView) -> bool:
    """Whether the position still works: the manager settles its fees by burning nothing first.

    From one that was emptied in an earlier transaction comes what that transaction left there.
    """
    burns = logs_with(view.activity, POOL_BURN, 4, 3)
    return any(number_in(log, 0) == 0 for log in burns)
