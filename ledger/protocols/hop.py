"""Hop: a view in; what left over its bridges and what bonders or the bridge paid out, out.

Sources: hop-protocol/contracts (L1_Bridge, L2_Bridge, L2_AmmWrapper, Swap) and hop-protocol/hop,
packages/core/src/addresses/mainnet.ts. Between second layers hop's own tokens move; a wrapper swaps
them for the real ones on either side, and logs nothing itself.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols import _hop
from ledger.protocols._bridges import expected, leg_with, paid, words
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

NAME: Final = "hop"
RANK: Final = 12

#: TransferSentToL2(uint256 chainId, address recipient, uint256 amount, uint256 amountOutMin,
#: uint256 deadline, address relayer, uint256 relayerFee); chainId, recipient and relayer indexed.
SENT_UP: Final = "0x0a0607688c86ec1775abcdbab7b33a3a35a6c9cde677c9be880150c231cc6b0b"
#: TransferFromL1Completed(address recipient, uint256 amount, uint256 amountOutMin,
#: uint256 deadline, address relayer, uint256 relayerFee); recipient and relayer indexed.
COMPLETED: Final = "0x320958176930804eb66c2343c7343fc0367dc16249590c0f195783bee199d094"
#: TransferSent(bytes32 transferId, uint256 chainId, address recipient, uint256 amount,
#: bytes32 transferNonce, uint256 bonderFee, uint256 index, uint256 amountOutMin, uint256 deadline);
#: the first three indexed.
SENT: Final = _hop.SENT
#: WithdrawalBonded(bytes32 transferId, uint256 amount); the id indexed.
BONDED: Final = "0x0c3d250c7831051e78aa6a56679e590374c7c424415ffe4aa474491def2fe705"
#: Withdrew(bytes32 transferId, address recipient, uint256 amount, bytes32 transferNonce); the first
#: two indexed.
WITHDREW: Final = "0x9475cdbde5fc71fe2ccd413c82878ee54d061b9f74f9e2e1a03ff1178821502c"
#: TokenSwap(address buyer, uint256 tokensSold, uint256 tokensBought, uint128 soldId,
#: uint128 boughtId) of a pool; the buyer indexed.
TOKEN_SWAP: Final = "0xc6c1e0630dbe9130cc068028486c0d118ddcea348550819defd5cb8c257f8a38"

#: (network, wrapper): what comes out of one arrived over a bridge (mainnet.ts, l2AmmWrapper).
_WRAPPERS: Final = frozenset(
    (f"eip155:{chain}", wrapper)
    for chain, wrappers in {
        10: "0x2ad09850b0ca4c7c1b33f5acd6cbabcab5d6e796 0x7d269d3e0d61a05a0ba976b7dbf8805bf844af3f"
        " 0xb3c68a491608952cb1257fc9909a537a0173b63b 0x86ca30bef97fb651b8d866d45503684b90cb3312"
        " 0x2a11a98e2fcf4674f30934b5166645fe6ca35f56",
        100: "0x76b22b8c1079a44f1211d867d68b1eda76a635a7 0x49094a1b3463c4e2e82ca41b8e6a023bdd6e222f"
        " 0x86ca30bef97fb651b8d866d45503684b90cb3312 0x6c928f435d1f3329babb42d69ccf043e3900ecf1"
        " 0x03d7f750777ec48d39d080b020d83eb2cb4e3547 0x70af36240ec5040f6f9501e8e2d9db8703ec3d45",
        137: "0x76b22b8c1079a44f1211d867d68b1eda76a635a7 0x8741ba6225a6bf91f9d73531a98a89807857a2b3"
        " 0x884d1aa15f9957e1aeaa86a82a72e49bc2bfcbe3 0x28529fec439cff6d7d1d5917e956dee62cd3be5c"
        " 0xc315239cfb05f1e130e7e28e603cea4c014c57f0 0xcd1d7aefa8055e020db0d0e98bbf3fed1a16aad6",
        8453: "0x10541b07d8ad2647dc6cd67abd4c03575dade261",
        42161: "0xe22d2bedb3eca35e6397e0c6d62857094aa26f52"
        " 0xcb0a4177e0a60247c0ad18be87f8edff6dd30283 0xe7f40bf16ab09f4a6906ac2caa4094ad2da48cc2"
        " 0x33ceb27b39d2bb7d2e61f7564d3df29344020417 0xc08055b634d43f2176d721e26a3428d3b7e7ddb5",
    }.items()
    for wrapper in wrappers.split()
)

VOUCHED: Final = _hop.BRIDGES

SIGNS: Final = frozenset(
    {SENT_UP, COMPLETED, SENT, BONDED, WITHDREW, *(wrapper for _, wrapper in _WRAPPERS)}
)


def recognise(view: ActivityView) -> Recognised | None:
    """What left, then what the logs say that arrived, then what came out of a wrapper."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SENT_UP, 4, 4):
        events += _sent_up(view.without(events), log)
    for log in logs_with(view.activity, SENT, 4, 6):
        events += _sent(view.without(events), log)
    for topic, topics, size in ((BONDED, 2, 1), (WITHDREW, 3, 2), (COMPLETED, 3, 3)):
        logs = logs_with(view.activity, topic, topics, size)
        for log in logs:
            events += _arrived(view.without(events), log, alone=len(logs) == 1)
    events += _silent(view.without(events))
    return Recognised(events) if events else None


# ---- what left ---------------------------------------------------------------------------------


def _sent_up(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the bridge of the first layer took; its token is not in the log."""
    amount = number_in(log, 0)
    leg = leg_with(view, -amount, {log.address, view.called})
    asset = leg.asset if leg else native(view.activity.network)
    legs = paid(view, asset, amount, log.address)
    if not legs:
        return ()
    there, recipient = f"eip155:{int(log.topics[1], 16)}", address_in(log.topics, 2)
    note = words(
        _downward(there, log, recipient),
        f"{there}:{recipient}",
        expected(there, "*", f"{number_in(log, 1)}+"),
        _hop.teller(view.activity.network, log.address),
    )
    return (event(view, "bridge_out", legs, NAME, note),)


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Hop's token that was burnt, or what was swapped for it."""
    amount = number_in(log, 0)
    burnt = leg_with(view, -amount, {ZERO_ADDRESS, view.called})
    legs: tuple[Leg, ...] = paid(view, burnt.asset, amount) if burnt else ()
    for swap in logs_with(view.activity, TOKEN_SWAP, 2, 2):
        if legs or number_in(swap, 1) != amount or swap.index > log.index:
            continue
        sold, buyer = number_in(swap, 0), address_in(swap.topics, 1)
        leg = leg_with(view, -sold, {buyer, view.called})
        asset = leg.asset if leg else native(view.activity.network)
        legs = paid(view, asset, sold, buyer)
    if not legs:
        return ()
    return (event(view, "bridge_out", legs, NAME, words(*_hop.said(view, log))),)


# ---- what arrived ------------------------------------------------------------------------------


def _arrived(view: ActivityView, log: Log, *, alone: bool) -> tuple[Event, ...]:
    """The payment behind a log: out of the swap beside it, or of the bridge itself."""
    network, topic = view.activity.network, log.topics[0]
    recipient = {WITHDREW: 2, COMPLETED: 1}.get(topic, 0)
    if recipient and address_in(log.topics, recipient) not in view.owned:
        return ()
    swaps = [
        swap
        for swap in logs_with(view.activity, TOKEN_SWAP, 2, 2)
        if (swap.index < log.index) == (topic == COMPLETED)
    ]
    legs = [leg for leg in view.legs if any(_is_of(swap, leg) for swap in swaps)]
    if not legs and alone:
        senders = {log.address, ZERO_ADDRESS}
        legs = [
            leg
            for leg in view.legs
            if leg.counterparty in senders
            and 0 < leg.quantity <= number_in(log, 0)
            and not is_non_fungible(leg.asset)
        ]
    if len(legs) != 1:
        return ()
    message = f"hop:{log.topics[1]}"
    if topic == COMPLETED:
        message = _downward(network, log, address_in(log.topics, 1))
    note = words(message, by=_hop.teller(network, log.address))
    return (event(view, "bridge_in", legs, NAME, note),)


def _silent(view: ActivityView) -> tuple[Event, ...]:
    """What a wrapper paid out of a swap where the bridge logged nothing."""
    swaps = logs_with(view.activity, TOKEN_SWAP, 2, 2)
    legs = [
        leg
        for leg in view.legs
        if (view.activity.network, leg.counterparty) in _WRAPPERS
        and any(_is_of(swap, leg) for swap in swaps)
    ]
    return (event(view, "bridge_in", legs, NAME),) if legs else ()


def _is_of(swap: Log, leg: Leg) -> bool:
    """Whether a leg is what a swap bought, paid on by who swapped."""
    return leg.counterparty == address_in(swap.topics, 1) and leg.quantity == number_in(swap, 1)


def _downward(there: str, log: Log, recipient: str) -> str:
    """What both layers log of a transfer from the first one; without a deadline it may recur."""
    amount, least, deadline = (number_in(log, place) for place in range(3))
    return f"hop:{there}:{recipient}:{amount}:{least}:{deadline}" if deadline else ""
