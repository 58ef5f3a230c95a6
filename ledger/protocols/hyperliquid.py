"""Hyperliquid: a view in; what went over its bridges and what came back, out.

Sources: hyperliquid-dex/contracts, Bridge2.sol; hyperliquid.gitbook.io, Bridge2: whoever sends the
bridge on Arbitrum its token has it on the other side, under the same address, without a log or a
number; and HyperCore <> HyperEVM transfers: so has who sends a token to its system address, which
ends with the token's number.
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

_EVM: Final = "eip155:999"
#: System addresses on HyperEVM: of HYPE, and of tokens by number, as far as there are any yet.
SYSTEM: Final = frozenset({"0x" + "2" * 40, *(f"0x20{number:038x}" for number in range(1_024))})

SIGNS: Final = frozenset({BRIDGE, *SYSTEM})


def recognise(view: ActivityView) -> Recognised | None:
    """What system addresses took and gave; deposits by their recipient, withdrawals by a log."""
    if view.activity.network == _EVM:
        return _between_layers(view)
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


def _between_layers(view: ActivityView) -> Recognised | None:
    """Tokens and coin between the chain of contracts and that of orders, one event a way."""
    near = [leg for leg in view.legs if leg.counterparty in SYSTEM]
    sides = (
        ("bridge_out", [leg for leg in near if leg.quantity < 0]),
        ("bridge_in", [leg for leg in near if leg.quantity > 0]),
    )
    events = tuple(event(view, kind, legs, NAME) for kind, legs in sides if legs)
    return Recognised(events) if events else None
