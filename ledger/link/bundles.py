"""Linked events in, the same out: a producer paid on its own belongs to the trade beside it."""

from collections import defaultdict
from dataclasses import replace
from typing import Final

from ledger.model.event import Event

#: What a producer is paid for.
_TRADES: Final = frozenset(
    {"swap", "flash_loan", "liquidation", "nft_trade", "pool_deposit", "pool_withdraw"}
)
#: Events of an activity that are beside its trade.
_ASIDE: Final = frozenset({"own_transfer", "spam"})

#: Network, block and place in it of a transaction.
_Place = tuple[str, int, int]


def bundled(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Each payment that is a transaction of its own gets the group of the trade next to it.

    Transactions of a bundle stand one after the other in their block. The trade before the payment
    counts, else the one after it: a sandwich's group goes on, a single trade gets
    `bundle:<network>:<block>:<index of the first>`.
    """
    members: defaultdict[_Place, list[Event]] = defaultdict(list)
    for one in events:
        if one.order[2] and one.kind not in _ASIDE:
            members[one.network, one.order[2], one.order[3]].append(one)
    groups: dict[str, str] = {}
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
