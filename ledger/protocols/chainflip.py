"""Chainflip: a view in; what its vault took for a swap and what it paid out, out.

Source: chainflip-io/chainflip-eth-contracts, Vault.sol and IVault.sol. It trades between networks:
what comes is another asset, and no log of the vault that pays names the swap. What was sent to an
address that Chainflip made for one deposit is told by nothing here.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, expected, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "chainflip"
RANK: Final = 12

#: SwapNative(uint32 dstChain, bytes dstAddress, uint32 dstToken, uint256 amount, address sender,
#: bytes cfParameters), SwapToken with address srcToken before the amount, XCallNative and
#: XCallToken with bytes message, uint256 gasAmount, bytes cfParameters behind the sender; sender
#: indexed.
SWAP_COIN: Final = "0x6757034e841d88190e95fa8a7570ce6cb721257474400c3282ec536eab810540"
SWAP_TOKEN: Final = "0x834b524d9f8ccbd31b00b671c896697b96eb4398c0f56e9386a21f5df61e3ce3"
CALL_COIN: Final = "0x47705cc9a85c5f679e1f4e8e7fbd459b8267bc61fa3111ced6fe84f71d7d889e"
CALL_TOKEN: Final = "0x030b52f4ea12be896482bc46f95fb31f1ac9457bc1a2a206981fbd18a69cc6e3"

#: The vaults of Ethereum and Arbitrum (docs.chainflip.io, contracts).
VAULTS: Final = frozenset(
    {
        "0xf5e10380213880111522dd0efd3dbb45b9f62bcc",
        "0x79001a5e762f3befc8e5871b42f6734e00498920",
    }
)
#: topic → words, word of the token or none, word of the amount
_LOGS: Final = {
    SWAP_COIN: (5, None, 3),
    SWAP_TOKEN: (6, 3, 4),
    CALL_COIN: (7, None, 3),
    CALL_TOKEN: (8, 3, 4),
}

SIGNS: Final = VAULTS


def recognise(view: ActivityView) -> Recognised | None:
    """Swaps that an owned wallet paid for; what a vault gave where the fund asked for nothing."""
    events: tuple[Event, ...] = ()
    for topic, (words_, token, amount) in _LOGS.items():
        for log in logs_with(view.activity, topic, 2, words_):
            if log.address in VAULTS:
                events += _swapped(view.without(events), log, token, number_in(log, amount))
    rest = view.without(events)
    came = [
        leg
        for leg in rest.legs
        if leg.counterparty in VAULTS and leg.quantity > 0 and not is_non_fungible(leg.asset)
    ]
    if came and not view.acts:
        events += (event(rest, "bridge_in", came, NAME, words(by=NAME)),)
    return Recognised(events) if events else None


def _swapped(view: ActivityView, log: Log, token: int | None, amount: int) -> tuple[Event, ...]:
    asset = asset_at(view, ZERO_ADDRESS if token is None else word_address(log, token))
    if address_in(log.topics, 1) not in {*view.owned, view.called}:
        return ()
    legs = paid(view, asset, amount, log.address)
    note = words("", "", expected("*", "*", "*"), NAME)
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()
