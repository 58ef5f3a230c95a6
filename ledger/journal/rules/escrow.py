"""Orders, perpetuals and options enter, whose units a protocol holds; postings leave."""

from collections.abc import Callable
from dataclasses import replace

from ledger.journal import chart
from ledger.journal.rules.beside import beside, owes
from ledger.journal.rules.carry import carried
from ledger.journal.rules.case import Case, against, settled
from ledger.journal.rules.parties import one_way
from ledger.journal.rules.trade import trade
from ledger.model.asset import is_position
from ledger.model.entry import Posting
from ledger.model.event import Leg


def held(case: Case) -> list[Posting]:
    """Units go into escrow or come back out of it with their date and cost: orders, margin.

    A result that the protocol pays on top is a leg in the role of a reward: income from trading.
    Where the order or margin is a position of its own, that is where they go; what was swapped on
    the way is a trade.
    """
    if case.note_word("paid") == "swapped":
        return trade(case, "trading")
    if _is_of_position(case):
        return carried(case, "trading")
    inside, rest = settled(case, case.plain)
    account = chart.escrow(case.event.protocol)
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            value = case.worth(asset, quantity)
            inside += against(account, owner, asset, quantity, value, moved=True)
    return inside + beside(case, reward="trading")


def filled(case: Case) -> list[Posting]:
    """Units bought for what is in escrow come in at their quote; what goes out stays in escrow.

    What an order brought that the books do not know has no known basis. What a relayer paid out to
    others is owed to him, and what it is paid back in carries its date and cost.
    """
    if case.note_word("position") == "unknown" or case.note_word("relay"):
        return held(case)
    if _signs(case) == {True, False}:
        return trade(case)
    if _signs(case) == {True}:
        return one_way(case, chart.escrow(case.event.protocol))
    return held(case)


def bought(case: Case) -> list[Posting]:
    """An option bought or exercised: a trade where both sides show, else over escrow.

    What a writer owed and gave for it is the other side as well.
    """
    return trade(case) if _owed(case) or _signs(case) == {True, False} else held(case)


def written(case: Case) -> list[Posting]:
    """An option written: collateral stays the fund's, and what came was received for what is owed.

    Where the event does not say what is owed, the premium is income from trading.
    """
    if _owed(case):
        came = [leg for leg in case.plain if leg.quantity > 0 and not is_position(leg.asset)]
        return _for_a_debt(case, came, trade)
    if _is_of_position(case):
        return carried(case, "trading")
    inside, rest = settled(case, case.plain)
    account = chart.escrow(case.event.protocol)
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            value = case.worth(asset, quantity)
            out = quantity < 0
            other = account if out else chart.income("trading")
            inside += against(other, owner, asset, quantity, value, moved=out)
    return inside + beside(case, reward="trading")


def expired(case: Case) -> list[Posting]:
    """An option past its time: collateral comes back, the option itself is given up for nothing.

    So is what was owed of it; where as many options were given back, they are what it cost.
    """
    if _owed(case):
        gave = [leg for leg in case.plain if leg.quantity < 0 and not is_position(leg.asset)]
        return _for_a_debt(case, gave, trade if gave else _forgiven)
    if _is_of_position(case):
        return carried(case, "trading")
    inside, rest = settled(case, case.plain)
    account = chart.escrow(case.event.protocol)
    for asset, holdings in rest.items():
        for owner, quantity in holdings:
            if quantity > 0:
                value = case.worth(asset, quantity)
                inside += against(account, owner, asset, quantity, value, moved=True)
            else:
                inside += against(chart.income("trading"), owner, asset, quantity, 0)
    return inside + beside(case, reward="trading")


def _for_a_debt(
    case: Case, legs: list[Leg], rule: Callable[[Case], list[Posting]]
) -> list[Posting]:
    """These legs against what is owed, by a rule; all else is collateral that changes place."""
    owed = [leg for leg in case.event.legs if leg in legs or leg.role == "debt"]
    rest = [leg for leg in case.event.legs if leg not in owed]
    against_debt = replace(case, event=replace(case.event, legs=tuple(owed)))
    kept = replace(case, event=replace(case.event, legs=tuple(rest)))
    return rule(against_debt) + (carried(kept, "trading") if rest else [])


def _forgiven(case: Case) -> list[Posting]:
    return [
        posting
        for leg in case.event.legs
        for posting in owes(leg.wallet, leg.asset, leg.quantity, 0, chart.income("trading"))
    ]


def _owed(case: Case) -> bool:
    """Whether the event says what a writer owes of his options."""
    return any(leg.role == "debt" for leg in case.event.legs)


def _is_of_position(case: Case) -> bool:
    """Whether a position without a token takes part, or should."""
    own = any(leg.role == "position" for leg in case.event.legs)
    return own or case.note_word("position") == "unknown"


def _signs(case: Case) -> set[bool]:
    return {leg.quantity > 0 for leg in case.plain}
