"""Omnibridge between Ethereum, Gnosis and others: a view in; tokens that left and arrived out.

Source: omni/omnibridge, BasicOmnibridge and WETHOmnibridgeRouter: both ends log the message's id.
"""

from typing import Final

from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols import _omnibridge
from ledger.protocols._bridges import came, paid, words
from ledger.shapes import ActivityView, Recognised, address_in, event, logs_with, number_in

NAME: Final = "omnibridge"
RANK: Final = 12

#: TokensBridgingInitiated, of a token that left.
INITIATED: Final = _omnibridge.SENT
#: TokensBridged(address token, address recipient, uint256 value, bytes32 messageId); all but the
#: value indexed.
BRIDGED: Final = "0x9afd47907e25028cdaca89d193518c302bbb128617d5a992c5abd45815526593"

SIGNS: Final = frozenset({INITIATED, BRIDGED})


def recognise(view: ActivityView) -> Recognised | None:
    """Tokens that an owned wallet gave, or the coin behind them, and those that came to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, INITIATED, 4, 1):
        token = erc20(view.activity.network, address_in(log.topics, 1))
        legs = paid(view.without(events), token, number_in(log, 0), log.address)
        if legs:
            note = words(*_omnibridge.said(view, log))
            events += (event(view, "bridge_out", legs, NAME, note),)
    for log in logs_with(view.activity, BRIDGED, 4, 1):
        token = erc20(view.activity.network, address_in(log.topics, 1))
        legs = came(view.without(events), token, number_in(log, 0))
        if legs:
            note = words(f"omnibridge:{log.topics[3]}", by=log.address)
            events += (event(view, "bridge_in", legs, NAME, note),)
    return Recognised(events) if events else None
