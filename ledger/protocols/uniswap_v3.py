"""Uniswap v3 and its forks: a view in; liquidity put in and taken out, fees, and trades, out.

Sources: v3-core, IUniswapV3PoolEvents.sol, and what `_concentrated.py` names.

The liquidity of a position is an asset of its own, counted in the pool's units of liquidity, and
carries date and cost of what was put in; the manager's token is only its title. What was taken out
and waits to be collected is one asset more for each of the pool's two.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import LIQUIDITY, Asset, AssetId, known_without_asking
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
    given_back,
    least,
    pieces_of,
    recipient,
    released_of,
    sender,
    sums,
    tokens_of,
    told_apart,
    wanted_of,
)
from ledger.protocols._forks import fork
from ledger.protocols._helped import Emptied, helped, is_held, pair_of
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


def told_of(view: ActivityView) -> frozenset[str]:
    """The managers that log of a position, by its number, that the fund has there."""
    found, units, network = set[str](), Units(view), view.activity.network
    for change in changes_of(view, DECREASE, COLLECT, INCREASE, ALGEBRA_INCREASE):
        if is_held(units, change.asset(network)):
            found.add(change.log.address)
    return frozenset(found)


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
    booked: list[Log] = field(default_factory=list)

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
                self.booked.append(change.log)
                legs = (*paid, *pieces, *made)
                self.events.append(event(self.view, "pool_deposit", legs, self._of(change)))

    def taken_out(self) -> None:
        """Withdrawals and fees: what was collected beyond what liquidity gave back is fees."""
        freed: defaultdict[AssetId, list[Change]] = defaultdict(list)
        self._swept()
        emptied: list[Emptied] = []
        for change in changes_of(self.view, DECREASE, COLLECT, POOL_BURN, POOL_COLLECT):
            asset = change.asset(self.view.activity.network)
            if change.log.topics[0] in {DECREASE, POOL_BURN}:
                freed[asset].append(change)
                continue
            if change.log in self.booked:
                continue
            pair = self._paid_elsewhere(change)
            if pair is None:
                self._collected(change, freed.pop(asset, []))
            else:
                emptied.append(Emptied(change, freed.pop(asset, []), pair))
        if emptied and not self._helped(emptied):
            for one in emptied:
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
            self.booked += [change.log for change in changes]
            released: Counter[AssetId] = Counter()
            legs: tuple[Leg, ...] = ()
            for change in changes:
                wallet = self.units.holder(change.asset(network))
                freed_of, more = released_of(
                    self.units, wallet, change.asset(network), change.amounts
                )
                legs += more
                released.update(wanted_of(tokens_of(view, change, sender), freed_of, 1))
            if legs:
                came = told_apart(came, wanted, released)
            self.events.append(event(view, "pool_fees", (*came, *legs), self._of(changes[0])))

    def _waiting(self, owed: AssetId) -> bool:
        holder = self.units.holder(owed)
        return holder is not None and bool(self.units.of(holder, owed))

    def _collected(self, change: Change, freed: list[Change]) -> None:
        rest, asset = self.rest, change.asset(self.view.activity.network)
        tokens = pair_of(rest, asset) or tokens_of(rest, change, sender)
        came = payments(rest, wanted_of(tokens, change.amounts, 1))
        if not came:
            return
        pieces = pieces_of(rest, change)
        wallet = self._holder(change, pieces, came)
        known = wallet is not None and self.units.of(wallet, asset) is not None
        gone, legs = (0, 0), tuple[Leg, ...]()
        if wallet is not None and known:
            gone, legs = given_back(self.units, wallet, asset, change, freed)
            self._learn(change, tokens)
        else:
            gone = least(sums(freed), change.amounts)
        earned = (change.amounts[0] - gone[0], change.amounts[1] - gone[1])
        seen, accrued = released_of(self.units, wallet if known else None, asset, earned)
        earned = (earned[0] - seen[0], earned[1] - seen[1])
        parted = [part for leg in came for part in _parted(leg, tokens, change.amounts, earned)]
        if not any(gone) and (known or _is_open(self.view)):
            legs = (*(parted if accrued else came), *legs, *accrued)
            self.events.append(event(self.view, "pool_fees", legs, self._of(change)))
            return
        note = "" if legs else "position:unknown"
        legs = (*parted, *pieces, *legs, *accrued)
        self.events.append(event(self.view, "pool_withdraw", legs, self._of(change), note))

    def _paid_elsewhere(self, change: Change) -> tuple[AssetId, AssetId] | None:
        """The assets of a known position, if what was collected of it did not come as such."""
        main = change.asset(self.view.activity.network)
        pair = pair_of(self.view, main)
        if not change.by_token or pair is None or not is_held(self.units, main):
            return None
        amounts = wanted_of(pair, change.amounts, 1)
        wanted = {asset: units for asset, units in amounts.items() if units}
        return None if all(payments(self.rest, {a: wanted[a]}) for a in wanted) else pair

    def _helped(self, emptied: list[Emptied]) -> bool:
        """Positions that a helper emptied, and those it made of them; whether it can be told."""
        found = helped(self.rest, self.units, emptied, self.booked)
        if found is None:
            return False
        for change, pair in found.learnt:
            self._learn(change, pair)
        for kind, change, legs in found.events:
            self.events.append(event(self.view, kind, legs, self._of(change)))
        return True

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
