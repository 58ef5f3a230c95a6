"""Logs of GMX's EventEmitter: one form for all of them in; names, accounts, keys, numbers out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from ledger.chains.evm.logs import EVENT_LOG_1, EVENT_LOG_2
from ledger.model.activity import Log
from ledger.shapes import ActivityView, address_in

_ITEMS: Final = ("address", "uint256", "int256", "bool", "bytes32", "bytes", "string")
#: EventUtils.EventLogData: for each type items of (key, value) and of (key, values).
EVENT_DATA: Final = f"({','.join(f'((string,{each})[],(string,{each}[])[])' for each in _ITEMS)})"
#: network → who emits them (gmx-io/gmx-interface, contracts.ts, EventEmitter); what others log in
#: the same form is not GMX's word.
EMITTERS: Final = {
    "eip155:42161": "0xc8ee91a54287db53897056e12d9819156d3822fb",
    "eip155:43114": "0xdb17b211c34240b014ab6d61d4a31fa0c0e20c26",
    "eip155:3637": "0xaf2e131d483cede068e21a9228ad91e623a989c2",
    "eip155:4326": "0xaf2e131d483cede068e21a9228ad91e623a989c2",
}

#: name of a log with (key, account) → what was asked for, done or given up
ASKED: Final = {
    f"{what}{done}": kind
    for what in ("Order", "Deposit", "Withdrawal", "Shift", "GlvDeposit", "GlvWithdrawal")
    for done, kind in (
        ("Created", "order_open"),
        ("Executed", "order_fill"),
        ("Cancelled", "order_cancel"),
    )
}
#: names of logs with (account): what positions did, and what was claimed from markets
POSITIONS: Final = ("PositionIncrease", "PositionDecrease")
CLAIMS: Final = ("FundingFeesClaimed", "CollateralClaimed", "AffiliateRewardClaimed")
#: name of the log with (receiver) of what a keeper did not use
REFUND: Final = "ExecutionFeeRefund"
#: names of logs with (market): what a change of a position cost, what was swapped for an order
COSTS: Final = "PositionFeesCollected"
SWAPPED: Final = "SwapInfo"

_OF_MARKETS: Final = frozenset({COSTS, SWAPPED})
_NAMES: Final = {
    "0x" + keccak(text=name).hex(): name
    for name in (*ASKED, *POSITIONS, *CLAIMS, REFUND, *sorted(_OF_MARKETS))
}


@dataclass(frozen=True, slots=True)
class Told:
    """A log of the emitter, read: its name, whom it is about, and what it says of them.

    `key` is of a request; `keys` are those of orders and positions that stand in the data.
    """

    name: str
    account: str
    key: str
    addresses: Mapping[str, str]
    numbers: Mapping[str, int]
    keys: Mapping[str, str]


def told_by(view: ActivityView) -> list[Told]:
    """What the network's emitter says of owned accounts, and of markets."""
    emitter = EMITTERS.get(view.activity.network)
    found = [
        _read(log, view.owned)
        for log in view.activity.logs
        if log.address == emitter and log.topics[:1] and log.topics[0] in {EVENT_LOG_1, EVENT_LOG_2}
    ]
    return [told for told in found if told is not None]


def _read(log: Log, owned: frozenset[str]) -> Told | None:
    """A log that means something here, or None; hostile data reads as nothing said."""
    name = _NAMES.get(log.topics[1]) if len(log.topics) > 1 else None
    place = 3 if log.topics[0] == EVENT_LOG_2 else 2
    account = address_in(log.topics, place)
    if name is None or not account or not (account in owned or name in _OF_MARKETS):
        return None
    try:
        _, _, data = decode(["address", "string", EVENT_DATA], bytes.fromhex(log.data[2:]))
    except (DecodingError, OverflowError, ValueError):
        return None
    numbers = {key: value for items, _ in data[1:3] for key, value in items}
    keys = {key: f"0x{value.hex()}" for key, value in data[4][0]}
    addresses = {key: value.lower() for key, value in data[0][0]}
    request = log.topics[2] if place == 3 else ""
    return Told(name, account, request, addresses, numbers, keys)
