"""Entries and what was read of positions on margin come in; those that nobody read leave."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from ledger.model.asset import AssetId, is_position
from ledger.model.entry import Entry, in_order
from ledger.model.position import Observation
from ledger.model.problem import Problem
from ledger.nav.positions import HELD

_OPENED: Final = frozenset({"perp_open", "perp_change"})


def unread_margins(
    entries: Iterable[Entry],
    observations: Iterable[Observation],
    moment: datetime,
    age_seconds_max: int,
) -> tuple[Problem, ...]:
    """A problem for each open position on margin without a young reading since it changed.

    It is worth its collateral in every figure then, whatever it gained or lost.
    """
    units: dict[AssetId, int] = {}
    changed: dict[AssetId, int] = {}
    for entry in in_order(entries):
        for posting in entry.postings:
            asset = posting.asset
            if posting.account.type in HELD and is_position(asset):
                units[asset] = units.get(asset, 0) + posting.quantity
                if (entry.kind in _OPENED and posting.quantity > 0) or asset in changed:
                    changed[asset] = entry.order[2]
    oldest = moment - timedelta(seconds=age_seconds_max)
    known = {
        seen.asset
        for seen in observations
        if seen.closing is not None
        and oldest <= seen.time <= moment
        and (seen.block or 0) >= changed.get(seen.asset, 0)
    }
    return tuple(
        Problem("position_unread", "nobody read what it gained or lost lately", asset)
        for asset in sorted(changed)
        if units[asset] > 0 and asset not in known
    )
