"""Legs that no protocol named in, events by their shape alone out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ledger.model.event import Event, Leg, Unexplained
from ledger.model.fund import WalletId
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    event,
    is_non_fungible,
    net,
    shares,
    trade,
    with_role,
    wraps,
)

Named = tuple[tuple[Event, ...], tuple[Unexplained, ...]]


def shaped(view: ActivityView) -> Named:
    """What no protocol named: the fund's wallets together where it acted, else each one alone."""
    owed = _owed(view)
    if owed:
        events, rest = shaped(view.without(owed))
        return owed + events, rest
    groups: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in view.legs:
        groups["" if view.acts else leg.wallet].append(leg)
    found: tuple[Event, ...] = ()
    left: tuple[Unexplained, ...] = ()
    for name in sorted(groups):
        more, over = _group(replace(view, legs=tuple(groups[name])))
        found, left = found + more, left + over
    return found, left


def _owed(view: ActivityView) -> tuple[Event, ...]:
    """Loans by tokens that are known to stand for debts: what came is owed, what went is not.

    All that moved beside them is their other side where the fund acted; else that is not known.
    """
    assets = view.assets
    debts = [leg for leg in view.legs if leg.asset in assets and assets[leg.asset].kind == "debt"]
    if not debts:
        return ()
    groups: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in view.legs if view.acts else debts:
        owed = with_role(leg, "debt") if leg in debts else leg
        groups["" if view.acts else leg.wallet].append(owed)
    return tuple(
        event(view, "repay" if any(map(_is_repaid, legs)) else "borrow", legs)
        for _, legs in sorted(groups.items())
    )


def _is_repaid(leg: Leg) -> bool:
    return leg.role == "debt" and leg.quantity < 0


def unexplained(view: ActivityView, legs: Iterable[Leg], reason: str) -> tuple[Unexplained, ...]:
    """Legs that no event claims, with the reason."""
    activity = view.activity
    return tuple(
        Unexplained(activity.id, activity.time, activity.order, leg, reason) for leg in legs
    )


def _group(view: ActivityView) -> Named:
    """The generic shapes over one group of legs, from the most telling to the least."""
    sums = net(view.legs)
    if len({leg.quantity > 0 for leg in view.legs}) == 1:
        return _one_way(view), ()
    wrapped = tuple(
        event(view, "wrap" if coin.quantity < 0 else "unwrap", (coin, token))
        for coin, token in wraps(view)
    )
    told = wrapped or shares(view)
    if told:
        events, rest = shaped(view.without(told))
        return told + events, rest
    if not any(sums.values()):
        own = [net(leg for leg in view.legs if leg.wallet == one) for one in _wallets(view)]
        kind = "own_transfer" if any(any(each.values()) for each in own) else "no_effect"
        return (event(view, kind, view.legs),), ()
    found = _collectible(view, view.legs) or trade(view, view.legs)
    if found is not None:
        return (found,), ()
    if all(total <= 0 for total in sums.values()):
        legs = [with_role(leg, "refund") if leg.quantity > 0 else leg for leg in view.legs]
        return (event(view, "send", legs),), ()
    if all(total >= 0 for total in sums.values()):
        return (event(view, "receive", view.legs),), ()
    reason = "several assets moved both ways in a transaction that the fund did not send"
    return (), unexplained(view, view.legs, reason)


def _wallets(view: ActivityView) -> set[WalletId]:
    return {leg.wallet for leg in view.legs}


def _one_way(view: ActivityView) -> tuple[Event, ...]:
    """Legs that all left or all came: burnt or sent, minted or received."""
    from_nowhere = [leg for leg in view.legs if leg.counterparty == ZERO_ADDRESS]
    if view.legs[0].quantity < 0:
        special, kind, plain = from_nowhere, "burn", "send"
    else:
        pieces = [leg for leg in from_nowhere if is_non_fungible(leg.asset)]
        special, kind, plain = pieces if view.acts else [], "mint", "receive"
    others = [leg for leg in view.legs if leg not in special]
    named = ((kind, special), (plain, others))
    return tuple(event(view, name, legs) for name, legs in named if legs)


def _collectible(view: ActivityView, legs: Sequence[Leg]) -> Event | None:
    """Non-fungible tokens against a payment: minted, bought, sold or given back for burning."""
    sums = net(legs)
    pieces = [leg for leg in legs if is_non_fungible(leg.asset) and sums[leg.asset]]
    paid = [total for asset, total in sums.items() if total and not is_non_fungible(asset)]
    if not pieces or not paid:
        return None
    came = all(leg.quantity > 0 for leg in pieces)
    left = all(leg.quantity < 0 for leg in pieces)
    if not (came and max(paid) < 0) and not (left and min(paid) > 0):
        return None
    from_nowhere = all(leg.counterparty == ZERO_ADDRESS for leg in pieces)
    if from_nowhere:
        return event(view, "mint" if came else "burn", legs)
    return event(view, "nft_trade", legs)
