"""Legs of a view by what a log says of them: how much, of what, with whom."""

from collections.abc import Container

from ledger.model.asset import AssetId, contract_of
from ledger.model.event import Leg
from ledger.shapes import ZERO_ADDRESS, ActivityView


def exact(
    view: ActivityView,
    quantity: int,
    *,
    asset: AssetId | None = None,
    other: Container[str] | None = None,
) -> tuple[Leg, ...]:
    """The first leg of just this signed quantity, of an asset and with a party where given."""
    found = (
        leg
        for leg in view.legs
        if leg.quantity == quantity
        and (asset is None or leg.asset == asset)
        and (other is None or leg.counterparty in other)
    )
    return tuple(leg for leg in (next(found, None),) if leg is not None)


def by_place(view: ActivityView, contract: str) -> tuple[Leg, ...]:
    """Legs with a contract, and of its own token from nowhere or back there."""
    return tuple(
        leg
        for leg in view.legs
        if leg.counterparty == contract
        or (contract_of(leg.asset) == contract and leg.counterparty == ZERO_ADDRESS)
    )
