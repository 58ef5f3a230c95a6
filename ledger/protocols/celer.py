"""Celer's cBridge: a view in; what left over its pools and vaults and what arrived, out.

Source: celer-network/sgn-v2-contracts (Bridge, OriginalTokenVault and PeggedTokenBridge, both
versions): the receiving side logs the id of the sending one.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, paid, words
from ledger.shapes import ActivityView, Recognised, event, logs_with, number_in, word_address

NAME: Final = "celer"
RANK: Final = 12

#: Send(bytes32 transferId, address sender, address receiver, address token, uint256 amount,
#: uint64 dstChainId, uint64 nonce, uint32 maxSlippage) of the pool.
SEND: Final = "0x89d8051e597ab4178a863a5190407b98abfeff406aa8db90c59af76612e58f01"
#: Relay(bytes32 transferId, address sender, address receiver, address token, uint256 amount,
#: uint64 srcChainId, bytes32 srcTransferId) of the pool.
RELAY: Final = "0x79fa08de5149d912dce8e5e8da7a7c17ccdf23dd5d3bfe196802e6eb86347c7c"
#: Deposited(bytes32 depositId, address depositor, address token, uint256 amount,
#: uint64 mintChainId, address mintAccount[, uint64 nonce]) of a vault.
DEPOSITED: Final = "0x15d2eeefbe4963b5b2178f239ddcc730dda55f1c23c22efb79ded0eb854ac789"
DEPOSITED_2: Final = "0x28d226819e371600e26624ebc4a9a3947117ee2760209f816c789d3a99bf481b"
#: Minted(bytes32 mintId, address token, address account, uint256 amount, uint64 refChainId,
#: bytes32 refId, address depositor) of a pegged token's bridge.
MINTED: Final = "0x4920d16970c5b6af9b8d76b06fa87452037447c536561a85482b7ea45c487010"
#: Burn(bytes32 burnId, address token, address account, uint256 amount, address withdrawAccount),
#: and Burn(bytes32 burnId, address token, address account, uint256 amount, uint64 toChainId,
#: address toAccount, uint64 nonce), of a pegged token's bridge.
BURN: Final = "0x75f1bf55bb1de41b63a775dc7d4500f01114ee62b688a6b11d34f4692c1f3d43"
BURN_2: Final = "0x6298d7b58f235730b3b399dc5c282f15dae8b022e5fbbf89cee21fd83c8810a3"
#: Withdrawn(bytes32 withdrawId, address receiver, address token, uint256 amount,
#: uint64 refChainId, bytes32 refId, address burnAccount) of a vault.
WITHDRAWN: Final = "0x296a629c5265cb4e5319803d016902eb70a9079b89655fe2b7737821ed88beeb"

#: Topic → places of token, amount, recipient and its network, and of the id that both ends name;
#: a place that the log does not have is -1.
_OUT: Final = {
    SEND: (3, 4, 2, 5),
    DEPOSITED: (2, 3, 5, 4),
    DEPOSITED_2: (2, 3, 5, 4),
    BURN: (1, 3, 4, -1),
    BURN_2: (1, 3, 5, 4),
}
_IN: Final = {RELAY: (3, 4, 2, 6), MINTED: (1, 3, 2, 5), WITHDRAWN: (2, 3, 1, 5)}

SIGNS: Final = frozenset({*_OUT, *_IN})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave, and what came to one."""
    events: tuple[Event, ...] = ()
    for places, read in ((_OUT, _sent), (_IN, _arrived)):
        for topic, where in places.items():
            for log in logs_with(view.activity, topic, 1, max(where) + 1):
                events += read(view.without(events), log, where)
    return Recognised(events) if events else None


_Places = tuple[int, int, int, int]


def _sent(view: ActivityView, log: Log, where: _Places) -> tuple[Event, ...]:
    token, amount, recipient, network = where
    legs = paid(view, asset_at(view, word_address(log, token)), number_in(log, amount), log.address)
    there = f"eip155:{number_in(log, network)}:" if network >= 0 else ""
    note = words(f"celer:0x{log.data[2:66]}", f"{there}{word_address(log, recipient)}")
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _arrived(view: ActivityView, log: Log, where: _Places) -> tuple[Event, ...]:
    token, amount, recipient, message = where
    if word_address(log, recipient) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, token)), number_in(log, amount))
    note = words(f"celer:0x{log.data[2 + 64 * message : 66 + 64 * message]}")
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
