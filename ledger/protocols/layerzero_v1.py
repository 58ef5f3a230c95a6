"""Stargate's and other tokens over LayerZero's first version: a view in; both ends out.

Sources: stargate-protocol/stargate (Pool), LayerZero-Labs/solidity-examples (OFT, OFT V2) and
LayerZero-Labs/LayerZero (UltraLightNodeV2, whose packets are numbered on each path).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import came, leg_with, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "layerzero_v1"
RANK: Final = 12

#: Swap(uint16 chainId, uint256 dstPoolId, address from, uint256 amountSD, uint256 eqReward,
#: uint256 eqFee, uint256 protocolFee, uint256 lpFee) of a pool, in decimals that networks share.
POOL_SENT: Final = "0x34660fc8af304464529f48a778e03d03e4d34bcd5f9b6f0cfbf3cd238c642f7f"
#: SwapRemote(address to, uint256 amountSD, uint256 protocolFee, uint256 dstFee) of a pool.
POOL_PAID: Final = "0xfb2b592367452f1c437675bed47f5e1e6c25188c17d7ba01a12eb030bc41ccef"
#: SendToChain(uint16 dstChainId, address from, bytes toAddress, uint256 amount), the first two
#: indexed, and the same with bytes32 toAddress, indexed as well.
SENT: Final = "0x39a4c66499bcf4b56d79f0dde8ed7a9d4925a0df55825206b2b8531e202be0d0"
SENT_2: Final = "0xd81fc9b8523134ed613870ed029d6170cbb73aa6a6bc311b9a642689fb9df59a"
#: ReceiveFromChain(uint16 srcChainId, address to, uint256 amount); the first two indexed.
RECEIVED: Final = "0xbf551ec93859b170f9b2141bd9298bf3f64322c6f7beb2543a0cb669834118bf"
#: Packet(bytes payload): number of 8 bytes, network of 2, sender of 20, network of 2, receiver.
PACKET: Final = "0xe9bded5f24a4168e4f3bf44e00298c993b22376aad8c58c7dda9718a54cbea82"
#: PacketReceived(uint16 srcChainId, bytes srcAddress, address dstAddress, uint64 nonce,
#: bytes32 payloadHash); srcChainId and dstAddress indexed.
PACKET_RECEIVED: Final = "0x2bd2d8a84b748439fd50d79a49502b4eb5faa25b864da6a9ab5c150704be9a4d"

SIGNS: Final = frozenset({POOL_SENT, POOL_PAID, SENT, SENT_2, RECEIVED})

_STARGATE, _TOKENS = "stargate", "layerzero"


def recognise(view: ActivityView) -> Recognised | None:
    """What pools and tokens took of an owned wallet, and paid to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, POOL_SENT, 1, 8):
        events += _pool_sent(view.without(events), log)
    for topic, topics, size in ((SENT, 3, 2), (SENT_2, 4, 1)):
        for log in logs_with(view.activity, topic, topics, size):
            events += _token_sent(view.without(events), log)
    for log in logs_with(view.activity, POOL_PAID, 1, 4):
        events += _pool_paid(view.without(events), log)
    for log in logs_with(view.activity, RECEIVED, 3, 1):
        events += _token_received(view.without(events), log)
    return Recognised(events) if events else None


def _pool_sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A token that went to the pool itself, or coin that was wrapped for it."""
    coin = native(view.activity.network)
    went = [
        leg
        for leg in view.legs
        if leg.quantity < 0
        and leg.counterparty == log.address
        and leg.asset != coin
        and not is_non_fungible(leg.asset)
    ]
    if len(went) == 1:
        return _out(view, paid(view, went[0].asset, -went[0].quantity, log.address), _STARGATE)
    amount = sum(number_in(log, place) for place in (3, 5, 6, 7))
    return _out(view, paid(view, coin, amount, log.address), _STARGATE)


def _token_sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    amount = number_in(log, 1 if log.topics[0] == SENT else 0)
    leg = leg_with(view, -amount, {log.address, view.activity.called, ZERO_ADDRESS})
    asset = leg.asset if leg else native(view.activity.network)
    return _out(view, paid(view, asset, amount, log.address), _TOKENS)


def _out(view: ActivityView, legs: tuple[Leg, ...], name: str) -> tuple[Event, ...]:
    """What left, with the number of the one packet that was sent."""
    packets = logs_with(view.activity, PACKET, 1, 4)
    message = ""
    if len(packets) == 1:
        said = packets[0].data[130:]
        number, origin = int(said[:16], 16), int(said[16:20], 16)
        message = _message(origin, "0x" + said[20:60], "0x" + said[64:104], number)
    return (event(view, "bridge_out", legs, name, words(message)),) if legs else ()


def _pool_paid(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if word_address(log, 0) not in view.owned:
        return ()
    paid_out = tuple(
        leg
        for leg in view.legs
        if leg.quantity > 0 and leg.counterparty == log.address and not is_non_fungible(leg.asset)
    )
    legs = paid_out or came(view, native(view.activity.network), number_in(log, 1))
    return _in(view, legs[:1], _STARGATE)


def _token_received(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 2) not in view.owned:
        return ()
    amount = number_in(log, 0)
    leg = leg_with(view, amount, {log.address, ZERO_ADDRESS})
    legs = (leg,) if leg else came(view, native(view.activity.network), amount)
    return _in(view, legs, _TOKENS)


def _in(view: ActivityView, legs: tuple[Leg, ...], name: str) -> tuple[Event, ...]:
    """What arrived, with the number of the one packet that was received."""
    packets = logs_with(view.activity, PACKET_RECEIVED, 3, 5)
    message = ""
    if len(packets) == 1:
        packet = packets[0]
        sender = "0x" + packet.data[2 + 64 * 4 : 2 + 64 * 4 + 40]
        receiver = address_in(packet.topics, 2)
        message = _message(int(packet.topics[1], 16), sender, receiver, number_in(packet, 1))
    return (event(view, "bridge_in", legs, name, words(message)),) if legs else ()


def _message(origin: int, sender: str, receiver: str, number: int) -> str:
    """The path of a packet and its number on it."""
    return f"lz1:{origin}:{sender}:{receiver}:{number}"
