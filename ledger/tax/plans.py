"""Plans of lots and entries come in; which sale each plan serves leaves, or why it serves none.

A plan is an identification that was made before the sale (Reg. §1.1012-1(j)(3): no later than its
date and time). It says nothing of an entry, which is not there yet: the first entry after it that
sells its asset out of its wallet is the one. That leaves nobody a choice after the fact.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry
from ledger.model.filing import LotPlan
from ledger.model.problem import Problem
from ledger.tax.sizes import quantity_text


class Served(NamedTuple):
    """Entry id → its plan, and a problem for each sale that its plan does not cover."""

    plans: dict[str, LotPlan]
    problems: tuple[Problem, ...]


def served(
    plans: Sequence[LotPlan],
    entries: Iterable[Entry],
    assets: Mapping[AssetId, Asset] = MappingProxyType({}),
) -> Served:
    """The plan of each sale; entries are in order, and `assets` say how units are told.

    The latest plan before a sale counts; the sale uses up that one and those before it.
    """
    by_place: dict[tuple[str, str], list[LotPlan]] = {}
    for plan in sorted(plans, key=lambda one: one.said_at):
        by_place.setdefault((plan.wallet, plan.asset), []).append(plan)
    found: dict[str, LotPlan] = {}
    problems = []
    for entry in entries if by_place else ():
        for place, units in _sold(entry).items():
            waiting = by_place.get(place)
            timely = [plan for plan in waiting or () if plan.said_at <= entry.time]
            if waiting is None or not timely:
                continue
            del waiting[: len(timely)]
            plan = timely[-1]
            if units <= plan.quantity:
                found[entry.id] = plan
            else:
                left, planned = (
                    quantity_text(assets, plan.asset, each) for each in (units, plan.quantity)
                )
                text = (
                    f"{entry.id}: {left} left and the lot plan of {plan.said_at} is of {planned}:"
                    " it does not hold"
                )
                problems.append(Problem("plan_not_met", text, entry.id))
    return Served(found, tuple(problems))


def _sold(entry: Entry) -> dict[tuple[str, str], int]:
    """(wallet, asset) → base units that an entry sells; what only pays for gas is no sale."""
    given: dict[tuple[str, str], int] = {}
    spent: dict[str, int] = {}
    for posting in entry.postings:
        wallet = posting.account.wallet
        if posting.account.type == "asset" and wallet and posting.role == "dispose":
            key = (wallet, posting.asset)
            given[key] = given.get(key, 0) - posting.quantity
        elif posting.account.type == "expense":
            spent[posting.asset] = spent.get(posting.asset, 0) + posting.quantity
    left = {place: units - max(0, spent.get(place[1], 0)) for place, units in given.items()}
    return {place: units for place, units in left.items() if units > 0}
