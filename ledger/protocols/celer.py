"""Celer's cBridge: a view in; what left over its pools and vaults and what arrived, out.

Source: celer-network/sgn-v2-contracts (Bridge, OriginalTokenVault and PeggedTokenBridge, both
versions): the receiving side logs the id of the sending one.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, expected, paid, words
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

#: Number of the network → the pool, vaults and bridges of pegged tokens there, of both versions
#: (Celer's SGN operations; cbridge-docs.celer.network, contract addresses): anybody else can log
#: the same.
_CONTRACTS: Final = {
    1: "0x5427fefa711eff984124bfbb1ab6fbf5e3da1820 0xb37d31b2a74029b5951a2778f959282e2d518595"
    " 0x7510792a3b1969f9307f3845ce88e39578f2bae1 0x16365b45eb269b5b5dacb34b4a15399ec79b95eb"
    " 0x52e4f244f380f8fa51816c8a10a63105dd4de084",
    10: "0x9d39fc627a6d9d9f8c831c16995b209548cc3401 0xbcfef6bb4597e724d720735d32a9249e0640aa11"
    " 0x61f85ff2a2f4289be4bb9b72fc7010b3142b5f41",
    56: "0xdd90e5e87a2081dcf0391920868ebc2ffb81a1af 0x78bc5ee9f11d133a08b331c2e18fe81be0ed02dc"
    " 0x11a0c9270d88c99e221360bca50c2f6fda44a980 0xd443fe6bf23a4c9b78312391a30ff881a097580e"
    " 0x26c76f7fef00e02a5dd4b5cc8a0f717eb61e1e4b",
    100: "0x3795c36e7d12a8c252a20c5a7b455f7c57b60283 0xd4c058380d268d85bc7c758072f561e8f2db5975",
    137: "0x88dcdc47d2f83a99cf0000fdf667a468bb958a78 0xc1a2d967dfaa6a10f3461bc21864c23c1dd51eea"
    " 0x4c882ec256823ee773b25b414d36f92ef58a7c0c 0x4d58fdc7d0ee9b674f49a0ade11f26c3c9426f7a"
    " 0xb51541df05de07be38dcfc4a80c05389a54502bb",
    250: "0x374b8a9f3ec5eb2d97eca84ea27aca45aa1c57ef 0x7d91603e79ea89149baf73c9038c51669d8f03e9"
    " 0x38d1e20b0039bfbeef4096be00175227f8939e51 0x30f7aa65d04d289ce319e88193a33a8eb1857fb9",
    42161: "0x1619de6b6b20ed217a58d00f37b9d47c7663feca 0xfe31bfc4f7c9b69246a6dc0087d91a91cb040f76"
    " 0xea4b1b0aa3c110c55f650d28159ce4ad43a4a58b 0xbdd2739ae69a054895be33a22b2d2ed71a1de778",
    42220: "0xbb7684cc5408f4dd0921e5c2cadd547b8f1ad573 0xd9d1034ef3d21221f008c7e96346ca999966752c"
    " 0xda1dd66924b0470501ac7736372d4171cdd1162e",
    43114: "0xef3c714c9425a8f3697a9c969dc1af30ba82e5d4 0x5427fefa711eff984124bfbb1ab6fbf5e3da1820"
    " 0xb51541df05de07be38dcfc4a80c05389a54502bb 0x88dcdc47d2f83a99cf0000fdf667a468bb958a78"
    " 0xb774c6f82d1d5dbd36894762330809e512fed195",
}
_TELLERS: Final = frozenset(
    (f"eip155:{chain}", contract)
    for chain, contracts in _CONTRACTS.items()
    for contract in contracts.split()
)
#: A slippage is counted in so many parts.
_PARTS: Final = 1_000_000

SIGNS: Final = frozenset({*_OUT, *_IN})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave, and what came to one."""
    events: tuple[Event, ...] = ()
    for places, read in ((_OUT, _sent), (_IN, _arrived)):
        for topic, where in places.items():
            size = 8 if topic == SEND else max(where) + 1
            for log in logs_with(view.activity, topic, 1, size):
                events += read(view.without(events), log, where)
    return Recognised(events) if events else None


_Places = tuple[int, int, int, int]


def _sent(view: ActivityView, log: Log, where: _Places) -> tuple[Event, ...]:
    token, amount, recipient, network = where
    legs = paid(view, asset_at(view, word_address(log, token)), number_in(log, amount), log.address)
    there = f"eip155:{number_in(log, network)}" if network >= 0 else ""
    to = f"{there}:{word_address(log, recipient)}".removeprefix(":")
    arrives = expected(there or "*", "*", _arrives(log, number_in(log, amount)))
    note = words(f"celer:0x{log.data[2:66]}", to, arrives, NAME)
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _arrives(log: Log, amount: int) -> str:
    """How much of it shall arrive: a pool swaps within the slippage, in the other token's decimals.

    A pegged token has the decimals of its own; what validators keep for gas is in no log.
    """
    if log.topics[0] != SEND:
        return f"1-{amount}"
    slips = amount * min(number_in(log, 7), _PARTS) // _PARTS
    return f"~{amount - slips}-{amount + slips}"


def _arrived(view: ActivityView, log: Log, where: _Places) -> tuple[Event, ...]:
    token, amount, recipient, message = where
    if word_address(log, recipient) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, token)), number_in(log, amount))
    by = NAME if (view.activity.network, log.address) in _TELLERS else ""
    note = words(f"celer:0x{log.data[2 + 64 * message : 66 + 64 * message]}", by=by)
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()
