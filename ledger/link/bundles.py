"""Linked events in, the same out, grouped: what belongs to one trade though it is several events.

A producer paid by a transaction of its own is paid for the trade beside it; what was lent for the
length of a transaction was lent for the trades in it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ledger.model.event import Event

#: What a producer is paid for.
_TRADES: Final = frozenset(
    {"swap", "flash_loan", "liquidation", "nft_trade", "pool_deposit", "pool_withdraw"}
)
#: What is one trade with a loan of the same transaction: what the loan paid for, and the producer.
_ON_LOAN: Final = _TRADES | {"inclusion_payment"}
#: Events of an activity that are beside its trade.
_ASIDE: Final = frozenset({"own_transfer", "spam"})

#: Network, block and place in it of a transaction.
_Place = tuple[str, int, int]


def bundled(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Each payment that is a transaction of its own gets the group of the trade next to it.

    Transactions of a bundle stand one after the other in their block. The trade before the payment
    counts, else the one after it: a sandwich's group goes on, a single trade gets
    `bundle:<network>:<block>:<index of the first>`. So do a loan within a transaction and what it
    paid for, where they are several events: a liquidation, and the sale of the collateral.
    """
    members: defaultdict[_Place, list[Event]] = defaultdict(list)
    for one in events:
        if one.order[2] and one.kind not in _ASIDE:
            members[one.network, one.order[2], one.order[3]].append(one)
    groups = _on_loans(members)
    for (network, block, index), found in sorted(members.items()):
        if [one.kind for one in found] != ["inclusion_payment"] or found[0].group is not None:
            continue
        for beside in (index - 1, index + 1):
            trade = members.get((network, block, beside), [])
            if not any(one.kind in _TRADES for one in trade):
                continue
            known = [one.group or groups.get(one.id) for one in trade]
            name = next(filter(None, known), f"bundle:{network}:{block}:{min(index, beside)}")
            groups |= {one.id: name for one in (*trade, *found) if one.group is None}
            break
    return tuple(replace(one, group=groups[one.id]) if one.id in groups else one for one in events)


def _on_loans(members: Mapping[_Place, Sequence[Event]]) -> dict[str, str]:
    """The groups of transactions in which something was lent and is not all of one event."""
    groups: dict[str, str] = {}
    for (network, block, index), found in members.items():
        one_trade = [one for one in found if one.kind in _ON_LOAN]
        if len(one_trade) > 1 and any(one.kind == "flash_loan" for one in one_trade):
            known = [one.group for one in one_trade if one.group is not None]
            name = known[0] if known else f"bundle:{network}:{block}:{index}"
            groups |= {one.id: name for one in one_trade if one.group is None}
    return groups
