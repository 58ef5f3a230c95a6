"""Wormhole's token bridge (Portal): a view in; tokens that left for another network or came, out.

Sources: wormhole-foundation/wormhole, ethereum/contracts (Implementation, Bridge and BridgeGetters)
and its documents (token transfer payloads, chain ids). Messages are numbered by who emits them.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import expected, words
from ledger.protocols._wormhole import CHAINS, NETWORKS_BY_CHAIN
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

NAME: Final = "wormhole"
RANK: Final = 12

#: LogMessagePublished(address sender, uint64 sequence, uint32 nonce, bytes payload,
#: uint8 consistencyLevel); sender indexed.
PUBLISHED: Final = "0x6eb224fb001ed210e379b335e35efe88672a8ce935d981a6896b27ffdf52a3b2"
#: TransferRedeemed(uint16 emitterChainId, bytes32 emitterAddress, uint64 sequence), all indexed.
REDEEMED: Final = "0xcaf280c8cfeba144da67230d9b009c8f868a75bac9a528fa0474be1ba317c169"

SIGNS: Final = frozenset({PUBLISHED, REDEEMED})

#: Network → its token bridge, which pays out what its guardians signed (documents, contract
#: addresses): anybody else can log the same.
_BRIDGES: Final = {
    "eip155:1": "0x3ee18b2214aff97000d974cf647e7c347e8fa585",
    "eip155:10": "0x1d68124e65fafc907325e3edbf8c4d84499daa8b",
    "eip155:56": "0xb6f6d86a8f9879a9c87f643768d9efc38c1da6e7",
    "eip155:137": "0x5a58505a96d1dbf8df91cb21b54419fc36e93fde",
    "eip155:250": "0x7c9fc5741288cdfdd83ceb07f3ea7e22618d79d2",
    "eip155:8453": "0x8d2de8d2f73f1f4cab472ac9a881c9b123c79627",
    "eip155:42161": "0x0b2402144bb366a632d14b83f244d2e0e21bd39c",
    "eip155:42220": "0x796dff6d74f3e27060b71255fe517bfb23c93eed",
    "eip155:43114": "0x0e082f06ff657d94310cb8ce8b0d9a04541d8052",
}
#: Payloads of a transfer, without and with a message to a contract.
_PLAIN: Final = 1
_TRANSFERS: Final = frozenset({_PLAIN, 3})
#: Amounts travel in eight decimals at most; no token has so many more.
_DECIMALS_CUT: Final = 18


def recognise(view: ActivityView) -> Recognised | None:
    """Transfers that an owned wallet paid, and those that were paid out to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, PUBLISHED, 2, 9):
        events += _sent(view.without(events), log)
    redeemed = logs_with(view.activity, REDEEMED, 4, 0)
    for log in redeemed:
        events += _redeemed(view.without(events), log, alone=len(redeemed) == 1)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the bridge took or burnt: in eight decimals it is the amount of the payload."""
    bridge, payload = address_in(log.topics, 1), log.data[2 + 64 * 5 :]
    if int(payload[:2], 16) not in _TRANSFERS or number_in(log, 4) < 133:
        return ()
    amount, network = int(payload[2:66], 16), view.activity.network
    parties = {bridge, ZERO_ADDRESS, view.called}
    legs = [leg for leg in view.legs if leg.counterparty in parties and _is_of(leg, amount)]
    if not amount or len(legs) != 1:
        return ()
    message = ""
    if network in CHAINS:
        emitter = bridge[2:].rjust(64, "0")
        message = f"wormhole:{CHAINS[network]}:0x{emitter}:{number_in(log, 0)}"
    note = words(message, *_other_side(payload), by=NAME)
    return (event(view, "bridge_out", legs, NAME, note),)


def _other_side(payload: str) -> tuple[str, str]:
    """Recipient and what shall arrive: all of it, or all but the fee of who redeems it.

    A transfer with a message goes to a contract that passes it on.
    """
    there, amount = NETWORKS_BY_CHAIN.get(int(payload[198:202], 16), ""), int(payload[2:66], 16)
    if not there:
        return "", ""
    if int(payload[:2], 16) != _PLAIN:
        return "", expected(there, "*", f"~{amount}")
    fee = int(payload[202:266], 16)
    arrives = f"~{max(amount - fee, 0)}-{amount}"
    return f"{there}:0x{payload[158:198]}", expected(there, "*", arrives)


def _is_of(leg: Leg, amount: int) -> bool:
    """Whether a payment is this amount, cut to fewer decimals."""
    if leg.quantity >= 0 or is_non_fungible(leg.asset):
        return False
    return any(-leg.quantity // 10**cut == amount for cut in range(_DECIMALS_CUT + 1))


def _redeemed(view: ActivityView, log: Log, *, alone: bool) -> tuple[Event, ...]:
    """The one payment that the bridge made or minted; coin comes of it unwrapped."""
    coin = native(view.activity.network)
    legs = [
        leg
        for leg in view.legs
        if leg.quantity > 0
        and leg.counterparty in {log.address, ZERO_ADDRESS}
        and (leg.asset != coin or leg.counterparty == log.address)
        and not is_non_fungible(leg.asset)
    ]
    if not alone or len(legs) != 1:
        return ()
    chain, emitter, number = (int(topic, 16) for topic in log.topics[1:4])
    by = NAME if log.address == _BRIDGES.get(view.activity.network) else ""
    note = words(f"wormhole:{chain}:0x{emitter:064x}:{number}", by=by)
    return (event(view, "bridge_in", legs, NAME, note),)
