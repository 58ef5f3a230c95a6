"""Arbitrum's bridge: a view in; what left and arrived on either layer out.

Sources: OffchainLabs/nitro-contracts (IInbox, IBridge, IOutbox, ArbSys), OffchainLabs/arbitrum
(the same before Nitro) and OffchainLabs/token-bridge-contracts (gateways); docs.arbitrum.io, parent
to child messaging: a deposit of coin leaves no log on the second layer. Only the way down has a
number that both layers log.
"""

from collections.abc import Callable
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.activity import Log
from ledger.model.asset import erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import (
    COIN,
    came,
    coin_from,
    credited,
    expected,
    leg_with,
    paid,
    words,
)
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "arbitrum_bridge"
RANK: Final = 12

#: DepositInitiated(address l1Token, address from, address to, uint256 sequenceNumber,
#: uint256 amount) of a gateway on the first layer; from, to and the number indexed.
DEPOSIT: Final = "0xb8910b9960c443aac3240b98585384e3a6f109fbf6969e264c3f183d69aba7e1"
#: WithdrawalFinalized(address l1Token, address from, address to, uint256 exitNum, uint256 amount)
#: on the first layer; from, to and the number indexed.
WITHDRAWN: Final = "0x891afe029c75c4f8c5855fc3480598bc5a53739344f6ae575bdb7ea2a79f56b3"
#: WithdrawalInitiated(address l1Token, address from, address to, uint256 l2ToL1Id, uint256 exitNum,
#: uint256 amount) on the second layer; from, to and the id indexed.
WITHDRAWAL: Final = "0x3073a74ecb728d10be779fe19a74a1428e20468f5b4d167bf9c73d9067847d73"
#: DepositFinalized(address l1Token, address from, address to, uint256 amount) on the second layer;
#: the addresses indexed.
DEPOSITED: Final = "0xc7f2e9c55c40a50fbc217dfc70cd39a222940dfa62145aa0ca49eb9535d4fcb2"
#: InboxMessageDelivered(uint256 messageNum, bytes data), the number indexed.
INBOX: Final = "0xff64905f73a67fb594e0f940a8075a860db489ad991e032f48c81123eb52d60b"
#: MessageDelivered(uint256 messageIndex, bytes32 beforeInboxAcc, address inbox, uint8 kind,
#: address sender, bytes32 messageDataHash[, uint256 baseFeeL1, uint64 timestamp]) of the bridge;
#: the first two indexed. The last two came with Nitro.
DELIVERED: Final = "0x5e3c1311ea442664e8b1611bfabef659120ea7a0a2cfc0667700bebc69cbffe1"
CLASSIC_DELIVERED: Final = "0x23be8e12e420b5da9fb98d8102572f640fb3c11a0085060472dfc0ed194b3cf7"
#: OutBoxTransactionExecuted(address to, address l2Sender, uint256 outboxEntryIndex,
#: uint256 transactionIndex); the first three indexed. Nitro has no entries, and 0 for them.
EXECUTED: Final = "0x20af7f3bbfe38132b8900ae295cd9c8d1914be7052d061a511f3f728dab18964"
#: BridgeCallTriggered(address outbox, address to, uint256 value, bytes data) of the bridge; outbox
#: and receiver indexed.
CALLED: Final = "0x2d9d115ef3e4a606d698913b1eae831a3cdfe20d9a83d48007b0526749c3d466"
#: L2ToL1Tx(address caller, address destination, uint256 hash, uint256 position,
#: uint256 arbBlockNum, uint256 ethBlockNum, uint256 timestamp, uint256 callvalue, bytes data) of
#: ArbSys; destination, hash and position indexed.
TO_L1: Final = "0x3e7aafa77dbf186b7fd488006beff893744caa3c4f6f299e8a709fa2087374fc"
#: L2ToL1Transaction(address caller, address destination, uint256 uniqueId, uint256 batchNumber,
#: uint256 indexInBatch, uint256 arbBlockNum, uint256 ethBlockNum, uint256 timestamp,
#: uint256 callvalue, bytes data): before Nitro; destination, id and batch indexed.
CLASSIC_TO_L1: Final = "0x5baaa87db386365b5c161be377bc3d8e317e8d98d71a3ca7ed7d555340c8f767"

SIGNS: Final = frozenset(
    {DEPOSIT, WITHDRAWN, WITHDRAWAL, DEPOSITED, INBOX, EXECUTED, TO_L1, CLASSIC_TO_L1, PROTOCOL}
)

#: Arbitrum One and Nova, whose first layer is Ethereum (docs.arbitrum.io, chain info).
_SECOND_LAYERS: Final = frozenset({"eip155:42161", "eip155:42170"})
_FIRST_LAYER: Final = "eip155:1"
#: Inbox of a second layer → the layer (docs.arbitrum.io, contract addresses).
_INBOXES: Final = {
    "0x4dbd4fc535ac27206064b68ffcf827b0a60bab3f": "eip155:42161",
    "0xc4448b71118c9071bcb9734a0eac55d18a153949": "eip155:42170",
}
#: Kinds of messages: a retryable ticket, and coin alone since Nitro (MessageTypes).
_RETRYABLE, _COIN = 9, 12


def recognise(view: ActivityView) -> Recognised | None:
    """The gateways' own logs first, then messages with coin, then coin without a log."""
    events: tuple[Event, ...] = ()
    for topic, (topics, size, read) in _READERS.items():
        for log in logs_with(view.activity, topic, topics, size):
            events += read(view.without(events), log)
    legs = credited(view.without(events)) if view.activity.network in _SECOND_LAYERS else ()
    if legs:
        events += (event(view, "bridge_in", legs, NAME),)
    return Recognised(events) if events else None


# ---- tokens ------------------------------------------------------------------------------------


def _deposit(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A token that went up; the coin beside it pays for what happens there."""
    token = erc20(view.activity.network, word_address(log, 0))
    legs = paid(view, token, number_in(log, 1), log.address)
    inboxes = {sent.address for sent in logs_with(view.activity, INBOX, 2, 2)}
    there = _INBOXES.get(next(iter(inboxes)), "") if len(inboxes) == 1 else ""
    return _up(view, legs, there, address_in(log.topics, 2), f"*/{number_in(log, 1)}")


def _deposited(view: ActivityView, log: Log) -> tuple[Event, ...]:
    legs = _of_gateway(view, number_in(log, 0), log.address)
    return (event(view, "bridge_in", legs, NAME),) if legs else ()


def _withdrawal(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A token that went down; its name on the second layer is not in the log."""
    amount = number_in(log, 2)
    legs = _of_gateway(view, -amount, log.address)
    message = ""
    for topic, place, size in ((TO_L1, 3, 5), (CLASSIC_TO_L1, 2, 6)):
        for sent in logs_with(view.activity, topic, 4, size):
            if sent.topics[place] == log.topics[3] and word_address(sent, 0) == log.address:
                message = _number(sent)
    below = _below(view)
    arrives = expected(below, word_address(log, 0), amount)
    note = words(message, f"{below}:{address_in(log.topics, 2)}".removeprefix(":"), arrives)
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _withdrawn(view: ActivityView, log: Log) -> tuple[Event, ...]:
    token = erc20(view.activity.network, word_address(log, 0))
    legs = came(view, token, number_in(log, 1))
    executed = [
        _executed_number(one)
        for one in logs_with(view.activity, EXECUTED, 4, 1)
        if one.index < log.index
    ]
    note = words(executed[-1] if executed else "")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()


def _of_gateway(view: ActivityView, quantity: int, gateway: str) -> tuple[Leg, ...]:
    """The leg of a token that a gateway minted, burnt or held, in its exact size."""
    leg = leg_with(view, quantity, {ZERO_ADDRESS, gateway, view.called})
    return (leg,) if leg and leg.asset != native(view.activity.network) else ()


# ---- coin --------------------------------------------------------------------------------------


def _inbox(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that went up: alone, or as the value of a ticket, whose rest pays for it."""
    kinds = [
        number_in(sent, 1)
        for topic in (DELIVERED, CLASSIC_DELIVERED)
        for sent in logs_with(view.activity, topic, 3, 4)
        if sent.topics[1] == log.topics[1] and word_address(sent, 0) == log.address
    ]
    coin, body = native(view.activity.network), log.data[130:]
    size = number_in(log, 1)
    if kinds == [_COIN] and size >= 52 and len(body) >= 104:
        to, amount = "0x" + body[:40], int(body[40:104], 16)
    elif kinds == [_RETRYABLE] and size >= 288 and len(body) >= 576:
        to, amount = "0x" + body[24:64], _ticket_value(body)
    else:
        return ()
    legs = paid(view, coin, amount, log.address) if amount else ()
    return _up(view, legs, _INBOXES.get(log.address, ""), to, f"{COIN}/{amount}")


def _up(
    view: ActivityView, legs: tuple[Leg, ...], there: str, to: str, arrives: str
) -> tuple[Event, ...]:
    """What went up: its other end names no number, so that nothing joins it by itself."""
    said = f"{there}:{to}" if there else to
    note = words(to=said, expects=expected(there, *arrives.split("/")))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _ticket_value(body: str) -> int:
    """What a ticket brings: its value, or all that was paid where it does nothing else."""
    words_ = [int(body[place : place + 64], 16) for place in range(0, 576, 64)]
    _, value, paid_in, _, _, _, gas, _, size = words_
    return value or (0 if gas or size else paid_in)


def _to_l1(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that went down over ArbSys."""
    amount = number_in(log, 4 if log.topics[0] == TO_L1 else 5)
    legs = paid(view, native(view.activity.network), amount, log.address) if amount else ()
    below = _below(view)
    to = f"{below}:{address_in(log.topics, 1)}".removeprefix(":")
    note = words(_number(log), to, expected(below, COIN, amount))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _below(view: ActivityView) -> str:
    """The network below this one, where it is known; other chains stand on Arbitrum themselves."""
    return _FIRST_LAYER if view.activity.network in _SECOND_LAYERS else ""


def _executed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that came down: the bridge pays it out itself."""
    if address_in(log.topics, 1) not in view.owned:
        return ()
    bridges = {one.address for one in view.activity.logs if one.topics[:1] == (CALLED,)}
    legs = tuple(leg for bridge in sorted(bridges) for leg in coin_from(view, bridge))
    note = words(_executed_number(log))
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()


def _number(log: Log) -> str:
    """The sender of a message down and its place: of all, or of its batch before Nitro."""
    place = str(int(log.topics[3], 16))
    if log.topics[0] == CLASSIC_TO_L1:
        place += f":{number_in(log, 1)}"
    return f"arbitrum:{word_address(log, 0)}:{place}"


def _executed_number(log: Log) -> str:
    """The same, as the outbox says it."""
    batch, place = int(log.topics[3], 16), number_in(log, 0)
    where = f"{batch}:{place}" if batch else str(place)
    return f"arbitrum:{address_in(log.topics, 2)}:{where}"


#: Topic → topics and words that its log has, and who reads it, in the order of reading.
_READERS: Final[dict[str, tuple[int, int, Callable[[ActivityView, Log], tuple[Event, ...]]]]] = {
    DEPOSIT: (4, 2, _deposit),
    WITHDRAWAL: (4, 3, _withdrawal),
    DEPOSITED: (4, 1, _deposited),
    WITHDRAWN: (4, 2, _withdrawn),
    INBOX: (2, 3, _inbox),
    TO_L1: (4, 5, _to_l1),
    CLASSIC_TO_L1: (4, 6, _to_l1),
    EXECUTED: (4, 1, _executed),
}
