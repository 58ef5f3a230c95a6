"""The trades of one activity enter; loans within them and payments beside them leave apart.

A searcher's transaction is a round: what he gave came back, more or less of it, whatever part of it
was a trade and whatever a liquidation. A party that lent
him units and got them back has sold him nothing, and coin that he paid to somebody who gave nothing
and passed nothing on bought nothing: neither is the price of what the round left over.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ledger.chains.networks import NETWORKS
from ledger.model.asset import AssetId, contract_of, erc20, native
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    event,
    is_non_fungible,
    place_of,
    split,
    with_role,
)

#: Who builds blocks of Ethereum and is paid for it even where another address is their producer
#: (flashbots/relayscan, vars/builder_addresses.go).
BUILDERS: Final = {
    "eip155:1": frozenset(
        {
            "0xdadb0d80178819f2319190d340ce9a924f783711",
            "0x4838b106fce9647bdf1e7877bf73ce8b0bad5f97",
            "0x1f9090aae28b8a3dceadf281b0f12828e676c326",
            "0x95222290dd7278aa3ddd389cc1e1d165cc4bafe5",
        }
    )
}
#: The largest part of a loan within one transaction that its premium is taken to be: exchanges
#: whose pairs lend take 0.3 % of what comes back.
_PREMIUM_PARTS: Final = 100
_PLAIN: Final = frozenset({"plain", "refund"})
_TRADES: Final = frozenset({"swap", "flash_loan"})
#: What a loan beside it has paid for.
_PAID_FOR: Final = frozenset({"swap", "liquidation", "nft_trade"})
_BOTH_WAYS: Final = (False, True)
#: A round has more legs than an exchange.
_EXCHANGE: Final = 2


@lru_cache(maxsize=64)
def _coins(network: str) -> frozenset[AssetId]:
    """The coin of a network and what stands for it wrapped."""
    known = NETWORKS.get(network)
    wrapped = (erc20(network, known.wrapped),) if known is not None and known.wrapped else ()
    return frozenset({native(network), *wrapped})


def tips(view: ActivityView) -> tuple[Leg, ...]:
    """What the fund's own contracts or callers paid to the producer or a builder of the block.

    Also in wrapped coin, and over a contract that passed just as much coin on to one of them.
    """
    network = view.activity.network
    coins = _coins(network)
    gave = [leg for leg in view.legs if leg.quantity < 0 and leg.asset in coins]
    if not gave or not view.acts:
        return ()
    payees = {view.activity.producer} | BUILDERS.get(network, frozenset())
    payees -= {"", ZERO_ADDRESS, *view.owned}
    over = {
        (move.sender, move.asset, -move.quantity)
        for move in view.activity.transfers
        if move.recipient in payees and move.asset in coins
    }
    return tuple(
        [
            with_role(leg, "tip")
            for leg in gave
            if leg.counterparty in payees or (leg.counterparty, leg.asset, leg.quantity) in over
        ]
    )


def rounds(view: ActivityView, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events, of which rounds have their payments beside them and are loans where they lent.

    Trades of several pairs are one event each.
    """
    trades = any(one.kind in _TRADES and len(one.legs) > _EXCHANGE for one in events)
    if not trades or not view.acts:
        return events
    found: tuple[Event, ...] = ()
    whole = [leg for one in events for leg in one.legs if leg.claim is not None]
    for one in events:
        if one.kind in _TRADES:
            beside = _payments_beside(view, one)
            legs = tuple([leg for leg in one.legs if leg not in beside])
            rest = replace(one, legs=legs) if beside else one
            found += tuple(_with_loans(part, whole) for part in _apart(rest))
            found += (event(view, "send", beside),) if beside else ()
        else:
            found += (one,)
    return _paid_for(found)


def is_loan_alone(one: Event) -> bool:
    """Whether an event is what one party lent and got back, and nothing that it paid for."""
    parties = {(leg.counterparty, leg.asset) for leg in one.legs}
    return one.kind == "flash_loan" and len(parties) == 1


def _paid_for(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """A loan and the one trade beside it that a protocol has named: what it paid for is the trade.

    A liquidation gives money that was lent for collateral, which is sold on: the sale has the same
    units as it, and apart from each other neither would have its price.
    """
    loans = [one for one in events if one.kind == "flash_loan"]
    trades = [one for one in events if one.kind in _PAID_FOR]
    if len(loans) != 1 or len(trades) != 1:
        return events
    (loan,), (trade,) = loans, trades
    lent = _given_back(loan.legs)
    rest = [leg for leg in loan.legs if leg not in lent]
    shared = {leg.asset for leg in rest} & {leg.asset for leg in trade.legs}
    if not lent or not shared or any(leg.role != "plain" for leg in (*rest, *trade.legs)):
        return events
    whole = replace(trade, legs=tuple(sorted((*trade.legs, *rest), key=place_of)))
    apart = {id(loan): replace(loan, legs=tuple(lent)), id(trade): whole}
    return tuple(apart.get(id(one), one) for one in events)


def _given_back(legs: Sequence[Leg]) -> list[Leg]:
    """What parties gave of one asset and got back of it, with its premium, and nothing else."""
    parties: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        own = leg.asset if leg.counterparty == ZERO_ADDRESS else ""
        parties[leg.counterparty + own].append(leg)
    return [
        leg
        for moved in parties.values()
        if len({leg.asset for leg in moved}) == 1
        and len({leg.quantity > 0 for leg in moved}) == len(_BOTH_WAYS)
        and sum(leg.quantity for leg in moved) <= 0
        for leg in moved
    ]


def _apart(one: Event) -> tuple[Event, ...]:
    """Exchanges of several pairs with as many parties, one event each: each has its own price.

    Together they would not say what either token cost. No asset of one is given in another.
    """
    if one.kind != "swap" or any(leg.role != "plain" for leg in one.legs):
        return (one,)
    parties: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in one.legs:
        parties[leg.counterparty].append(leg)
    pairs = [_pair(legs) for legs in parties.values()]
    given = {pair[0] for pair in pairs if pair is not None}
    came = {pair[1] for pair in pairs if pair is not None}
    if None in pairs or len({*pairs}) != len(pairs) or len(pairs) < _EXCHANGE or given & came:
        return (one,)
    return tuple(replace(one, legs=tuple(legs)) for legs in parties.values())


def _pair(legs: Sequence[Leg]) -> tuple[AssetId, AssetId] | None:
    """What was given to one party for what it gave, where that is one fungible asset each."""
    given = {leg.asset for leg in legs if leg.quantity < 0}
    came = {leg.asset for leg in legs if leg.quantity > 0}
    if len(given) != 1 or len(came) != 1 or any(is_non_fungible(leg.asset) for leg in legs):
        return None
    return next(iter(given)), next(iter(came))


def _with_loans(one: Event, whole: Sequence[Leg]) -> Event:
    """A trade of a round, or of a transaction that is one, that ran on what somebody lent."""
    lent = _lent(one.legs) if one.kind == "swap" else []
    if not lent or not (_is_round(one.legs) or _is_round(whole)):
        return one
    return replace(one, kind="flash_loan", legs=_with_premiums(one.legs, lent))


def _payments_beside(view: ActivityView, one: Event) -> tuple[Leg, ...]:
    """Coin for those who gave nothing and passed nothing on, where all else is a round."""
    coin = native(view.activity.network)
    paying = [
        leg for leg in one.legs if leg.asset == coin and leg.quantity < 0 and leg.role == "plain"
    ]
    if not paying:
        return ()
    givers = {move.sender for move in view.activity.transfers} | {view.called, ZERO_ADDRESS, ""}
    beside = [leg for leg in paying if leg.counterparty not in givers]
    rest = [leg for leg in one.legs if leg not in beside]
    return tuple(beside) if beside and _is_round(rest) else ()


def _is_round(legs: Iterable[Leg]) -> bool:
    """Whether every asset that moved both came and went."""
    ways: defaultdict[AssetId, set[bool]] = defaultdict(set)
    for leg in legs:
        if leg.role in _PLAIN:
            ways[leg.asset].add(leg.quantity > 0)
    return len(ways) > 1 and all(len(both) == 2 for both in ways.values())


def _lent(legs: Sequence[Leg]) -> list[tuple[Leg, Leg]]:
    """What one party gave before it got as much back or a little more, and nothing else of it.

    A token that makes and burns itself for what it is made of has lent nothing.
    """
    parties: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in sorted(legs, key=place_of):
        own = leg.asset if leg.counterparty == ZERO_ADDRESS else ""
        parties[leg.counterparty + own].append(leg)
    contracts = {leg.counterparty for leg in legs}
    found = []
    for moved in parties.values():
        if len(moved) != 2 or moved[0].asset != moved[1].asset or is_non_fungible(moved[0].asset):
            continue
        came, went = moved
        premium = -went.quantity - came.quantity
        made = came.counterparty == ZERO_ADDRESS and contract_of(came.asset) in contracts
        if came.quantity > 0 and 0 <= premium * _PREMIUM_PARTS <= came.quantity and not made:
            found.append((came, went))
    return found


def _with_premiums(legs: Sequence[Leg], lent: Sequence[tuple[Leg, Leg]]) -> tuple[Leg, ...]:
    """The legs, of which those that gave back a loan are apart from its premium."""
    premiums = {went: went.quantity + came.quantity for came, went in lent}
    parts = [split(leg, premiums[leg], "premium") if premiums.get(leg) else (leg,) for leg in legs]
    return tuple([part for both in parts for part in both])
