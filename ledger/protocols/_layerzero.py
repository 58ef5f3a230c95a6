"""LayerZero's second version: a log of a token that left in; what the other end will say of it out.

Sources: LayerZero-Labs/LayerZero-v2 (EndpointV2, PacketV1Codec, OFTMsgCodec),
stargate-protocol/stargate-v2 (TaxiCodec, TokenMessaging), docs of both (deployed contracts, mainnet
contracts). A token logs no recipient; the packet that its endpoint sends has all of it.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log
from ledger.protocols._bridges import Said, expected
from ledger.shapes import ActivityView, logs_with, number_in, word_address

#: OFTSent(bytes32 guid, uint32 dstEid, address fromAddress, uint256 amountSentLD,
#: uint256 amountReceivedLD); guid and fromAddress indexed.
SENT: Final = "0x85496b760a4b7f8d66384b9df21b381f5d1b1e79f229a47aaf4c232edc2fe59a"
#: PacketSent(bytes encodedPayload, bytes options, address sendLibrary) of the endpoint.
PACKET_SENT: Final = "0x1ab700d4ced0c005b164c0f789fd09fcbb0156d4c2041b8a3bfbcd961cd1567f"
#: ComposeDelivered(address from, address to, bytes32 guid, uint16 index) of the endpoint.
COMPOSED: Final = "0x0036c98efcf9e6641dfbc9051f66f405253e8e0c2ab4a24dccda15595b7378c8"

#: The endpoint, at one address on most networks, and zkSync's.
_ENDPOINTS: Final = frozenset(
    {"0x1a44076050125825900e736c501f859c50fe728c", "0xd07c30af3ff30d96bdc9c6044958230eb797ddbf"}
)
#: Stargate's pools, whose addresses recur on several networks.
POOLS: Final = frozenset(
    "0x77b2043768d28e9c9ab44e1abfc95944bce57931 0xc026395860db2d07ee33e05fe50ed7bd583189c7"
    " 0x933597a323eb81cae705c5bc29985172fd5a3973 0xa45b5130f36cdca45667738e2a258ab09f4a5f7f"
    " 0xe8cdf27acd73a434d661c84887215f7598e7d0d3 0xce8cca271ebc0533920c83d39f417ed6a0abb7d0"
    " 0x9aa02d4fae7f58b8e8f34c66e756cc734dac7fe4 0x27a16dc786820b16e5c9028b75b99f6f604b4d26"
    " 0xdc181bd607330aeebef6ea62e03e5e1fb4b6f7c7 0x19cfce47ed54a88614648dc3f19a5980097007dd"
    " 0x5634c4a5fed09819e3c46d86a965dd9447d86e47 0x962bd449e630b0d928f308ce63f1a21f02576057"
    " 0x138eb30f73bc423c6455c53df6d89cb01d9ebc63".split()
)
STARGATE: Final = "stargate"

#: The first version's number of a network → the network; the second's is larger by 30,000.
NETWORKS: Final = {
    101: "eip155:1",
    102: "eip155:56",
    106: "eip155:43114",
    109: "eip155:137",
    110: "eip155:42161",
    111: "eip155:10",
    112: "eip155:250",
    125: "eip155:42220",
    145: "eip155:100",
    165: "eip155:324",
    181: "eip155:5000",
    183: "eip155:59144",
    184: "eip155:8453",
    214: "eip155:534352",
    243: "eip155:81457",
    332: "eip155:146",
    367: "eip155:999",
}
_SECOND: Final = 30_000
#: Letters of a message that is sent on to nobody: recipient and amount; more calls a contract.
_PLAIN: Final = 80


@dataclass(frozen=True, slots=True)
class _Packet:
    """Where a packet goes, and the message in it as hexadecimal letters."""

    network: str
    receiver: str
    message: str


def said(view: ActivityView, log: Log) -> Said:
    """What the other end of a token's log will say; what travels with others has no id."""
    if not int(log.topics[1], 16):
        return Said()
    message, packet = f"lz:{log.topics[1]}", _packet(view, log.topics[1])
    if packet is None:
        return Said(message)
    # a pool sends its kind and the number of its asset before what others send
    body = packet.message[6:] if log.address in POOLS else packet.message
    recipient = "0x" + body[24:64]
    if len(body) > _PLAIN:
        return Said(message, "", expected(packet.network, "*", "*"), recipient)
    told_by = teller(log.address) if log.address in POOLS else packet.receiver
    arrives = expected(packet.network, "*", f"~{number_in(log, 2)}")
    return Said(message, f"{packet.network}:{recipient}", arrives, told_by)


def teller(address: str) -> str:
    """Who tells of an arrival: Stargate's pools by their name, a token as itself."""
    return STARGATE if address in POOLS else address


def composed(view: ActivityView, contract: str) -> str:
    """The id of the one message whose delivery called a contract here."""
    found = [
        log
        for log in logs_with(view.activity, COMPOSED, 1, 4)
        if log.address in _ENDPOINTS and word_address(log, 1) == contract
    ]
    return f"lz:0x{found[0].data[130:194]}" if len(found) == 1 else ""


def _packet(view: ActivityView, guid: str) -> _Packet | None:
    """The packet of an id, to a network that is known.

    A number of version, one of 8 bytes, then 4 of the network and 32 of the sender, the same of the
    receiver, the id and the message.
    """
    for log in logs_with(view.activity, PACKET_SENT, 1, 8):
        start = 2 + 64 + 2 * number_in(log, 0)
        text = log.data[start:]
        if log.address not in _ENDPOINTS or "0x" + text[162:226] != guid:
            continue
        size = 2 * int(log.data[start - 64 : start], 16)
        network = NETWORKS.get(int(text[90:98], 16) - _SECOND)
        message = text[226:size]
        if network is not None and len(message) >= _PLAIN:
            return _Packet(network, "0x" + text[122:162], message)
    return None


def carried(view: ActivityView) -> list[Said]:
    """What each token says that a router sent here."""
    return [said(view, log) for log in logs_with(view.activity, SENT, 3, 3)]
