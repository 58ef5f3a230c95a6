"""Squid's intents (CORAL): a view in; what was given for an order and what filled it, out.

Source: the contracts Spoke, at one address on all networks; both ends log the order by its hash.
What goes over Axelar's gateways in Squid's name is told with them.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, expected, handed, paid, words
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "squid"
RANK: Final = 12

#: OrderCreated(bytes32 orderHash, (address fromAddress, address toAddress, address filler,
#: address fromToken, address toToken, uint256 expiry, uint256 fromAmount, uint256 fillAmount,
#: uint256 feeRate, uint256 fromChain, uint256 toChain, bytes32 postHookHash) order) and OrderFilled
#: of the same shape; orderHash indexed.
CREATED: Final = "0x181de28643611afcf1cb4c095a1ef99c157e78437294f478c978e4a56e1ca77e"
FILLED: Final = "0x6955fd9b2a7639a9baac024897cad7007b45ffa74cbfe9582d58401ff6b977b7"

SIGNS: Final = frozenset({CREATED, FILLED})


def recognise(view: ActivityView) -> Recognised | None:
    """Orders that an owned wallet gave something for, and those that brought one something."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, CREATED, 2, 12):
        events += _created(view.without(events), log)
    for log in logs_with(view.activity, FILLED, 2, 12):
        events += _filled(view.without(events), log)
    return Recognised(events) if events else None


def _created(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was given, or all that a router swapped for it before."""
    legs = paid(view, asset_at(view, word_address(log, 3)), number_in(log, 6), log.address)
    if not legs and word_address(log, 0) in view.owned and view.called != log.address:
        legs = handed(view)
    there = f"eip155:{number_in(log, 10)}"
    note = words(
        f"squid:{log.topics[1]}",
        f"{there}:{word_address(log, 1)}",
        expected(there, word_address(log, 4), number_in(log, 7)),
    )
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _filled(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a filler paid to an owned wallet."""
    if word_address(log, 1) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 4)), number_in(log, 7))
    note = words(f"squid:{log.topics[1]}")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
