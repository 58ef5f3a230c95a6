"""Credit that others use: logs of a known pool in; what the fund owes more or less by them out.

Whoever was given credit draws a loan that the fund owes, and has the money himself; anybody may pay
back what the fund owes. Nothing but the debt's own token moves at the fund then: what stands
against it no log tells. A pool's word is enough, for it alone moves its tokens; a token that logs
beside it says nothing.
"""

from collections.abc import Collection, Mapping
from typing import Literal

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    split,
)

#: What a topic says is done to the debt of the address in its third place.
Does = Literal["borrow", "repay"]

Found = tuple[tuple[Event, ...], tuple[Asset, ...]]


def by_others(
    view: ActivityView,
    does: Mapping[str, tuple[Does, int]],
    names: Mapping[str, str],
) -> Found:
    """Loans that others drew or paid back on the fund's account, in the order of their logs.

    `does` says of a topic what it does and in which word its amount stands, `names` by whose name a
    pool is known. Such a log has the reserve and whose debt it is as its first two topics.
    """
    events: tuple[Event, ...] = ()
    facts: dict[AssetId, Asset] = {}
    logs = [log for topic in does for log in logs_with(view.activity, topic, 4, 1)]
    for log in sorted(logs, key=lambda log: log.index):
        kind, place = does[log.topics[0]]
        user = address_in(log.topics, 2)
        if log.address not in names or user not in view.owned or len(log.data) < 66 + 64 * place:
            continue
        principal = number_in(log, place) * (1 if kind == "borrow" else -1)
        leg = _of_debt(view.without(events), log, user, principal)
        if leg is None:
            continue
        legs = split(leg, leg.quantity - principal, "interest", "debt")
        events += (event(view, kind, legs, names[log.address]),)
        reserve = erc20(view.activity.network, address_in(log.topics, 1))
        facts[leg.asset] = debt_token(view, leg.asset, reserve)
    return events, tuple(facts.values())


def _of_debt(view: ActivityView, log: Log, user: str, principal: int) -> Leg | None:
    """The last token that was made or burnt for a user before the log, with interest in it."""
    places = {
        move.index: move.log_index
        for move in view.activity.transfers
        if move.log_index is not None and move.log_index < log.index
    }
    found = [
        leg
        for leg in view.legs
        if leg.claim is not None
        and leg.claim[1] in places
        and leg.counterparty == ZERO_ADDRESS
        and leg.wallet.endswith(user)
        and contract_of(leg.asset) is not None
        and not is_non_fungible(leg.asset)
        and leg.quantity >= principal
    ]
    return found[-1] if found else None


def liquidated(
    view: ActivityView, log: Log, protocol: str
) -> tuple[Event, tuple[Asset, ...]] | None:
    """What a known pool's LiquidationCall cleared of a debt and took of collateral, by what moved.

    The pool's word is enough here too. Its log has collateral, debt and user as topics, and what
    was repaid and taken as first words. A token that paid out the collateral itself stands for it;
    what else was burnt was owed, less than was repaid by the interest since the last touch. None
    where more than one token may be the debt.
    """
    collateral = erc20(view.activity.network, address_in(log.topics, 1))
    user, covered = address_in(log.topics, 3), number_in(log, 0)
    moves = [one for one in view.activity.transfers if (one.log_index or 0) < log.index]
    payers = {one.sender for one in moves if one.asset == collateral}
    before = {one.index for one in moves if one.log_index is not None}
    gone = [
        leg
        for leg in view.legs
        if leg.quantity < 0
        and leg.claim is not None
        and leg.claim[1] in before
        and leg.wallet.endswith(user)
        and not is_non_fungible(leg.asset)
    ]
    owed = [
        leg
        for leg in gone
        if leg.counterparty == ZERO_ADDRESS and contract_of(leg.asset) not in payers
    ]
    grown = max(0, covered + sum(leg.quantity for leg in owed))
    parts = [split(leg, grown if leg is owed[-1] else 0, "interest", "debt") for leg in owed]
    lost = [leg for leg in gone if leg not in owed]
    tokens = {leg.asset for leg in owed}
    if len(tokens) != 1 or not lost:
        return None
    reserve = erc20(view.activity.network, address_in(log.topics, 2))
    legs = (*(part for both in parts for part in both), *lost)
    fact = debt_token(view, tokens.pop(), reserve)
    return event(view, "liquidation", legs, protocol), (fact,)


def debt_token(view: ActivityView, token: AssetId, reserve: AssetId) -> Asset:
    """A token that is owed, follows its reserve and grows with interest."""
    base = view.assets.get(reserve)
    decimals, symbol = (base.decimals, base.symbol) if base is not None else (18, "")
    return Asset(token, f"debt{symbol}", decimals, "debt", underlying=reserve, accrues="interest")


def lent_by_others(view: ActivityView, owner: str, came: Collection[Leg]) -> bool:
    """Whether the fund drew a loan that somebody else owes."""
    return view.acts and bool(came) and owner not in view.owned
