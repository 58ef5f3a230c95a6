"""Linea's bridge: a view in; what left and arrived over its token bridge or messages out.

Source: Consensys/linea-monorepo, contracts TokenBridge and MessageService (both layers): a message
is sent and claimed by its hash.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import COIN, came, coin_from, expected, paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "linea_bridge"
RANK: Final = 12

#: BridgingInitiated(address sender, address recipient, address token, uint256 amount); all but the
#: recipient indexed. BridgingInitiatedV2: all but the amount indexed.
SENT: Final = "0xde5fcf0a1aebed387067eb25655de732ccfc43fe5b5a3d91d367c26e773fcd1c"
SENT_2: Final = "0x8780a94875b70464f8ac6c28851501d32e7fd4ee574e4b94beb28923a3c42d9c"
#: BridgingFinalized(address nativeToken, address bridgedToken, uint256 amount, address recipient);
#: all but the recipient indexed. BridgingFinalizedV2: all but the amount indexed.
CAME: Final = "0xd28a2d30314c6a2f46b657c15ee4d7ffc33b2817e78f341a260e216cebfbdbef"
CAME_2: Final = "0x6ed06519caca659cdefa71015c79a561928d3cf8cc4a3e9739fde9fb5fb38d64"
#: MessageSent(address from, address to, uint256 fee, uint256 value, uint256 nonce, bytes calldata,
#: bytes32 messageHash); addresses and hash indexed.
MESSAGE: Final = "0xe856c2b8bd4eb0027ce32eeaf595c21b0b6b4644b326e5b7bd80a1cf8db72e6c"
#: MessageClaimed(bytes32 messageHash), indexed.
CLAIMED: Final = "0xa4c827e719e911e8f19393ccdb85b5102f08f0910604d340ba38390b7ff2ab0e"

SIGNS: Final = frozenset({SENT, SENT_2, CAME, CAME_2, MESSAGE, CLAIMED})

#: The token bridges and message services of both layers (docs.linea.build, contracts): anybody else
#: can log the same.
_TELLERS: Final = frozenset(
    {
        ("eip155:1", "0x051f1d88f0af5763fb888ec4378b4d8b29ea3319"),
        ("eip155:1", "0xd19d4b5d358258f05d7b411e21a1460d11b0876f"),
        ("eip155:59144", "0x353012dc4a9a6cf55c941badc267f82004a8ceb9"),
        ("eip155:59144", "0x508ca82df566dcd1b0de8296e70a96332cd644ec"),
    }
)
_OTHER_SIDE: Final = {"eip155:1": "eip155:59144", "eip155:59144": "eip155:1"}


def recognise(view: ActivityView) -> Recognised | None:
    """Tokens first, then messages with coin alone."""
    if view.activity.network not in _OTHER_SIDE:
        return None
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SENT, 4, 1):
        events += _sent(view.without(events), log, word_address(log, 0), int(log.topics[3], 16))
    for log in logs_with(view.activity, SENT_2, 4, 1):
        events += _sent(view.without(events), log, address_in(log.topics, 2), number_in(log, 0))
    for log in logs_with(view.activity, CAME, 4, 1):
        events += _came(view.without(events), log, int(log.topics[3], 16))
    for log in logs_with(view.activity, CAME_2, 4, 1):
        events += _came(view.without(events), log, number_in(log, 0))
    for log in logs_with(view.activity, MESSAGE, 4, 3):
        events += _sent_coin(view.without(events), log)
    for log in logs_with(view.activity, CLAIMED, 2, 0):
        events += _in(view, log, coin_from(view.without(events), log.address))
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log, to: str, amount: int) -> tuple[Event, ...]:
    token = address_in(log.topics, 2 if log.topics[0] == SENT else 3)
    legs = paid(view, erc20(view.activity.network, token), amount, log.address)
    messages = [
        one
        for one in logs_with(view.activity, MESSAGE, 4, 3)
        if address_in(one.topics, 1) == log.address
    ]
    return _out(view, legs, messages, to, f"*/{amount}")


def _sent_coin(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that goes with a message; what its delivery costs is on top."""
    amount = number_in(log, 1)
    legs = paid(view, native(view.activity.network), amount, log.address) if amount else ()
    return _out(view, legs, [log], address_in(log.topics, 2), f"{COIN}/{amount}")


def _out(
    view: ActivityView, legs: tuple[Leg, ...], messages: list[Log], to: str, arrives: str
) -> tuple[Event, ...]:
    if not legs:
        return ()
    there = _OTHER_SIDE[view.activity.network]
    message = f"linea:{messages[0].topics[3]}" if len(messages) == 1 else ""
    note = words(message, f"{there}:{to}", expected(there, *arrives.split("/")), NAME)
    return (event(view, "bridge_out", legs, NAME, note),)


def _came(view: ActivityView, log: Log, amount: int) -> tuple[Event, ...]:
    """Which of the two tokens it is here depends on where it was first."""
    for place in (1, 2):
        token = erc20(view.activity.network, address_in(log.topics, place))
        legs = tuple(leg for leg in came(view, token, amount) if leg.asset == token)
        if legs:
            return _in(view, log, legs)
    return ()


def _in(view: ActivityView, log: Log, legs: tuple[Leg, ...]) -> tuple[Event, ...]:
    """What arrived, with the message that is logged as claimed after it."""
    network = view.activity.network
    after = [one for one in logs_with(view.activity, CLAIMED, 2, 0) if one.index >= log.index]
    tellers = {(network, one.address) for one in (log, *after[:1])}
    by = NAME if tellers <= _TELLERS else ""
    note = words(f"linea:{after[0].topics[1]}" if after else "", by=by)
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
