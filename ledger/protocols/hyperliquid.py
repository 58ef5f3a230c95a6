"""Hyperliquid: a view in; what went over its bridge on Arbitrum, and what came back, out.

Source: hyperliquid-dex/contracts, Bridge2.sol; hyperliquid.gitbook.io, Bridge2: whoever sends the
bridge its token has it on the other side, under the same address, without a log or a number.
"""

from typing import Final

from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, address_in, event, logs_with, number_in

NAME: Final = "hyperliquid"
RANK: Final = 10

#: FinalizedWithdrawal(address user, address destination, uint64 usd, uint64 nonce,
#: bytes32 message), user indexed.
FINALIZED_WITHDRAWAL: Final = "0xe5c7fe3a4ffca1590f26d74c8ba8b0db69557f7f4607a2a43f82e93041611978"

_NETWORK: Final = "eip155:42161"
BRIDGE: Final = "0x2df1c51e09aecf9cacb7bc98cb1742757f163df7"
#: The one token that the bridge takes: native USDC.
USDC: Final = erc20(_NETWORK, "0xaf88d065e77c8cc2239327c5edb3a432268e5831")

SIGNS: Final = frozenset({BRIDGE})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits by their recipient, withdrawals by the bridge's log."""
    if view.activity.network != _NETWORK:
        return None
    events: tuple[Event, ...] = ()
    sent = [
        leg
        for leg in view.legs
        if leg.asset == USDC and leg.quantity < 0 and leg.counterparty == BRIDGE
    ]
    if sent:
        events += (event(view, "bridge_out", sent, NAME),)
    for log in logs_with(view.activity, FINALIZED_WITHDRAWAL, 2, 2):
        if log.address == BRIDGE and address_in(log.topics, 1) in view.owned:
            rest = view.without(events)
            came = exact(rest, number_in(log, 1), asset=USDC, other={BRIDGE})
            events += (event(rest, "bridge_in", came, NAME),) if came else ()
    return Recognised(events) if events else None
