"""Stargate's and other tokens over LayerZero's first version: a view in; both ends out.

Sources: stargate-protocol/stargate (Pool), LayerZero-Labs/solidity-examples (OFT, OFT V2) and
LayerZero-Labs/LayerZero (UltraLightNodeV2, whose packets are numbered on each path).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import Said, came, expected, leg_with, paid, words
from ledger.protocols._layerzero import NETWORKS
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
#: Letters of a packet before its payload, and how the payload of a token begins that calls whom it
#: pays (OFTCoreV2, PT_SEND_AND_CALL).
_BODY: Final = 104
_SEND_AND_CALL: Final = "01"
#: The contracts that deliver packets (l2beat, discovery of LayerZero; at the first address on most
#: networks, on Base and Linea at the second): anybody else can log that one was received.
_NODES: Final = frozenset(
    {"0x4d73adb72bc3dd368966edd0f0b2148401a178e2", "0x38de71124f7a447a01d67945a51edce9ff491251"}
)


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
        legs = paid(view, went[0].asset, -went[0].quantity, log.address)
    else:
        amount = sum(number_in(log, place) for place in (3, 5, 6, 7))
        legs = paid(view, coin, amount, log.address)
    packet = _packet(view)
    arrives = f"~{number_in(log, 3) + number_in(log, 4)}"
    return _out(view, legs, _STARGATE, _said(packet, _pool_recipient(packet), arrives, _STARGATE))


def _token_sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    amount = number_in(log, 1 if log.topics[0] == SENT else 0)
    leg = leg_with(view, -amount, {log.address, view.called, ZERO_ADDRESS})
    asset = leg.asset if leg else native(view.activity.network)
    legs, packet = paid(view, asset, amount, log.address), _packet(view)
    to = address_in(log.topics, 3) if log.topics[0] == SENT_2 else _bytes_at(log.data[2:], 0)
    calls = log.topics[0] == SENT_2 and packet[_BODY : _BODY + 2] == _SEND_AND_CALL
    receiver = "0x" + packet[64:104]
    return _out(view, legs, _TOKENS, _said(packet, "" if calls else to, f"~{amount}", receiver))


def _packet(view: ActivityView) -> str:
    """The one packet that was sent, as hexadecimal letters; empty where there is none, or two."""
    packets = logs_with(view.activity, PACKET, 1, 4)
    return packets[0].data[130:] if len(packets) == 1 else ""


def _said(packet: str, to: str, arrives: str, by: str) -> Said:
    """What the other end will say. What is passed on by a contract there may be anything."""
    if not packet:
        return Said()
    number, origin = int(packet[:16], 16), int(packet[16:20], 16)
    there = NETWORKS.get(int(packet[60:64], 16), "")
    return Said(
        _message(origin, "0x" + packet[20:60], "0x" + packet[64:104], number),
        f"{there}:{to}" if there and to else "",
        expected(there, "*", arrives),
        by,
    )


def _pool_recipient(packet: str) -> str:
    """Whom a swap of a pool pays: its packet has the place of the recipient, then of a call."""
    body = packet[_BODY:]
    call = _bytes_at(body, 13)
    return "" if call else _bytes_at(body, 12)


def _bytes_at(body: str, place: int) -> str:
    """The bytes that the word at a place of encoded arguments points at; empty beyond the end."""
    pointer = body[64 * place : 64 * place + 64]
    start = 2 * int(pointer, 16) if len(pointer) == 64 else len(body)
    size = body[start : start + 64]
    length = 2 * int(size, 16) if len(size) == 64 else 0
    text = body[start + 64 : start + 64 + length]
    return f"0x{text}" if length and len(text) == length else ""


def _out(view: ActivityView, legs: tuple[Leg, ...], name: str, said: Said) -> tuple[Event, ...]:
    return (event(view, "bridge_out", legs, name, words(*said)),) if legs else ()


def _pool_paid(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if word_address(log, 0) not in view.owned:
        return ()
    paid_out = tuple(
        leg
        for leg in view.legs
        if leg.quantity > 0 and leg.counterparty == log.address and not is_non_fungible(leg.asset)
    )
    legs = paid_out or came(view, native(view.activity.network), number_in(log, 1))
    delivered = any(
        one.address in _NODES for one in logs_with(view.activity, PACKET_RECEIVED, 3, 5)
    )
    return _in(view, legs[:1], _STARGATE, _STARGATE if delivered else "")


def _token_received(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 2) not in view.owned:
        return ()
    amount = number_in(log, 0)
    leg = leg_with(view, amount, {log.address, ZERO_ADDRESS})
    legs = (leg,) if leg else came(view, native(view.activity.network), amount)
    return _in(view, legs, _TOKENS, log.address)


def _in(view: ActivityView, legs: tuple[Leg, ...], name: str, by: str) -> tuple[Event, ...]:
    """What arrived, with the number of the one packet that was received, and who tells of it."""
    packets = logs_with(view.activity, PACKET_RECEIVED, 3, 5)
    message = ""
    if len(packets) == 1:
        packet = packets[0]
        sender = "0x" + packet.data[2 + 64 * 4 : 2 + 64 * 4 + 40]
        receiver = address_in(packet.topics, 2)
        message = _message(int(packet.topics[1], 16), sender, receiver, number_in(packet, 1))
    note = words(message, by=by if message else "")
    return (event(view, "bridge_in", legs, name, note),) if legs else ()


def _message(origin: int, sender: str, receiver: str, number: int) -> str:
    """The path of a packet and its number on it."""
    return f"lz1:{origin}:{sender}:{receiver}:{number}"
