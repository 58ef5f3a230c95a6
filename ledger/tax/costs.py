"""Entries and disposals come in; which disposals and purchases bear an entry's costs leaves.

What an exchange of digital assets cost belongs to what was given up and reduces what it realised
(Reg. §1.1001-7); what a purchase with currency cost belongs to the basis of what was bought
(Reg. §1.1012-1). Lots know no such costs: they are carried here, beside the lots, by the cost that
each disposal takes of its lot, so that nothing is lost over splits, moves and changes of form.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ledger.model.amount import portion, spread
from ledger.model.asset import AssetId, currency_of
from ledger.model.entry import Entry, Posting
from ledger.model.lot import Disposal
from ledger.model.problem import Problem

#: Expenses that are costs of the exchange in whose transaction they were paid.
COSTS_OF_EXCHANGE: Final = frozenset({"gas", "tip", "service_fee", "flash_loan"})

_HELD: Final = frozenset({"asset", "transit"})


def costs_of_disposals(entry: Entry, disposals: Sequence[Disposal]) -> dict[str, int]:
    """The entry's costs by disposal id, in proportion of proceeds; what pays a cost bears none.

    A currency that was paid for a digital asset bears none either: the purchase does.
    """
    total = _total(entry)
    bearers = _bearers(entry, disposals)
    if not bearers or total <= 0:
        return {}
    parts = spread(total, tuple(abs(one.proceeds or 0) for one in bearers))
    return {one.id: part for one, part in zip(bearers, parts, strict=True)}


def unpriced_costs(entry: Entry, disposals: Sequence[Disposal]) -> tuple[Problem, ...]:
    """A problem where an entry that something bears the costs of has a cost without a price."""
    borne = _bearers(entry, disposals) or _purchases(entry)
    if not borne or all(posting.value is not None for posting in _paid(entry)):
        return ()
    text = f"a cost of {entry.id} has no price, reduces no proceeds and is in no basis"
    return (Problem("missing_price", text, entry.id),)


def costs_of_purchases(
    ordered: Iterable[Entry], disposals: Sequence[Disposal]
) -> Mapping[str, int]:
    """What each disposal's basis gains of the costs of the purchases it comes from, by its id.

    `ordered` and `disposals` are all there are, in the order of the books. A disposal takes of the
    costs what it takes of the lot's cost; the last one takes the remainder.
    """
    bought = {name: costs for entry in ordered for name, costs in _bought(entry)}
    used: Counter[str] = Counter()
    added: dict[str, int] = {}
    for disposal in disposals:
        root = _root(disposal.lot)
        if disposal.cost is None or root not in bought:
            continue
        cost, paid = bought[root]
        before, after = used[root], min(used[root] + disposal.cost, cost)
        used[root] = after
        added[disposal.id] = portion(paid, after, cost) - portion(paid, before, cost)
    return added


def _bought(entry: Entry) -> Iterable[tuple[str, tuple[int, int]]]:
    """Lot by lot of a purchase: its cost, and its part of what the purchase cost beside."""
    purchases = _purchases(entry)
    total = _total(entry)
    if not purchases or total <= 0:
        return
    parts = spread(total, tuple(cost for _, cost in purchases))
    for (index, cost), part in zip(purchases, parts, strict=True):
        yield f"{entry.id}:{index}", (cost, part)


def _purchases(entry: Entry) -> list[tuple[int, int]]:
    """What an entry bought with currency alone: the number of each posting, and its cost."""
    net: Counter[AssetId] = Counter()
    for posting in entry.postings:
        held = posting.account.type in _HELD and posting.role != "move"
        if held or posting.account.type == "expense":
            net[posting.asset] += posting.quantity
    given = [asset for asset, units in net.items() if units < 0]
    if not given or not all(currency_of(asset) for asset in given):
        return []
    return [
        (index, posting.value)
        for index, posting in enumerate(entry.postings)
        if posting.role == "acquire"
        and posting.account.type in _HELD
        and posting.quantity > 0
        and posting.value is not None
        and posting.value > 0
        and not currency_of(posting.asset)
    ]


def _bearers(entry: Entry, disposals: Sequence[Disposal]) -> list[Disposal]:
    bearers = [one for one in disposals if one.kind == entry.kind and one.proceeds]
    return [one for one in bearers if not currency_of(one.asset)] if _purchases(entry) else bearers


def _paid(entry: Entry) -> list[Posting]:
    return [
        posting
        for posting in entry.postings
        if posting.account.type == "expense" and posting.account.name in COSTS_OF_EXCHANGE
    ]


def _total(entry: Entry) -> int:
    return sum(posting.value or 0 for posting in _paid(entry))


def _root(lot: str) -> str:
    """The acquisition that a part of a lot comes from: `entry:2` of `entry:2/1`."""
    entry, colon, number = lot.rpartition(":")
    return f"{entry}{colon}{number.partition('/')[0]}"
