"""THORChain, and Maya, which has taken its router: a view in; what it took and what it paid, out.

Sources: thorchain/thornode, chain/ethereum/contracts (THORChain_Router.sol); dev.thorchain.org,
memos (`=:asset:address:…` swaps, `OUT:` and `REFUND:` name the transaction that is answered).

It trades between networks, so what comes is another asset and nothing says how much. Liquidity is a
position of its pool, in units of what was put in from here. A withdrawal asks for ten-thousandths
of it by a payment of next to nothing: they wait under that transaction until it is answered.
"""

import re
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, position
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import asset_at, bytes_at, came, expected, paid, words
from ledger.protocols._locks import follows
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    with_role,
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
_PUT_IN: Final = re.compile(
    r"(?:\+|a|add):([A-Z]+[.~/][A-Z0-9-]{1,60})(?::|$)", re.ASCII | re.IGNORECASE
)
_TAKE_OUT: Final = re.compile(
    r"(?:-|wd|withdraw):([A-Z]+[.~/][A-Z0-9-]{1,60})(?::(\d{1,5}))?(?::|$)",
    re.ASCII | re.IGNORECASE,
)
#: All of what is in a pool, where a withdrawal names no part of it.
_WHOLE: Final = 10_000
_ANSWER: Final = re.compile(r"(?:OUT|REFUND):([0-9A-Fa-f]{64})", re.ASCII)

SIGNS: Final = frozenset({DEPOSIT, TRANSFER_OUT})
VOUCHED: Final = frozenset(ROUTERS)


def recognise(view: ActivityView) -> Recognised | None:
    """Swaps that an owned wallet paid for, and what was paid out to one."""
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    units = Units(view)
    for log in logs_with(view.activity, DEPOSIT, 3, 4):
        events += _swapped(view.without(events), log)
        found = _put_in(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
        events += _asked_back(view.without(events), log, units)
    for log in logs_with(view.activity, TRANSFER_OUT, 3, 4):
        events += _paid_out(view.without(events), log, units)
    return Recognised(events, facts) if events else None


# ---- liquidity ---------------------------------------------------------------------------------


def _memo(log: Log, place: int) -> str:
    return bytes_at(log, place).decode("ascii", "replace")


def _pool(view: ActivityView, name: str, pool: str) -> AssetId:
    """What is in a pool: its name has points, and its reference begins with who keeps it."""
    return position(view.activity.network, name, pool.lower().replace(".", "_").replace("/", "_"))


def _waits(view: ActivityView, name: str, txid: str) -> AssetId:
    return position(view.activity.network, name, f"{txid.lower()}.waiting")


def _put_in(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """What the router passed to a vault for a pool."""
    name, memo = ROUTERS.get(log.address), _PUT_IN.match(_memo(log, 1))
    if name is None or memo is None:
        return (), ()
    token, amount = asset_at(view, address_in(log.topics, 2)), number_in(log, 0)
    legs = paid(view, token, amount, log.address, address_in(log.topics, 1))
    if not legs:
        return (), ()
    kept = _pool(view, name, memo.group(1))
    made = units.move(legs[0].wallet, kept, amount)
    return (event(view, "pool_deposit", (*legs, *made), name),), follows(view, kept, legs[0])


def _asked_back(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Part of what the books know to be in a pool waits under this transaction."""
    name, memo = ROUTERS.get(log.address), _TAKE_OUT.match(_memo(log, 1))
    if name is None or memo is None:
        return ()
    token, amount = asset_at(view, address_in(log.topics, 2)), number_in(log, 0)
    legs = paid(view, token, amount, log.address, address_in(log.topics, 1))
    if not legs:
        return ()
    fee = tuple(with_role(leg, "fee") for leg in legs)
    kept, wallet = _pool(view, name, memo.group(1)), legs[0].wallet
    part = min(int(memo.group(2) or _WHOLE), _WHOLE)
    gone = max(units.of(wallet, kept) or 0, 0) * part // _WHOLE
    moved = units.move(wallet, kept, -gone)
    moved += units.move(wallet, _waits(view, name, view.activity.txid), gone)
    return (event(view, "pool_withdraw", (*fee, *moved), name),)


def _taken_out(
    view: ActivityView, legs: tuple[Leg, ...], name: str, asked: str, units: Units
) -> tuple[Event, ...]:
    """What came for all that waits under a transaction; none where nothing does."""
    waits = _waits(view, name, f"0x{asked}")
    holder = units.holder(waits)
    held = 0 if holder is None else units.of(holder, waits) or 0
    if holder is None or held <= 0:
        return ()
    return (event(view, "pool_withdraw", (*legs, *units.move(holder, waits, -held)), name),)


# ---- trades --------------------------------------------------------------------------------------


def _swapped(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the router passed to a vault for a trade on the other side."""
    name = ROUTERS.get(log.address)
    memo = _SWAP.match(_memo(log, 1))
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


def _paid_out(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """What a vault sent as an answer, or gave back."""
    name = ROUTERS.get(log.address)
    memo = _ANSWER.match(_memo(log, 2))
    if name is None or memo is None or address_in(log.topics, 2) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 0)), number_in(log, 1))
    out = _taken_out(view, legs, name, memo.group(1), units) if legs else ()
    if out:
        return out
    note = words(f"{name}:0x{memo.group(1).lower()}", by=name)
    return (event(view, "bridge_in", legs, name, note),) if legs else ()
