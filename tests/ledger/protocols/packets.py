"""Packets of LayerZero's second version, as its endpoint logs them."""

from ledger.protocols import _layerzero as layerzero
from tests.ledger.moves import log, word

ENDPOINT = "0x1a44076050125825900e736c501f859c50fe728c"


def message(recipient, amount, calls=""):
    """What a token sends: recipient, amount in eight bytes, and what calls a contract."""
    return word(recipient) + f"{amount:016x}" + calls


def packet_sent(index, guid, network, receiver, text, emitter=ENDPOINT):
    """Version, number, network and sender, network and receiver, id and message, packed."""
    packet = f"01{1:016x}{30101:08x}{word('OFT')}{network:08x}{word(receiver)}{word(guid)}{text}"
    size = len(packet) // 2
    packet = packet.ljust(-(-len(packet) // 64) * 64, "0")
    words = [int(packet[place : place + 64], 16) for place in range(0, len(packet), 64)]
    data = [96, 0, "library", size, *words]
    return log(index, emitter, layerzero.PACKET_SENT, data=data)
