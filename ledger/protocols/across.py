"""Across: a view in; what left over the bridge and what arrived out, with the deposit's number.

Source: across-protocol/contracts, V3SpokePoolInterface.sol, in both forms: addresses, and since
2025 words of 32 bytes, which other networks than EVM need.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._bridges import expected, unwrapped, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    word_address,
)

NAME: Final = "across"
RANK: Final = 10

#: V3FundsDeposited(address inputToken, address outputToken, uint256 inputAmount,
#: uint256 outputAmount, uint256 destinationChainId, uint32 depositId, uint32 quoteTimestamp,
#: uint32 fillDeadline, uint32 exclusivityDeadline, address depositor, address recipient,
#: address exclusiveRelayer, bytes message); destinationChainId, depositId and depositor indexed.
V3_FUNDS_DEPOSITED: Final = "0xa123dc29aebf7d0c3322c8eeb5b999e859f39937950ed31056532713d0de396f"
#: FundsDeposited: the same with bytes32 for addresses and uint256 for depositId.
FUNDS_DEPOSITED: Final = "0x32ed1a409ef04c7b0227189c3a103dc5ac10e775a15b785dcc510201f7c25ad3"
#: FilledV3Relay(address inputToken, address outputToken, uint256 inputAmount, uint256 outputAmount,
#: uint256 repaymentChainId, uint256 originChainId, uint32 depositId, uint32 fillDeadline,
#: uint32 exclusivityDeadline, address exclusiveRelayer, address relayer, address depositor,
#: address recipient, bytes message, (address updatedRecipient, bytes updatedMessage,
#: uint256 updatedOutputAmount, uint8 fillType)); originChainId, depositId and relayer indexed.
FILLED_V3_RELAY: Final = "0x571749edf1d5c9599318cdbc4e28a6475d65e87fd3b2ddbe1e9a8d5e7a0f0ff7"
#: FilledRelay: the same with bytes32 for addresses, uint256 for depositId and hashes for messages.
FILLED_RELAY: Final = "0x44b559f101f8fbcc8a0ea43fa91a05a729a5ea6e14a7c75aa750374690137208"

SIGNS: Final = frozenset({V3_FUNDS_DEPOSITED, FUNDS_DEPOSITED, FILLED_V3_RELAY, FILLED_RELAY})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits that an owned wallet paid and fills that one received."""
    events: tuple[Event, ...] = ()
    for topic in (V3_FUNDS_DEPOSITED, FUNDS_DEPOSITED):
        for log in logs_with(view.activity, topic, 4, 9):
            events += _sent(view.without(events), log)
    for topic in (FILLED_V3_RELAY, FILLED_RELAY):
        for log in logs_with(view.activity, topic, 4, 11):
            events += _arrived(view.without(events), log)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The input of a deposit; `to` names the wallet that shall receive what `expects` says."""
    network = view.activity.network
    given = erc20(network, word_address(log, 0))
    paid = payments(view, {given: -number_in(log, 2)}, via=log.address)
    if not paid:
        return ()
    origin = network.rpartition(":")[2]
    destination = int(log.topics[1], 16)
    # no token is whichever stands for the one that was given, and any relayer names it
    token = "*" if word_address(log, 1) == ZERO_ADDRESS else word_address(log, 1)
    note = words(
        f"{origin}:{int(log.topics[2], 16)}",
        f"eip155:{destination}:{word_address(log, 7)}",
        expected(f"eip155:{destination}", token, number_in(log, 3)),
    )
    return (event(view, "bridge_out", paid, NAME, note),)


def _arrived(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The output of a deposit that a relayer paid out to an owned wallet."""
    if address_in(log.topics, 3) in view.owned:
        return ()
    token = word_address(log, 1)
    wanted = erc20(view.activity.network, token)
    for amount in dict.fromkeys((number_in(log, 3), _updated(log))):
        came = payments(view, {wanted: amount}, via=log.address) if amount else ()
        if came:
            message = f"{int(log.topics[1], 16)}:{int(log.topics[2], 16)}"
            note = words(message, unwraps=unwrapped(view, came, token))
            return (event(view, "bridge_in", came, NAME, note),)
    return ()


def _updated(log: Log) -> int:
    """The amount that the depositor agreed to in the end; 0 where the log does not say."""
    words = (len(log.data) - 2) // 64
    if log.topics[0] == FILLED_RELAY:
        return number_in(log, 13) if words > 13 else 0
    place, beyond = divmod(number_in(log, 11) if words > 11 else 0, 32)
    return number_in(log, place + 2) if not beyond and 0 < place < words - 2 else 0
