"""Events and what positions hold in; the same events out, in which a position follows its title."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ledger.model.asset import Asset, AssetId, fees_of, is_position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from ledger.protocols._bridges import kept_in_mind
from ledger.shapes import Held, is_non_fungible, parts_of, position_leg, with_role

#: Where units are whose title left for somebody unknown.
_AWAY = WalletId("")
#: Kinds whose other side is not known: what left may come back.
_UNKNOWN_SIDE = frozenset({"send", "receive"})
_BRIDGED = frozenset({"bridge_out", "bridge_in"})


def titled(legs: Iterable[Leg], assets: Mapping[AssetId, Asset]) -> tuple[Leg, ...]:
    """Legs with those of known titles in their role."""
    if not assets:
        return tuple(legs)
    return tuple(
        with_role(leg, "title") if _stands_for(leg.asset, assets) is not None else leg
        for leg in legs
    )


def following(
    events: Iterable[Event], assets: Mapping[AssetId, Asset], held: Held
) -> tuple[Event, ...]:
    """Where a title changes hands and no protocol says what became of its position, all of it goes.

    A title that comes back from somebody unknown brings back what left with it.
    """
    return tuple([_followed(event, assets, held) for event in events])


def after(events: Iterable[Event], held: Held) -> dict[tuple[WalletId, AssetId], int]:
    """What the positions and debts without a token that these events touch hold after them.

    So does what left over a bridge and may come back.
    """
    units: dict[tuple[WalletId, AssetId], int] = {}
    for event in events:
        if event.kind in _BRIDGED:
            units.update(kept_in_mind(event))
        for leg in event.legs:
            if leg.claim is not None:
                continue
            places = [leg.wallet]
            if event.kind in _UNKNOWN_SIDE:
                places.append(_AWAY)
            for place in places:
                sign = 1 if place else -1
                key = (place, leg.asset)
                units[key] = units.get(key, held.get(key, 0)) + sign * leg.quantity
    return units


def _followed(event: Event, assets: Mapping[AssetId, Asset], held: Held) -> Event:
    titles = [leg for leg in event.legs if leg.role == "title"]
    if not titles:
        return event
    told = {leg.asset for leg in event.legs if leg.role == "position"}
    more: tuple[Leg, ...] = ()
    for title in titles:
        main = _stands_for(title.asset, assets)
        if main is None or told.intersection(parts_of(main)):
            continue
        source = _source(event, title)
        for asset in (*parts_of(main), *fees_of(main)):
            units = held.get((source, asset), 0)
            size = units if title.quantity > 0 else -units
            more += position_leg(title.wallet, asset, size)
    return replace(event, legs=event.legs + more) if more else event


def _source(event: Event, title: Leg) -> WalletId:
    """The wallet that held the units before the title moved."""
    if title.quantity < 0:
        return title.wallet
    gave = (leg.wallet for leg in event.legs if leg.claim == title.claim and leg.quantity < 0)
    return next(gave, _AWAY)


def _stands_for(asset: AssetId, assets: Mapping[AssetId, Asset]) -> AssetId | None:
    """The position that a non-fungible token is the title of."""
    if not is_non_fungible(asset):
        return None
    known = assets.get(asset)
    if known is None or known.underlying is None or not is_position(known.underlying):
        return None
    return known.underlying
