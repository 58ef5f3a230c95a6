"""Scroll's bridge: a view in; what left and arrived over gateways or its messenger out.

Sources: scroll-tech/scroll-contracts (IL1ETHGateway, IL1ERC20Gateway, their second layer's, and
ScrollMessengerBase); docs.scroll.io, contracts. A message's id is the hash of the call that relays
it.
"""

from collections.abc import Callable
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import COIN, asset_at, call_hash, came, coin_from, paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "scroll_bridge"
RANK: Final = 11

#: DepositETH(address from, address to, uint256 amount, bytes data), both indexed; WithdrawETH, and
#: on the other layer FinalizeDepositETH and FinalizeWithdrawETH, are the same.
DEPOSIT_ETH: Final = "0x6670de856ec8bf5cb2b7e957c5dc24759716056f79d97ea5e7c939ca0ba5a675"
WITHDRAW_ETH: Final = "0xd8ed6eaa9a7a8980d7901e911fde6686810b989d3082182d1d3a3df6306ce20e"
DEPOSITED_ETH: Final = "0x9e86c356e14e24e26e3ce769bf8b87de38e0faa0ed0ca946fa09659aa606bd2d"
WITHDRAWN_ETH: Final = "0x96db5d1cee1dd2760826bb56fabd9c9f6e978083e0a8b88559c741a29e9746e7"
#: DepositERC20(address l1Token, address l2Token, address from, address to, uint256 amount,
#: bytes data), the first three indexed; WithdrawERC20, FinalizeDepositERC20 and
#: FinalizeWithdrawERC20 are the same.
DEPOSIT: Final = "0x31cd3b976e4d654022bf95c68a2ce53f1d5d94afabe0454d2832208eeb40af25"
WITHDRAW: Final = "0xd8d3a3f4ab95694bef40475997598bcf8acd3ed9617a4c1013795429414c27e8"
DEPOSITED: Final = "0x165ba69f6ab40c50cade6f65431801e5f9c7d7830b7545391920db039133ba34"
WITHDRAWN: Final = "0xc6f985873b37805705f6bce756dce3d1ff4b603e298d506288cce499926846a7"
#: SentMessage(address sender, address target, uint256 value, uint256 messageNonce,
#: uint256 gasLimit, bytes message); the addresses indexed.
SENT: Final = "0x104371f3b442861a2a7b82a070afbbaab748bb13757bf47769e170e37809ec1e"
#: RelayedMessage(bytes32 messageHash), indexed; the OP stack has the same.
RELAYED: Final = "0x4641df4a962071e12719d8c8c8e5ac7fc4d97b927346a3d7a335b1f7517e133c"

_SCROLL, _ETHEREUM = "eip155:534352", "eip155:1"
#: The messengers of both layers (docs.scroll.io).
_MESSENGERS: Final = frozenset(
    {"0x6774bcbd5cecef1336b5300fb5186a12ddd8b367", "0x781e90f1c8fc4611c9b7497c3b47f99ef6969cbc"}
)
#: relayMessage(address,address,uint256,uint256,bytes)
_RELAY: Final = "8ef1332e"

SIGNS: Final = frozenset(
    {
        DEPOSIT_ETH,
        WITHDRAW_ETH,
        DEPOSITED_ETH,
        WITHDRAWN_ETH,
        DEPOSIT,
        WITHDRAW,
        DEPOSITED,
        WITHDRAWN,
        *_MESSENGERS,
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """The gateways' own logs first, then messages with coin alone."""
    events: tuple[Event, ...] = ()
    for topic, (topics, size, read) in _READERS.items():
        for log in logs_with(view.activity, topic, topics, size):
            events += read(view.without(events), log)
    return Recognised(events) if events else None


def _sent_coin(view: ActivityView, log: Log) -> tuple[Event, ...]:
    amount = number_in(log, 0)
    legs = paid(view, native(view.activity.network), amount, log.address)
    return _out(view, log, legs, address_in(log.topics, 2), f"{COIN}/{amount}")


def _sent_token(view: ActivityView, log: Log) -> tuple[Event, ...]:
    here, there = address_in(log.topics, 1), address_in(log.topics, 2)
    if log.topics[0] == WITHDRAW:
        here, there = there, here
    legs = paid(view, asset_at(view, here), number_in(log, 1), log.address)
    return _out(view, log, legs, word_address(log, 0), f"{there}/{number_in(log, 1)}")


def _sent_message(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that was given to the messenger itself."""
    amount = number_in(log, 0)
    if log.address not in _MESSENGERS or not amount:
        return ()
    legs = paid(view, native(view.activity.network), amount, log.address)
    return _out(view, log, legs, address_in(log.topics, 2), f"{COIN}/{amount}")


def _out(
    view: ActivityView, log: Log, legs: tuple[Leg, ...], to: str, arrives: str
) -> tuple[Event, ...]:
    if not legs:
        return ()
    there = _ETHEREUM if view.activity.network == _SCROLL else _SCROLL
    sent = [
        one
        for one in logs_with(view.activity, SENT, 3, 5)
        if one is log or address_in(one.topics, 1) == log.address
    ]
    message = _message(sent[0]) if len(sent) == 1 else ""
    note = words(message, f"{there}:{to}", f"{there}/{arrives}")
    return (event(view, "bridge_out", legs, NAME, note),)


def _message(log: Log) -> str:
    sender, target = log.topics[1][2:], log.topics[2][2:]
    value, nonce, tail = log.data[2:66], log.data[66:130], log.data[258:]
    found = call_hash(_RELAY, (sender, target, value, nonce, f"{0xA0:064x}"), tail)
    return f"scroll:{found}" if found else ""


def _came_coin(view: ActivityView, log: Log) -> tuple[Event, ...]:
    return _in(view, log, came(view, native(view.activity.network), number_in(log, 0)))


def _came_token(view: ActivityView, log: Log) -> tuple[Event, ...]:
    here = address_in(log.topics, 2 if log.topics[0] == DEPOSITED else 1)
    return _in(view, log, came(view, asset_at(view, here), number_in(log, 1)))


def _relayed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that a message brought by itself: the messenger pays it out, as a trace shows."""
    if log.address not in _MESSENGERS:
        return ()
    unseen = coin_from(view, PROTOCOL) if view.activity.called == log.address else ()
    return _in(view, log, coin_from(view, log.address) or unseen)


def _in(view: ActivityView, log: Log, legs: tuple[Leg, ...]) -> tuple[Event, ...]:
    """What arrived, with the message that is logged as relayed after it."""
    after = [
        one
        for one in logs_with(view.activity, RELAYED, 2, 0)
        if one.index >= log.index and one.address in _MESSENGERS
    ]
    note = words(f"scroll:{after[0].topics[1]}" if after else "")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()


#: Topic → topics and words that its log has, and who reads it, in the order of reading.
_READERS: Final[dict[str, tuple[int, int, Callable[[ActivityView, Log], tuple[Event, ...]]]]] = {
    DEPOSIT_ETH: (3, 1, _sent_coin),
    WITHDRAW_ETH: (3, 1, _sent_coin),
    DEPOSIT: (4, 2, _sent_token),
    WITHDRAW: (4, 2, _sent_token),
    DEPOSITED_ETH: (3, 1, _came_coin),
    WITHDRAWN_ETH: (3, 1, _came_coin),
    DEPOSITED: (4, 2, _came_token),
    WITHDRAWN: (4, 2, _came_token),
    SENT: (3, 5, _sent_message),
    RELAYED: (2, 0, _relayed),
}
