"""Polygon's unified bridge, of zkEVM and what else settles beside it: a view in; both ends out.

Sources: 0xPolygonHermez/zkevm-contracts, PolygonZkEVMBridge.sol and PolygonZkEVMBridgeV2.sol; one
address on all networks. A claim names its deposit by an index that tells the network it came from.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, native
from ledger.model.event import Event
from ledger.protocols._bridges import COIN, came, expected, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "polygon_zkevm_bridge"
RANK: Final = 12

#: BridgeEvent(uint8 leafType, uint32 originNetwork, address originAddress,
#: uint32 destinationNetwork, address destinationAddress, uint256 amount, bytes metadata,
#: uint32 depositCount), nothing indexed.
SENT: Final = "0x501781209a1f8899323b96b4ef08b168df93e0a90c673d1e4cce39366cb62f9b"
#: ClaimEvent(uint256 globalIndex, uint32 originNetwork, address originAddress,
#: address destinationAddress, uint256 amount), nothing indexed; of the first version with uint32
#: index, which does not tell the network.
CLAIMED: Final = "0x1df3f2a973a00d6635911755c260704e95e8a5876997546798770f76396fda4d"
CLAIMED_FIRST: Final = "0x25308c93ceeed162da955b3f7ce3e3f93606579e40fb92029faa9efe27545983"

BRIDGE: Final = "0x2a3dd3eb832af982ec71669e178424b10dca2ede"
#: Number of a network among those that the bridge joins → the network.
_NETWORKS: Final = {0: "eip155:1", 1: "eip155:1101", 3: "eip155:196"}
_NUMBERS: Final = {network: number for number, network in _NETWORKS.items()}
#: Networks whose coin is that of Ethereum.
_ETHER: Final = frozenset({"eip155:1", "eip155:1101"})
#: The bit of an index that says that Ethereum's own deposits are counted.
_FROM_ETHEREUM: Final = 1 << 64

SIGNS: Final = frozenset({SENT, CLAIMED, CLAIMED_FIRST})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits that an owned wallet paid and claims that one received."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SENT, 1, 8):
        events += _sent(view.without(events), log)
    for topic in (CLAIMED, CLAIMED_FIRST):
        for log in logs_with(view.activity, topic, 1, 5):
            events += _claimed(view.without(events), log)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was locked or burnt: a token of another network has another address here."""
    network, amount = view.activity.network, number_in(log, 5)
    origin, token = _NETWORKS.get(number_in(log, 1), ""), word_address(log, 2)
    if token == ZERO_ADDRESS:
        here = native(network)
    elif origin == network:
        here = erc20(network, token)
    else:
        here = next((leg.asset for leg in view.legs if leg.quantity == -amount), native(network))
    legs = paid(view, here, amount, log.address) if amount else ()
    if not legs:
        return ()
    there = _NETWORKS.get(number_in(log, 3), "")
    own = _NUMBERS.get(network)
    index = (_FROM_ETHEREUM if own == 0 else (own - 1) << 32) if own is not None else 0
    note = words(
        f"unified:{index | number_in(log, 7)}" if own is not None else "",
        f"{there}:{word_address(log, 4)}" if there else "",
        expected(there, _there(origin, token, there), amount),
        NAME,
    )
    return (event(view, "bridge_out", legs, NAME, note),)


def _there(origin: str, token: str, there: str) -> str:
    """What a token is on the other side, where no log has to say it."""
    if token == ZERO_ADDRESS:
        return COIN if there in _ETHER else "*"
    return token if origin == there else "*"


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was paid out or minted to an owned wallet."""
    network, amount = view.activity.network, number_in(log, 4)
    if word_address(log, 3) not in view.owned or not amount:
        return ()
    token = word_address(log, 2)
    brought = [
        leg
        for leg in view.legs
        if leg.quantity == amount and leg.counterparty in {log.address, ZERO_ADDRESS}
    ][:1]
    wanted = native(network) if token == ZERO_ADDRESS else erc20(network, token)
    legs = tuple(brought) or came(view, wanted, amount)
    message = f"unified:{number_in(log, 0)}" if log.topics[0] == CLAIMED else ""
    note = words(message, by=NAME if log.address == BRIDGE and message else "")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
