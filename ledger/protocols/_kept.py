"""What a contract keeps for the fund without a token: legs in; events with their positions out."""

from ledger.model.asset import Asset, AssetId, contract_of, known_without_asking, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from ledger.shapes import ActivityView, Units, event, split


def kept(
    view: ActivityView, leg: Leg, where: tuple[AssetId, WalletId], name: str, units: Units
) -> Event:
    """A stake that a contract alone remembers; what comes back beyond it is a reward."""
    asset, holder = where
    if leg.quantity < 0:
        made = units.move(holder, asset, -leg.quantity)
        return event(view, "stake", (leg, *made), name)
    held = units.of(holder, asset)
    if not held:
        return event(view, "unstake", (leg,), name, "position:unknown")
    back = min(leg.quantity, held)
    parts = split(leg, leg.quantity - back, "reward")
    return event(view, "unstake", (*parts, *units.move(holder, asset, -back)), name)


def kept_by(view: ActivityView, units: Units, leg: Leg, protocol: str, contract: str) -> Event:
    """A stake with a contract, counted in units of what was staked; or what came back of it."""
    where = (position_of(view, leg.asset, protocol, contract), leg.wallet)
    return kept(view, leg, where, protocol, units)


def facts(view: ActivityView, events: tuple[Event, ...]) -> tuple[Asset, ...]:
    """The positions of stakes follow what was staked."""
    found: dict[AssetId, Asset] = {}
    for one in events:
        kept = [leg.asset for leg in one.legs if leg.role == "position"]
        if one.kind == "stake" and kept:
            staked = next(leg.asset for leg in one.legs if leg.role == "plain")
            known = view.assets.get(staked) or known_without_asking(staked)
            if known is not None:
                found[kept[0]] = Asset(
                    kept[0], known.symbol, known.decimals, "position", underlying=staked
                )
    return tuple(found.values())


def position_of(view: ActivityView, staked: AssetId, protocol: str, contract: str) -> AssetId:
    """The position of what was staked with a contract."""
    token = contract_of(staked) or "coin"
    return position(view.activity.network, protocol, f"{contract}.{token}")
