"""NFTX: a view in; pieces put into its vaults for their tokens and taken out again, out.

Source: NFTX-project/nftx-protocol-v2 and v3, NFTXVaultUpgradeable.sol. A vault gives as much of its
token for any piece of its collection, so a piece is put in like an asset into any vault, and is not
sold. What is paid for the choice of a piece, or in coin since the third version, goes with it.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    with_role,
)

NAME: Final = "nftx"
#: Before the markets, to which a piece for a token is a sale.
RANK: Final = 5

#: Minted(uint256[] nftIds, uint256[] amounts, address to), Redeemed(uint256[] nftIds, uint256[]
#: specificIds, address to), and since the third version Redeemed(uint256[] specificIds, address
#: to); nothing indexed.
MINTED: Final = "0x1f72ad2a14447fa756b6f5aca53504645af79813493aca2d906b69e4aaeb9492"
REDEEMED: Final = "0x63b13f6307f284441e029836b0c22eb91eb62a7ad555670061157930ce884f4e"
REDEEMED_V3: Final = "0xddf3c6319e89d061b877ebc529b0fd59410499b5bf683cffa46d5807dd13c600"

_LOGS: Final = {MINTED: (3, True), REDEEMED: (3, False), REDEEMED_V3: (2, False)}

SIGNS: Final = frozenset(_LOGS)


def recognise(view: ActivityView) -> Recognised | None:
    """Pieces for the tokens of a vault that logs it, or back."""
    events: tuple[Event, ...] = ()
    for topic, (words, put_in) in _LOGS.items():
        for log in logs_with(view.activity, topic, 1, words):
            events += _changed(view.without(events), log, put_in=put_in)
    return Recognised(events) if events else None


def _changed(view: ActivityView, log: Log, *, put_in: bool) -> tuple[Event, ...]:
    """All pieces that went the one way, the vault's tokens the other, and what was paid for it."""
    token = erc20(view.activity.network, log.address)
    made = [
        leg
        for leg in view.legs
        if leg.asset == token
        and (leg.quantity > 0) == put_in
        and leg.counterparty in {ZERO_ADDRESS, log.address, view.called}
    ]
    pieces = [
        leg
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and (leg.quantity < 0) == put_in
        and leg.counterparty in {log.address, view.called}
    ]
    if not made or not pieces:
        return ()
    kind = "vault_deposit" if put_in else "vault_withdraw"
    return (event(view, kind, (*pieces, *made, *_paid(view, made)), NAME),)


def _paid(view: ActivityView, made: list[Leg]) -> list[Leg]:
    """Coin for the fee, less what came back."""
    rest = [leg for leg in view.legs if leg not in made and not is_non_fungible(leg.asset)]
    parties = {leg.counterparty for leg in made} | {view.called}
    paid = [leg for leg in rest if leg.counterparty in parties]
    if len({leg.asset for leg in paid}) != 1 or sum(leg.quantity for leg in paid) >= 0:
        return []
    return [with_role(leg, "fee" if leg.quantity < 0 else "refund") for leg in paid]
