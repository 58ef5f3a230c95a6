"""Across: a view in; what left over the bridge and what arrived out, with the deposit's number.

Source: across-protocol/contracts, V3SpokePoolInterface.sol, in both forms: addresses, and since
2025 words of 32 bytes, which other networks than EVM need.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, native
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

#: Of the second version FundsDeposited(uint256 amount, uint256 originChainId,
#: uint256 destinationChainId, int64 relayerFeePct, uint32 depositId, uint32 quoteTimestamp,
#: address originToken, address recipient, address depositor, bytes message); destinationChainId,
#: depositId and depositor indexed; and FilledRelay(uint256 amount, uint256 totalFilledAmount,
#: uint256 fillAmount, uint256 repaymentChainId, uint256 originChainId, uint256 destinationChainId,
#: int64 relayerFeePct, int64 realizedLpFeePct, uint32 depositId, address destinationToken,
#: address relayer, address depositor, address recipient, bytes message, (address recipient,
#: bytes message, int64 relayerFeePct, bool isSlowRelay, int256 payoutAdjustmentPct)); the origin,
#: depositId and depositor indexed.
V2_FUNDS_DEPOSITED: Final = "0xafc4df6845a4ab948b492800d3d8a25d538a102a2bc07cd01f1cfa097fddcff6"
FILLED_V2_RELAY: Final = "0x8ab9dc6c19fe88e69bc70221b339c84332752fdd49591b7c51e66bae3947b73c"
#: LiquidityAdded(address l1Token, uint256 amount, uint256 lpTokensMinted,
#: address liquidityProvider), LiquidityRemoved of the same shape, of the pool that pays relayers
#: back (HubPool.sol); the addresses indexed.
LIQUIDITY_ADDED: Final = "0x3c69701a61c79a92ef9692903aaa0068bce8771361ecb09547391e4fb4df8537"
LIQUIDITY_REMOVED: Final = "0xcda1185f28599e6bd14ab8a68b3c30a11e1dce4256b5e67e94dd3fd846a6c589"

SIGNS: Final = frozenset(
    {
        *(V3_FUNDS_DEPOSITED, FUNDS_DEPOSITED, FILLED_V3_RELAY, FILLED_RELAY),
        *(V2_FUNDS_DEPOSITED, FILLED_V2_RELAY, LIQUIDITY_ADDED, LIQUIDITY_REMOVED),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits that an owned wallet paid and fills that one received; liquidity for relayers."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, V2_FUNDS_DEPOSITED, 4, 6):
        events += _sent_at_a_rate(view.without(events), log)
    for log in logs_with(view.activity, FILLED_V2_RELAY, 4, 10):
        events += _arrived_at_a_rate(view.without(events), log)
    for topic, sign in ((LIQUIDITY_ADDED, 1), (LIQUIDITY_REMOVED, -1)):
        for log in logs_with(view.activity, topic, 3, 2):
            events += _provided(view.without(events), log, sign)
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


def _sent_at_a_rate(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A deposit of the second version: what it pays there depends on a rate of that time."""
    network, amount = view.activity.network, number_in(log, 0)
    paid = payments(view, {erc20(network, word_address(log, 4)): -amount}, via=log.address)
    if not paid:
        return ()
    origin, there = network.rpartition(":")[2], f"eip155:{int(log.topics[1], 16)}"
    note = words(
        f"{origin}:{int(log.topics[2], 16)}",
        f"{there}:{word_address(log, 5)}",
        expected(there, "*", "*"),
    )
    return (event(view, "bridge_out", paid, NAME, note),)


def _arrived_at_a_rate(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A fill of the second version: its amount less fees, from who relays it or from the pool."""
    if word_address(log, 8) in view.owned:
        return ()
    token = word_address(log, 7)
    wanted = {erc20(view.activity.network, token), native(view.activity.network)}
    came = [
        leg
        for leg in view.legs
        if 0 < leg.quantity <= number_in(log, 2)
        and leg.asset in wanted
        and leg.counterparty in {log.address, word_address(log, 8), token}
        and leg.wallet.endswith(word_address(log, 9))
    ][:1]
    message = f"{int(log.topics[1], 16)}:{int(log.topics[2], 16)}"
    note = words(message, unwraps=unwrapped(view, came, token))
    return (event(view, "bridge_in", came, NAME, note),) if came else ()


def _provided(view: ActivityView, log: Log, sign: int) -> tuple[Event, ...]:
    """A token put in for as many shares as the log says, or taken out for them."""
    token = erc20(view.activity.network, address_in(log.topics, 1))
    shares = [
        leg
        for leg in view.legs
        if leg.quantity == sign * number_in(log, 1) and leg.counterparty == ZERO_ADDRESS
    ][:1]
    moved = payments(view, {token: -sign * number_in(log, 0)}, via=log.address) if shares else ()
    kind = "pool_deposit" if sign > 0 else "pool_withdraw"
    return (event(view, kind, (*shares, *moved), NAME),) if moved else ()
