"""Umami's GM vaults: a view in; deposits and withdrawals asked for, and done by keepers, out.

Source: docs.umami.finance, vaults on Arbitrum and Avalanche; the vault's token is minted and burnt
by keepers in transactions of their own, so that what was asked for waits in escrow.
"""

from typing import Final

from ledger.model.asset import contract_of, native
from ledger.model.event import Event, Leg
from ledger.shapes import ZERO_ADDRESS, ActivityView, Recognised, event, with_role

NAME: Final = "umami"
RANK: Final = 0

#: network → vaults of USDC, WETH and WBTC
VAULTS: Final = {
    "eip155:42161": frozenset(
        {
            "0x959f3807f0aa7921e18c78b00b2819ba91e52fef",
            "0x4bca8d73561aaeee2d3a584b9f4665310de1dd69",
            "0x5f851f67d24419982ecd7b7765defd64fbb50a97",
            "0xcd8011aab161a75058eab24e0965bab0b918af29",
        }
    )
}

SIGNS: Final = frozenset(vault for vaults in VAULTS.values() for vault in vaults)


def recognise(view: ActivityView) -> Recognised | None:
    """What left for a vault is asked for, what came from it is done."""
    vaults = VAULTS.get(view.activity.network, frozenset())
    legs = [
        leg
        for leg in view.legs
        if leg.counterparty in vaults
        or (contract_of(leg.asset) in vaults and leg.counterparty == ZERO_ADDRESS)
        or (contract_of(leg.asset) in vaults and leg.quantity < 0 and _is_asked(view, vaults))
    ]
    left = [leg for leg in legs if leg.quantity < 0]
    came = [leg for leg in legs if leg.quantity > 0]
    events: tuple[Event, ...] = ()
    if left and came:  # in one transaction: a vault like any other
        return None
    if left:
        events = (event(view, "order_open", [_fee(view, leg) for leg in left], NAME),)
    elif came:
        events = (event(view, "order_fill", came, NAME),)
    return Recognised(events) if events else None


def _is_asked(view: ActivityView, vaults: frozenset[str]) -> bool:
    """Whether the vault itself was asked, so that its token went to who keeps it meanwhile."""
    return view.called in vaults and view.acts


def _fee(view: ActivityView, leg: Leg) -> Leg:
    """Coin beside tokens pays the keeper."""
    return with_role(leg, "fee") if leg.asset == native(view.activity.network) else leg
