"""What a contract keeps for the fund without a token: legs in; events with their positions out."""

from ledger.model.asset import Asset, AssetId, contract_of, known_without_asking, position
from ledger.model.event import Event, Leg
from ledger.shapes import ActivityView, Units, event, split


def put_in(view: ActivityView, units: Units, leg: Leg, protocol: str, contract: str) -> Event:
    """A stake of one leg, counted in units of what was staked."""
    asset = position_of(view, leg.asset, protocol, contract)
    made = units.move(leg.wallet, asset, -leg.quantity)
    return event(view, "stake", (leg, *made), protocol)


def taken_out(view: ActivityView, units: Units, leg: Leg, protocol: str, contract: str) -> Event:
    """What came back of a stake; what came beyond it is a reward.

    A stake that the books do not know has no known cost.
    """
    asset = position_of(view, leg.asset, protocol, contract)
    staked = units.of(leg.wallet, asset)
    if not staked:
        return event(view, "unstake", (leg,), protocol, "position:unknown")
    back = min(leg.quantity, staked)
    parts = split(leg, leg.quantity - back, "reward")
    return event(view, "unstake", (*parts, *units.move(leg.wallet, asset, -back)), protocol)


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
