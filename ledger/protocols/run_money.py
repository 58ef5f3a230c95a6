"""Run Money: a view in; memberships bought, stakes put in and taken out, bonuses out.

Source: the contract ClubPool on Base (0x1089Db83561d4c9B68350E1c292279817AC6c8DA), as it logs.
"""

from typing import Final

from ledger.model.asset import contract_of
from ledger.model.event import Event
from ledger.protocols._kept import facts, kept_by
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
)

NAME: Final = "run_money"
RANK: Final = 0

#: Unstaked(address user, uint256 amount), user indexed.
UNSTAKED: Final = "0x0f5bb82176feb1b5e747e28471aa92156a04d9f3ab9f45f28e2d704232b93f75"
CLUB: Final = ("eip155:8453", "0x1089db83561d4c9b68350e1c292279817ac6c8da")

SIGNS: Final = frozenset({CLUB[1]})


def recognise(view: ActivityView) -> Recognised | None:
    """What was paid for a membership, else a stake; what was unstaked, else a bonus."""
    network, club = CLUB
    if view.activity.network != network:
        return None
    units = Units(view)
    legs = [leg for leg in view.legs if leg.counterparty == club and not is_non_fungible(leg.asset)]
    member = [
        leg
        for leg in view.legs
        if contract_of(leg.asset) == club and leg.counterparty == ZERO_ADDRESS and leg.quantity > 0
    ]
    unstaked = {
        number_in(log, 0)
        for log in logs_with(view.activity, UNSTAKED, 2, 1)
        if log.address == club and address_in(log.topics, 1) in view.owned
    }
    paid = [leg for leg in legs if leg.quantity < 0]
    events: tuple[Event, ...] = ()
    if member:
        events += (event(view, "mint", (*member, *paid), NAME),)
    else:
        events += tuple(kept_by(view, units, leg, NAME, club) for leg in paid)
    for leg in legs:
        if leg.quantity in unstaked:
            events += (kept_by(view, units, leg, NAME, club),)
    taken = {claim for one in events for claim in one.claims}
    earned = [leg for leg in legs if leg.quantity > 0 and leg.claim not in taken]
    events += (event(view, "reward", earned, NAME),) if earned else ()
    return Recognised(events, facts(view, events)) if events else None
