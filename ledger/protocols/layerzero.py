"""Tokens over LayerZero's second version, Stargate's pools among them: a view in; both ends out.

Sources: LayerZero-Labs/LayerZero-v2 (IOFT: what a token that is on many networks logs on either
end), stargate-protocol/stargate-v2 (StargateBase, the same logs) and docs of Stargate, mainnet
contracts. Recipient and network of the other end are not in the logs.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event
from ledger.protocols._bridges import LAYERZERO_SENT, came, leg_with, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "layerzero"
RANK: Final = 12

#: OFTSent(bytes32 guid, uint32 dstEid, address fromAddress, uint256 amountSentLD,
#: uint256 amountReceivedLD); guid and fromAddress indexed.
SENT: Final = LAYERZERO_SENT
#: OFTReceived(bytes32 guid, uint32 srcEid, address toAddress, uint256 amountReceivedLD); guid and
#: toAddress indexed.
RECEIVED: Final = "0xefed6d3500546b29533b128a29e3a94d70788727f0507505ac12eaf2e578fd9c"

SIGNS: Final = frozenset({SENT, RECEIVED})

#: Stargate's pools, whose addresses recur on several networks (docs, mainnet contracts).
_POOLS: Final = frozenset(
    "0x77b2043768d28e9c9ab44e1abfc95944bce57931 0xc026395860db2d07ee33e05fe50ed7bd583189c7"
    " 0x933597a323eb81cae705c5bc29985172fd5a3973 0xa45b5130f36cdca45667738e2a258ab09f4a5f7f"
    " 0xe8cdf27acd73a434d661c84887215f7598e7d0d3 0xce8cca271ebc0533920c83d39f417ed6a0abb7d0"
    " 0x9aa02d4fae7f58b8e8f34c66e756cc734dac7fe4 0x27a16dc786820b16e5c9028b75b99f6f604b4d26"
    " 0xdc181bd607330aeebef6ea62e03e5e1fb4b6f7c7 0x19cfce47ed54a88614648dc3f19a5980097007dd"
    " 0x5634c4a5fed09819e3c46d86a965dd9447d86e47 0x962bd449e630b0d928f308ce63f1a21f02576057"
    " 0x138eb30f73bc423c6455c53df6d89cb01d9ebc63".split()
)


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet sent, and what one received."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SENT, 3, 3):
        events += _sent(view.without(events), log)
    for log in logs_with(view.activity, RECEIVED, 3, 2):
        events += _received(view.without(events), log)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the contract took or burnt; the coin beside it pays for the message."""
    amount, called = number_in(log, 1), view.activity.called
    leg = leg_with(view, -amount, {log.address, called, ZERO_ADDRESS})
    asset = leg.asset if leg else native(view.activity.network)
    legs = paid(view, asset, amount, log.address)
    return (event(view, "bridge_out", legs, _name(log), words(_message(log))),) if legs else ()


def _received(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 2) not in view.owned:
        return ()
    amount = number_in(log, 1)
    leg = leg_with(view, amount, {log.address, ZERO_ADDRESS})
    legs = (leg,) if leg else came(view, native(view.activity.network), amount)
    return (event(view, "bridge_in", legs, _name(log), words(_message(log))),) if legs else ()


def _name(log: Log) -> str:
    return "stargate" if log.address in _POOLS else NAME


def _message(log: Log) -> str:
    """The id of the message; what travels with others in one has none of its own."""
    return f"lz:{log.topics[1]}" if int(log.topics[1], 16) else ""
