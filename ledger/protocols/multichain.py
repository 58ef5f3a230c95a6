"""Multichain, known as Anyswap before: a view in; what left for another network or came, out.

Sources: anyswap/anyswap-v1-core, AnyswapV3Router.sol to AnyswapV6Router.sol, MultichainV7Router.sol
and AnyswapV5ERC20.sol; docs.multichain.org (routers). An arrival logs the transaction that it comes
from. Tokens of the bridge stand for others of as many decimals, which they keep themselves.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import came, expected, leg_with, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "multichain"
RANK: Final = 12

#: LogAnySwapOut(address token, address from, address to, uint256 amount, uint256 fromChainID,
#: uint256 toChainID), the addresses indexed; with string to, which is not indexed; and of the
#: seventh version LogAnySwapOut(bytes32 swapoutID, address token, address from, string receiver,
#: uint256 amount, uint256 toChainID), the first three indexed.
OUT: Final = "0x97116cf6cd4f6412bb47914d6db18da9e16ab2142f543b86e207c24fbd16b23a"
OUT_TEXT: Final = "0x409e0ad946b19f77602d6cf11d59e1796ddaa4828159a0b4fb7fa2ff6b161b79"
OUT_V7: Final = "0x0d969ae475ff6fcaf0dcfa760d4d8607244e8d95e9bf426f8d5d69f9a3e525af"
#: LogAnySwapIn(bytes32 txhash, address token, address to, uint256 amount, uint256 fromChainID,
#: uint256 toChainID), the first three indexed; of the seventh version LogAnySwapIn(string swapID,
#: bytes32 swapoutID, address token, address receiver, uint256 amount, uint256 fromChainID),
#: swapoutID and the addresses indexed.
IN: Final = "0xaac9ce45fe3adf5143598c4f18a369591a20a3384aedaf1b525d29127e1fcd55"
IN_V7: Final = "0x164f647883b52834be7a5219336e455a23a358be27519d0442fc0ee5e1b1ce2e"
#: LogSwapout(address account, address bindaddr, uint256 amount), the addresses indexed;
#: LogSwapin(bytes32 txhash, address account, uint256 amount), the first two indexed; of a token.
SWAPOUT: Final = "0x6b616089d04950dc06c45c6dd787d657980543f89651aec47924752c7d16c888"
SWAPIN: Final = "0x05d0634fe981be85c22e2942a880821b70095d84e152c3ea3c17a4e4250d9d61"

#: Routers on Ethereum, Polygon, Fantom, Avalanche, BNB Smart Chain, Arbitrum and Optimism.
ROUTERS: Final = frozenset(
    "0xba8da9dcf11b50b03fd5284f164ef5cdef910705 0x6b7a87899490ece95443e979ca9485cbe7e71522"
    " 0x765277eebeca2e31912c9946eae1021199b39c61 0xe95fd76cf16008c12ff3b3a937cb16cd9cc20284"
    " 0x4f3aff3a747fcade12598081e80c6605a8be192f 0x2ef4a574b72e1f555185afa8a09c6d1a8ac4025c"
    " 0xafaace7138ab3c2bcb2db4264f8312e1bbb80653 0x1ccca1ce62c62f7be95d4a67722a8fdbed6eecb4"
    " 0x0b23341fa1da0171f52aa8ef85f3946b44d35ac0 0xf3ce95ec61114a4b1bfc615c16e6726015913ccc"
    " 0x833f307ac507d47309fd8cdd1f835bef8d702a93 0x05f024c6f5a94990d32191d6f36211e3ee33504e"
    " 0xb0731d50c681c45856bfc3f7539d5f61d4be81d8 0x9b17baadf0f21f03e35249e0e59723f34994f806"
    " 0xe1d592c3322f1f714ca11f05b6bc0efef1907859 0xf9736ec3926703e85c843fc972bd89a7f8e827c0"
    " 0xabd380327fe66724ffda91a87c772fb8d00be488 0x650af55d5877f289837c30b94af91538a7504b76"
    " 0x0cae51e1032e8461f4806e26332c030e34de3adb 0xc931f61b1534eb21d8c11b24f3f5ab2471d4ab50"
    " 0xdc42728b0ea910349ed3c6e1c9dc06b5fb591f98".split()
)

#: topic → topics, words, and the places of token and recipient among the topics, of the amount and
#: of the other network among the words; -1 for what the log does not have.
_OUT: Final = {
    OUT: (4, 3, 1, 3, 0, 2),
    OUT_TEXT: (3, 4, 1, -1, 1, 3),
    OUT_V7: (4, 3, 2, -1, 1, 2),
    SWAPOUT: (3, 1, -1, 2, 0, -1),
}
_IN: Final = {IN: (4, 3, 2, 3, 0), IN_V7: (4, 3, 2, 3, 1), SWAPIN: (3, 1, -1, 2, 0)}

SIGNS: Final = frozenset({*_OUT, *_IN})
VOUCHED: Final = ROUTERS


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave, and what came to one."""
    events: tuple[Event, ...] = ()
    sent = [
        log
        for topic, (topics, size, *_) in _OUT.items()
        for log in logs_with(view.activity, topic, topics, size)
    ]
    for log in sent:
        events += _sent(view.without(events), log, alone=len(sent) == 1)
    for topic, (topics, size, *_) in _IN.items():
        for log in logs_with(view.activity, topic, topics, size):
            events += _arrived(view.without(events), log)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log, *, alone: bool) -> tuple[Event, ...]:
    """What the bridge's token took or burnt, or coin; the bridge keeps a fee there."""
    _, _, token, to, place, chain = _OUT[log.topics[0]]
    amount = number_in(log, place)
    kept = log.address if token < 0 else address_in(log.topics, token)
    leg = leg_with(view, -amount, {kept, log.address, view.called, ZERO_ADDRESS})
    legs = (leg,) if leg else paid(view, native(view.activity.network), amount, log.address, kept)
    if not legs:
        return ()
    there = "" if chain < 0 else f"eip155:{number_in(log, chain)}"
    recipient = "" if to < 0 else address_in(log.topics, to)
    named = recipient if not there or not recipient else f"{there}:{recipient}"
    arrives = expected(there or "*", "*", f"~1-{amount}")
    message = _message(log) or (f"multichain:{view.activity.txid}" if alone else "")
    note = words(message, named, arrives, NAME)
    return (event(view, "bridge_out", legs, NAME, note),)


def _message(log: Log) -> str:
    """The id that the seventh version gives to what it sends."""
    return f"multichain:{log.topics[1]}" if log.topics[0] == OUT_V7 else ""


def _arrived(view: ActivityView, log: Log) -> tuple[Event, ...]:
    _, _, token, to, place = _IN[log.topics[0]]
    if address_in(log.topics, to) not in view.owned:
        return ()
    amount = number_in(log, place)
    kept = log.address if token < 0 else address_in(log.topics, token)
    leg = leg_with(view, amount, {kept, log.address, ZERO_ADDRESS})
    legs: tuple[Leg, ...] = (leg,) if leg else came(view, native(view.activity.network), amount)
    by = NAME if log.address in ROUTERS else ""
    note = words(f"multichain:{log.topics[1]}", by=by)
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
