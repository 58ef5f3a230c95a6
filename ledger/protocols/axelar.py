"""Axelar and Squid above it: a view in; tokens that left for another network or came from one, out.

Sources: axelarnetwork/axelar-cgp-solidity, IAxelarGateway.sol and info/mainnet.json (gateways,
names of networks); axelarnetwork/interchain-token-service, IInterchainTokenService.sol (one address
on all networks); 0xsquid/squid-core, SquidRouter.sol.

No log of an arrival has an id that the sending side has too.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import bytes_at, expected, handed, leg_with, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "axelar"
RANK: Final = 12

#: TokenSent(address sender, string destinationChain, string destinationAddress, string symbol,
#: uint256 amount), sender indexed; ContractCallWithToken(address sender, string destinationChain,
#: string destinationContractAddress, bytes32 payloadHash, bytes payload, string symbol,
#: uint256 amount), sender and payloadHash indexed; of a gateway.
TOKEN_SENT: Final = "0x651d93f66c4329630e8d0f62488eff599e3be484da587335e8dc0fcf46062726"
CALLED_WITH: Final = "0x7e50569d26be643bda7757722291ec66b1be66d8283474ae3fab5a98f878a7a2"
#: InterchainTransfer(bytes32 tokenId, address sourceAddress, string destinationChain,
#: bytes destinationAddress, uint256 amount, bytes32 dataHash), the first two and dataHash indexed;
#: InterchainTransferReceived(bytes32 commandId, bytes32 tokenId, string sourceChain,
#: bytes sourceAddress, address destinationAddress, uint256 amount, bytes32 dataHash), the first two
#: and destinationAddress indexed; of the token service.
TRANSFER: Final = "0xcd05f5b9dc4bb03babf40f5da98f5f46819846207d916f89b67d36fd1f7fd74f"
RECEIVED: Final = "0xbdb65cfd017af0876344138f62bc895163b5fd120cbe6e666ed306afd658de4b"

#: The service of tokens that are on many networks, and Squid's router.
SERVICE: Final = "0xb5fb4be02232b1bba4dc8f81dc24c26980de9e3c"
SQUID: Final = "0xce16f69375520ab01377ce7b88f5ba8c48f8d666"
#: Gateways: Ethereum, Polygon, BNB Smart Chain and Fantom, Avalanche, the others.
GATEWAYS: Final = frozenset(
    {
        "0x4f4495243837681061c4743b74b3eedf548d56a5",
        "0x6f015f16de9fc8791b234ef68d486d2bf203fba8",
        "0x304acf330bbe08d1e512eefaa92f6a57871fd895",
        "0x5029c0eff6c34351a0cec334542cdb22c7928f78",
        "0xe432150cce91c13a887f7d836923d5597add8e31",
    }
)
#: Axelar's name of a network, in lower case → the network.
NETWORKS: Final = {
    "ethereum": "eip155:1",
    "optimism": "eip155:10",
    "binance": "eip155:56",
    "polygon": "eip155:137",
    "fantom": "eip155:250",
    "base": "eip155:8453",
    "arbitrum": "eip155:42161",
    "celo": "eip155:42220",
    "avalanche": "eip155:43114",
    "linea": "eip155:59144",
    "scroll": "eip155:534352",
}
#: topic → words, and the places of the destination's name, of the recipient and of the amount
_OUT: Final = {TOKEN_SENT: (7, 0, 1, 3), CALLED_WITH: (9, 0, 1, 4), TRANSFER: (6, 0, 1, 2)}

SIGNS: Final = frozenset({*_OUT, RECEIVED, *GATEWAYS, SQUID})
VOUCHED: Final = frozenset({SERVICE})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave, what came to one by the service, the gateway or Squid."""
    events: tuple[Event, ...] = ()
    for topic, (size, *_) in _OUT.items():
        for log in logs_with(view.activity, topic, 2, size):
            events += _sent(view.without(events), log)
    for log in logs_with(view.activity, RECEIVED, 4, 4):
        events += _received(view.without(events), log)
    events += _executed(view.without(events))
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the log says, or all of the one asset that a router swapped for it before.

    The coin beside it pays for the message.
    """
    _, name, recipient, place = _OUT[log.topics[0]]
    amount, sender = number_in(log, place), address_in(log.topics, 2 if place == 2 else 1)
    if log.address not in GATEWAYS | {SERVICE}:
        return ()
    middle = {log.address, sender, view.called, ZERO_ADDRESS}
    taken = leg_with(view, -amount, middle)
    legs = paid(view, taken.asset, amount, *(middle - {view.called})) if taken else ()
    legs = legs or (handed(view, sender) if view.called in {SQUID, sender} else ())
    network = NETWORKS.get(_text(log, name).lower(), "")
    to = _recipient(log, recipient) if log.topics[0] != CALLED_WITH else ""
    swapped = taken is None or not to
    arrives = expected(network, "*", "*" if swapped else f"~{amount}")
    note = words("", f"{network}:{to}" if network and to else "", arrives)
    protocol = "squid" if SQUID in {sender, view.called} else NAME
    return (event(view, "bridge_out", legs, protocol, note),) if legs else ()


def _received(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 3) not in view.owned or log.address != SERVICE:
        return ()
    amount = number_in(log, 2)
    leg = next((one for one in view.legs if one.quantity == amount), None)
    note = words(by=NAME)
    return (event(view, "bridge_in", (leg,), NAME, note),) if leg is not None else ()


def _executed(view: ActivityView) -> tuple[Event, ...]:
    """What a gateway, or Squid's router, paid out where somebody else called it."""
    if view.acts:
        return ()
    called = view.activity.called
    direct = called in GATEWAYS
    legs = [
        leg
        for leg in view.legs
        if leg.quantity > 0
        and (
            leg.counterparty in GATEWAYS
            or leg.counterparty == SQUID
            or (direct and leg.counterparty == ZERO_ADDRESS)
        )
    ]
    protocol = "squid" if any(leg.counterparty == SQUID for leg in legs) else NAME
    return (event(view, "bridge_in", legs, protocol),) if legs else ()


def _text(log: Log, place: int) -> str:
    return bytes_at(log, place).decode("ascii", "replace")


def _recipient(log: Log, place: int) -> str:
    """An address, which a gateway names in letters and the service in bytes."""
    said = bytes_at(log, place)
    if len(said) == 20:
        return "0x" + said.hex()
    text = said.decode("ascii", "replace").lower()
    return text if len(text) == 42 and text.startswith("0x") else ""
