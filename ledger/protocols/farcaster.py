"""Farcaster: a view in; time that was paid for out.

Source: the contract of its tiers on Base, as it logs.
"""

from typing import Final

from ledger.model.event import Event
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
)

NAME: Final = "farcaster"
RANK: Final = 0

#: PurchasedTier(uint256 fid, uint256 tier, uint256 forDays, address payer), all but forDays
#: indexed.
PURCHASED: Final = "0x793544f1eebcd80eaa24d7c6e32b707488daf4303d0ec3349b34ea9d05323285"
TIERS: Final = ("eip155:8453", "0x00000000fc84484d585c3cf48d213424dfde43fd")

SIGNS: Final = frozenset({PURCHASED})


def recognise(view: ActivityView) -> Recognised | None:
    """What the payer gave to the contract of the tiers, or through it."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, PURCHASED, 4, 1):
        if (view.activity.network, log.address) == TIERS:
            payer = address_in(log.topics, 3)
            paid = [
                leg
                for leg in view.without(events).legs
                if leg.quantity < 0
                and not is_non_fungible(leg.asset)
                and leg.wallet.endswith(f":{payer}")
                and log.address in {leg.counterparty, view.called}
            ]
            events += (event(view, "service_fee", paid, NAME),) if paid else ()
    return Recognised(events) if events else None
