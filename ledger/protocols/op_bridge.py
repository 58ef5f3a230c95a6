"""The bridge of the OP stack: a view in; what left and arrived on either layer out.

Sources: ethereum-optimism/optimism, contracts StandardBridge, L1StandardBridge, L2StandardBridge,
CrossDomainMessenger, OptimismPortal, L2ToL1MessagePasser and Hashing; specs.optimism.io, deposits
(a deposit of coin alone leaves no log on the second layer: the network credits it).
"""

from collections.abc import Callable
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.chains.networks import network_named
from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import (
    COIN,
    COINS,
    asset_at,
    call_hash,
    came,
    coin_from,
    credited,
    expected,
    paid,
    words,
)
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "op_bridge"
RANK: Final = 12

#: ETHDepositInitiated(address from, address to, uint256 amount, bytes extraData); both indexed.
ETH_DEPOSIT: Final = "0x35d79ab81f2b2017e19afb5c5571778877782d7a8786f5907f93b0f4702f4f23"
#: ETHBridgeInitiated: the same, on both layers since Bedrock.
ETH_BRIDGE: Final = "0x2849b43074093a05396b6f2a937dee8565b15a48a7b3d4bffb732a5017380af5"
#: ERC20DepositInitiated(address l1Token, address l2Token, address from, address to,
#: uint256 amount, bytes extraData); the first three indexed.
ERC20_DEPOSIT: Final = "0x718594027abd4eaed59f95162563e0cc6d0e8d5b86b1c7be8b1b0ac3343d0396"
#: ERC20BridgeInitiated(address localToken, address remoteToken, …): the same, on both layers.
ERC20_BRIDGE: Final = "0x7ff126db8024424bbfd9826e8ab82ff59136289ea440b04b39a0df1b03b9cabf"
#: WithdrawalInitiated(address l1Token, address l2Token, …): the same, on the second layer.
WITHDRAWAL: Final = "0x73d170910aba9e6d50b102db522b1dbcd796216f5128b445aa2135272886497e"
#: ETHWithdrawalFinalized, ETHBridgeFinalized: (address from, address to, uint256, bytes).
ETH_WITHDRAWN: Final = "0x2ac69ee804d9a7a0984249f508dfab7cb2534b465b6ce1580f99a38ba9c5e631"
ETH_BRIDGED: Final = "0x31b2166ff604fc5672ea5df08a78081d2bc6d746cadce880747f3643d819e83d"
#: ERC20WithdrawalFinalized, ERC20BridgeFinalized, DepositFinalized (of the second layer):
#: (address, address, address from, address to, uint256 amount, bytes); the first three indexed.
ERC20_WITHDRAWN: Final = "0x3ceee06c1e37648fcbb6ed52e17b3e1f275a1f8c7b22a84b2b84732431e046b3"
ERC20_BRIDGED: Final = "0xd59c65b35445225835c83f50b6ede06a7be047d22e357073e250d9af537518cd"
DEPOSITED: Final = "0xb0444523268717a02698be47d0803aa7468c00acbed2f8bd93a0459cde61dd89"
#: SentMessage(address target, address sender, bytes message, uint256 messageNonce,
#: uint256 gasLimit); target indexed. SentMessageExtension1(address sender, uint256 value).
SENT_MESSAGE: Final = "0xcb0f7ffd78f9aee47a248fae8db181db6eee833039123e026dcbff529522e52a"
SENT_VALUE: Final = "0x8ebb2ec2465bdb2a06a66fc37a0963af8a2a6a1479d81d56fdb8cbb98096d546"
#: RelayedMessage(bytes32 msgHash), indexed.
RELAYED: Final = "0x4641df4a962071e12719d8c8c8e5ac7fc4d97b927346a3d7a335b1f7517e133c"
#: TransactionDeposited(address from, address to, uint256 version, bytes opaqueData) of the portal;
#: the first three indexed. The data begin with the coin to mint and the value to send.
PORTAL_DEPOSIT: Final = "0xb3813568d9991fc951961fcb4c784893574240a28925604d09fc577c55bb7c32"
#: MessagePassed(uint256 nonce, address sender, address target, uint256 value, uint256 gasLimit,
#: bytes data, bytes32 withdrawalHash) of the second layer; the first three indexed.
MESSAGE_PASSED: Final = "0x02a52367d10742d8032712c1bb8e0144ff1ec5ffda1ed7d70bb05a2744955054"
#: WithdrawalFinalized(bytes32 withdrawalHash, bool success) of the portal; the hash indexed.
PORTAL_WITHDRAWAL: Final = "0xdb5c7652857aa163daadd670e116628fb42e869d8ac4251ef8971d9e5727df1b"

SIGNS: Final = frozenset(
    {
        ETH_DEPOSIT,
        ETH_BRIDGE,
        ERC20_DEPOSIT,
        ERC20_BRIDGE,
        WITHDRAWAL,
        ETH_WITHDRAWN,
        ETH_BRIDGED,
        ERC20_WITHDRAWN,
        ERC20_BRIDGED,
        DEPOSITED,
        RELAYED,
        PORTAL_DEPOSIT,
        MESSAGE_PASSED,
        PORTAL_WITHDRAWAL,
        PROTOCOL,
    }
)

#: The contracts of the second layer, and its messenger (specs.optimism.io, predeploys).
_PREDEPLOYED: Final = "0x42000000000000000000000000000000000000"
_L2_MESSENGER: Final = "0x4200000000000000000000000000000000000007"
#: The bridges and portals of the first layer by network (superchain-registry); others are `NAME`.
_NETWORKS: Final = {
    "0x99c9fc46f92e8a1c0dec1b1747d010903e884be1": "eip155:10",
    "0xbeb5fc579115071764c7423a4f12edde41f106ed": "eip155:10",
    "0x25ace71c97b33cc4729cf772ae268934f7ab5fa1": "eip155:10",
    "0x3154cf16ccdb4c6d922629664174b904d80f2c35": "eip155:8453",
    "0x49048044d57e1c92a77f79988d21fa8faf74e97e": "eip155:8453",
    "0x866e82a600a1414e583f7f13623f1ac5d58b0afa": "eip155:8453",
}
_NAMES: Final = {"eip155:10": "optimism_bridge", "eip155:8453": "base_bridge"}
#: relayMessage(uint256,address,address,uint256,uint256,bytes), and before Bedrock
#: relayMessage(address,address,bytes,uint256): a message's id is the hash of the call.
_RELAY: Final = ("cbd4ece9", "d764ad0b")


def recognise(view: ActivityView) -> Recognised | None:
    """The bridge's own logs first, then its messenger and portal, then coin without a log."""
    events: tuple[Event, ...] = ()
    for topic, (topics, size, read) in _READERS.items():
        for log in logs_with(view.activity, topic, topics, size):
            events += read(view.without(events), log)
    events += _credited(view.without(events))
    return Recognised(events) if events else None


# ---- the bridge --------------------------------------------------------------------------------


def _sent_coin(view: ActivityView, log: Log) -> tuple[Event, ...]:
    amount = number_in(log, 0)
    legs = paid(view, native(view.activity.network), amount, log.address)
    return _out(view, log, legs, address_in(log.topics, 2), f"{COIN}/{amount}")


def _sent_token(view: ActivityView, log: Log) -> tuple[Event, ...]:
    here, there = address_in(log.topics, 1), address_in(log.topics, 2)
    if log.topics[0] == WITHDRAWAL:
        here, there = there, here
    amount = number_in(log, 1)
    legs = paid(view, asset_at(view, here), amount, log.address)
    arrives = f"{COIN if here in COINS else there}/{amount}"
    return _out(view, log, legs, word_address(log, 0), arrives)


def _came_coin(view: ActivityView, log: Log) -> tuple[Event, ...]:
    legs = came(view, native(view.activity.network), number_in(log, 0))
    return _in(view, log, legs)


def _came_token(view: ActivityView, log: Log) -> tuple[Event, ...]:
    here = address_in(log.topics, 2 if log.topics[0] == DEPOSITED else 1)
    return _in(view, log, came(view, asset_at(view, here), number_in(log, 1)))


# ---- messenger and portal ----------------------------------------------------------------------


def _sent_by_portal(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that was given to the portal, or over the messenger to it."""
    legs = paid(view, native(view.activity.network), number_in(log, 2), log.address)
    message = _sent_message(view, log)
    to = address_in(message.topics, 1) if message else address_in(log.topics, 2)
    return _out(view, log, legs, to, f"{COIN}/{number_in(log, 3)}")


def _sent_by_passer(view: ActivityView, log: Log) -> tuple[Event, ...]:
    legs = paid(view, native(view.activity.network), number_in(log, 0), log.address, _L2_MESSENGER)
    message = _sent_message(view, log)
    to = address_in(message.topics, 1) if message else address_in(log.topics, 3)
    arrives = f"{COIN}/{number_in(log, 0)}"
    return _out(view, log, legs, to, arrives, f"op:0x{log.data[194:258]}")


def _came_by_messenger(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that a message brought by itself; other stacks have this log too."""
    final = logs_with(view.activity, PORTAL_WITHDRAWAL, 2, 1)
    if log.address != _L2_MESSENGER and not final:
        return ()
    return _in(view, log, coin_from(view, log.address), f"op:{log.topics[1]}")


def _came_by_portal(view: ActivityView, log: Log) -> tuple[Event, ...]:
    return _in(view, log, coin_from(view, log.address), f"op:{log.topics[1]}")


def _credited(view: ActivityView) -> tuple[Event, ...]:
    """Coin of a deposit: the network credits its sender, who may pass it on at once."""
    network = view.activity.network
    legs = credited(view) if _layer(network) == 2 else ()
    return (event(view, "bridge_in", legs, _NAMES.get(network, NAME)),) if legs else ()


# ---- both ends ---------------------------------------------------------------------------------


def _out(
    view: ActivityView,
    log: Log,
    legs: tuple[Leg, ...],
    to: str,
    arrives: str,
    message: str = "",
) -> tuple[Event, ...]:
    """What left; `arrives` is token and quantity."""
    if not legs:
        return ()
    here, second = view.activity.network, _layer(view.activity.network, log.address) == 2
    there = "eip155:1" if second else _NETWORKS.get(log.address, "")
    sent = _sent_message(view, log)
    note = words(
        _message(view, sent) if sent else message,
        f"{there}:{to}" if there else to,
        expected(there, *arrives.split("/")),
    )
    return (event(view, "bridge_out", legs, _NAMES.get(here if second else there, NAME), note),)


def _in(
    view: ActivityView, log: Log, legs: tuple[Leg, ...], message: str = ""
) -> tuple[Event, ...]:
    """What arrived, with the message that was relayed right after."""
    if not legs:
        return ()
    here = view.activity.network
    there = here if _layer(here, log.address) == 2 else _NETWORKS.get(log.address, "")
    after = [other for other in logs_with(view.activity, RELAYED, 2, 0) if other.index > log.index]
    message = message or (f"op:{after[0].topics[1]}" if after else "")
    return (event(view, "bridge_in", legs, _NAMES.get(there, NAME), words(message)),)


def _layer(network: str, address: str = "") -> int:
    """2 on networks of the OP stack, which all have its contracts at the same addresses."""
    known = network_named(network).l1_fee == "op" or address.startswith(_PREDEPLOYED)
    return 2 if known else 1


def _sent_message(view: ActivityView, log: Log) -> Log | None:
    """The message that a log belongs to: the bridge's one, or that right behind the portal's."""
    near = log.topics[0] in {PORTAL_DEPOSIT, MESSAGE_PASSED}
    sent = [
        one
        for one in logs_with(view.activity, SENT_MESSAGE, 2, 5)
        if (one.index == log.index + 1 if near else word_address(one, 0) == log.address)
    ]
    return sent[0] if len(sent) == 1 else None


def _message(view: ActivityView, log: Log) -> str:
    """The hash of the call that relays a message (Hashing.hashCrossDomainMessage)."""
    values = [
        other.data[2:66]
        for other in logs_with(view.activity, SENT_VALUE, 2, 1)
        if other.address == log.address and other.index == log.index + 1
    ]
    target, sender = log.topics[1][2:], log.data[2:66]
    nonce, gas, tail = log.data[130:194], log.data[194:258], log.data[258:]
    if int(nonce, 16) >> 240:
        value = values[0] if values else f"{0:064x}"
        arguments = (nonce, sender, target, value, gas, f"{0xC0:064x}")
        found = call_hash(_RELAY[1], arguments, tail)
    else:
        found = call_hash(_RELAY[0], (target, sender, f"{0x80:064x}", nonce), tail)
    return f"op:{found}" if found else ""


#: Topic → topics and words that its log has, and who reads it, in the order of reading.
_READERS: Final[dict[str, tuple[int, int, Callable[[ActivityView, Log], tuple[Event, ...]]]]] = {
    ETH_DEPOSIT: (3, 1, _sent_coin),
    ETH_BRIDGE: (3, 1, _sent_coin),
    ERC20_DEPOSIT: (4, 2, _sent_token),
    ERC20_BRIDGE: (4, 2, _sent_token),
    WITHDRAWAL: (4, 2, _sent_token),
    ETH_WITHDRAWN: (3, 1, _came_coin),
    ETH_BRIDGED: (3, 1, _came_coin),
    ERC20_WITHDRAWN: (4, 2, _came_token),
    ERC20_BRIDGED: (4, 2, _came_token),
    DEPOSITED: (4, 2, _came_token),
    PORTAL_DEPOSIT: (4, 4, _sent_by_portal),
    MESSAGE_PASSED: (4, 4, _sent_by_passer),
    RELAYED: (2, 0, _came_by_messenger),
    PORTAL_WITHDRAWAL: (2, 1, _came_by_portal),
}
