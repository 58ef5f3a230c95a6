"""Mints and burns of tokens with scaled balances in; what they tell of interest out.

Sources: aave-v3-core and aave-v3-origin, ScaledBalanceTokenBase.sol (`_mintScaled`, `_burnScaled`)
and AToken.sol (`_transfer`). Whatever touches a balance settles all interest since the last touch.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.asset import AssetId, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    address_in,
    event,
    logs_with,
    number_in,
    with_role,
)

#: Mint(address caller, address onBehalfOf, uint256 value, uint256 balanceIncrease, uint256 index)
#: of aTokens and debt tokens; the addresses indexed.
MINT: Final = "0x458f5fa412d0f69b08dd84872b0215675cc67bc1d5b6fd93300a1c3878b86196"
#: Burn(address from, address target, uint256 value, uint256 balanceIncrease, uint256 index);
#: the addresses indexed; a debt token's target is the zero address.
BURN: Final = "0x4cf25bc1d991c17529c25213d3cc0cda295eeaad5f13f361969b12ea48015f90"


@dataclass(frozen=True, slots=True)
class Scaled:
    """A mint or burn of an aToken or debt token that a log tells of."""

    token: str
    user: str
    target: str
    value: int
    increase: int
    index: int
    burnt: bool


def scaled(view: ActivityView) -> tuple[Scaled, ...]:
    """The mints and burns of an activity in the order of their logs."""
    found = (
        Scaled(
            token=log.address,
            user=address_in(log.topics, 1 if topic == BURN else 2),
            target=address_in(log.topics, 2),
            value=number_in(log, 0),
            increase=number_in(log, 1),
            index=log.index,
            burnt=topic == BURN,
        )
        for topic in (MINT, BURN)
        for log in logs_with(view.activity, topic, 3, 3)
    )
    return tuple(sorted(found, key=lambda each: each.index))


def settled_by_transfer(view: ActivityView, protocol: str) -> tuple[Event, ...]:
    """What holders earned up to a transfer of a token that is known to grow: an event of income.

    A transfer mints to both sides what they have earned, and nothing beside it, right before the
    log that says so; a deposit mints more than its interest, a withdrawal less.
    """
    if MINT not in view.activity.spoken:
        return ()
    network = view.activity.network
    moves = {one.log_index: one.index for one in view.activity.transfers}
    legs: list[Leg] = []
    for each in scaled(view):
        token = erc20(network, each.token)
        if each.burnt or each.value != each.increase or not grows(view, token):
            continue
        legs += [
            with_role(leg, "interest")
            for leg in view.legs
            if leg.asset == token
            and leg.quantity == each.increase
            and leg.counterparty == ZERO_ADDRESS
            and leg.wallet.endswith(each.user)
            and leg.claim is not None
            and leg.claim[1] == moves.get(each.index - 1)
        ]
    return (event(view, "reward", legs, protocol),) if legs else ()


def grows(view: ActivityView, token: AssetId) -> bool:
    """Whether a token is known from before to grow with interest."""
    known = view.assets.get(token)
    return known is not None and known.accrues == "interest"
