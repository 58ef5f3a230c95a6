"""Tokens over LayerZero's second version, Stargate's pools among them: a view in; both ends out.

Sources: LayerZero-Labs/LayerZero-v2 (IOFT: what a token that is on many networks logs on either
end), stargate-protocol/stargate-v2 (StargateBase, the same logs). Recipient and network of the
other end are in the packet that is sent beside.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event
from ledger.protocols import _layerzero
from ledger.protocols._bridges import came, leg_with, paid, words
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

#: OFTSent, of a token that left.
SENT: Final = _layerzero.SENT
#: OFTReceived(bytes32 guid, uint32 srcEid, address toAddress, uint256 amountReceivedLD); guid and
#: toAddress indexed.
RECEIVED: Final = "0xefed6d3500546b29533b128a29e3a94d70788727f0507505ac12eaf2e578fd9c"

SIGNS: Final = frozenset({SENT, RECEIVED})


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
    amount, called = number_in(log, 1), view.called
    leg = leg_with(view, -amount, {log.address, called, ZERO_ADDRESS})
    asset = leg.asset if leg else native(view.activity.network)
    legs = paid(view, asset, amount, log.address)
    note = words(*_layerzero.said(view, log))
    return (event(view, "bridge_out", legs, _name(log), note),) if legs else ()


def _received(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 2) not in view.owned:
        return ()
    amount = number_in(log, 1)
    leg = leg_with(view, amount, {log.address, ZERO_ADDRESS})
    legs = (leg,) if leg else came(view, native(view.activity.network), amount)
    note = words(_message(log), by=_layerzero.teller(log.address))
    return (event(view, "bridge_in", legs, _name(log), note),) if legs else ()


def _name(log: Log) -> str:
    return _layerzero.STARGATE if log.address in _layerzero.POOLS else NAME


def _message(log: Log) -> str:
    """The id of the message; what travels with others in one has none of its own."""
    return f"lz:{log.topics[1]}" if int(log.topics[1], 16) else ""
