"""Wormhole's native token transfers: a view in; tokens that left for another network or came, out.

Sources: wormhole-foundation/native-token-transfers, evm/src (NttManager.sol, IRateLimiter.sol,
IWormholeTransceiver.sol), both versions; its documents, events. A manager that locks or burns a
token logs the amount; which manager of the other network is told, a transceiver logs beside it.
"""

from typing import Final

from ledger.chains.evm.codec import keccak
from ledger.model.activity import Log
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import expected, leg_with, paid, words
from ledger.protocols._wormhole import CHAINS, NETWORKS_BY_CHAIN
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "wormhole_ntt"
#: Before the token bridge, whose core carries these messages too.
RANK: Final = 11
_PROTOCOL: Final = "wormhole"

#: TransferSent(bytes32 recipient, bytes32 refundAddress, uint256 amount, uint256 fee,
#: uint16 recipientChain, uint64 msgSequence), the first two indexed since the second version, and
#: TransferSent(bytes32 digest) behind it; TransferRedeemed(bytes32 digest); digest indexed.
SENT: Final = "0xe54e51e42099622516fa3b48e9733581c9dbdcb771cafb093f745a0532a35982"
SENT_DIGEST: Final = "0x3e6ae56314c6da8b461d872f41c6d0bb69317b9d0232805aaccfa45df1a16fa0"
REDEEMED: Final = "0x504e6efe18ab9eed10dc6501a417f5b12a2f7f2b1593aed9b89f9bce3cf29a91"
#: SendTransceiverMessage(uint16 recipientChain, (bytes32 sourceNttManagerAddress, bytes32
#: recipientNttManagerAddress, bytes nttManagerPayload, bytes transceiverPayload) message).
CARRIED: Final = "0x79376a0dc6cbfe6f6f8f89ad24c262a8c6233f8df181d3fe5abb2e2442e8c738"
#: Where the tuple of that log begins.
_TUPLE: Final = 64

SIGNS: Final = frozenset({SENT, REDEEMED})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave to a manager, and what one gave or made for it."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SENT, 3, 4):
        events += _sent(view.without(events), log, log.topics[1], 0)
    for log in logs_with(view.activity, SENT, 1, 6):
        events += _sent(view.without(events), log, "0x" + log.data[2:66], 2)
    redeemed = logs_with(view.activity, REDEEMED, 2, 0)
    if len(redeemed) == 1:
        events += _redeemed(view.without(events), redeemed[0])
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log, recipient: str, place: int) -> tuple[Event, ...]:
    """What the manager locked or burnt, and the coin that pays for the message."""
    amount, network = number_in(log, place), NETWORKS_BY_CHAIN.get(number_in(log, place + 2), "")
    taken = leg_with(view, -amount, {log.address, view.called, ZERO_ADDRESS})
    if taken is None:
        return ()
    legs = paid(view, taken.asset, amount, log.address, ZERO_ADDRESS)
    beside = _carried(view, log)
    note = words(
        _message(view, log, beside),
        f"{network}:0x{recipient[-40:]}" if network else "",
        expected(network, "*", f"~{amount}"),
        word_address(beside, 3) if beside is not None and network else "",
    )
    return (event(view, "bridge_out", legs, _PROTOCOL, note),) if legs else ()


def _carried(view: ActivityView, log: Log) -> Log | None:
    """What a transceiver said last of the manager before it logged the transfer."""
    beside = [
        one
        for one in logs_with(view.activity, CARRIED, 1, 5)
        if word_address(one, 2) == log.address and one.index < log.index
    ]
    return beside[-1] if beside else None


def _message(view: ActivityView, log: Log, beside: Log | None) -> str:
    """The digest that the manager logs, or the hash of network and message that it is."""
    for one in logs_with(view.activity, SENT_DIGEST, 2, 0):
        if one.address == log.address and one.index > log.index:
            return f"ntt:{one.topics[1]}"
    chain = CHAINS.get(view.activity.network)
    if beside is None or chain is None:
        return ""
    body = bytes.fromhex(beside.data[2 + 2 * _TUPLE :])
    start = int.from_bytes(body[64:96])
    size = int.from_bytes(body[start : start + 32])
    message = body[start + 32 : start + 32 + size]
    if not size or len(message) != size:
        return ""
    return f"ntt:0x{keccak(chain.to_bytes(2) + message).hex()}"


def _redeemed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The one token that a manager gave or made: its log names no amount."""
    legs = [leg for leg in view.legs if _is_given(leg, log)]
    if len(legs) != 1:
        return ()
    note = words(f"ntt:{log.topics[1]}", by=log.address)
    return (event(view, "bridge_in", legs, _PROTOCOL, note),)


def _is_given(leg: Leg, log: Log) -> bool:
    fungible = "/erc20:" in leg.asset and not is_non_fungible(leg.asset)
    return fungible and leg.quantity > 0 and leg.counterparty in {log.address, ZERO_ADDRESS}
