"""THORChain, and Maya, which has taken its router: a view in; what it took and what it paid, out.

Sources: thorchain/thornode, chain/ethereum/contracts (THORChain_Router.sol); dev.thorchain.org,
memos (`=:asset:address:…` swaps, `OUT:` and `REFUND:` name the transaction that is answered).

It trades between networks, so what comes is another asset and nothing says how much. Liquidity that
is put into its pools is none of this plug-in's: no log tells of it again.
"""

import re
from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, bytes_at, came, expected, paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "thorchain"
RANK: Final = 12

#: Deposit(address to, address asset, uint256 amount, string memo), the addresses indexed;
#: TransferOut(address vault, address to, address asset, uint256 amount, string memo), the first two
#: indexed.
DEPOSIT: Final = "0xef519b7eb82aaf6ac376a6df2d793843ebfd593de5f1a0601d3cc6ab49ebb395"
TRANSFER_OUT: Final = "0xa9cd03aa3c1b4515114539cd53d22085129d495cb9e9f9af77864526240f1bf7"

#: Routers of THORChain (Ethereum, three generations; BNB Smart Chain, Avalanche, Base), and Maya's.
ROUTERS: Final = {
    "0xd37bbe5744d730a1d98d8dc97c42f0ca46ad7146": "thorchain",
    "0x3624525075b88b24ecc29ce226b0cec1ffcb6976": "thorchain",
    "0xc145990e84155416144c532e31f89b840ca8c2ce": "thorchain",
    "0xb30ec53f98ff5947ede720d32ac2da7e52a5f56b": "thorchain",
    "0x8f66c4ae756bebc49ec8b81966dd8bba9f127549": "thorchain",
    "0x00dc6100103bc402d490aee3f9a5560cbd91f1d4": "thorchain",
    "0x1b3e6daa08e7a2e29e2ff23b6c40abe79a15a17a": "thorchain",
    "0xe3985e6b61b814f7cdb188766562ba71b446b46d": "maya",
}
#: Its name of a network → the network.
_NETWORKS: Final = {
    "ETH": "eip155:1",
    "BSC": "eip155:56",
    "BASE": "eip155:8453",
    "ARB": "eip155:42161",
    "AVAX": "eip155:43114",
}
_ADDRESS: Final = re.compile(r"0x[0-9a-f]{40}", re.ASCII | re.IGNORECASE)
_SWAP: Final = re.compile(r"(?:=|s|swap):([a-z]+)[.~/][^:]*:([^:/]*)", re.ASCII | re.IGNORECASE)
_ANSWER: Final = re.compile(r"(?:OUT|REFUND):([0-9A-Fa-f]{64})", re.ASCII)

SIGNS: Final = frozenset({DEPOSIT, TRANSFER_OUT})
VOUCHED: Final = frozenset(ROUTERS)


def recognise(view: ActivityView) -> Recognised | None:
    """Swaps that an owned wallet paid for, and what was paid out to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, DEPOSIT, 3, 4):
        events += _swapped(view.without(events), log)
    for log in logs_with(view.activity, TRANSFER_OUT, 3, 4):
        events += _paid_out(view.without(events), log)
    return Recognised(events) if events else None


def _swapped(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the router passed to a vault for a trade on the other side."""
    name = ROUTERS.get(log.address)
    memo = _SWAP.match(bytes_at(log, 1).decode("ascii", "replace"))
    if name is None or memo is None:
        return ()
    vault = address_in(log.topics, 1)
    token = asset_at(view, address_in(log.topics, 2))
    legs = paid(view, token, number_in(log, 0), log.address, vault)
    there, receiver = _NETWORKS.get(memo.group(1).upper(), ""), memo.group(2)
    named = there and _ADDRESS.fullmatch(receiver)
    # what cannot be traded comes back where it left
    note = words(
        f"{name}:{view.activity.txid}",
        f"{there}:{receiver.lower()}" if named else "",
        expected("*", "*", "*"),
        name,
    )
    return (event(view, "bridge_out", legs, name, note),) if legs else ()


def _paid_out(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a vault sent as an answer, or gave back."""
    name = ROUTERS.get(log.address)
    memo = _ANSWER.match(bytes_at(log, 2).decode("ascii", "replace"))
    if name is None or memo is None or address_in(log.topics, 2) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 0)), number_in(log, 1))
    note = words(f"{name}:0x{memo.group(1).lower()}", by=name)
    return (event(view, "bridge_in", legs, name, note),) if legs else ()
