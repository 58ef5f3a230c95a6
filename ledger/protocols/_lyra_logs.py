"""What the logs of Lyra's first version say of positions, and whose money stands beside which.

The sources stand in lyra.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, non_fungible, position
from ledger.model.fund import WalletId, wallet_id
from ledger.shapes import ActivityView, address_in, logs_with, number_in

NAME: Final = "lyra"

#: PositionUpdated(uint256 positionId, address owner, uint8 updatedType, (uint256 positionId,
#: uint256 strikeId, uint8 optionType, uint256 amount, uint256 collateral, uint8 state) position,
#: uint256 timestamp); the first three indexed.
UPDATED: Final = "0xf9b31acb62d492321b0251319b98e9ec85be9c8d6ac5ff592a574c6d09c93466"
OPENED, ADJUSTED, CLOSED, SPLIT_FROM, SPLIT_INTO, MERGED, MERGED_INTO, SETTLED = range(8)
LIQUIDATED, TRANSFERRED = 8, 9
OVER: Final = frozenset({CLOSED, SETTLED, LIQUIDATED})
_DEALT: Final = frozenset({OPENED, ADJUSTED, CLOSED, LIQUIDATED})
_SEVERAL: Final = 2
PARTED: Final = frozenset({SPLIT_FROM, SPLIT_INTO, MERGED, MERGED_INTO})
#: Types of options that were bought: calls and puts. The others were written.
_LONG: Final = frozenset({0, 1})

#: The tokens of its markets, which alone are believed of collateral: on Optimism of sETH, twice,
#: sBTC and sSOL, then of ETH, BTC, OP and ARB; on Arbitrum One of BTC, ETH and BTC again.
TOKENS: Final = frozenset(
    "0xb597351253bdb71716d49f5ad47c9a4ad518eccc 0xcfdff4e171133d55de2e45c66a0e144a135d93f2"
    " 0xfbdcdefd5cd7992ac6fee832227b3cefde46ed95 0xb5adf58391efec58a1497332fbc5233f93a28d65"
    " 0xa48c5363698cef655d374675faf810137a1b2ec0 0x54e401dc9fc6e496062cb3a1c882f10109d9e66a"
    " 0xbd5c2675acb26c74c984310ba5dda1e483eef5da 0x4df435855f1ed08a83f5a86ddc3d3ff249e82381"
    " 0xfc9385fb7fa6112d6fcf3f3fbf893f03e0974550 0xe485155ce647157624c5e2a41db45a9cc88098c3"
    " 0x0e97498f3d91756ec7f2d244ac97f6ea9f4ebbc3".split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a log says of a position, and where the books have it."""

    does: int
    long: bool
    amount: int
    collateral: int
    wallet: WalletId
    kept: AssetId
    token: AssetId
    log: Log

    @property
    def number(self) -> str:
        return self.kept.rpartition(".")[2]


def said_in(view: ActivityView) -> list[Said]:
    """What is said of positions of owned addresses; of written ones by known tokens alone.

    What a wrapper opened and handed on in one go was opened for who has it now.
    """
    logs = logs_with(view.activity, UPDATED, 4, 7)
    made = {(log.address, log.topics[1]) for log in logs if int(log.topics[3], 16) == OPENED}
    told = [_said(view, log) for log in logs if address_in(log.topics, 2) in view.owned]
    told = [
        replace(said, does=OPENED)
        if said.does == TRANSFERRED and (said.log.address, said.log.topics[1]) in made
        else said
        for said in told
    ]
    return [said for said in told if said.long or said.log.address in TOKENS]


def near(view: ActivityView, own: Sequence[Said], told: Sequence[Said]) -> ActivityView:
    """The view with the legs that some logs may speak of, where several positions are dealt in.

    What is paid for a position moves after the log that says what became of it, before the next.
    """
    dealt = [said for said in told if said.does in _DEALT]
    if len(dealt) < _SEVERAL or any(said not in dealt for said in own):
        return view
    starts = sorted(log.index for log in logs_with(view.activity, UPDATED, 4, 7))
    windows = [
        (said.log.index, min([at for at in starts if at > said.log.index], default=None))
        for said in own
    ]
    beside = {
        move.index
        for move in view.activity.transfers
        if (at := move.log_index) is not None
        and any(start < at and (end is None or at < end) for start, end in windows)
    }
    tokens = {said.token for said in own}
    legs = [
        leg
        for leg in view.legs
        if leg.asset in tokens or (leg.claim is not None and leg.claim[1] in beside)
    ]
    return replace(view, legs=tuple(legs))


def _said(view: ActivityView, log: Log) -> Said:
    network, number = view.activity.network, int(log.topics[1], 16)
    return Said(
        does=int(log.topics[3], 16),
        long=number_in(log, 2) in _LONG,
        amount=number_in(log, 3),
        collateral=number_in(log, 4),
        wallet=wallet_id(network, address_in(log.topics, 2)),
        kept=position(network, NAME, f"{log.address}.{number}"),
        token=non_fungible(network, "erc721", log.address, number),
        log=log,
    )
