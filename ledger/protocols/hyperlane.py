"""Hyperlane's warp routes: a view in; tokens and coin that left for another network or came, out.

Sources: hyperlane-xyz/hyperlane-monorepo, solidity/contracts (TokenRouter.sol, IMailbox.sol);
docs.hyperlane.xyz, domains, which are the numbers of EVM networks themselves. The mailbox logs the
message beside the route: its id, and which contract of the other network it is for.
"""

from typing import Final

from ledger.chains.networks import NETWORKS
from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import Said, expected, leg_with, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
)

NAME: Final = "hyperlane"
RANK: Final = 12

#: SentTransferRemote(uint32 destination, bytes32 recipient, uint256 amount),
#: ReceivedTransferRemote(uint32 origin, bytes32 recipient, uint256 amount) of a route; the first
#: two indexed. What arrives is logged in the units of the message.
SENT: Final = "0xd229aacb94204188fe8042965fa6b269c62dc5818b21238779ab64bdd17efeec"
RECEIVED: Final = "0xba20947a325f450d232530e5f5fce293e7963499d5309a07cee84a269f2f15a6"
#: Dispatch(address sender, uint32 destination, bytes32 recipient, bytes message), all but the last
#: indexed, and DispatchId(bytes32 messageId) behind it; Process(uint32 origin, bytes32 sender,
#: address recipient) and ProcessId(bytes32 messageId) behind it; all indexed; of the mailbox.
DISPATCH: Final = "0x769f711d20c679153d382254f59892613b58a97cc876b249134ac25c80f9c814"
DISPATCH_ID: Final = "0x788dbc1b7152732178210e7f4d9d010ef016f9eafbe66786bd7169f56e0c353a"
PROCESS: Final = "0x0d381c2a574ae8f04e213db7cfb4df8df712cdbd427d9868ffef380660ca6574"
PROCESS_ID: Final = "0x1cae38cdd3d3919489272725a5ae62a4f48b2989b0dae843d3c279fee18073a9"

SIGNS: Final = frozenset({SENT, RECEIVED})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave to a route, and what routes gave to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SENT, 3, 1):
        events += _sent(view.without(events), log)
    for log in logs_with(view.activity, RECEIVED, 3, 1):
        events += _received(view.without(events), log)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the route took or burnt, with its fee; the coin beside it pays for the message."""
    amount = number_in(log, 0)
    taken = [leg for leg in view.legs if _is_taken(leg, log, view.called, amount)]
    exact = [leg for leg in taken if leg.quantity == -amount]
    asset = (exact or taken)[0].asset if taken else native(view.activity.network)
    legs = paid(view, asset, amount, log.address, ZERO_ADDRESS)
    note = words(*_said(view, log))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _is_taken(leg: Leg, log: Log, called: str, amount: int) -> bool:
    """Whether a token went to the route, or was burnt for it, in that size at least."""
    fungible = "/erc20:" in leg.asset and not is_non_fungible(leg.asset)
    return (
        fungible
        and -leg.quantity >= amount > 0
        and leg.counterparty in {log.address, called, ZERO_ADDRESS}
    )


def _said(view: ActivityView, log: Log) -> Said:
    """What the mailbox says of the route's next message; nothing where it does not."""
    mail = [
        one
        for one in logs_with(view.activity, DISPATCH, 4, 0)
        if one.index > log.index and address_in(one.topics, 1) == log.address
    ]
    domain = int(log.topics[1], 16)
    network = f"eip155:{domain}" if f"eip155:{domain}" in NETWORKS else ""
    to = f"{network}:{address_in(log.topics, 2)}" if network else ""
    arrives = expected(network, "*", f"~{number_in(log, 0)}")
    if not mail:
        return Said("", to, arrives)
    message = _id_beside(view, mail[0], DISPATCH_ID)
    return Said(message, to, arrives, address_in(mail[0].topics, 3))


def _id_beside(view: ActivityView, mail: Log, topic: str) -> str:
    """The id that a mailbox logs right behind a message."""
    for log in logs_with(view.activity, topic, 2, 0):
        if log.address == mail.address and log.index > mail.index:
            return f"hyperlane:{log.topics[1]}"
    return ""


def _received(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the route gave or made: as much as the message says, or in fewer decimals."""
    if address_in(log.topics, 2) not in view.owned:
        return ()
    parties = {log.address, ZERO_ADDRESS}
    leg = leg_with(view, number_in(log, 0), parties)
    others = [
        one
        for one in view.legs
        if one.quantity > 0 and one.counterparty == log.address and not is_non_fungible(one.asset)
    ]
    if leg is None and len(others) == 1:
        leg = others[0]
    mail = [
        one
        for one in logs_with(view.activity, PROCESS, 4, 0)
        if one.index < log.index and address_in(one.topics, 3) == log.address
    ]
    message = _id_beside(view, mail[-1], PROCESS_ID) if mail else ""
    note = words(message, by=log.address)
    return (event(view, "bridge_in", (leg,), NAME, note),) if leg is not None else ()
