"""Pools by bins (Trader Joe's Liquidity Book, PancakeSwap Infinity): a view in; liquidity out.

Sources: traderjoe-xyz/joe-v2, ILBPair.sol; pancakeswap/infinity-core, IBinPoolManager.sol, and
infinity-periphery, BinFungibleToken.sol. A share of a bin is a token by number, and moves as those
of ERC-1155 do: it is no collectible.
"""

from collections.abc import Collection
from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    with_role,
)

NAME: Final = "liquidity_book"
RANK: Final = 15

#: DepositedToBins(address sender, address to, uint256[] ids, bytes32[] amounts) and
#: WithdrawnFromBins of the same shape, the addresses indexed.
DEPOSITED: Final = "0x87f1f9dcf5e8089a3e00811b6a008d8f30293a3da878cb1fe8c90ca376402f8a"
WITHDRAWN: Final = "0xa32e146844d6144a22e94c586715a1317d58a8aa3581ec33d040113ddcb24350"
#: Mint(bytes32 id, address sender, uint256[] ids, bytes32 salt, bytes32[] amounts,
#: bytes32 compositionFeeAmount, bytes32 feeAmountToProtocol) and Burn without the fees; id and
#: sender indexed. The sender is who makes the tokens.
MINTED: Final = "0x7b6bc49b385af8644341f07a67cd976bf9daf2bdd5d71668e651a3a792e318e1"
BURNT: Final = "0x16d40aa4e497175b58e47cbf101544758de8c01d92a760c738943044c758df8a"

#: The manager of Infinity's pools by bins and the vault that holds what is in them, on all networks
#: (pancakeswap/infinity-core, script/config).
BIN_MANAGER: Final = "0xc697d2898e0d09264376196696c51d7abbbaa4a9"
VAULT: Final = "0x238a358808379702088667322f80ac48bad5e6c4"

#: topic → words, whether liquidity was put in
_LOGS: Final = {
    DEPOSITED: (4, True),
    WITHDRAWN: (4, False),
    MINTED: (7, True),
    BURNT: (4, False),
}

SIGNS: Final = frozenset({DEPOSITED, WITHDRAWN, BIN_MANAGER})


def recognise(view: ActivityView) -> Recognised | None:
    """Shares of bins that were made or burnt for the fund, with what was given or came for them."""
    events: tuple[Event, ...] = ()
    for topic, (words, put_in) in _LOGS.items():
        for log in logs_with(view.activity, topic, 3, words):
            infinite = topic in {MINTED, BURNT}
            if infinite == (log.address == BIN_MANAGER):
                events += _changed(view.without(events), log, put_in=put_in)
    return Recognised(events) if events else None


def _changed(view: ActivityView, log: Log, *, put_in: bool) -> tuple[Event, ...]:
    """The shares of one log; what came back of an asset that was given is a refund."""
    infinite = log.address == BIN_MANAGER
    shares = address_in(log.topics, 2) if infinite else log.address
    made = [
        leg
        for leg in view.legs
        if f"/erc1155:{shares}/" in leg.asset
        and (leg.quantity > 0) == put_in
        and leg.counterparty in {ZERO_ADDRESS, shares}
    ]
    moved = _others(view, {log.address, shares, view.called, *((VAULT,) if infinite else ())})
    main = [leg for leg in moved if (leg.quantity < 0) == put_in]
    given = {leg.asset for leg in main}
    back = [with_role(leg, "refund") for leg in moved if leg not in main and leg.asset in given]
    if not made or not main:
        return ()
    kind = "pool_deposit" if put_in else "pool_withdraw"
    name = "pancakeswap" if infinite else "trader_joe"
    return (event(view, kind, (*made, *main, *back), name),)


def _others(view: ActivityView, parties: Collection[str]) -> list[Leg]:
    return [
        leg for leg in view.legs if leg.counterparty in parties and not is_non_fungible(leg.asset)
    ]
