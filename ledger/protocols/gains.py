"""Gains Network's gTrade: a view in; margin that a trade took and what it paid back, out.

Source: GainsNetwork-org/gTrade, its diamond by network (as DefiLlama's adapters list it). Its logs
have changed with nearly every version, so the way of the money tells: who opens or adds hands
margin to the diamond himself, and what a keeper closes comes from it. What the fund asked for
itself and got, rebates or margin of a cancelled order, nothing tells apart here.
"""

from typing import Final

from ledger.model.asset import contract_of
from ledger.model.event import Leg
from ledger.shapes import ActivityView, Recognised, event, is_non_fungible

NAME: Final = "gains"
RANK: Final = 10

#: network → the diamond that holds margin and logs.
DIAMONDS: Final = {
    "eip155:137": "0x209a9a01980377916851af2ca075c2b170452018",
    "eip155:42161": "0xff162c694eaa571f685030649814282ea457f169",
    "eip155:8453": "0x6cd5ac19a07518a8092eeffda4f1174c72704eeb",
}

SIGNS: Final = frozenset(DIAMONDS.values())


def recognise(view: ActivityView) -> Recognised | None:
    """Margin one way, with nothing the other: two ways it would be a trade of something else."""
    diamond = DIAMONDS.get(view.activity.network, "")
    legs = [leg for leg in view.legs if leg.counterparty == diamond and _is_margin(leg)]
    ways = {leg.quantity > 0 for leg in legs}
    if len(ways) != 1:
        return None
    came = ways.pop()
    if came == (view.called == diamond and view.acts):
        return None
    return Recognised((event(view, "perp_close" if came else "perp_open", legs, NAME),))


def _is_margin(leg: Leg) -> bool:
    """Whether a leg is of a token: margin in coin is wrapped on its way."""
    return not is_non_fungible(leg.asset) and (
        contract_of(leg.asset) is not None or leg.quantity < 0
    )
